/** GetDistributionConfig: what an update starts from, with the ETag that it must send. */
import { etagOf } from "../../model/etag.ts";
import type { Operation } from "../operation.ts";
import { shownConfig } from "./shown-config.ts";
import { requireDistribution } from "./find-distribution.ts";

/** @throws NoSuchDistribution, when nothing has that id */
export const getDistributionConfig: Operation<"GetDistributionConfig"> = async (
  { Id },
  context,
) => {
  const state = context.state();
  const distribution = requireDistribution(state, Id);
  return {
    DistributionConfig: shownConfig(distribution, state),
    ETag: etagOf(distribution.version),
  };
};
