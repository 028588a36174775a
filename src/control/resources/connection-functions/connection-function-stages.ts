/** The operations on connection functions that know stages: describe, get, list, publish and test. */
import { asFunction, runnableCopy } from "../../../model/connection-function.ts";
import { ApiError } from "../../../model/errors.ts";
import type { Resource } from "../../../model/resource.ts";
import {
  connectionTestEvent,
  decisionOfTest,
  type ConnectionDecision,
} from "../../../runtime/event/connection-event.ts";
import { InvalidEventObject } from "../../../runtime/function-runtime.ts";
import { readerFor } from "../../../state/key-value-reader.ts";
import { ownResources } from "../../../state/resources.ts";
import type { State } from "../../../state/state.ts";
import type { FunctionConfig } from "../../../schema/shapes.ts";
import type { OperationName } from "../../../schema/operations.ts";
import { publishFact } from "../../functions/publish-fact.ts";
import { findFindings, reportFindings } from "../../functions/report-findings.ts";
import { readEventObject } from "../../functions/event-object.ts";
import { runTest } from "../../functions/run-test.ts";
import type { OperationContext } from "../../operation.ts";
import { pageOf } from "../../page.ts";
import { fillEntry, fillOutput, valuesOf, type Values } from "../describe-resource.ts";
import { listOutput, listShapeOf } from "../list-output.ts";
import { requireResource, requireVersion } from "../require-resource.ts";
import { operationSchema, operationsOf, type TableOperation } from "../resource-operations.ts";
import type { Input } from "../resource-row.ts";
import { connectionFact } from "./connection-fact.ts";
import { connectionFunction as row, describeStage } from "./connection-function.ts";

type Fn = Resource<"connection-function">;
type Stage = "DEVELOPMENT" | "LIVE";

/** @returns the function as its copy of a stage; undefined when it was never published */
function copyOf(fn: Fn, stage: Stage): Fn | undefined {
  if (stage === "DEVELOPMENT") return fn;
  return fn.live && { ...fn, ...fn.live };
}

function stageValues(fn: Fn, stage: Stage, state: State, context: OperationContext): Values {
  const copy = copyOf(fn, stage) ?? fn;
  return { ...valuesOf(row, copy, state, context), ...describeStage(fn, stage, state) };
}

/** @throws EntityNotFound, when nothing has that identifier or it was never published to the stage */
function requireCopy(
  state: State,
  input: Input,
): { readonly fn: Fn; readonly copy: Fn; readonly stage: Stage } {
  const stage = (input["Stage"] ?? "DEVELOPMENT") as Stage;
  const fn = requireResource(row, state, input);
  const copy = copyOf(fn, stage);
  if (copy !== undefined) return { fn, copy, stage };
  throw new ApiError("EntityNotFound", `The connection function ${fn.id} was never published`);
}

const describe: TableOperation = async (input, context) => {
  const state = context.state();
  const { fn, stage } = requireCopy(state, input);
  const { output } = operationSchema("DescribeConnectionFunction");
  return fillOutput(output, stageValues(fn, stage, state, context));
};

const get: TableOperation = async (input, context) => {
  const state = context.state();
  const { fn, copy, stage } = requireCopy(state, input);
  const { ETag } = stageValues(fn, stage, state, context);
  return {
    ConnectionFunctionCode: Buffer.from(copy.config.ConnectionFunctionCode, "base64"),
    ETag,
    ContentType: "application/octet-stream",
  };
};

/** One entry per stage that exists, ordered by id, then DEVELOPMENT before LIVE. */
const list: TableOperation = async (input, context) => {
  const state = context.state();
  const { output } = operationSchema("ListConnectionFunctions");
  const stages: Stage[] = input["Stage"] ? [input["Stage"] as Stage] : ["DEVELOPMENT", "LIVE"];
  const copies = ownResources(state, "connection-function")
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .flatMap((fn) =>
      stages
        .filter((stage) => copyOf(fn, stage) !== undefined)
        .map((stage) => ({ fn, stage, key: `${fn.id},${stage}` })),
    );
  const page = pageOf(copies, ({ key }) => key, input);
  const { entry } = listShapeOf(output!);
  const items = page.items.map(({ fn, stage }) =>
    fillEntry(entry!, stageValues(fn, stage, state, context)),
  );
  return listOutput(output!, input, { ...page, items });
};

