import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyState } from "../state/state.ts";
import { followerFacts, followerStateOf } from "./follower-state.ts";

const state = { ...emptyState("000000000000"), revision: 7, head: "ab" };
const holding = { why: "because", at: 8, entryKind: "function-renamed" };

const trouble = { kind: "behind", says: "It ends too early", last: 5 } as const;

test("followerStateOf() says by how much a node is ahead of its log, and what it holds at", () => {
  assert.deepEqual(followerStateOf({ state, holding }, { isReachable: true, last: 5, trouble }), {
    revision: 7,
    hash: "ab",
    holding,
    logReachable: true,
    aheadOfLog: 2,
    logTrouble: trouble,
  });
  const behind = followerStateOf(
    { state, holding: undefined },
    { isReachable: false, last: 9, trouble: undefined },
  );
  assert.deepEqual(followerFacts(behind), {
    revision: 7,
    hash: "ab",
    log_reachable: false,
    ahead_of_log: 0,
  });
});
