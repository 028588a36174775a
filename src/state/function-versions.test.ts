import assert from "node:assert/strict";
import { test } from "node:test";
import { versionToGoBackTo, type Published } from "../model/function-versions.ts";
import {
  changeOf,
  functionCreated,
  functionUpdated,
  stateAfter,
  versionPublished,
} from "../../test/support/sample-changes.ts";
import type { Change, Fact } from "./change.ts";
import { applyChange } from "./apply-change.ts";

type LiveFact = Fact & { readonly type: "function-live-changed" };

function liveChanged(
  shares: Readonly<Record<number, number>>,
  more: Partial<LiveFact> = {},
  second?: number,
): Change {
  const list = Object.entries(shares).map(([version, share]) => ({
    version: Number(version),
    share,
  }));
  return changeOf(
    { type: "function-live-changed", name: "fn", shares: list, reason: "rolled-back", ...more },
    second,
  );
}

/** Versions 1 to `count`, of DEVELOPMENT's versions 1 to `count`. */
function publishes(count: number, keep = 10): Change[] {
  const changes = [functionCreated("fn", "code1", 1), versionPublished("fn", 1, 2, { keep })];
  for (let number = 2; number <= count; number += 1) {
    changes.push(
      functionUpdated("fn", `code${number}`, 2 * number - 1),
      versionPublished("fn", number, 2 * number, { keep, message: `note ${number}` }),
    );
  }
  return changes;
}

function publishedAfter(...changes: readonly Change[]): Published {
  const { published } = stateAfter(...changes).functions.get("fn")!;
  assert.ok(published);
  return published;
}

const sharesOf = ({ shares }: Published) => shares.map(({ version, share }) => [version, share]);
const numbersOf = ({ versions }: Published) => versions.map(({ number }) => number);

test("a publish is a new version with its code, who published it and a message", () => {
  const { versions, shares, settled, reason } = publishedAfter(...publishes(2));
  const [, second] = versions;
  assert.equal(second?.copy.code, "code2");
  assert.equal(second?.publishedBy, "anonymous");
  assert.equal(second?.message, "note 2");
  assert.equal(second?.copy.lastModifiedTime, "2025-01-01T00:00:04.000Z");
  assert.deepEqual(shares, [{ version: 2, share: 1, copy: second?.copy }]);
  assert.deepEqual([settled, reason], [2, "published"]);
});

test("publishing what serves already is no new version, and what edges run stays the same object", () => {
  const before = stateAfter(...publishes(2));
  const after = applyChange(before, versionPublished("fn", 2, 9), before.revision + 1);
  const [old, now] = [before, after].map((state) => state.functions.get("fn")!);
  assert.deepEqual(numbersOf(now!.published!), [1, 2]);
  assert.equal(now!.published!.shares[0]?.copy, old!.published!.shares[0]?.copy);
  assert.equal(now!.live?.lastModifiedTime, "2025-01-01T00:00:09.000Z");
});

test("the oldest versions are dropped, but not what serves viewers or what going back leads to", () => {
  assert.deepEqual(numbersOf(publishedAfter(...publishes(5, 3))), [3, 4, 5]);
  assert.deepEqual(numbersOf(publishedAfter(...publishes(5, 1))), [4, 5]);
  const bad = [
    ...publishes(3, 1),
    liveChanged({ 2: 1 }, { bad: [3] }),
    functionUpdated("fn", "code4"),
    versionPublished("fn", 4, 20, { keep: 1 }),
    liveChanged({ 2: 1 }, { bad: [4] }),
    functionUpdated("fn", "code5"),
    versionPublished("fn", 5, 30, { keep: 1 }),
  ];
  assert.deepEqual(numbersOf(publishedAfter(...bad)), [2, 5]);
});

test("while traffic is shared, LIVE is the version that had all of it before", () => {
  const shares = [
    { version: 3, share: 0.1 },
    { version: 2, share: 0.9 },
  ];
  const state = stateAfter(
    ...publishes(2),
    functionUpdated("fn", "code3", 5),
    versionPublished("fn", 3, 6, { shares }),
  );
  const fn = state.functions.get("fn")!;
  assert.equal(fn.live?.code, "code2");
  assert.equal(fn.live?.lastModifiedTime, "2025-01-01T00:00:04.000Z");
  assert.deepEqual(sharesOf(fn.published!), [
    [3, 0.1],
    [2, 0.9],
  ]);
  const done = applyChange(state, liveChanged({ 3: 1 }, { reason: "shared" }, 7), 7);
  assert.equal(done.functions.get("fn")?.live?.code, "code3");
  assert.equal(done.functions.get("fn")?.live?.lastModifiedTime, "2025-01-01T00:00:07.000Z");
  assert.equal(done.functions.get("fn")?.published?.shares[0]?.copy, fn.published?.shares[0]?.copy);
});

test("going back leads to what had all traffic last and is not bad, time after time", () => {
  const back = (...more: readonly Change[]): number | undefined =>
    versionToGoBackTo(publishedAfter(...publishes(4), ...more))?.number;
  assert.equal(back(), 3);
  assert.equal(back(liveChanged({ 3: 1 }, { bad: [4] })), 2);
  assert.equal(back(liveChanged({ 1: 1 }, { bad: [2, 3, 4] })), undefined);
  const fifth = [functionUpdated("fn", "code5"), versionPublished("fn", 5)];
  assert.equal(back(liveChanged({ 1: 1 }, { bad: [4] }), ...fifth), 1);
  assert.equal(back(liveChanged({ 4: 0.5, 2: 0.5 }, { reason: "shared" })), 4);
});

test("a version that never had all traffic is not gone back to", () => {
  const first = publishes(1);
  const canary = versionPublished("fn", 2, 4, {
    shares: [
      { version: 2, share: 0.1 },
      { version: 1, share: 0.9 },
    ],
  });
  const third = [functionUpdated("fn", "code3", 5), versionPublished("fn", 3, 6)];
  const changes = [...first, functionUpdated("fn", "code2", 3), canary, ...third];
  assert.equal(versionToGoBackTo(publishedAfter(...changes))?.number, 1);
});

const misfits: readonly (readonly [Change, RegExp])[] = [
  [versionPublished("fn", 7), /the next version is 3, and it says 7/],
  [liveChanged({ 2: 0.5 }), /the shares add up to 0.5, not to 1/],
  [liveChanged({ 2: 0.5, 9: 0.5 }), /there is no version 9/],
  [liveChanged({ 1: -1, 2: 2 }), /the share of version 1 is -1, and must be above 0/],
  [liveChanged({ 1: 1 }, { bad: [9] }), /there is no version 9/],
];
for (const [change, why] of misfits) {
  test(`a change does not fit where ${why.source}`, () => {
    const state = stateAfter(...publishes(2));
    assert.throws(() => applyChange(state, change, state.revision + 1), why);
  });
}
