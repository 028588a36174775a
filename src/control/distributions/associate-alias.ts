/**
 * AssociateAlias: gives an alternate domain name to a distribution, and takes it from the one
 * that has it, in one step: no viewer finds the name without a distribution.
 */
import type { Distribution } from "../../model/distribution.ts";
import { ApiError } from "../../model/errors.ts";
import type { DistributionConfig } from "../../schema/shapes.ts";
import { ownResources } from "../../state/resources.ts";
import type { State } from "../../state/state.ts";
import type { Operation } from "../operation.ts";
import { aliasKey, checkAlias } from "./config/check-aliases.ts";
import { requireDistribution } from "./find-distribution.ts";

/**
 * @throws NoSuchDistribution, when there is no such target distribution
 * @throws InvalidArgument, when the alias is no domain name
 * @throws IllegalUpdate, when the target or a distribution tenant has the alias, or the target can't have any
 * @throws TooManyDistributionCNAMEs, when the target can't have one more
 */
export const associateAlias: Operation<"AssociateAlias"> = async (input, context) => {
  const alias = input.Alias ?? "";
  await context.commit((current) => {
    const target = requireDistribution(current, input.TargetDistributionId);
    const key = checkAlias(alias, context.domainSuffix);
    requirePlaceFor(alias, target, context.quotas.aliasesPerDistribution);
    refuseTenantDomain(key, current);
    const source = findHolder(key, current);
    return {
      type: "distributions-updated",
      id: target.id,
      configs: {
        ...(source && { [source.id]: withAliases(source.config, without(source, key)) }),
        [target.id]: withAliases(target.config, [...aliasesOf(target), alias]),
      },
    };
  });
  return {};
};

function requirePlaceFor(alias: string, target: Distribution, limit: number): void {
  const { Staging, ConnectionMode } = target.config;
  if (Staging || ConnectionMode === "tenant-only") {
    throw new ApiError(
      "IllegalUpdate",
      `${target.id} is a ${Staging ? "staging" : "multi-tenant"} distribution, which has no alternate domain names`,
    );
  }
  const aliases = aliasesOf(target);
  if (aliases.some((name) => aliasKey(name) === aliasKey(alias))) {
    throw new ApiError("IllegalUpdate", `The distribution ${target.id} has the alias ${alias}`);
  }
  if (aliases.length >= limit) {
    throw new ApiError(
      "TooManyDistributionCNAMEs",
      `The distribution ${target.id} has ${aliases.length} aliases, and the limit is ${limit}`,
    );
  }
}

function refuseTenantDomain(key: string, state: State): void {
  const tenant = ownResources(state, "distribution-tenant").find(({ config }) =>
    config.Domains?.some(({ Domain = "" }) => aliasKey(Domain) === key),
  );
  if (tenant === undefined) return;
  throw new ApiError("IllegalUpdate", `The distribution tenant ${tenant.id} has the alias ${key}`);
}

function findHolder(key: string, { distributions }: State): Distribution | undefined {
  return distributions.find((other) => aliasesOf(other).some((name) => aliasKey(name) === key));
}

function aliasesOf({ config }: Distribution): readonly string[] {
  return config.Aliases?.Items ?? [];
}

function without(distribution: Distribution, key: string): string[] {
  return aliasesOf(distribution).filter((name) => aliasKey(name) !== key);
}

function withAliases(config: DistributionConfig, names: string[]): DistributionConfig {
  const quantity = { Quantity: names.length };
  return { ...config, Aliases: names.length > 0 ? { ...quantity, Items: names } : quantity };
}
