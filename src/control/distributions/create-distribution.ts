/** CreateDistribution: a new distribution, with an id and a domain name of its own. */
import type { Operation } from "../operation.ts";
import { completeConfig } from "./config/complete-config.ts";
import { createOn } from "./new-distribution.ts";

/**
 * @throws DistributionAlreadyExists, when the caller reference was used before, whatever for
 * @throws TooManyDistributions, and every error of checkConfig()
 */
export const createDistribution: Operation<"CreateDistribution"> = async (input, context) => {
  const config = completeConfig(input.DistributionConfig, "create");
  return createOn(() => config, [], context);
};
