/** Writes JSON values by their shape, with the JSON face's names. */
import type { Member, Shape } from "../../schema/shape.ts";
import { snakeCase } from "./json-names.ts";

/** @returns the members that are set, in snake_case: plain values first, then what has parts */
export function writeJsonMembers(
  members: Iterable<Member>,
  value: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  const inOrder = [...members].sort(
    (a, b) => Number(hasParts(a.shape)) - Number(hasParts(b.shape)),
  );
  for (const member of inOrder) {
    const entry = value[member.name];
    if (entry === undefined || entry === null) continue;
    result[snakeCase(member.name)] = writeValue(entry, member.shape);
  }
  return result;
}

function hasParts({ kind }: Shape): boolean {
  return kind === "structure" || kind === "list";
}

function writeValue(value: unknown, shape: Shape): unknown {
  switch (shape.kind) {
    case "structure":
      return writeJsonMembers(shape.members.values(), value as Readonly<Record<string, unknown>>);
    case "list":
      return (value as readonly unknown[]).map((entry) => writeValue(entry, shape.entry.shape));
    case "blob":
      return Buffer.from(value as Uint8Array).toString("base64");
    case "timestamp":
      return (value as Date).toISOString();
    case "string":
    case "boolean":
    case "integer":
    case "long":
    case "float":
      return value;
  }
}
