import assert from "node:assert/strict";
import { test } from "node:test";
import {
  changeOf,
  functionCreated,
  functionUpdated,
  stateAfter,
  versionPublished,
} from "../../../test/support/sample-changes.ts";
import { silentLogger } from "../../base/logger.ts";
import type { WavePlan } from "../../model/function-waves.ts";
import { noTally, type StepTally } from "../../model/wave-counts.ts";
import { applyChange } from "../../state/apply-change.ts";
import type { Change } from "../../state/change.ts";
import type { State } from "../../state/state.ts";
import { WaveConductor } from "./wave-conductor.ts";

const plan: WavePlan = {
  steps: [{ share: 0.1, seconds: 60 }, { share: 0.5, seconds: 60 }, { share: 1 }],
  gates: ["errors"],
  minRequests: 40,
  whenFew: "wait",
  cookieKey: "",
};

/** Several control nodes on one log, each with a clock of its own. */
function startNodes(count: number) {
  let state: State = stateAfter(
    functionCreated("fn", "code1", 1),
    versionPublished("fn", 1, 2),
    functionUpdated("fn", "code2", 3),
    versionPublished("fn", 2, 4, { waves: plan }),
  );
  const log: Change[] = [];
  const outage = { isOn: false, refused: 0 };
  const nodes = Array.from({ length: count }, () => {
    const clock = { ms: 0 };
    const make = () =>
      new WaveConductor({
        state: () => state,
        now: () => clock.ms,
        logger: silentLogger,
        commit: async (decide) => {
          if (outage.isOn) {
            outage.refused += 1;
            throw new Error("cannot reach the log");
          }
          // As a log does: what was decided on must still be the newest when it is appended.
          for (;;) {
            const before = state;
            const change = decide(before);
            await Promise.resolve();
            if (before === state) {
              append(change);
              return;
            }
          }
        },
      });
    return { clock, conductor: make(), make };
  });
  const append = (change: Change): void => {
    state = applyChange(state, change, state.revision + 1);
    log.push(change);
    for (const { conductor } of nodes) conductor.noteChange();
  };
  const waves = () => state.functions.get("fn")!.published!.waves;
  return {
    ...{ nodes, log, append, waves, outage },
    published: () => state.functions.get("fn")!.published!,
    /** What all have heard that edges have counted in the step that is on. */
    count: (fresh: object, former: object) => {
      const tally: StepTally = {
        ...{ name: "fn", stepRevision: waves()!.stepRevision },
        fresh: { ...noTally(), ...fresh },
        former: { ...noTally(), ...former },
      };
      for (const { conductor } of nodes) conductor.noteTallies([tally]);
    },
    stop: () => {
      for (const { conductor } of nodes) conductor.stop();
    },
  };
}

const many = { visits: 40, runs: 40 };
const settle = () => new Promise((resolve) => void setImmediate(resolve));
const moves = (log: readonly Change[]) => log.map((change) => "move" in change && change.move);

test("each step is taken once, however many control nodes propose it", async () => {
  const { nodes, log, count, waves, published, stop } = startNodes(3);
  for (const { clock } of nodes) clock.ms = 60_000;
  count(many, many);
  await settle();
  assert.deepEqual(moves(log), ["step"]);
  assert.equal(waves()?.step, 1);
  for (const { clock } of nodes) clock.ms = 120_000;
  count(many, many);
  await settle();
  stop();
  assert.deepEqual(moves(log), ["step", "step"]);
  assert.equal(published().wavesEnd?.how, "finished");
});

test("a node measures a step from when it saw it: no time in an entry, and no other's clock, has a say", async () => {
  const { nodes, log, count, stop } = startNodes(2);
  const [slow, fast] = nodes;
  // One has been up for a year, one has just started; the entries say 2025.
  slow!.clock.ms = 59_999;
  fast!.clock.ms = 59_999;
  count(many, many);
  await settle();
  assert.deepEqual(log, []);
  fast!.clock.ms = 60_000;
  count(many, many);
  await settle();
  stop();
  assert.deepEqual(moves(log), ["step"]);
});

test("who starts anew gives the step its whole time again, and the waves go on", async () => {
  const { nodes, log, count, stop } = startNodes(1);
  const [node] = nodes;
  node!.clock.ms = 50_000;
  node!.conductor.stop();
  nodes[0] = { ...node!, conductor: node!.make() };
  node!.clock.ms = 100_000;
  count(many, many);
  await settle();
  assert.deepEqual(log, []);
  node!.clock.ms = 110_000;
  count(many, many);
  await settle();
  stop();
  assert.deepEqual(moves(log), ["step"]);
});

test("a breach takes the version back at once, whatever the time, and also while paused", async () => {
  for (const isPaused of [false, true]) {
    const { log, count, append, published, stop } = startNodes(2);
    const pause = {
      type: "function-waves-changed",
      name: "fn",
      version: 2,
      move: "pause",
    } as const;
    if (isPaused) append(changeOf(pause, 5));
    const errors = { errors: 30 };
    for (let report = 0; report < 3; report += 1) count({ ...many, ...errors }, many);
    await settle();
    stop();
    assert.deepEqual(moves(log).filter((move) => move === "revert").length, 1);
    const { wavesEnd, shares } = published();
    assert.equal(wavesEnd?.how, "reverted");
    assert.equal(wavesEnd.breach?.newVersion.version, 2);
    assert.deepEqual(
      shares.map(({ version }) => version),
      [1],
    );
  }
});

test("who can't reach the log tries again every two seconds, and goes on once it can", async () => {
  const { nodes, log, count, outage, stop } = startNodes(1);
  const { clock } = nodes[0]!;
  outage.isOn = true;
  for (clock.ms = 60_000; clock.ms < 69_900; clock.ms += 100) {
    count(many, many);
    await settle();
  }
  assert.equal(outage.refused, 5);
  outage.isOn = false;
  clock.ms = 72_000;
  count(many, many);
  await settle();
  stop();
  assert.deepEqual(moves(log), ["step"]);
});

test("what was counted in an earlier step has no say in the next", async () => {
  const { nodes, log, count, waves, stop } = startNodes(1);
  const { stepRevision } = waves()!;
  nodes[0]!.clock.ms = 60_000;
  count(many, many);
  await settle();
  const late: StepTally = {
    ...{ name: "fn", stepRevision },
    fresh: { ...noTally(), ...many, errors: 40 },
    former: { ...noTally(), ...many },
  };
  for (let report = 0; report < 5; report += 1) nodes[0]!.conductor.noteTallies([late]);
  await settle();
  assert.equal(nodes[0]!.conductor.read("fn")?.fresh.visits, 0);
  stop();
  assert.deepEqual(moves(log), ["step"]);
});
