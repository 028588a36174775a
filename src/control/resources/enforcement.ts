/**
 * Whether the edge does what an operation sets: the table behind docs/operations.md. For resources
 * their row says it; this adds the rest of the API.
 */
import type { OperationName } from "../../schema/operations.ts";
import { connectionFunction } from "./connection-functions/connection-function.ts";
import { connectionGroup } from "./network/connection-group.ts";
import { distributionTenant } from "./network/distribution-tenant.ts";
import type { Enforcement, ResourceRow } from "./resource-row.ts";
import { resourceRows } from "./resource-rows.ts";

const rows = Object.values(resourceRows) as readonly ResourceRow[];

const ofRows = rows.flatMap((row) =>
  Object.values(row.operations).map((name) => [name, row.enforced] as const),
);

interface Group {
  readonly enforced: Enforcement;
  /** Which operations, by the whole name. */
  readonly names: RegExp;
}

/** The first that matches counts. */
const groups: readonly Group[] = [
  { enforced: connectionFunction.enforced, names: /ConnectionFunctions?$/ },
  {
    enforced: { edge: "no", reason: "the edge applies no web ACLs" },
    names: /WebACL$/,
  },
  { enforced: connectionGroup.enforced, names: /ConnectionGroup/ },
  {
    enforced: { edge: "yes" },
    names: /^UpdateDomainAssociation$|Invalidations?ForDistributionTenant$/,
  },
  {
    enforced: { edge: "not applicable", reason: "asks no DNS server" },
    names: /^VerifyDnsConfiguration$/,
  },
  {
    enforced: { edge: "not applicable", reason: "reads who has which domain" },
    names: /^ListDomainConflicts$/,
  },
  { enforced: { edge: "yes" }, names: /^GetManagedCertificateDetails$/ },
  { enforced: distributionTenant.enforced, names: /Tenant/ },
  {
    enforced: { edge: "not applicable", reason: "labels and grants for other services" },
    names: /^(Tag|Untag|ListTags)|ResourcePolicy$/,
  },
  {
    enforced: { edge: "not applicable", reason: "reads which distributions name something" },
    names: /^ListDistributionsBy|^ListConflictingAliases$/,
  },
  {
    enforced: { edge: "yes" },
    names: /Functions?$|KeyValueStores?$|Invalidations?$|^AssociateAlias$/,
  },
  {
    enforced: { edge: "partly", reason: "docs/choices.md lists the settings that are not" },
    names: /Distribution/,
  },
];

const byName = new Map<string, Enforcement>(ofRows);

/** @returns undefined for an operation that nobody has judged */
export function enforcementOf(name: OperationName): Enforcement | undefined {
  return byName.get(name) ?? groups.find(({ names }) => names.test(name))?.enforced;
}
