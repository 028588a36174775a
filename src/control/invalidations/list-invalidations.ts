/**
 * ListInvalidations: a distribution's, newest first. The marker is the id of the last one of the
 * page before; what is older than one that was forgotten is forgotten too.
 */
import type { InvalidationList } from "../../schema/shapes.ts";
import { invalidationsOf, newestFirst } from "../../state/invalidations.ts";
import { requireDistribution } from "../distributions/find-distribution.ts";
import type { Operation, OperationContext } from "../operation.ts";
import { pageOf } from "../page.ts";
import { invalidationSummary } from "./invalidation-output.ts";

/**
 * @throws NoSuchDistribution, when there is no such distribution
 * @throws InvalidArgument, when MaxItems is not a whole number from 1 on
 */
export const listInvalidations: Operation<"ListInvalidations"> = async (input, context) => {
  const { id } = requireDistribution(context.state(), input.DistributionId);
  return listOfInvalidations(id, input, context);
};

interface Page {
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

/** @param ownerId the distribution's or tenant's */
export function listOfInvalidations(
  ownerId: string,
  input: Page,
  context: OperationContext,
): { readonly InvalidationList: InvalidationList } {
  const state = context.state();
  const marker = invalidationsOf(state, ownerId).get(input.Marker ?? "");
  const before = input.Marker ? (marker?.revision ?? 0) : Infinity;
  const older = [...newestFirst(state, ownerId)].filter(({ revision }) => revision < before);
  const page = pageOf(older, (invalidation) => invalidation.id, { MaxItems: input.MaxItems });
  const items = page.items.map((invalidation) => invalidationSummary(invalidation, context));
  return {
    InvalidationList: {
      Marker: input.Marker ?? "",
      MaxItems: page.maxItems,
      IsTruncated: page.nextMarker !== undefined,
      Quantity: items.length,
      ...(page.nextMarker !== undefined && { NextMarker: page.nextMarker }),
      ...(items.length > 0 && { Items: items }),
    },
  };
}
