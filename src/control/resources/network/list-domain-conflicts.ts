/**
 * ListDomainConflicts: which other distributions and tenants have a domain, or one that covers it
 * or is covered by it.
 */
import type { Operation } from "../../operation.ts";
import { pageOf } from "../../page.ts";
import { aliasKey } from "../../distributions/config/check-aliases.ts";
import { holdersOf, requireDomainResource } from "./domain-holders.ts";

/** @throws EntityNotFound, InvalidArgument, for the resource that the caller shows control with */
export const listDomainConflicts: Operation<"ListDomainConflicts"> = async (input, context) => {
  const state = context.state();
  const own = requireDomainResource(state, input.DomainControlValidationResource);
  const wanted = aliasKey(input.Domain ?? "");
  const conflicts = holdersOf(state)
    .filter(({ domain, id }) => id !== own.id && overlap(aliasKey(domain), wanted))
    .map((holder) => ({ ...holder, key: `${holder.domain},${holder.id}` }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const page = pageOf(conflicts, ({ key }) => key, input);
  return {
    DomainConflicts: page.items.map(({ domain, type, id }) => ({
      Domain: domain,
      ResourceType: type,
      ResourceId: id,
      AccountId: state.account,
    })),
    NextMarker: page.nextMarker,
  };
};

/** `*.example.com` overlaps with itself and with every name that ends in `.example.com`. */
function overlap(one: string, other: string): boolean {
  return one === other || covers(one, other) || covers(other, one);
}

function covers(wildcard: string, name: string): boolean {
  return wildcard.startsWith("*.") && name.endsWith(wildcard.slice(1));
}
