/** The quotas on how many items a distribution's lists may have. */
import { ApiError } from "../../../model/errors.ts";
import type { Draft } from "./draft.ts";

const counted = [
  ["TooManyDistributionCNAMEs", "Aliases", "aliasesPerDistribution"],
  ["TooManyCacheBehaviors", "CacheBehaviors", "cacheBehaviorsPerDistribution"],
  ["TooManyOrigins", "Origins", "originsPerDistribution"],
  ["TooManyOriginGroupsPerDistribution", "OriginGroups", "originGroupsPerDistribution"],
] as const;

export function checkCounts({ config, quotas }: Draft): void {
  for (const [code, member, quota] of counted) {
    const count = config[member]?.Items?.length ?? 0;
    if (count > quotas[quota]) {
      throw new ApiError(code, `${member} has ${count} items, and the limit is ${quotas[quota]}`);
    }
  }
}
