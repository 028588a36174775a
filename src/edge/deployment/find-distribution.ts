/**
 * Picks the distribution that a request is for, by the Host header alone.
 *
 * A name is either a distribution's own or one of its alternate domain names. `*.example.com`
 * takes names of any depth under example.com, and the most specific of the names that fit wins.
 * Distributions that are disabled or in staging answer as if they did not exist.
 *
 * Source: CloudFront Developer Guide, "Requirements for using alternate domain names".
 */
import type { DeployedDistribution } from "./deployed-distribution.ts";

/** Which distribution answers to which name. */
export interface HostTable {
  readonly exact: ReadonlyMap<string, DeployedDistribution>;
  /** By what follows the "*", like ".example.com". */
  readonly wildcards: ReadonlyMap<string, DeployedDistribution>;
}

/** Characters of a name in the DNS (RFC 1035 §2.3.4). */
const hostMax = 253;

/** @param host lower case, without port and trailing dot */
export function findDistribution(
  { exact, wildcards }: HostTable,
  host: string,
): DeployedDistribution | undefined {
  // Each of its labels is looked up with all that follows, and viewers choose how many there are.
  if (host.length > hostMax) return undefined;
  const found = exact.get(host);
  if (found !== undefined || wildcards.size === 0) return found;
  for (let dot = host.indexOf(".", 1); dot > 0; dot = host.indexOf(".", dot + 1)) {
    const wildcard = wildcards.get(host.slice(dot));
    if (wildcard !== undefined) return wildcard;
  }
  return undefined;
}

export function buildHostTable(distributions: Iterable<DeployedDistribution>): HostTable {
  const exact = new Map<string, DeployedDistribution>();
  const wildcards = new Map<string, DeployedDistribution>();
  for (const deployed of distributions) {
    if (!deployed.reachable) continue;
    exact.set(deployed.domainName, deployed);
    for (const alias of deployed.aliases) {
      if (alias.startsWith("*.")) wildcards.set(alias.slice(1), deployed);
      else exact.set(alias, deployed);
    }
  }
  return { exact, wildcards };
}
