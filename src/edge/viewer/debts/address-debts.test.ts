import assert from "node:assert/strict";
import { test } from "node:test";
import { AddressDebts, waitMsFor } from "./address-debts.ts";

/** Debts by a clock that the test sets, in milliseconds. */
function debtsAt(max?: number): {
  readonly debts: AddressDebts;
  readonly set: (ms: number) => void;
} {
  let now = 0;
  return { debts: new AddressDebts(max, () => now), set: (ms) => (now = ms) };
}

test("waitMsFor() lets who owes little go at once, and doubles up to three seconds", () => {
  assert.deepEqual([0, 1, 1.9, 2, 3, 4, 5, 6, 7, 10].map(waitMsFor), [
    ...[0, 0, 0, 100, 200, 400, 800, 1600, 3000, 3000],
  ]);
});

test("AddressDebts keeps what each owes, up to ten, and forgives one in five seconds", () => {
  const { debts, set } = debtsAt();
  debts.charge("a", 1);
  debts.charge("a", 0.5);
  debts.charge("b", 1000);
  assert.deepEqual([debts.of("a"), debts.of("b"), debts.of("c")], [1.5, 10, 0]);
  set(5000);
  assert.deepEqual([debts.of("a"), debts.of("b")], [0.5, 9]);
  debts.charge("a", 1);
  set(10_000);
  assert.equal(debts.of("a"), 0.5);
  set(50_000);
  assert.deepEqual([debts.of("a"), debts.of("b"), debts.size], [0, 0, 0]);
});

test("AddressDebts takes what is paid, and gives no credit for what is paid in advance", () => {
  const { debts } = debtsAt();
  debts.pay("a", 5);
  debts.charge("a", 2);
  debts.pay("a", 0.5);
  assert.equal(debts.of("a"), 1.5);
  debts.pay("a", 5);
  assert.deepEqual([debts.of("a"), debts.size], [0, 0]);
  debts.charge("a", 1);
  assert.equal(debts.of("a"), 1);
});

test("AddressDebts keeps so many and no more, and who was charged longest ago makes room", () => {
  const { debts } = debtsAt(100);
  debts.charge("again", 3);
  for (let index = 0; index < 99; index += 1) debts.charge(`${index}`, 3);
  debts.charge("again", 3);
  for (let index = 99; index < 150; index += 1) debts.charge(`${index}`, 3);
  assert.equal(debts.size, 100);
  assert.deepEqual([debts.of("again"), debts.of("50"), debts.of("51")], [6, 0, 3]);
});

test("AddressDebts lets go of what is forgiven when others are charged, without being asked for it", () => {
  const { debts, set } = debtsAt(100);
  for (let index = 0; index < 50; index += 1) debts.charge(`${index}`, 1);
  set(6000);
  debts.charge("new", 1);
  assert.equal(debts.size, 1);
});

test("AddressDebts forgives nothing by a clock that goes back, and all by one that has slept", () => {
  const { debts, set } = debtsAt();
  set(100_000);
  debts.charge("a", 3);
  set(0);
  assert.equal(debts.of("a"), 3);
  debts.charge("a", 3);
  assert.equal(debts.of("a"), 6);
  set(86_400_000);
  assert.equal(debts.of("a"), 0);
});
