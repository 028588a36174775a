import assert from "node:assert/strict";
import { test } from "node:test";
import type { Outcome } from "../../runtime/function-runtime.ts";
import { askedAfter } from "./after-run.ts";

const now = () => new Date(0);
const headers = ["Host", "a"];
const event = { method: "GET", uri: "/a", querystring: undefined, headers };
const before = { path: "/a", querystring: undefined, headers };

function after(uri: string, recurs: boolean) {
  const request = { uri, querystring: undefined, headers: [...headers, "X", "1"] };
  const outcome: Outcome = { type: "request", request, ...(recurs && { recurs }) };
  return () => askedAfter(outcome, event, before, now);
}

test("askedAfter() makes a request of a result that recurs once", () => {
  const [made, again] = [after("/b", true), after("/b", false)].map((ask) => {
    const [one, other] = [ask(), ask()];
    assert.ok("request" in one && "request" in other);
    return { one: one.request, other: other.request };
  });
  assert.equal(made!.one, made!.other);
  assert.notEqual(again!.one, again!.other);
  assert.deepEqual(made!.one, { ...again!.one, recurs: true });
});

test("askedAfter() refuses a result each time, whether it recurs or not", () => {
  for (const ask of [after(`/${"b".repeat(8192)}`, true), after(`/${"b".repeat(8192)}`, false)]) {
    for (const asked of [ask(), ask()]) {
      assert.ok("answer" in asked && asked.answer.status === 502);
    }
  }
});
