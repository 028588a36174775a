/** ListFunctions: one entry per stage that exists, so a published function is there twice. */
import type { Stage } from "../../model/stage.ts";
import { copyOfStage } from "../../model/function.ts";
import type { FunctionSummary } from "../../schema/shapes.ts";
import type { Operation } from "../operation.ts";
import { pageOf } from "../page.ts";
import { functionSummary } from "./function-summary.ts";

/**
 * Ordered by name, then DEVELOPMENT before LIVE. A key joins them with a comma, which sorts before
 * every character a name may have, so keys order as names do.
 */
export const listFunctions: Operation<"ListFunctions"> = async (input, context) => {
  const state = context.state();
  const stages: Stage[] = input.Stage ? [input.Stage] : ["DEVELOPMENT", "LIVE"];

  const keys = [...state.functions.keys()]
    .sort()
    .flatMap((name) =>
      stages
        .filter((stage) => copyOfStage(state.functions.get(name)!, stage) !== undefined)
        .map((stage) => ({ name, stage, key: `${name},${stage}` })),
    );
  const page = pageOf(keys, ({ key }) => key, input);

  const summaries: FunctionSummary[] = page.items.map(({ name, stage }) => {
    const fn = state.functions.get(name)!;
    return functionSummary(fn, copyOfStage(fn, stage)!, stage, state, context.isDeployed);
  });
  return {
    FunctionList: {
      MaxItems: page.maxItems,
      Quantity: summaries.length,
      ...(page.nextMarker !== undefined && { NextMarker: page.nextMarker }),
      ...(summaries.length > 0 && { Items: summaries }),
    },
  };
};
