/** Calls an operation on an account in memory by its name, whatever its types. */
import type { OperationContext } from "../../src/control/operation.ts";
import { operations } from "../../src/control/operations.ts";
import type { OperationName } from "../../src/schema/operations.ts";

/** An output, as far as a test cares to look into it. */
export type Answer = Record<string, never>;

export async function callOperation(
  context: OperationContext,
  name: OperationName,
  input: object = {},
): Promise<Answer> {
  type AnyOperation = (input: object, context: OperationContext) => Promise<unknown>;
  return (await (operations[name] as AnyOperation)(input, context)) as Answer;
}

/** @returns the id of what was created */
export async function createdId(
  context: OperationContext,
  name: OperationName,
  input: object,
): Promise<string> {
  const [resource] = Object.values(await callOperation(context, name, input));
  return (resource as unknown as { readonly Id: string }).Id;
}
