/** A distribution as it is stored: AWS's configuration, whole, and what the control plane keeps beside it. */
import type { CacheBehavior, DefaultCacheBehavior, DistributionConfig } from "../schema/shapes.ts";
import { functionNameOfArn } from "./arn.ts";

export interface Distribution {
  /** "E" and 13 upper-case letters and digits. */
  readonly id: string;
  /** Like `d111111abcdef8.cloudfront.localhost`: always answers, beside the aliases. */
  readonly domainName: string;
  /** Complete: every member that AWS fills in is filled in. */
  readonly config: DistributionConfig;
  /** Counts from 1; the ETag is made from it. */
  readonly version: number;
  /** The log's revision at which edges last had something new to apply for this distribution. */
  readonly deployRevision: number;
  /** ISO 8601, UTC, with milliseconds. */
  readonly lastModifiedTime: string;
}

/** The default cache behavior and the others, in the order AWS lists them: the default one last. */
export function behaviorsOf(config: DistributionConfig): (CacheBehavior | DefaultCacheBehavior)[] {
  const others = config.CacheBehaviors?.Items ?? [];
  return config.DefaultCacheBehavior ? [...others, config.DefaultCacheBehavior] : others;
}

const usedByConfig = new WeakMap<DistributionConfig, ReadonlySet<string>>();

/**
 * Configurations are never changed in place, so what one uses is worked out once.
 *
 * @returns the names of the functions that a configuration associates with its behaviors
 */
export function functionsUsedBy(config: DistributionConfig, account: string): ReadonlySet<string> {
  const known = usedByConfig.get(config);
  if (known !== undefined) return known;
  const names = new Set<string>();
  for (const behavior of behaviorsOf(config)) {
    for (const association of behavior.FunctionAssociations?.Items ?? []) {
      const name = functionNameOfArn(association.FunctionARN ?? "", account);
      if (name !== undefined) names.add(name);
    }
  }
  usedByConfig.set(config, names);
  return names;
}
