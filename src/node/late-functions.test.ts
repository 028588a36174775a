import assert from "node:assert/strict";
import { test } from "node:test";
import type { FunctionCopy } from "../model/function.ts";
import type { LanedFunctions } from "../runtime/apart/edge-functions.ts";
import type { Invocation } from "../runtime/function-runtime.ts";
import { copyOf, sampleEvent } from "../../test/support/sample-copy.ts";
import { functionCreated, stateAfter } from "../../test/support/sample-changes.ts";
import { hasFunctions, LateFunctions } from "./late-functions.ts";

const request = { name: "fn", viewer: { isOver: false } };
const invocation: Invocation = {
  outcome: { type: "no-result", message: "" },
  logs: [],
  computeUtilization: 0,
};

/** Functions that say what they are asked, and what opens them. */
function scene() {
  const told: string[] = [];
  const note = (what: string) => (of: FunctionCopy | string) => {
    told.push(`${what} ${typeof of === "string" ? of : of.code}`);
  };
  const functions = {
    run: (copy: FunctionCopy) => {
      note("run")(copy);
      return invocation;
    },
    ...{ prepare: note("prepare"), foresee: note("foresee"), forgo: note("forgo") },
    ...{ retire: note("retire"), hold: note("hold"), close: async () => note("close")("all") },
  } as unknown as LanedFunctions;
  const opening = Promise.withResolvers<LanedFunctions>();
  let opened = 0;
  const late = new LateFunctions(() => {
    opened += 1;
    return opening.promise;
  });
  return { told, late, arrive: () => opening.resolve(functions), opened: () => opened };
}

test("LateFunctions opens what runs functions once, and has what came before wait for it in order", async () => {
  const { told, late, arrive, opened } = scene();
  assert.equal(opened(), 0);
  const copy = { ...copyOf(""), code: "a" };
  late.hold("b", "ended");
  late.prepare(copy, "fn");
  const run = late.run(copy, sampleEvent, undefined, request);
  late.retire(copy);
  assert.deepEqual([told, opened()], [[], 1]);
  arrive();
  assert.equal(await run, invocation);
  await late.load();
  assert.deepEqual(told, ["hold b", "prepare a", "run a", "retire a"]);

  late.foresee(copy, "fn");
  late.forgo(copy);
  assert.equal(late.run(copy, sampleEvent, undefined, request), invocation, "at once");
  assert.deepEqual(told.slice(4), ["foresee a", "forgo a", "run a"]);
  await late.close();
  assert.equal(told.at(-1), "close all");
  assert.equal(opened(), 1);
});

test("LateFunctions opens nothing to be closed", async () => {
  const { late, opened } = scene();
  await late.close();
  assert.equal(opened(), 0);
});

test("hasFunctions() is so from the first function on", () => {
  assert.equal(hasFunctions(stateAfter()), false);
  assert.equal(hasFunctions(stateAfter(functionCreated("fn"))), true);
});
