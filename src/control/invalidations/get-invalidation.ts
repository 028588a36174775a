/** GetInvalidation: an invalidation, its paths and whether every edge has applied it. */
import { ApiError } from "../../model/errors.ts";
import { invalidationsOf } from "../../state/invalidations.ts";
import { requireDistribution } from "../distributions/find-distribution.ts";
import type { Operation } from "../operation.ts";
import { invalidationOutput } from "./invalidation-output.ts";

/** @throws NoSuchDistribution, NoSuchInvalidation, when nothing has that id */
export const getInvalidation: Operation<"GetInvalidation"> = async (input, context) => {
  const state = context.state();
  const { id } = requireDistribution(state, input.DistributionId);
  const found = invalidationsOf(state, id).get(input.Id ?? "");
  if (found === undefined) {
    throw new ApiError(
      "NoSuchInvalidation",
      `The specified invalidation does not exist. Id: ${input.Id}, distribution ${id}`,
    );
  }
  return { Invalidation: invalidationOutput(found, context) };
};
