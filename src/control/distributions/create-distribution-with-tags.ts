/** CreateDistributionWithTags: a new distribution that has tags from the start. */
import type { Operation } from "../operation.ts";
import { checkTags } from "../tags/check-tags.ts";
import { completeConfig } from "./config/complete-config.ts";
import { createOn } from "./new-distribution.ts";

/** @throws InvalidTagging, and every error of CreateDistribution */
export const createDistributionWithTags: Operation<"CreateDistributionWithTags"> = async (
  { DistributionConfigWithTags },
  context,
) => {
  const tags = checkTags(DistributionConfigWithTags?.Tags, context.quotas);
  const config = completeConfig(DistributionConfigWithTags?.DistributionConfig, "create");
  return createOn(() => config, tags, context);
};
