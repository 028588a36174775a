/** GetDistribution: what a distribution is, its status and its configuration. */
import { etagOf } from "../../model/etag.ts";
import type { Operation } from "../operation.ts";
import { distributionOutput } from "./distribution-output.ts";
import { requireDistribution } from "./find-distribution.ts";

/** @throws NoSuchDistribution, when nothing has that id */
export const getDistribution: Operation<"GetDistribution"> = async ({ Id }, context) => {
  const state = context.state();
  const distribution = requireDistribution(state, Id);
  return {
    Distribution: distributionOutput(distribution, state, context),
    ETag: etagOf(distribution.version),
  };
};
