/** GetDistributionConfig: what an update starts from, with the ETag that it must send. */
import { etagOf } from "../../model/etag.ts";
import type { Operation } from "../operation.ts";
import { requireDistribution } from "./find-distribution.ts";

/** @throws NoSuchDistribution, when nothing has that id */
export const getDistributionConfig: Operation<"GetDistributionConfig"> = async (
  { Id },
  context,
) => {
  const { config, version } = requireDistribution(context.state(), Id);
  return { DistributionConfig: config, ETag: etagOf(version) };
};
