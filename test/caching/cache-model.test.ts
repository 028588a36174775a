/**
 * Whatever origins answer and viewers ask, in whatever order, while the clock moves, objects change
 * and are invalidated, policies change and edges start anew over what is kept: each answer is one
 * that may be given (model/what-may-be-answered.ts).
 *
 * `npm run soak -- cache-model` runs it longer.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { MemoryStore } from "../../src/cache/memory-store.ts";
import { ModelWorld } from "./model/world.ts";
import { step, type Step } from "./model/steps.ts";

const numRuns = Number(process.env["FOOTLIGHT_FUZZ_CACHES"] ?? 40);
const seed = Number(process.env["FOOTLIGHT_FUZZ_SEED"] ?? 1);

test(`an edge answers only what may be answered (seed ${seed}, ${numRuns} worlds)`, async (t) => {
  const total = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), (steps) =>
      run(steps, total),
    ),
    { seed, numRuns, endOnFailure: process.env["FOOTLIGHT_FUZZ_SHRINK"] === undefined },
  );
  t.diagnostic([...total].map(([kind, count]) => `${count} ${kind}`).join(", "));
  for (const kind of ["asked", "shared", "fresh", "updating", "stale"]) {
    assert.ok((total.get(kind) ?? 0) > 0, `nothing was ${kind}`);
  }
});

async function run(steps: readonly Step[], total: Map<string, number>): Promise<void> {
  const world = new ModelWorld(new MemoryStore(8 * 1024 * 1024));
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
