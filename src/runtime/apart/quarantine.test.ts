import assert from "node:assert/strict";
import { test } from "node:test";
import { Quarantine } from "./quarantine.ts";

function scene(): { readonly quarantine: Quarantine; readonly pass: (ms: number) => void } {
  let now = 0;
  return { quarantine: new Quarantine(() => now), pass: (ms) => (now += ms) };
}

test("a copy whose runs are ended once a minute stays out", () => {
  const { quarantine, pass } = scene();
  for (let minute = 0; minute < 5; minute += 1) {
    assert.equal(quarantine.note("copy", "ended"), false);
    pass(60_000);
  }
  assert.equal(quarantine.holds("copy"), false);
  assert.equal(quarantine.isEmpty, true);
});

test("the second run that is ended within a minute puts a copy in, and a lost process at once", () => {
  const { quarantine, pass } = scene();
  quarantine.note("slow", "ended");
  pass(59_000);
  assert.equal(quarantine.note("slow", "ended"), true);
  assert.equal(quarantine.note("deadly", "lost"), true);
  assert.deepEqual(
    ["slow", "deadly", "other"].map((key) => quarantine.holds(key)),
    [true, true, false],
  );
  assert.equal(quarantine.note("slow", "ended"), false, "it is in already");
});

test("a copy comes back once it was quiet, and after twice the time when it comes again", () => {
  const { quarantine, pass } = scene();
  const offend = (): void => {
    quarantine.note("copy", "ended");
    quarantine.note("copy", "ended");
  };
  offend();
  pass(59_000);
  quarantine.note("copy", "ended");
  pass(59_000);
  assert.equal(quarantine.holds("copy"), true, "it was not quiet");
  pass(1000);
  assert.equal(quarantine.holds("copy"), false);
  assert.equal(quarantine.isEmpty, true);
  offend();
  pass(119_000);
  assert.equal(quarantine.holds("copy"), true);
  pass(1000);
  assert.equal(quarantine.holds("copy"), false);
});

test("a lost process keeps a copy for ten minutes, and none keeps it for more than an hour", () => {
  const { quarantine, pass } = scene();
  for (const minutes of [10, 20, 40, 60, 60]) {
    quarantine.note("copy", "lost");
    pass(minutes * 60_000 - 1);
    assert.equal(quarantine.holds("copy"), true, `${minutes} minutes`);
    pass(1);
    assert.equal(quarantine.holds("copy"), false, `${minutes} minutes`);
  }
});

test("more than a hundred runs a minute that took a realm put a copy in, for a minute", () => {
  const { quarantine, pass } = scene();
  for (let i = 0; i < 300; i += 1) {
    assert.equal(quarantine.note("calm", "realm"), false);
    pass(601);
  }
  for (let i = 0; i < 100; i += 1) assert.equal(quarantine.note("copy", "realm"), false);
  assert.equal(quarantine.note("copy", "realm"), true);
  pass(60_000);
  assert.equal(quarantine.holds("copy"), false);
  assert.equal(quarantine.note("copy", "realm"), false, "it begins anew");
});

test("an hour's quiet outside wipes a copy's record, so that nobody's input counts for ever", () => {
  const { quarantine, pass } = scene();
  const offend = (): void => {
    quarantine.note("copy", "ended");
    quarantine.note("copy", "ended");
  };
  for (const minutes of [1, 2, 4, 8, 16, 32, 60, 60]) {
    offend();
    pass(minutes * 60_000 - 1);
    assert.equal(quarantine.holds("copy"), true, `${minutes} minutes`);
    pass(1);
    assert.equal(quarantine.holds("copy"), false, `${minutes} minutes`);
  }
  pass(3_600_001);
  offend();
  assert.equal(quarantine.holds("copy"), true);
  pass(60_000);
  assert.equal(quarantine.holds("copy"), false);
});

test("half a second a minute in long runs is too much, and calm runs count for nothing", () => {
  const { quarantine, pass } = scene();
  for (let i = 0; i < 20; i += 1) {
    assert.equal(quarantine.note("seldom", "held", 90), false);
    pass(12_001);
  }
  for (let i = 0; i < 5; i += 1) assert.equal(quarantine.note("often", "held", 90), false);
  assert.equal(quarantine.note("often", "held", 90), true);
  assert.equal(quarantine.holds("often"), true);
});

test("no more copies are remembered than a thousand, those that offended last", () => {
  const { quarantine } = scene();
  for (let i = 0; i < 1500; i += 1) {
    quarantine.note(`copy ${i}`, "lost");
    quarantine.note("first", "lost");
  }
  assert.equal(quarantine.holds("copy 0"), false);
  assert.equal(quarantine.holds("copy 1499"), true);
  assert.equal(quarantine.holds("first"), true);
  for (let i = 0; i < 1000; i += 1) quarantine.note(`calm ${i}`, "ended");
  assert.equal(quarantine.isEmpty, true);
});
