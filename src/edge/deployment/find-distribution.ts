/**
 * Picks the distribution that a request is for, by the Host header alone.
 *
 * A name is a distribution's own, one of its alternate domain names, or a domain of one of its tenants.
 * `*.example.com` takes names of any depth under example.com, and the most specific of the names that fit
 * wins, whoever has it. Distributions that are disabled or in staging answer as if they did not exist, and
 * multi-tenant ones do to all names but their tenants'.
 *
 * Source: CloudFront Developer Guide, "Requirements for using alternate domain names", "Understand how
 * multi-tenant distributions work".
 */
import type { DeployedDistribution } from "./deployed-distribution.ts";

/** Which distribution answers to which name: apart, because tenants are many, and others change without them. */
export interface Hosts {
  readonly distributions: HostTable;
  readonly tenants: HostTable;
}

export interface HostTable {
  readonly exact: ReadonlyMap<string, DeployedDistribution>;
  /** By what follows the "*", like ".example.com". */
  readonly wildcards: ReadonlyMap<string, DeployedDistribution>;
}

/** Characters of a name in the DNS (RFC 1035 §2.3.4). */
const hostMax = 253;

/** @param host lower case, without port and trailing dot */
export function findDistribution(
  { distributions, tenants }: Hosts,
  host: string,
): DeployedDistribution | undefined {
  // Each of its labels is looked up with all that follows, and viewers choose how many there are.
  if (host.length > hostMax) return undefined;
  const found = distributions.exact.get(host) ?? tenants.exact.get(host);
  if (found !== undefined || distributions.wildcards.size + tenants.wildcards.size === 0) {
    return found;
  }
  for (let dot = host.indexOf(".", 1); dot > 0; dot = host.indexOf(".", dot + 1)) {
    const rest = host.slice(dot);
    const wildcard = distributions.wildcards.get(rest) ?? tenants.wildcards.get(rest);
    if (wildcard !== undefined) return wildcard;
  }
  return undefined;
}

export const noHosts: HostTable = { exact: new Map(), wildcards: new Map() };

export function buildHostTable(distributions: Iterable<DeployedDistribution>): HostTable {
  const exact = new Map<string, DeployedDistribution>();
  const wildcards = new Map<string, DeployedDistribution>();
  for (const deployed of distributions) {
    if (!deployed.reachable) continue;
    exact.set(deployed.domainName, deployed);
    addHosts({ exact, wildcards }, deployed);
  }
  return { exact, wildcards };
}

/** Its alternate domain names, or the domains of the tenant that it is of. */
export function addHosts(
  { exact, wildcards }: Record<keyof HostTable, Map<string, DeployedDistribution>>,
  deployed: DeployedDistribution,
): void {
  for (const alias of deployed.aliases) {
    if (alias.startsWith("*.")) wildcards.set(alias.slice(1), deployed);
    else exact.set(alias, deployed);
  }
}
