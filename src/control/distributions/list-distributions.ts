/** ListDistributions: all of the account's, by id. */
import type { Operation } from "../operation.ts";
import { pageOf } from "../page.ts";
import { distributionStatus, distributionSummary } from "./distribution-output.ts";

export const listDistributions: Operation<"ListDistributions"> = async (input, context) => {
  const state = context.state();
  const sorted = [...state.distributions.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  const page = pageOf(sorted, ({ id }) => id, input);
  const summaries = page.items.map((distribution) =>
    distributionSummary(distribution, distributionStatus(distribution, context), state),
  );
  return {
    DistributionList: {
      Marker: input.Marker ?? "",
      MaxItems: page.maxItems,
      IsTruncated: page.nextMarker !== undefined,
      Quantity: summaries.length,
      ...(page.nextMarker !== undefined && { NextMarker: page.nextMarker }),
      ...(summaries.length > 0 && { Items: summaries }),
    },
  };
};
