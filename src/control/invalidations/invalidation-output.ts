/** An invalidation as the API describes it. */
import type { Invalidation as Stored } from "../../model/invalidation.ts";
import type { Invalidation, InvalidationSummary } from "../../schema/shapes.ts";
import type { OperationContext } from "../operation.ts";

type DeploymentContext = Pick<OperationContext, "isDeployed">;

/** Completed once every edge has acknowledged it. */
export function invalidationSummary(
  { id, createTime, revision }: Stored,
  { isDeployed }: DeploymentContext,
): InvalidationSummary {
  return {
    Id: id,
    CreateTime: new Date(createTime),
    Status: isDeployed(revision) ? "Completed" : "InProgress",
  };
}

export function invalidationOutput(stored: Stored, context: DeploymentContext): Invalidation {
  const { paths, callerReference } = stored;
  return {
    ...invalidationSummary(stored, context),
    InvalidationBatch: {
      Paths: { Quantity: paths.length, Items: [...paths] },
      CallerReference: callerReference,
    },
  };
}
