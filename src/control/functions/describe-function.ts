/** DescribeFunction: a stage's configuration and metadata, not its code. */
import { functionEtag } from "../../model/function.ts";
import type { Operation } from "../operation.ts";
import { requireCopy } from "./find-function.ts";
import { functionSummary } from "./function-summary.ts";

/** @throws NoSuchFunctionExists, when nothing has that name in that stage (DEVELOPMENT by default) */
export const describeFunction: Operation<"DescribeFunction"> = async (
  { Name, Stage = "DEVELOPMENT" },
  context,
) => {
  const state = context.state();
  const { fn, copy } = requireCopy(state, Name, Stage);
  return {
    FunctionSummary: functionSummary(fn, copy, Stage, state, context.isDeployed),
    ETag: functionEtag(copy),
  };
};
