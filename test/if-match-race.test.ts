/** Two nodes on one log, and two callers with the same ETag. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLogger } from "../src/base/logger.ts";
import { createDistribution } from "../src/control/distributions/create-distribution.ts";
import { getDistribution } from "../src/control/distributions/get-distribution.ts";
import { sampleConfig } from "./support/sample-config.ts";
import { updateDistribution } from "../src/control/distributions/update-distribution.ts";
import type { OperationContext } from "../src/control/operation.ts";
import { MemoryLog } from "../src/log/memory-log.ts";
import type { ApiError } from "../src/model/errors.ts";
import { commitChange } from "../src/state/commit.ts";
import { Replica } from "../src/state/replica.ts";
import { sampleAccount, sampleCause } from "./support/sample-changes.ts";
import { createTestAccount } from "./support/test-account.ts";

test("Of two nodes that update one distribution with the same ETag, exactly one wins", async () => {
  const log = new MemoryLog();
  const nodes = await Promise.all([openNode(log), openNode(log)]);
  const [first, second] = nodes;
  const { Distribution } = await createDistribution(
    { DistributionConfig: sampleConfig() },
    first.context,
  );
  const Id = Distribution?.Id ?? "";
  for (let round = 0; round < 20; round++) {
    await second.replica.whenAt(first.replica.state.revision);
    const { ETag: IfMatch } = await getDistribution({ Id }, first.context);
    const results = await Promise.allSettled(
      [first, second].map(({ context }, index) => {
        const DistributionConfig = { ...sampleConfig(), Comment: `round ${round} node ${index}` };
        return updateDistribution({ Id, IfMatch, DistributionConfig }, context);
      }),
    );
    const lost = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
    assert.equal(lost.length, 1);
    assert.equal((lost[0] as ApiError).code, "PreconditionFailed");
    assert.equal(first.replica.state.revision, round + 2);
  }
  await Promise.all(nodes.map(({ replica }) => replica.close()));
});

interface OpenNode {
  readonly context: OperationContext;
  readonly replica: Replica;
}

async function openNode(log: MemoryLog): Promise<OpenNode> {
  const replica = await Replica.open(log, { account: sampleAccount, logger: silentLogger });
  const at = "2026-01-02T03:04:05.678Z";
  const context: OperationContext = {
    ...createTestAccount(),
    state: () => replica.state,
    commit: async (decide) => {
      const { state } = await commitChange(log, replica, (current) => ({
        ...decide(current),
        at,
        cause: sampleCause,
      }));
      return state;
    },
  };
  return { context, replica };
}
