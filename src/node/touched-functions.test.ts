import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { tried } from "../../test/support/tried.ts";
import { history } from "../../test/support/change-history.ts";
import {
  functionCreated,
  functionUpdated,
  sampleAccount,
} from "../../test/support/sample-changes.ts";
import { applyChange } from "../state/apply-change.ts";
import { emptyState } from "../state/state.ts";
import { copiesOnlyIn } from "./live-copies.ts";
import { TouchedFunctions } from "./touched-functions.ts";

test("No copy of a function comes or goes that a look at the touched ones does not find", () => {
  fc.assert(
    fc.property(history, fc.infiniteStream(fc.nat(15)), (changes, choices) => {
      const touched = new TouchedFunctions();
      const states = [emptyState(sampleAccount)];
      let served = states[0]!;
      for (const change of changes) {
        const newest = states.at(-1)!;
        const next = applyChange(newest, change, newest.revision + 1);
        states.push(next);
        const choice = choices.next().value as number;
        // Where entries were dropped it is not known what they were.
        if (choice < 4) touched.noteAll(next.revision);
        else touched.note(change, next.revision);
        // What is served may be some changes behind what is known.
        const lag = choice % 4;
        const state = states.at(-1 - lag);
        if (state === undefined || state.revision <= served.revision) continue;
        const names = touched.take(state.revision);
        for (const [to, from] of [
          [state, served],
          [served, state],
        ] as const) {
          const copies = (some?: readonly string[]) =>
            [...copiesOnlyIn(to, from, some)].map(({ copy }) => copy);
          assert.deepEqual(new Set(copies(names)), new Set(copies()));
        }
        served = state;
      }
    }),
    tried(300),
  );
});

test("TouchedFunctions.take() tells of few, and of none twice, but of those that changed after what is served", () => {
  const touched = new TouchedFunctions();
  touched.note(functionCreated("a"), 1);
  touched.note(functionCreated("b"), 2);
  touched.note(functionUpdated("a", "b25l", 3), 3);
  assert.deepEqual(touched.take(2), ["a", "b"]);
  assert.deepEqual(touched.take(3), ["a"]);
  assert.deepEqual(touched.take(4), []);
  touched.noteAll(5);
  assert.equal(touched.take(4), undefined);
  assert.equal(touched.take(5), undefined);
  assert.deepEqual(touched.take(6), []);
});
