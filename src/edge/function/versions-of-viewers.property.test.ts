/**
 * Which versions viewers get while a function is published again and again, whole, in shares and in waves that go on, are paused, taken
 * back and ended: on workers that followed each change and on edges that started from a snapshot, in several groups.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import {
  changeOf,
  functionCreated,
  sampleAccount,
  stateAfter,
} from "../../../test/support/sample-changes.ts";
import { nextNumber, versionToGoBackTo, type Published } from "../../model/function-versions.ts";
import {
  sharesIn,
  type WavePlan,
  type WavesMove,
  type WaveStep,
} from "../../model/function-waves.ts";
import { applyChange } from "../../state/apply-change.ts";
import type { Fact } from "../../state/change.ts";
import { decodeSnapshot, encodeSnapshot } from "../../state/snapshot.ts";
import type { State } from "../../state/state.ts";
import type { ViewerRequest } from "../viewer-request.ts";
import { versionForViewer } from "./version-for-viewer.ts";

/** Histories; the long form has more (`npm run soak -- viewers`). */
const histories = Number(process.env["FOOTLIGHT_FUZZ_PUBLISHES"] ?? 60);
const seed = Number(process.env["FOOTLIGHT_FUZZ_SEED"] ?? 64);
const groups = ["a", "b", "default"] as const;
const ips = [
  ...Array.from({ length: 12 }, (_, index) => `192.0.2.${index * 17 + 3}`),
  ...Array.from({ length: 4 }, (_, index) => `2001:db8::${index + 1}`),
];

const share = fc.double({ min: 0.01, max: 0.99, noNaN: true });
const steps = fc.array(
  fc.record({
    share,
    groups: fc.option(fc.uniqueArray(fc.constantFrom(...groups), { minLength: 1 })),
  }),
  { minLength: 1, maxLength: 4 },
);
const wish = fc.oneof(
  { weight: 2, arbitrary: fc.record({ what: fc.constant("save" as const) }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant("publish" as const) }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant("share" as const), share }) },
  { weight: 4, arbitrary: fc.record({ what: fc.constant("waves" as const), steps }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("back" as const) }) },
  {
    weight: 8,
    arbitrary: fc.record({
      what: fc.constant("move" as const),
      move: fc.constantFrom<WavesMove["move"][]>(
        ...(["step", "step", "step", "pause", "resume", "finish", "abort", "revert"] as const),
      ),
    }),
  },
);
type Wish = typeof wish extends fc.Arbitrary<infer Value> ? Value : never;

const breach = {
  gate: "errors",
  of: "it",
  newVersion: { version: 2, events: 1, trials: 2 },
  oldVersion: { version: 1, events: 0, trials: 2 },
} as const;

function planOf(all: readonly { share: number; groups: readonly string[] | null }[]): WavePlan {
  const timed = all.map(({ share: part, groups: named }): WaveStep => ({
    ...{ share: part, seconds: 1 },
    ...(named !== null && { groups: named }),
  }));
  const rest = { gates: [], minRequests: 0, whenFew: "wait", cookieKey: "a2V5" } as const;
  return { steps: [...timed, { share: 1 }], ...rest };
}

/** @returns undefined where it can't be now */
function factOf(published: Published | undefined, wished: Wish, turn: number): Fact | undefined {
  const about = { name: "fn" };
  const publish = {
    ...about,
    type: "function-published",
    number: nextNumber(published),
    keep: 3,
  } as const;
  switch (wished.what) {
    case "save": {
      const config = { Comment: "", Runtime: "cloudfront-js-2.0" } as const;
      return { ...about, type: "function-updated", config, code: `code${turn}` };
    }
    case "publish":
      return publish;
    case "share": {
      if (published === undefined || published.waves !== undefined) return undefined;
      const shares = [
        { version: publish.number, share: wished.share },
        { version: published.settled, share: 1 - wished.share },
      ];
      return { ...publish, shares };
    }
    case "waves":
      if (published === undefined || published.waves !== undefined) return undefined;
      return published.shares.length > 1 ? undefined : { ...publish, waves: planOf(wished.steps) };
    case "back": {
      const target = published && versionToGoBackTo(published);
      if (target === undefined) return undefined;
      const shares = [{ version: target.number, share: 1 }];
      return { ...about, type: "function-live-changed", shares, reason: "rolled-back" };
    }
    case "move": {
      const waves = published?.waves;
      if (waves === undefined) return undefined;
      const moved = { ...about, type: "function-waves-changed", version: waves.version } as const;
      if (wished.move === "step") return { ...moved, move: "step", step: waves.step + 1 };
      if (wished.move === "revert") return { ...moved, move: "revert", breach };
      return { ...moved, move: wished.move };
    }
  }
}

const publishedIn = (state: State): Published | undefined => state.functions.get("fn")?.published;

/** @returns by group and address, which version they get */
function chosenIn(published: Published): Map<string, number> {
  const chosen = new Map<string, number>();
  for (const group of groups) {
    for (const ip of ips) {
      const request = { ip, headers: [], scheme: "http" } as unknown as ViewerRequest;
      const choice = { group, cookies: false };
      const found = versionForViewer("fn", published, { request, setsCookies: [] }, choice);
      chosen.set(`${group} ${ip}`, found.share.version);
    }
  }
  return chosen;
}

test(
  "no viewer gets a version outside of the stated shares, none switches within a wave, and all workers and edges agree",
  { timeout: 60_000 + histories * 200 },
  () => {
    let waves = 0;
    fc.assert(
      fc.property(fc.array(wish, { minLength: 20, maxLength: 40 }), (wishes) => {
        let state = stateAfter(functionCreated("fn", "code", 1));
        let before: { published: Published; chosen: Map<string, number> } | undefined;
        for (const [turn, wished] of wishes.entries()) {
          const fact = factOf(publishedIn(state), wished, turn);
          if (fact === undefined) continue;
          state = applyChange(state, changeOf(fact, turn), state.revision + 1);
          const published = publishedIn(state);
          if (published === undefined) continue;
          const chosen = chosenIn(published);
          for (const group of groups) {
            const stated = sharesIn(published, group).map(({ version }) => version);
            for (const ip of ips) assert.ok(stated.includes(chosen.get(`${group} ${ip}`)!));
          }
          const restored = decodeSnapshot(encodeSnapshot(state), sampleAccount)!;
          assert.deepEqual(
            chosenIn(publishedIn(restored)!),
            chosen,
            "an edge that has just started",
          );
          if (published.waves !== undefined) waves += 1;
          if (before !== undefined) requireSteady(before, { published, chosen });
          before = { published, chosen };
        }
      }),
      { numRuns: histories, seed },
    );
    assert.ok(waves > histories, "waves were on often");
  },
);

interface Moment {
  readonly published: Published;
  readonly chosen: ReadonlyMap<string, number>;
}

/** Within a step nobody switches; while waves go on, and where nothing was changed, nobody loses what they have. */
function requireSteady(before: Moment, after: Moment): void {
  const [one, other] = [before.published, after.published];
  const isSameStep =
    one.revision === other.revision && one.waves?.stepRevision === other.waves?.stepRevision;
  const isNextStep = one.waves !== undefined && one.waves.version === other.waves?.version;
  for (const [viewer, version] of after.chosen) {
    const had = before.chosen.get(viewer)!;
    if (isSameStep) assert.equal(version, had, "nobody switches within a wave");
    else if (isNextStep && had === one.waves.version) {
      assert.equal(version, had, "who has the new version keeps it");
    }
  }
}
