/**
 * UpdateDomainAssociation: takes a domain from the distribution or tenant that has it and gives it
 * to another, in one step.
 *
 * Source: CloudFront API Reference, UpdateDomainAssociation: the source must be disabled before.
 */
import { ApiError, InvalidIfMatchVersion, PreconditionFailed } from "../../../model/errors.ts";
import { etagOf, isEtag } from "../../../model/etag.ts";
import type { Fact } from "../../../state/change.ts";
import type { State } from "../../../state/state.ts";
import { aliasKey } from "../../distributions/config/check-aliases.ts";
import type { Operation } from "../../operation.ts";
import {
  holdersOf,
  isTenant,
  requireDomainResource,
  type DomainResource,
} from "./domain-holders.ts";

type Moved = Pick<Extract<Fact, { type: "distributions-updated" }>, "configs" | "tenants">;

/**
 * @throws EntityNotFound, when nothing has the domain, or the target does not exist
 * @throws InvalidIfMatchVersion, PreconditionFailed, when there is an IfMatch and it is not the target's ETag
 * @throws IllegalUpdate, when the source is enabled, or the target has the domain or can have none
 */
export const updateDomainAssociation: Operation<"UpdateDomainAssociation"> = async (
  input,
  context,
) => {
  const domain = input.Domain ?? "";
  const state = await context.commit((current) => {
    const target = requireDomainResource(current, input.TargetResource);
    checkVersion(target, input.IfMatch);
    const source = requireSource(current, domain);
    checkMove(domain, source, target);
    const taken = withDomains(source, (names) => names.filter((name) => !isSame(name, domain)));
    const given = withDomains(target, (names) => [...names, domain]);
    return {
      type: "distributions-updated",
      id: target.id,
      configs: { ...taken.configs, ...given.configs },
      tenants: { ...taken.tenants, ...given.tenants },
    };
  });
  const { id, version } = requireDomainResource(state, input.TargetResource);
  return { Domain: domain, ResourceId: id, ETag: etagOf(version) };
};

function checkVersion({ id, version }: DomainResource, ifMatch: string | undefined): void {
  if (!ifMatch) return;
  if (!isEtag(ifMatch)) throw new InvalidIfMatchVersion(id, ifMatch);
  const current = etagOf(version);
  if (ifMatch !== current) throw new PreconditionFailed(id, ifMatch, current);
}

function requireSource(state: State, domain: string): DomainResource {
  const holder = holdersOf(state).find((one) => isSame(one.domain, domain));
  if (holder === undefined) {
    throw new ApiError("EntityNotFound", `No distribution or tenant has the domain "${domain}"`);
  }
  const isDistribution = holder.type === "distribution";
  const key = isDistribution ? { DistributionId: holder.id } : { DistributionTenantId: holder.id };
  return requireDomainResource(state, key);
}

function checkMove(domain: string, source: DomainResource, target: DomainResource): void {
  if (source.id === target.id) {
    throw new ApiError("IllegalUpdate", `The domain "${domain}" is ${target.id}'s already`);
  }
  if (source.config.Enabled) {
    throw new ApiError("IllegalUpdate", `${source.id} has the domain, and must be disabled first`);
  }
  if (isTenant(source) && source.config.Domains?.length === 1) {
    throw new ApiError("IllegalUpdate", `"${domain}" is the only domain of ${source.id}`);
  }
  if (isTenant(target)) return;
  const { Staging, ConnectionMode } = target.config;
  if (Staging || ConnectionMode === "tenant-only") {
    throw new ApiError("IllegalUpdate", `${target.id} is a distribution that has no domains`);
  }
}

/** A distribution's domains are its aliases. */
function withDomains(
  resource: DomainResource,
  change: (names: readonly string[]) => string[],
): Moved {
  const { id } = resource;
  if (isTenant(resource)) {
    const names = change((resource.config.Domains ?? []).map(({ Domain = "" }) => Domain));
    const Domains = names.map((Domain) => ({ Domain }));
    return { configs: {}, tenants: { [id]: { ...resource.config, Domains } } };
  }
  const Items = change(resource.config.Aliases?.Items ?? []);
  const Aliases = { Quantity: Items.length, ...(Items.length > 0 && { Items }) };
  return { configs: { [id]: { ...resource.config, Aliases } } };
}

function isSame(one: string, other: string): boolean {
  return aliasKey(one) === aliasKey(other);
}
