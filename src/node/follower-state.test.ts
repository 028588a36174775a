import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyState } from "../state/state.ts";
import { followerFacts, followerStateOf } from "./follower-state.ts";

const state = { ...emptyState("000000000000"), revision: 7, head: "ab" };
const holding = { why: "because", at: 8, entryKind: "function-renamed" };

const trouble = { kind: "behind", says: "It ends too early", last: 5 } as const;

test("followerStateOf() says by how much a node is ahead of its log, and what it holds at", () => {
  const standing = { isReachable: true, outage: undefined, last: 5, trouble };
  assert.deepEqual(followerStateOf({ state, holding }, standing), {
    revision: 7,
    hash: "ab",
    holding,
    logReachable: true,
    logOutage: undefined,
    aheadOfLog: 2,
    logTrouble: trouble,
  });
  const behind = followerStateOf(
    { state, holding: undefined },
    { isReachable: false, outage: "no server listens there", last: 9, trouble: undefined },
  );
  assert.deepEqual(followerFacts(behind), {
    revision: 7,
    hash: "ab",
    log_reachable: false,
    log_outage: "no server listens there",
    ahead_of_log: 0,
  });
});
