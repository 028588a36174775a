/**
 * ListConflictingAliases: the aliases of other distributions that are, cover or are covered by a
 * name, for someone who is about to move it.
 *
 * Part of each id is masked, as AWS does: the distributions may be another account's there.
 */
import { InvalidArgument } from "../../model/errors.ts";
import type { Operation } from "../operation.ts";
import { pageOf } from "../page.ts";
import { aliasKey } from "./config/check-aliases.ts";
import { requireDistribution } from "./find-distribution.ts";

const longestPage = 100;

/**
 * @throws NoSuchDistribution, when there is no such distribution
 * @throws InvalidArgument, when MaxItems is not from 1 to 100
 */
export const listConflictingAliases: Operation<"ListConflictingAliases"> = async (
  input,
  context,
) => {
  const state = context.state();
  const { id } = requireDistribution(state, input.DistributionId);
  if ((input.MaxItems ?? 0) > longestPage) {
    throw new InvalidArgument(`MaxItems must be at most ${longestPage}, got ${input.MaxItems}`);
  }
  const wanted = aliasKey(input.Alias ?? "");
  const conflicts = [...state.distributions.values()]
    .filter((other) => other.id !== id)
    .flatMap(({ id: DistributionId, config }) =>
      (config.Aliases?.Items ?? [])
        .filter((alias) => overlap(aliasKey(alias), wanted))
        .map((Alias) => ({
          Alias,
          DistributionId: masked(DistributionId),
          AccountId: masked(state.account),
        })),
    )
    .sort((a, b) => (a.Alias < b.Alias ? -1 : 1));

  const page = pageOf(conflicts, ({ Alias }) => Alias, input);
  return {
    ConflictingAliasesList: {
      MaxItems: page.maxItems,
      Quantity: page.items.length,
      ...(page.nextMarker !== undefined && { NextMarker: page.nextMarker }),
      ...(page.items.length > 0 && { Items: page.items }),
    },
  };
};

/** `*.example.com` overlaps with itself and with every name that ends in `.example.com`. */
function overlap(one: string, other: string): boolean {
  return one === other || covers(one, other) || covers(other, one);
}

function covers(wildcard: string, name: string): boolean {
  return wildcard.startsWith("*.") && name.endsWith(wildcard.slice(1));
}

/** The first half is stars. */
function masked(id: string): string {
  const half = Math.floor(id.length / 2);
  return "*".repeat(half) + id.slice(half);
}
