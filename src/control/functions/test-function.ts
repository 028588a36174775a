/** TestFunction: runs a stage's code on an event that the caller sends. */
import { InvalidIfMatchVersion } from "../../model/errors.ts";
import { functionEtag } from "../../model/function.ts";
import { readerFor } from "../../state/key-value-reader.ts";
import type { Operation } from "../operation.ts";
import { readEventObject } from "./event-object.ts";
import { requireCopy, requireIfMatch } from "./find-function.ts";
import { functionSummary } from "./function-summary.ts";
import { runTest } from "./run-test.ts";

/**
 * A function that fails is no failure of the call: FunctionErrorMessage tells, as on CloudFront.
 *
 * @throws NoSuchFunctionExists, when nothing has that name in that stage (DEVELOPMENT by default)
 * @throws InvalidIfMatchVersion, when IfMatch is not that stage's ETag: the model has no other
 * @throws InvalidArgument, when the event object is no event
 * @throws TestFunctionFailed, when it outlived its time or ended its process, or could not be run at all
 */
export const testFunction: Operation<"TestFunction"> = async (input, context) => {
  const stage = input.Stage ?? "DEVELOPMENT";
  const state = context.state();
  const ifMatch = requireIfMatch(input.Name, input.IfMatch);
  const { fn, copy } = requireCopy(state, input.Name, stage);
  if (ifMatch !== functionEtag(copy)) {
    const resource = `function "${fn.name}" in stage ${stage}`;
    throw new InvalidIfMatchVersion(resource, ifMatch, functionEtag(copy));
  }

  const event = readEventObject(input.EventObject);

  const run = await runTest(fn.name, context.logger, () =>
    context.tester.test(copy, event, readerFor(state, copy)),
  );
  return {
    TestResult: {
      FunctionSummary: functionSummary(fn, copy, stage, state, context.isDeployed),
      ComputeUtilization: String(run.computeUtilization),
      FunctionExecutionLogs: [...run.logs],
      FunctionErrorMessage: run.errorMessage,
      FunctionOutput: run.output,
    },
  };
};
