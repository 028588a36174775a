/** The quotas on how many items a distribution's lists may have, told in AWS's words. */
import { ApiError } from "../../../model/errors.ts";
import type { Draft } from "./draft.ts";

const counted = [
  {
    code: "TooManyDistributionCNAMEs",
    member: "Aliases",
    quota: "aliasesPerDistribution",
    text: "Your request contains more CNAMEs than are allowed per distribution.",
  },
  {
    code: "TooManyCacheBehaviors",
    member: "CacheBehaviors",
    quota: "cacheBehaviorsPerDistribution",
    text: "Your request contains more CacheBehaviors than are allowed per distribution.",
  },
  {
    code: "TooManyOrigins",
    member: "Origins",
    quota: "originsPerDistribution",
    text: "You cannot create more origins for the distribution.",
  },
  {
    code: "TooManyOriginGroupsPerDistribution",
    member: "OriginGroups",
    quota: "originGroupsPerDistribution",
    text: "Processing your request would cause you to exceed the maximum number of origin groups allowed.",
  },
] as const;

export function checkCounts({ config, quotas }: Draft): void {
  for (const { code, member, quota, text } of counted) {
    const count = config[member]?.Items?.length ?? 0;
    if (count <= quotas[quota]) continue;
    throw new ApiError(
      code,
      `${text} ${member} has ${count} items, and the limit is ${quotas[quota]}`,
    );
  }
}
