/**
 * Moving a domain changes two resources: the one that gets it, which the call names, and the one that
 * has it so far, which it does not. A key that must not touch one of them must not do it.
 */
import { buildArn, resourceArn } from "../../model/arn.ts";
import type { OperationName } from "../../schema/operations.ts";
import type { State } from "../../state/state.ts";
import { aliasKey } from "../distributions/config/check-aliases.ts";
import { holdersOf } from "../resources/network/domain-holders.ts";

type Input = Readonly<Record<string, unknown>>;

/** The member that holds the domain, of the operations that move one. */
const domainMembers: Partial<Record<OperationName, string>> = {
  AssociateAlias: "Alias",
  UpdateDomainAssociation: "Domain",
};

/** @returns the ARNs of those whose domains the call changes, beside what its row says */
export function resourcesOfMove(operation: OperationName, input: Input, state: State): string[] {
  const domain = input[domainMembers[operation] ?? ""];
  if (typeof domain !== "string") return [];
  const holders = holdersOf(state).filter((one) => aliasKey(one.domain) === aliasKey(domain));
  return [
    ...targetOf(input, state),
    ...holders.map(({ type, id }) => buildArn(state.account, type, id)),
  ];
}

function targetOf({ TargetResource = {} }: Input, { account }: State): string[] {
  const { DistributionId, DistributionTenantId } = TargetResource as {
    readonly DistributionId?: string;
    readonly DistributionTenantId?: string;
  };
  return [
    ...(DistributionId ? [buildArn(account, "distribution", DistributionId)] : []),
    ...(DistributionTenantId
      ? [resourceArn(account, "distribution-tenant", DistributionTenantId)]
      : []),
  ];
}
