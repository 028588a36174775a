import assert from "node:assert/strict";
import { test } from "node:test";
import { distributionsUsing } from "./associations.ts";
import {
  distributionCreated,
  functionCreated,
  functionPublished,
  stateAfter,
} from "../../test/support/sample-changes.ts";

test("distributionsUsing() gives the distributions as they are now, and none for an unused function", () => {
  const state = stateAfter(
    functionCreated("hello"),
    distributionCreated("E1", ["hello"]),
    distributionCreated("E2", ["other"]),
    functionPublished("hello"),
  );
  assert.deepEqual(distributionsUsing(state, "hello"), [state.distributions.get("E1")]);
  assert.deepEqual(distributionsUsing(state, "unused"), []);
});
