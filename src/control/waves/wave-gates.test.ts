/** What the gates decide, and how often wrongly: simulated publishes, FOOTLIGHT_SIMULATED_PUBLISHES of each kind. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { randomFrom } from "../../../test/support/sample-random.ts";
import { gateNames, type WavePlan } from "../../model/function-waves.ts";
import { noTally, tallyBounds, type VersionTally } from "../../model/wave-counts.ts";
import { ExcessTest } from "./excess-test.ts";
import { nextMove } from "./next-move.ts";
import { WaveGates } from "./wave-gates.ts";

const publishes = Number(process.env["FOOTLIGHT_SIMULATED_PUBLISHES"] ?? 100);
const seed = Number(process.env["FOOTLIGHT_FUZZ_SEED"] ?? 59);

const plan: WavePlan = {
  steps: [{ share: 0.05, seconds: 300 }, { share: 0.1, seconds: 600 }, { share: 1 }],
  gates: gateNames,
  minRequests: 1000,
  whenFew: "wait",
  cookieKey: "",
};
const versions = { fresh: 2, former: 1 };

/** How likely each thing is in a visit. */
interface Rates {
  readonly errors: number;
  readonly clientErrors: number;
  readonly originFailed: number;
  /** Runs above 90 % compute utilization. */
  readonly costly: number;
}

/** @returns how often something with a probability happened, of so many times; skips from one time to the next */
function binomial(trials: number, probability: number, random: () => number): number {
  if (probability <= 0) return 0;
  const logMiss = Math.log(1 - probability);
  let events = 0;
  for (let at = 0; ; events += 1) {
    at += Math.floor(Math.log(1 - random()) / logMiss) + 1;
    if (at > trials) return events;
  }
}

function tallyOf(visits: number, rates: Rates, random: () => number): VersionTally {
  const tally = noTally();
  const draw = (rate: number): number => binomial(visits, rate, random);
  tally.visits = visits;
  tally.runs = visits;
  tally.errors = draw(rates.errors);
  tally.serverErrors = tally.errors;
  tally.clientErrors = draw(rates.clientErrors);
  tally.originAsked = Math.round(visits / 2);
  tally.originFailed = binomial(tally.originAsked, rates.originFailed, random);
  const costly = draw(rates.costly);
  tally.utilization[1] = visits - costly;
  tally.utilization[tallyBounds.length] = costly;
  return tally;
}

/** @returns how the step ended, looked at after each report of some hundred visits */
function runStep(
  step: number,
  rates: { readonly fresh: Rates; readonly former: Rates },
  random: () => number,
): { readonly move: string; readonly gate?: string; readonly visits: number } {
  const gates = new WaveGates(plan, versions);
  const { share, seconds = 0 } = plan.steps[step]!;
  for (let look = 1; ; look += 1) {
    const visits = 20 + Math.floor(random() * 600);
    const fresh = binomial(visits, share, random);
    // A bad minute of an origin's, or a crawler's: both versions have it.
    const worse = random() < 0.05 ? 4 : 1;
    const all = (of: Rates): Rates => ({
      ...of,
      clientErrors: Math.min(0.9, of.clientErrors * worse),
      originFailed: Math.min(0.9, of.originFailed * worse),
    });
    gates.add({
      fresh: tallyOf(fresh, all(rates.fresh), random),
      former: tallyOf(visits - fresh, all(rates.former), random),
    });
    const move = nextMove({ plan, step }, look * 10_000 * seconds, gates);
    if (move === undefined) continue;
    const gate = move.move === "revert" ? { gate: move.breach.gate } : {};
    return { move: move.move, ...gate, visits: gates.fresh.visits };
  }
}

const between = (from: number, to: number, random: () => number): number =>
  from + (to - from) * random();

test(
  `a function that throws on 5 % of requests never leaves its first wave (${publishes} publishes)`,
  { timeout: 60_000 + publishes * 100 },
  (context) => {
    const random = randomFrom(seed);
    let caught = 0;
    const needed: number[] = [];
    for (let index = 0; index < publishes; index += 1) {
      const former = {
        errors: between(0, 0.002, random),
        clientErrors: between(0, 0.2, random),
        originFailed: between(0, 0.02, random),
        costly: between(0, 0.02, random),
      };
      const { move, visits } = runStep(0, { fresh: { ...former, errors: 0.05 }, former }, random);
      if (move !== "revert") continue;
      caught += 1;
      needed.push(visits);
    }
    needed.sort((a, b) => a - b);
    context.diagnostic(
      `${caught} of ${publishes} caught in the first wave (${((caught / publishes) * 100).toFixed(2)} %), ` +
        `after ${needed[Math.floor(needed.length / 2)]} requests of the new version by the median, ${needed.at(-1)} at most`,
    );
    assert.ok(caught / publishes >= 0.999, `only ${caught} of ${publishes} were caught`);
  },
);

