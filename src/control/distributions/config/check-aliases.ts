/**
 * Alternate domain names. A name belongs to one distribution; a wildcard and a name that it
 * covers may belong to two, and the more specific one is served.
 *
 * Unlike AWS, no certificate is asked for: Footlight has none yet.
 * Source: CloudFront Developer Guide, "Requirements for using alternate domain names".
 */
import { ApiError, InvalidArgument } from "../../../model/errors.ts";
import { ownResources } from "../../../state/resources.ts";
import type { State } from "../../../state/state.ts";
import type { Draft } from "./draft.ts";

const alias =
  /^(?=.{1,253}$)(\*\.)?([a-z0-9_]([a-z0-9_-]*[a-z0-9_])?\.)+[a-z0-9]([a-z0-9-]*[a-z0-9])?$/i;

/** What no distribution on AWS could have: here a browser's own name for this machine may lead to one. */
const thisMachine = "localhost";

export function checkAliases({ config, state, old, domainSuffix }: Draft): void {
  const names = new Set<string>();
  for (const name of config.Aliases?.Items ?? []) {
    const key = checkAlias(name, domainSuffix);
    if (names.has(key)) {
      throw new InvalidArgument(`The alternate domain name "${name}" is listed twice`);
    }
    names.add(key);
  }
  if (names.size === 0) return;
  for (const taken of namesInUse(state, old?.id)) {
    if (!names.has(aliasKey(taken))) continue;
    throw new ApiError(
      "CNAMEAlreadyExists",
      `One or more of the CNAMEs you provided are already associated with a different resource. ${taken}`,
    );
  }
}

/** The aliases of other distributions, and the domains of distribution tenants. */
function* namesInUse(state: State, exceptId: string | undefined): Iterable<string> {
  for (const other of state.distributions.values()) {
    if (other.id !== exceptId) yield* other.config.Aliases?.Items ?? [];
  }
  for (const tenant of ownResources(state, "distribution-tenant")) {
    for (const { Domain = "" } of tenant.config.Domains ?? []) yield Domain;
  }
}

/** Names compare without case. */
export function aliasKey(name: string): string {
  return name.toLowerCase();
}

/**
 * @returns the name's key
 * @throws InvalidArgument, when it is no domain name, or one of the distributions' own
 */
export function checkAlias(name: string, domainSuffix: string): string {
  if (!alias.test(name) && name !== thisMachine) {
    throw new InvalidArgument(
      `The parameter CNAME contains one or more parameters that are not valid. "${name}" must be a domain name, with at most one "*." in front`,
    );
  }
  const key = aliasKey(name);
  if (key.endsWith(`.${domainSuffix}`)) {
    throw new InvalidArgument(
      `The parameter CNAME contains one or more parameters that are not valid. "${name}" ends in ${domainSuffix}, as the distributions' own names do`,
    );
  }
  return key;
}
