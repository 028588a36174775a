/** GetDistribution: what a distribution is, its status and its configuration. */
import { etagOf } from "../../model/etag.ts";
import type { Operation } from "../operation.ts";
import { distributionOutput, distributionStatus } from "./distribution-output.ts";
import { requireDistribution } from "./find-distribution.ts";

/** @throws NoSuchDistribution, when nothing has that id */
export const getDistribution: Operation<"GetDistribution"> = async ({ Id }, context) => {
  const state = context.state();
  const distribution = requireDistribution(state, Id);
  const status = distributionStatus(distribution, context);
  return {
    Distribution: distributionOutput(distribution, status, state.account),
    ETag: etagOf(distribution.version),
  };
};
