/** CreateDistribution: a new site, with an id and a domain name of its own. */
import { randomText } from "../../base/random-pool.ts";
import { ApiError } from "../../model/errors.ts";
import { etagOf } from "../../model/etag.ts";
import type { Operation } from "../operation.ts";
import { locationOf } from "../location.ts";
import { quotas } from "../quotas.ts";
import { checkConfig } from "./check-config.ts";
import { completeConfig } from "./complete-config.ts";
import { distributionOutput } from "./distribution-output.ts";
import { requireDistribution } from "./find-distribution.ts";

const idAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/**
 * @throws DistributionAlreadyExists, when the caller reference was used before, whatever for
 * @throws TooManyDistributions, and every error of checkConfig()
 */
export const createDistribution: Operation<"CreateDistribution"> = async (
  input,
  { commit, domainSuffix },
) => {
  const config = completeConfig(input.DistributionConfig);
  const id = `E${randomText(13, idAlphabet)}`;
  const domainName = `d${randomText(13, idAlphabet.toLowerCase())}.${domainSuffix}`;

  const state = await commit((current) => {
    const twin = current.distributions.find(
      (other) => other.config.CallerReference === config.CallerReference,
    );
    if (twin !== undefined) {
      throw new ApiError(
        "DistributionAlreadyExists",
        "The caller reference that you are using to create a distribution is associated with another distribution. " +
          `Already exists: ${twin.id}`,
      );
    }
    if (current.distributions.size >= quotas.distributionsPerAccount) {
      throw new ApiError(
        "TooManyDistributions",
        `The account has ${current.distributions.size} distributions, and the limit is ${quotas.distributionsPerAccount}`,
      );
    }
    checkConfig(config, current, undefined);
    return { type: "distribution-created", id, domainName, config };
  });

  const distribution = requireDistribution(state, id);
  return {
    Distribution: distributionOutput(distribution, "InProgress", state.account),
    Location: locationOf("distribution", id),
    ETag: etagOf(distribution.version),
  };
};
