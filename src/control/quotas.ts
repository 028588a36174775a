/** CloudFront's quotas that yield errors. Source: CloudFront Developer Guide, "Quotas", April 2026. */
export const quotas = {
  functionsPerAccount: 100,
  distributionsPerAccount: 500,
  distributionsPerFunction: 100,
  aliasesPerDistribution: 100,
  cacheBehaviorsPerDistribution: 75,
  originsPerDistribution: 100,
  originGroupsPerDistribution: 10,
} as const;
