import assert from "node:assert/strict";
import { test } from "node:test";
import { applyChange } from "./apply-change.ts";
import { distributionsUsing } from "./associations.ts";
import {
  distributionCreated,
  functionCreated,
  functionPublished,
  sampleAccount,
} from "./sample-changes.ts";
import { emptyState } from "./state.ts";

test("distributionsUsing() gives the distributions as they are now, and none for an unused function", () => {
  const changes = [
    functionCreated("hello"),
    distributionCreated("E1", ["hello"]),
    distributionCreated("E2", ["other"]),
    functionPublished("hello"),
  ];
  const state = changes.reduce(
    (before, change) => applyChange(before, change, before.revision + 1),
    emptyState(sampleAccount),
  );
  assert.deepEqual(distributionsUsing(state, "hello"), [state.distributions.get("E1")]);
  assert.deepEqual(distributionsUsing(state, "unused"), []);
});