const publish: TableOperation = async (input, context) => {
  const state = await context.commit((current) => {
    const fn = requireResource(row, current, input);
    requireVersion(row, fn, input["IfMatch"]);
    return connectionFact(fn.id, publishFact(asFunction(fn), context.keptCopies));
  });
  const fn = requireResource(row, state, input);
  const { output } = operationSchema("PublishConnectionFunction");
  return fillOutput(output, stageValues(fn, "LIVE", state, context));
};

/**
 * Runs a stage's code on a connection that the caller makes up. One that fails is no failure of the call, as with TestFunction.
 *
 * @throws EntityNotFound, when nothing has that identifier or it was never published to the stage
 * @throws InvalidIfMatchVersion, PreconditionFailed, when IfMatch is not that stage's ETag
 * @throws InvalidArgument, when the connection object is none
 * @throws TestFunctionFailed, when it outlived its time or ended its process, or could not be run at all
 */
const testConnection: TableOperation = async (input, context) => {
  const state = context.state();
  const { fn, copy, stage } = requireCopy(state, input);
  requireVersion(row, copy, input["IfMatch"]);
  const event = readConnection(input["ConnectionObject"] as Uint8Array | undefined);
  const runnable = runnableCopy(stage === "LIVE" && fn.live !== undefined ? fn.live : fn);
  const run = await runTest(fn.config.Name ?? fn.id, context.logger, () =>
    context.tester.test(runnable, event, readerFor(state, runnable)),
  );
  const decision = decisionOfTest(run.output);
  const { output } = operationSchema("TestConnectionFunction");
  const summary = listShapeOf(operationSchema("ListConnectionFunctions").output!).entry!;
  return fillOutput(output, {
    ConnectionFunctionTestResult: {
      ConnectionFunctionSummary: fillEntry(summary, stageValues(fn, stage, state, context)),
      ComputeUtilization: String(run.computeUtilization),
      ConnectionFunctionExecutionLogs: [...run.logs],
      ConnectionFunctionErrorMessage: run.errorMessage,
      ConnectionFunctionOutput: decision === undefined ? "" : outputText(decision),
    },
  });
};

function readConnection(bytes: Uint8Array | undefined): string {
  try {
    return connectionTestEvent(readEventObject(bytes));
  } catch (error) {
    if (!(error instanceof InvalidEventObject)) throw error;
    throw new ApiError("InvalidArgument", error.message, { cause: error });
  }
}

/** AWS doesn't say what it answers. */
function outputText(decision: ConnectionDecision): string {
  if (decision.type === "failed") return "";
  const { isAllowed, logData } = decision;
  return JSON.stringify({ decision: isAllowed ? "allow" : "deny", logData });
}

/**
 * Creates or updates one as any resource, and says of its code what CreateFunction says of a function's.
 *
 * @throws InvalidArgument, when reading the code takes too long, or ends the process that reads it
 */
function saving(save: TableOperation): TableOperation {
  return async (input, context) => {
    const { Name, Id, ConnectionFunctionConfig, ConnectionFunctionCode } = input;
    const name = String(Name ?? Id);
    const bytes = Buffer.from((ConnectionFunctionCode ?? []) as Uint8Array);
    // What is too large is refused without having been read.
    const findings =
      bytes.length > context.quotas.connectionFunctionCodeBytes
        ? []
        : await findFindings(
            name,
            bytes.toString("base64"),
            (ConnectionFunctionConfig ?? {}) as FunctionConfig,
            context,
            "connection",
          );
    const output = await save(input, context);
    return Object.assign(output, reportFindings(name, findings, context.logger));
  };
}

const ofRow = operationsOf(row);

export const connectionFunctionOperations: ReadonlyMap<OperationName, TableOperation> = new Map<
  OperationName,
  TableOperation
>([
  ...[row.operations.create, row.operations.update]
    .flatMap((name) => (name === undefined ? [] : [name]))
    .map((name) => [name, saving(ofRow.get(name)!)] as const),
  ["DescribeConnectionFunction", describe],
  ["GetConnectionFunction", get],
  ["ListConnectionFunctions", list],
  ["PublishConnectionFunction", publish],
  ["TestConnectionFunction", testConnection],
]);
