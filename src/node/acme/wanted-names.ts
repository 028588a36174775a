/** For which names certificates are ordered. */
import { isIP } from "node:net";
import type { ResourceConfigs } from "../../model/resource.ts";
import { ownResources } from "../../state/resources.ts";
import type { State } from "../../state/state.ts";

/** Stands in `--acme-names` for all alternate domain names. */
const allAliases = "aliases";

/**
 * @param given `--acme-names`
 * @param isCovered whether there is another certificate for a name
 * @returns in lower case, sorted; those that no authority can look for are left out: wildcards, which only DNS could prove,
 *   and names of this machine
 */
export function wantedNames(
  given: string,
  state: State,
  isCovered: (name: string) => boolean,
): string[] {
  const words = given === "" ? [] : given.split(",");
  const aliases = words.includes(allAliases) ? aliasesOf(state) : [];
  const named = words.filter((word) => word !== allAliases);
  const names = [...named, ...aliases, ...requestedNames(state)].map((name) => name.toLowerCase());
  return [...new Set(names)].filter((name) => isPublic(name) && !isCovered(name)).toSorted();
}

function aliasesOf(state: State): string[] {
  const ofDistributions = [...state.distributions.values()]
    .filter(({ config }) => config.Enabled)
    .flatMap(({ config }) => config.Aliases?.Items ?? []);
  return [...ofDistributions, ...tenantDomains(state, () => true)];
}

/** Those of tenants that were created with a ManagedCertificateRequest. */
function requestedNames(state: State): string[] {
  return tenantDomains(state, ({ ManagedCertificateRequest: request }) => request !== undefined);
}

type TenantConfig = ResourceConfigs["distribution-tenant"];

function tenantDomains(state: State, isMeant: (config: TenantConfig) => boolean): string[] {
  return ownResources(state, "distribution-tenant")
    .filter(({ config }) => config.Enabled !== false && isMeant(config))
    .flatMap(({ config: { Domains = [] } }) => Domains.map(({ Domain = "" }) => Domain));
}

function isPublic(name: string): boolean {
  const isName = /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(name) && isIP(name) === 0;
  return isName && !/\.(localhost|local|internal)$/.test(name);
}
