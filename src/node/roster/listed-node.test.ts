import assert from "node:assert/strict";
import { test } from "node:test";
import { asListed } from "./listed-node.ts";
import type { NodeReport } from "./node-report.ts";

const report: NodeReport = {
  ...{ id: "1", name: "edge-1", kind: "edge", group: "eu", revision: 7, head: "ab" },
  ...{ version: "0.1.0", since: "2026-11-28T21:14:03.197Z", address: "http://127.0.0.1:8080" },
  ...{ logReachable: true, aheadOfLog: 0 },
};

function listed(said: Partial<NodeReport>): readonly unknown[] {
  const { condition, because } = asListed({
    report: { ...report, ...said },
    ...{ isSilent: false, isGone: false, isHeld: false, sinceHeardMs: 0 },
  });
  return [condition, because];
}

test("asListed() says why a node is cut off: how the log differs, or why nobody answers for it", () => {
  assert.deepEqual(listed({}), ["ready", undefined]);
  const away = { logReachable: false, logOutage: "no server listens there" };
  assert.deepEqual(listed(away), ["cut-off", "no server listens there"]);
  // As an earlier release tells it.
  assert.deepEqual(listed({ logReachable: false }), ["cut-off", undefined]);
  assert.deepEqual(listed({ logTrouble: "It was deleted" }), ["cut-off", "It was deleted"]);
});
