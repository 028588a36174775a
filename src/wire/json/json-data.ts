/**
 * The `data` of the JSON face's answer: `id`, `created_at`, `etag`, then the output's members in
 * snake_case. What XML wraps in a payload element (`FunctionSummary`) stands in `data` itself.
 */
import type { OperationSchema } from "../../schema/operation-table.ts";
import { bodyLayout, flattened, listedMember } from "../body-layout.ts";
import { snakeCase } from "./json-names.ts";
import { writeJsonMembers } from "./write-json.ts";

type Members = Readonly<Record<string, unknown>>;

export function jsonData(operation: OperationSchema, input: Members, output: Members): object {
  const { payload } = bodyLayout(operation.output);
  const isWrapped = payload?.shape.kind === "structure";
  const resource = (isWrapped ? (output[payload.name] ?? {}) : output) as Members;
  const createdAt = createdTime(resource);
  const etag = output["ETag"];
  return {
    id: idOf(operation, input, resource),
    ...(createdAt && { created_at: `${createdAt.toISOString().slice(0, 19)}Z` }),
    ...(etag !== undefined && { etag }),
    ...withItems(
      operation,
      writeJsonMembers(flattened(operation), isWrapped ? { ...output, ...resource } : output),
    ),
  };
}

/**
 * The resource's id or else its name: its own, or the one in the path. A configuration that was
 * asked for by an id has that, whatever name is in it. A list is a collection, named by its path:
 * `function`, `distribution`.
 */
function idOf(operation: OperationSchema, input: Members, resource: Members): unknown {
  const label = [...operation.path.matchAll(/\{(\w+)\}/g)].at(-1)?.[1];
  const own = resource["Id"] ?? (label === "Id" ? input["Id"] : undefined) ?? resource["Name"];
  if (own !== undefined) return own;
  const named = label ? input[label] : (input["Resource"] ?? input["ResourceArn"]);
  return named ?? operation.path.split("/").at(-1);
}

/** The entries of a list are always there, also when there are none. */
function withItems(operation: OperationSchema, data: Record<string, unknown>): object {
  const list = listedMember(operation);
  if (list === undefined) return data;
  const { [snakeCase(list.name)]: items = [], ...rest } = data;
  return { ...rest, items };
}

/** The model's names for when a resource was made. */
export const creationMembers: readonly string[] = ["CreatedTime", "CreateTime", "Created"];

/** @returns when the resource was made, from it or from what it consists of, but not its lists */
function createdTime(resource: Members): Date | undefined {
  for (const name of creationMembers) {
    const time = resource[name];
    if (time instanceof Date) return time;
  }
  for (const member of Object.values(resource)) {
    if (!isStructure(member)) continue;
    const time = createdTime(member);
    if (time) return time;
  }
  return undefined;
}

function isStructure(value: unknown): value is Members {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Date) &&
    !(value instanceof Uint8Array)
  );
}