test(
  `a healthy version is not stopped (${publishes} publishes)`,
  { timeout: 60_000 + publishes * 200 },
  (context) => {
    const random = randomFrom(seed + 1);
    const stopped: Record<string, number> = {};
    for (let index = 0; index < publishes; index += 1) {
      const rates = {
        errors: between(0, 0.05, random),
        clientErrors: between(0, 0.2, random),
        originFailed: between(0, 0.02, random),
        costly: between(0, 0.02, random),
      };
      for (const step of [0, 1]) {
        const { gate } = runStep(step, { fresh: rates, former: rates }, random);
        if (gate === undefined) continue;
        stopped[gate] = (stopped[gate] ?? 0) + 1;
        break;
      }
    }
    const count = Object.values(stopped).reduce((sum, each) => sum + each, 0);
    context.diagnostic(
      `${count} of ${publishes} healthy ones stopped (${((count / publishes) * 100).toFixed(2)} %) ${JSON.stringify(stopped)}`,
    );
    assert.ok(count / publishes <= 0.001, `${count} of ${publishes} were stopped`);
  },
);

const harms: readonly (readonly [gate: string, worse: Partial<Rates>, of: RegExp])[] = [
  ["errors", { errors: 0.05 }, /execution and validation errors/],
  ["status", { clientErrors: 0.2 }, /answers 4xx/],
  ["utilization", { costly: 0.1 }, /runs above \d+ % compute utilization/],
  ["origin", { originFailed: 0.2 }, /failures of origins/],
];
for (const [gate, worse, of] of harms) {
  test(`the ${gate} gate finds what is its own, and counts it of both versions`, () => {
    const random = randomFrom(seed + 2);
    const former = { errors: 0.001, clientErrors: 0.02, originFailed: 0.005, costly: 0.001 };
    const gates = new WaveGates({ ...plan, gates: [gate as "errors"] }, versions);
    for (let look = 0; look < 40; look += 1) {
      gates.add({
        fresh: tallyOf(50, { ...former, ...worse }, random),
        former: tallyOf(500, former, random),
      });
    }
    const breach = gates.findBreach();
    assert.equal(breach?.gate, gate);
    assert.match(breach.of, of);
    const { newVersion, oldVersion } = breach;
    assert.deepEqual([newVersion.version, oldVersion.version], [2, 1]);
    assert.ok(newVersion.events / newVersion.trials > 2 * (oldVersion.events / oldVersion.trials));
  });
}

test("a step is left when its time is over and both versions had enough requests", () => {
  const gates = new WaveGates({ ...plan, minRequests: 50 }, versions);
  const rates = { errors: 0, clientErrors: 0, originFailed: 0, costly: 0 };
  const step = (seenForMs: number, more: object = {}) =>
    nextMove({ plan: { ...plan, minRequests: 50, ...more }, step: 0 }, seenForMs, gates);
  assert.equal(step(300_000), undefined);
  assert.deepEqual(step(300_000, { whenFew: "ask" }), {
    move: "pause",
    because: "not enough requests: 0 of the new version and 0 of the one before, of 50 each",
  });
  const random = randomFrom(seed);
  gates.add({ fresh: tallyOf(50, rates, random), former: tallyOf(50, rates, random) });
  assert.equal(step(299_999), undefined);
  assert.deepEqual(step(300_000), { move: "step", step: 1 });
});

test("who is paused goes no further, and is taken back all the same", () => {
  const gates = new WaveGates({ ...plan, minRequests: 0 }, versions);
  const paused = { plan, step: 0, paused: { by: "somebody" } };
  assert.equal(nextMove(paused, Infinity, gates), undefined);
  const random = randomFrom(seed);
  const rates = { errors: 0, clientErrors: 0, originFailed: 0, costly: 0 };
  for (let look = 0; look < 20; look += 1) {
    gates.add({
      fresh: tallyOf(50, { ...rates, errors: 0.5 }, random),
      former: tallyOf(500, rates, random),
    });
  }
  assert.equal(nextMove(paused, 0, gates)?.move, "revert");
});

test("without gates there is nothing to wait for but time", () => {
  const gates = new WaveGates({ ...plan, gates: [] }, versions);
  assert.deepEqual(nextMove({ plan, step: 0 }, 300_000, gates), { move: "step", step: 1 });
});

test("the evidence is the likelihood ratio of the two conditional distributions", () => {
  // One event in all, of 10 and 90 trials: with odds of θ it is the new version's with probability 10θ/(10θ+90).
  const worse = new ExcessTest(1);
  worse.add({ newEvents: 1, newTrials: 10, oldEvents: 0, oldTrials: 90 });
  const ratios = [1.5, 2, 3, 5, 10, 30, 100];
  const mean =
    ratios.reduce((sum, ratio) => sum + (ratio * 100) / (10 * ratio + 90), 0) / ratios.length;
  assert.ok(Math.abs(worse.logEvidence - Math.log(mean)) < 1e-12);
  // Nothing is learnt of what only one version had.
  worse.add({ newEvents: 5, newTrials: 10, oldEvents: 0, oldTrials: 0 });
  assert.ok(Math.abs(worse.logEvidence - Math.log(mean)) < 1e-12);
});
