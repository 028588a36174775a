/**
 * Whatever origins answer and viewers ask, in whatever order, while the clock moves, objects change
 * and are invalidated, policies change and edges start anew over what is kept: each answer is one
 * that may be given (model/what-may-be-answered.ts).
 *
 * `npm run soak -- cache-model` runs it longer.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { storesInMemory, storesOnDisk, type ModelStores } from "./model/stores.ts";
import { ModelWorld } from "./model/world.ts";
import { step, type Step } from "./model/steps.ts";

const worlds = Number(process.env["FOOTLIGHT_FUZZ_CACHES"] ?? 40);
const seed = Number(process.env["FOOTLIGHT_FUZZ_SEED"] ?? 1);

const places: [place: string, open: () => Promise<ModelStores>, numRuns: number][] = [
  ["in memory", () => Promise.resolve(storesInMemory()), worlds],
  ["on disk", storesOnDisk, Math.ceil(worlds / 8)],
];
for (const [place, open, numRuns] of places) {
  test(`an edge that keeps ${place} answers only what may be answered (${numRuns} worlds, seed ${seed})`, async (t) => {
    const total = new Map<string, number>();
    const steps = fc.array(step, { minLength: 20, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(steps, (each) => run(open, each, total)),
      { seed, numRuns, endOnFailure: true },
    );
    t.diagnostic([...total].map(([kind, count]) => `${count} ${kind}`).join(", "));
    for (const kind of ["asked", "shared", "fresh"]) {
      assert.ok((total.get(kind) ?? 0) > 0, `nothing was ${kind}`);
    }
  });
}

async function run(
  open: () => Promise<ModelStores>,
  steps: readonly Step[],
  total: Map<string, number>,
): Promise<void> {
  const world = new ModelWorld(await open());
  try {
    await world.start();
    for (const each of steps) await world.take(each);
    await world.drain();
    for (const [kind, count] of world.answered) total.set(kind, (total.get(kind) ?? 0) + count);
  } catch (error) {
    throw new Error(`${String(error)}\n${world.history}`, { cause: error });
  } finally {
    await world.end();
  }
}
