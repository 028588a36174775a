/**
 * Picks the distribution that a request is for, by the Host header alone.
 *
 * A name is either a distribution's own or one of its alternate domain names. `*.example.com`
 * takes names of any depth under example.com, and the most specific of the names that fit wins.
 * Distributions that are disabled or in staging answer as if they did not exist.
 *
 * Source: CloudFront Developer Guide, "Requirements for using alternate domain names".
 */
import type { State } from "../../state/state.ts";
import { deployedDistribution, type DeployedDistribution } from "./deployed-distribution.ts";
import { policiesOf, type Policies } from "./policies.ts";

interface HostTable {
  /** What the distributions in it were made with. */
  readonly policies: Policies;
  readonly exact: ReadonlyMap<string, DeployedDistribution>;
  /** By what follows the "*", like ".example.com". */
  readonly wildcards: ReadonlyMap<string, DeployedDistribution>;
}

/** A table is made when the distributions or policies changed, and serves every state that shares them. */
const tables = new WeakMap<State["distributions"], HostTable>();

/** Characters of a name in the DNS (RFC 1035 §2.3.4). */
const hostMax = 253;

/** @param host lower case, without port and trailing dot */
export function findDistribution(state: State, host: string): DeployedDistribution | undefined {
  // Each of its labels is looked up with all that follows, and viewers choose how many there are.
  if (host.length > hostMax) return undefined;
  const { exact, wildcards } = hostTable(state);
  const found = exact.get(host);
  if (found !== undefined || wildcards.size === 0) return found;
  for (let dot = host.indexOf(".", 1); dot > 0; dot = host.indexOf(".", dot + 1)) {
    const wildcard = wildcards.get(host.slice(dot));
    if (wildcard !== undefined) return wildcard;
  }
  return undefined;
}

function hostTable(state: State): HostTable {
  const policies = policiesOf(state);
  const found = tables.get(state.distributions);
  if (found?.policies === policies) return found;
  const made = buildHostTable(state, policies);
  tables.set(state.distributions, made);
  return made;
}

function buildHostTable(state: State, policies: Policies): HostTable {
  const exact = new Map<string, DeployedDistribution>();
  const wildcards = new Map<string, DeployedDistribution>();
  for (const distribution of state.distributions.values()) {
    const deployed = deployedDistribution(distribution, state.account, policies);
    if (!deployed.reachable) continue;
    exact.set(deployed.domainName, deployed);
    for (const alias of deployed.aliases) {
      if (alias.startsWith("*.")) wildcards.set(alias.slice(1), deployed);
      else exact.set(alias, deployed);
    }
  }
  return { policies, exact, wildcards };
}
