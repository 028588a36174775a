/**
 * The `data` of the JSON face's answer: `id`, `created_at`, `etag`, then the output's members in
 * snake_case. What XML wraps in a payload element (`FunctionSummary`) stands in `data` itself.
 */
import type { OperationSchema } from "../schema/operation-table.ts";
import type { Member } from "../schema/shape.ts";
import { snakeCase } from "./json-names.ts";
import { writeJsonMembers } from "./write-json.ts";

type Members = Readonly<Record<string, unknown>>;

export function jsonData(operation: OperationSchema, input: Members, output: Members): object {
  const members = operation.output ? [...operation.output.members.values()] : [];
  const payload = members.find(({ binding }) => binding?.in === "payload");
  const resource = (payload ? (output[payload.name] ?? {}) : output) as Members;
  const createdAt = createdTime(resource);
  const etag = output["ETag"];
  return {
    id: idOf(operation, input, resource),
    ...(createdAt && { created_at: `${createdAt.toISOString().slice(0, 19)}Z` }),
    ...(etag !== undefined && { etag }),
    ...withItems(operation, {
      ...(payload ? payloadData(payload, output) : {}),
      ...writeJsonMembers(
        members.filter((member) => member !== payload),
        output,
      ),
    }),
  };
}

function payloadData(payload: Member, output: Members): Record<string, unknown> {
  const { shape } = payload;
  if (shape.kind !== "structure") return writeJsonMembers([payload], output);
  return writeJsonMembers(shape.members.values(), (output[payload.name] ?? {}) as Members);
}

/**
 * The resource's id or else its name: its own, or the one in the path. A list is a collection,
 * named by its path: `function`, `distribution`.
 */
function idOf(operation: OperationSchema, input: Members, resource: Members): unknown {
  const own = resource["Id"] ?? resource["Name"];
  if (own !== undefined) return own;
  const bound = operation.input ? [...operation.input.members.values()] : [];
  const label = bound.findLast(({ binding }) => binding?.in === "label");
  const named = label ? input[label.name] : (input["Resource"] ?? input["ResourceArn"]);
  return named ?? operation.path.split("/").at(-1);
}

/** A list's entries are under `items`, whatever the model calls them, and always there. */
function withItems(
  { name, output }: OperationSchema,
  data: Record<string, unknown>,
): Record<string, unknown> {
  if (!name.startsWith("List") || output === undefined) return data;
  const payload = [...output.members.values()].find(({ binding }) => binding?.in === "payload");
  const holder = payload?.shape.kind === "structure" ? payload.shape : output;
  const list = [...holder.members.values()].find(({ shape }) => shape.kind === "list");
  if (list === undefined) return data;
  const { [snakeCase(list.name)]: items = [], ...rest } = data;
  return { ...rest, items };
}

const creationMembers = ["CreatedTime", "CreateTime", "Created"] as const;

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
