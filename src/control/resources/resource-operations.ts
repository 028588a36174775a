/** The operations that follow from a row of the table, by name. */
import type { ResourceKind } from "../../model/resource.ts";
import type { OperationName } from "../../schema/operations.ts";
import { cloudFrontOperations, type OperationSchema } from "../../schema/operation-table.ts";
import { allResources } from "../../state/resources.ts";
import type { OperationContext } from "../operation.ts";
import { pageOf } from "../page.ts";
import { createResource } from "./create-resource.ts";
import { deleteResource } from "./delete-resource.ts";
import { fillEntry, fillOutput, valuesOf } from "./describe-resource.ts";
import { listOutput, listShapeOf } from "./list-output.ts";
import { requireResource } from "./require-resource.ts";
import type { Input, ResourceRow } from "./resource-row.ts";
import { updateResource } from "./update-resource.ts";

/** An operation whose types the model's tables vouch for, not the compiler. */
export type TableOperation = (input: Input, context: OperationContext) => Promise<object>;

/** @throws Error, when the model has no such operation: a row is misspelt */
export function operationSchema(name: OperationName): OperationSchema {
  const schema = cloudFrontOperations.get(name);
  if (schema === undefined) throw new Error(`The model has no operation ${name}`);
  return schema;
}

export function operationsOf<Kind extends ResourceKind>(
  row: ResourceRow<Kind>,
): ReadonlyMap<OperationName, TableOperation> {
  const { create, createWithTags, get, getConfig, update, list, delete: remove } = row.operations;
  const operations = new Map<OperationName, TableOperation>();
  for (const name of [create, createWithTags]) {
    if (name === undefined) continue;
    const { output } = operationSchema(name);
    operations.set(name, (input, context) => createResource(row, output, input, context));
  }
  for (const name of [get, getConfig]) {
    if (name === undefined) continue;
    const { output } = operationSchema(name);
    operations.set(name, async (input, context) => {
      const state = context.state();
      const resource = requireResource(row, state, input);
      return fillOutput(output, valuesOf(row, resource, state, context));
    });
  }
  if (update !== undefined) {
    const { input: shape, output } = operationSchema(update);
    const isVersioned = shape?.members.has("IfMatch") ?? false;
    operations.set(update, (input, context) =>
      updateResource(row, output, isVersioned, input, context),
    );
  }
  if (remove !== undefined) {
    const { input: shape, output } = operationSchema(remove);
    const isVersioned = shape?.members.has("IfMatch") ?? false;
    operations.set(remove, (input, context) =>
      deleteResource(row, output, isVersioned, input, context),
    );
  }
  if (list !== undefined) operations.set(list, listOperation(row, list));
  return operations;
}

/**
 * Ordered by id. `Type` lists what AWS provides, or what the account has created, alone.
 *
 * @param name a list of the row's kind; it may have filters that the row knows
 */
export function listOperation<Kind extends ResourceKind>(
  row: ResourceRow<Kind>,
  name: OperationName,
): TableOperation {
  const output = operationSchema(name).output!;
  const { entry } = listShapeOf(output);
  return async (input, context) => {
    const state = context.state();
    const listed = allResources(state, row.kind).filter(
      (resource) =>
        (input["Type"] === undefined || isOfType(resource.version, input["Type"])) &&
        (row.isListed?.(resource, input) ?? true),
    );
    const page = pageOf(listed, ({ id }) => id, input);
    const items = page.items.map((resource) =>
      fillEntry(entry!, valuesOf(row, resource, state, context)),
    );
    return listOutput(output, input, { ...page, items });
  };
}

/** What AWS provides stays at version 0. */
function isOfType(version: number, type: unknown): boolean {
  return type === (version === 0 ? "managed" : "custom");
}
