import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { tried } from "../../test/support/tried.ts";
import { currentAge, initialAge } from "./age.ts";
import { secondsMax } from "./delta-seconds.ts";

const respondedAt = Date.UTC(2026, 0, 2, 3, 4, 5);
const dateOf = (secondsAgo: number) => new Date(respondedAt - secondsAgo * 1000).toUTCString();

const ages: [headers: string[], age: number][] = [
  [[], 0],
  [["Age", "30"], 30],
  [["Date", dateOf(10)], 10],
  [["Date", dateOf(10), "Age", "30"], 30],
  [["Date", dateOf(30), "Age", "10"], 30],
  [["Date", dateOf(-7200)], 0],
  [["Date", dateOf(-7200), "Age", "5"], 5],
  [["Date", "soon"], 0],
  [["date", "Friday, 02-Jan-26 03:04:00 GMT"], 5],
  [["age", "0007"], 7],
  [["Age", "abc"], 0],
  [["Age", "-7200"], 0],
  [["Age", "7200.0"], 0],
  [["Age", "7200;foo=bar"], 0],
  [["Age", ""], 0],
  [["Age", "7200, 0"], 7200],
  [["Age", "0, 7200"], 0],
  [["Age", ", 7200"], 7200],
  [["Age", "x, 7200"], 0],
  [["Age", "7200", "Age", "0"], 7200],
  [["Age", "0", "Age", "7200"], 0],
  [["Age", "2147483647"], 2147483647],
  [["Age", "2147483648"], 2147483648],
  [["Age", "99999999999999999999"], 2147483648],
];
for (const [headers, age] of ages) {
  test(`initialAge() is ${age} by ${headers.join(" ") || "nothing"}`, () => {
    assert.equal(initialAge(headers, respondedAt, respondedAt), age);
  });
}

test("initialAge() counts the time that the response took, beside Age alone", () => {
  const requestedAt = respondedAt - 3999;
  assert.equal(initialAge([], requestedAt, respondedAt), 3);
  assert.equal(initialAge(["Age", "10"], requestedAt, respondedAt), 13);
  assert.equal(initialAge(["Date", dateOf(10)], requestedAt, respondedAt), 10);
  assert.equal(initialAge([], respondedAt + 5000, respondedAt), 0);
});

test("currentAge() grows by whole seconds", () => {
  const meta = { storedAt: respondedAt, initialAge: 30 };
  assert.equal(currentAge(meta, respondedAt), 30);
  assert.equal(currentAge(meta, respondedAt + 999), 30);
  assert.equal(currentAge(meta, respondedAt + 1000), 31);
  assert.equal(currentAge(meta, respondedAt - 60_000), 30);
  assert.equal(currentAge({ storedAt: 0, initialAge: secondsMax }, respondedAt), secondsMax);
});

test("an age is a whole number of seconds from 0, and never less than what Age says", () => {
  const time = fc.integer({ min: 0, max: 2 * respondedAt });
  const age = fc.nat({ max: secondsMax });
  fc.assert(
    fc.property(time, time, time, age, time, (date, requested, responded, age, later) => {
      const headers = ["Date", new Date(date).toUTCString(), "Age", `${age}`];
      const initial = initialAge(headers, requested, responded);
      const current = currentAge({ storedAt: responded, initialAge: initial }, later);
      assert.ok(Number.isInteger(initial) && initial >= age && initial <= secondsMax);
      assert.ok(Number.isInteger(current) && current >= initial && current <= secondsMax);
    }),
    tried(),
  );
});
