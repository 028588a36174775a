/** A function's stage as the API describes it. */
import type { FunctionSummary } from "../../schema/shapes.ts";
import { buildArn } from "../../model/arn.ts";
import { isPublished, type CloudFrontFunction, type FunctionCopy } from "../../model/function.ts";
import type { Stage } from "../../model/stage.ts";
import { distributionsUsing } from "../../state/associations.ts";
import type { State } from "../../state/state.ts";
import type { OperationContext } from "../operation.ts";

export function functionSummary(
  fn: CloudFrontFunction,
  copy: FunctionCopy,
  stage: Stage,
  state: State,
  isDeployed: OperationContext["isDeployed"],
): FunctionSummary {
  return {
    Name: fn.name,
    Status: functionStatus(fn, stage, state, isDeployed),
    FunctionConfig: copy.config,
    FunctionMetadata: {
      FunctionARN: buildArn(state.account, "function", fn.name),
      Stage: stage,
      CreatedTime: new Date(copy.createdTime),
      LastModifiedTime: new Date(copy.lastModifiedTime),
    },
  };
}

/**
 * UNPUBLISHED while DEVELOPMENT holds what LIVE does not; otherwise by the distributions that use
 * the function. The strings are those of real answers; IN_PROGRESS is AWS's documented word for
 * a distribution that edges have not acknowledged yet.
 */
function functionStatus(
  fn: CloudFrontFunction,
  stage: Stage,
  state: State,
  isDeployed: OperationContext["isDeployed"],
): string {
  if (stage === "DEVELOPMENT" && !isPublished(fn)) return "UNPUBLISHED";
  const users = distributionsUsing(state, fn.name);
  if (users.length === 0) return "UNASSOCIATED";
  return users.every(({ deployRevision }) => isDeployed(deployRevision))
    ? "DEPLOYED"
    : "IN_PROGRESS";
}
