/** Who answers to which domain: distributions by their aliases, tenants by their domains. */
import { ApiError, InvalidArgument } from "../../../model/errors.ts";
import type { Distribution } from "../../../model/distribution.ts";
import type { Resource } from "../../../model/resource.ts";
import { findResource, ownResources } from "../../../state/resources.ts";
import type { State } from "../../../state/state.ts";

export interface DomainHolder {
  readonly domain: string;
  readonly type: "distribution" | "distribution-tenant";
  readonly id: string;
}

/** Every domain of the account, in no order. */
export function holdersOf(state: State): readonly DomainHolder[] {
  const ofDistributions = state.distributions.valueSeq().flatMap(({ id, config }) =>
    (config.Aliases?.Items ?? []).map((domain) => ({
      domain,
      type: "distribution" as const,
      id,
    })),
  );
  const ofTenants = ownResources(state, "distribution-tenant").flatMap(({ id, kind, config }) =>
    (config.Domains ?? []).map(({ Domain = "" }) => ({ domain: Domain, type: kind, id })),
  );
  return [...ofDistributions, ...ofTenants];
}

export type DomainResource = Distribution | Resource<"distribution-tenant">;

interface ResourceId {
  readonly DistributionId?: string | undefined;
  readonly DistributionTenantId?: string | undefined;
}

/**
 * @throws InvalidArgument, unless it names one or the other
 * @throws EntityNotFound, when nothing has that id
 */
export function requireDomainResource(state: State, given: ResourceId | undefined): DomainResource {
  const { DistributionId, DistributionTenantId } = given ?? {};
  if (!DistributionId === !DistributionTenantId) {
    throw new InvalidArgument("Exactly one of DistributionId and DistributionTenantId is required");
  }
  const resource = DistributionId
    ? state.distributions.get(DistributionId)
    : findResource(state, "distribution-tenant", DistributionTenantId ?? "");
  if (resource !== undefined) return resource;
  throw new ApiError(
    "EntityNotFound",
    `The specified ${DistributionId ? "distribution" : "distribution tenant"} does not exist. It was looked for as "${DistributionId ?? DistributionTenantId}"`,
  );
}

export function isTenant(resource: DomainResource): resource is Resource<"distribution-tenant"> {
  return "kind" in resource;
}
