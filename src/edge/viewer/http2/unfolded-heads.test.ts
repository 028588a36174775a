import assert from "node:assert/strict";
import { test } from "node:test";
import { UnfoldedHeads } from "./unfolded-heads.ts";

test("UnfoldedHeads takes heads with few fields, and with many that say something, as often as they come", () => {
  const heads = new UnfoldedHeads(131_072);
  for (let count = 0; count < 10_000; count += 1) {
    // A browser's with all the cookies that it keeps for a site, some empty.
    assert.ok(heads.take(220, 900, 0));
    assert.ok(heads.take(256, 256, 0));
    assert.ok(heads.take(600, 12_000, 0));
    assert.ok(heads.take(1200, 30_000, 0));
  }
});

test("UnfoldedHeads takes one or two heads of nothing but fields, and another after a while", () => {
  const heads = new UnfoldedHeads(131_072);
  assert.ok(heads.take(1500, 10_500, 0));
  assert.ok(heads.take(100, 2000, 0));
  assert.equal(heads.take(1500, 10_500, 1000), false);
  const patient = new UnfoldedHeads(131_072);
  assert.ok(patient.take(2000, 14_000, 0));
  assert.ok(patient.take(2000, 14_000, 15_000));
  assert.equal(patient.take(2000, 14_000, 16_000), false);
});

test("UnfoldedHeads takes one head of more than there may be, and none that is a multiple of it", () => {
  const heads = new UnfoldedHeads(131_072);
  assert.ok(heads.take(40, 131_072, 0));
  assert.ok(heads.take(40, 230_000, 0));
  assert.equal(heads.take(40, 230_000, 1000), false);
  assert.equal(new UnfoldedHeads(131_072).take(2000, 7_800_000, 0), false);
});
