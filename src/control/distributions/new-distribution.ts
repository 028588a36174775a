/** What the operations share that create a distribution: new, tagged, or a copy. */
import { randomText } from "../../base/random-pool.ts";
import { ApiError } from "../../model/errors.ts";
import { etagOf } from "../../model/etag.ts";
import type { Tag } from "../../model/tag.ts";
import type { Distribution, DistributionConfig } from "../../schema/shapes.ts";
import type { State } from "../../state/state.ts";
import type { OperationContext } from "../operation.ts";
import { locationOf } from "../location.ts";
import type { Quotas } from "../quotas.ts";
import { tagsMember } from "../tags/check-tags.ts";
import { checkConfig } from "./config/check-config.ts";
import { changedDistributionOutput } from "./distribution-output.ts";
import { requireDistribution } from "./find-distribution.ts";

const idAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/**
 * @param configOn makes the complete configuration, from the state that it will be part of
 * @throws DistributionAlreadyExists, when the caller reference was used before, whatever for
 * @throws TooManyDistributions, and every error of checkConfig()
 */
export async function createOn(
  configOn: (current: State) => DistributionConfig,
  tags: readonly Tag[],
  { commit, domainSuffix, quotas, isDeployed }: OperationContext,
): Promise<{ Distribution: Distribution; Location: string; ETag: string }> {
  const id = `E${randomText(13, idAlphabet)}`;
  const domainName = `d${randomText(13, idAlphabet.toLowerCase())}.${domainSuffix}`;

  const state = await commit((current) => {
    const config = configOn(current);
    requireNewReference(config.CallerReference, current);
    checkAccountQuotas(config, current, quotas);
    checkConfig({ config, state: current, old: undefined, domainSuffix, quotas });
    return { type: "distribution-created", id, domainName, config, ...tagsMember(tags) };
  });

  const distribution = requireDistribution(state, id);
  return {
    Distribution: changedDistributionOutput(distribution, state, { isDeployed }),
    Location: locationOf("distribution", id),
    ETag: etagOf(distribution.version),
  };
}

function requireNewReference(reference: string | undefined, { distributions }: State): void {
  const twin = distributions.find(({ config }) => config.CallerReference === reference);
  if (twin === undefined) return;
  throw new ApiError(
    "DistributionAlreadyExists",
    "The caller reference that you are using to create a distribution is associated with another distribution. " +
      `Already exists: ${twin.id}`,
  );
}

function checkAccountQuotas(
  { Staging, ConnectionMode }: DistributionConfig,
  { distributions }: State,
  quotas: Quotas,
): void {
  const counts = [
    [true, "distributions", distributions.size, quotas.distributionsPerAccount],
    [
      Staging,
      "staging distributions",
      distributions.count(({ config }) => config.Staging === true),
      quotas.stagingDistributionsPerAccount,
    ],
    [
      ConnectionMode === "tenant-only",
      "multi-tenant distributions",
      distributions.count(({ config }) => config.ConnectionMode === "tenant-only"),
      quotas.multiTenantDistributionsPerAccount,
    ],
  ] as const;
  for (const [applies, what, count, limit] of counts) {
    if (!applies || count < limit) continue;
    throw new ApiError(
      "TooManyDistributions",
      `The account has ${count} ${what}, and the limit is ${limit}`,
    );
  }
}
