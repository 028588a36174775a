/** The operations on connection functions that know stages: describe, get, list and publish. */
import { ApiError } from "../../../model/errors.ts";
import type { Resource } from "../../../model/resource.ts";
import { ownResources } from "../../../state/resources.ts";
import type { State } from "../../../state/state.ts";
import type { OperationName } from "../../../schema/operations.ts";
import type { OperationContext } from "../../operation.ts";
import { pageOf } from "../../page.ts";
import { fillEntry, fillOutput, valuesOf, type Values } from "../describe-resource.ts";
import { listOutput, listShapeOf } from "../list-output.ts";
import { requireResource, requireVersion } from "../require-resource.ts";
import { operationSchema, type TableOperation } from "../resource-operations.ts";
import type { Input } from "../resource-row.ts";
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
    const { id, version } = fn;
    return { type: "resource-published", kind: "connection-function", id, version };
  });
  const fn = requireResource(row, state, input);
  const { output } = operationSchema("PublishConnectionFunction");
  return fillOutput(output, stageValues(fn, "LIVE", state, context));
};

export const connectionFunctionOperations: ReadonlyMap<OperationName, TableOperation> = new Map<
  OperationName,
  TableOperation
>([
  ["DescribeConnectionFunction", describe],
  ["GetConnectionFunction", get],
  ["ListConnectionFunctions", list],
  ["PublishConnectionFunction", publish],
]);
