import assert from "node:assert/strict";
import { test } from "node:test";
import type { CloudFrontFunction } from "../model/function.ts";
import { servingCopies, versionToGoBackTo } from "../model/function-versions.ts";
import { sharesIn, type WavePlan, type WavesMove } from "../model/function-waves.ts";
import {
  changeOf,
  functionCreated,
  functionUpdated,
  stateAfter,
  versionPublished,
} from "../../test/support/sample-changes.ts";
import type { Change } from "./change.ts";

const plan: WavePlan = {
  steps: [
    { share: 1, seconds: 60, groups: ["canary"] },
    { share: 0.1, seconds: 600 },
    { share: 1 },
  ],
  gates: ["errors"],
  minRequests: 100,
  whenFew: "wait",
  cookieKey: "",
};

const begun = [
  functionCreated("fn", "code1", 1),
  versionPublished("fn", 1, 2),
  functionUpdated("fn", "code2", 3),
  versionPublished("fn", 2, 4, { waves: plan }),
];

function moved(move: WavesMove, second: number): Change {
  return changeOf({ type: "function-waves-changed", name: "fn", version: 2, ...move }, second);
}

const breach = {
  gate: "errors",
  of: "execution and validation errors",
  newVersion: { version: 2, events: 7, trials: 100 },
  oldVersion: { version: 1, events: 1, trials: 900 },
} as const;

function after(...changes: readonly Change[]): CloudFrontFunction {
  return stateAfter(...begun, ...changes).functions.get("fn")!;
}

const sharesOf = ({ published }: CloudFrontFunction, group: string) =>
  sharesIn(published!, group).map(({ version, share }) => [version, share]);

test("a step gives its groups of edges the new version, and keeps what earlier steps gave", () => {
  const first = after();
  assert.deepEqual(sharesOf(first, "canary"), [[2, 1]]);
  assert.deepEqual(sharesOf(first, "default"), [[1, 1]]);
  const second = after(moved({ move: "step", step: 1 }, 5));
  assert.deepEqual(sharesOf(second, "canary"), [[2, 1]]);
  assert.deepEqual(sharesOf(second, "default"), [
    [2, 0.1],
    [1, 0.9],
  ]);
  assert.equal(servingCopies(first.published!).length, 2, "both are compiled everywhere");
});

test("LIVE is what had all traffic before, as it was, until the last wave", () => {
  const before = stateAfter(...begun.slice(0, 2)).functions.get("fn")!.live;
  const during = [
    after(),
    after(moved({ move: "step", step: 1 }, 5)),
    after(moved({ move: "abort" }, 5)),
    after(moved({ move: "revert", breach }, 5)),
  ];
  for (const { live } of during) assert.deepEqual(live, before);
  const steps = [moved({ move: "step", step: 1 }, 5), moved({ move: "step", step: 2 }, 6)];
  for (const done of [after(...steps), after(moved({ move: "finish" }, 6))]) {
    assert.equal(done.live?.code, "code2");
    assert.equal(done.live?.lastModifiedTime, "2025-01-01T00:00:06.000Z");
    assert.deepEqual(sharesOf(done, "default"), [[2, 1]]);
    assert.equal(done.published?.wavesEnd?.how, "finished");
    assert.equal(versionToGoBackTo(done.published)?.number, 1);
  }
});

test("a breach marks the version bad, and what was counted stays to be read", () => {
  const { published } = after(moved({ move: "revert", breach }, 5));
  assert.equal(published?.waves, undefined);
  assert.deepEqual(
    published?.shares.map(({ version }) => version),
    [1],
  );
  assert.equal(
    published?.versions[1]?.bad?.message,
    "gate errors: execution and validation errors",
  );
  assert.deepEqual(published?.wavesEnd, {
    ...{ version: 2, how: "reverted", step: 0, steps: 3 },
    ...{ at: "2025-01-01T00:00:05.000Z", by: "anonymous", breach },
  });
});

test("a pause changes nothing that viewers get, and what is counted goes on", () => {
  const paused = after(moved({ move: "pause", because: "it is late" }, 5));
  const { waves, revision } = paused.published!;
  assert.deepEqual(waves?.paused, { by: "anonymous", because: "it is late" });
  assert.deepEqual([waves?.stepRevision, waves?.revision, revision], [4, 5, 4]);
  const resumed = after(moved({ move: "pause" }, 5), moved({ move: "resume" }, 6));
  assert.equal(resumed.published?.waves?.paused, undefined);
  assert.equal(resumed.published?.waves?.revision, 6);
});

test("a publish, and going back, end the waves and take everything", () => {
  const published = after(versionPublished("fn", 2, 5));
  assert.deepEqual(sharesOf(published, "default"), [[2, 1]]);
  assert.equal(published.live?.code, "code2");
  const back = changeOf(
    {
      ...{ type: "function-live-changed", name: "fn", reason: "rolled-back" },
      ...{ shares: [{ version: 1, share: 1 }], bad: [2] },
    },
    5,
  );
  const rolledBack = after(back);
  assert.deepEqual(sharesOf(rolledBack, "canary"), [[1, 1]]);
  for (const { published: now } of [published, rolledBack]) assert.equal(now?.waves, undefined);
  assert.equal(published.published?.wavesEnd?.how, "replaced");
  assert.equal(rolledBack.published?.wavesEnd?.how, "aborted");
});

const misfits: readonly (readonly [Change, RegExp])[] = [
  [moved({ move: "step", step: 2 }, 5), /after step 0 comes no step 2/],
  [moved({ move: "step", step: 0 }, 5), /after step 0 comes no step 0/],
  [
    changeOf({ type: "function-waves-changed", name: "fn", version: 1, move: "abort" }, 5),
    /no waves of version 1 are on/,
  ],
  [versionPublished("fn", 2, 5, { waves: plan }), /waves begin where one version has all traffic/],
];
for (const [change, why] of misfits) {
  test(`a change does not fit where ${why.source}`, () => {
    assert.throws(() => after(change), why);
  });
}
