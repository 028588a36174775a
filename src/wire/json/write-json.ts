/** Writes JSON values by their shape. */
import type { Member, Shape } from "../../schema/shape.ts";
import { snakeCase } from "./json-names.ts";

export interface JsonStyle {
  readonly nameOf: (member: string) => string;
  readonly timeOf: (time: Date) => string | number;
}

/** The JSON face's: for people. */
const faceStyle: JsonStyle = {
  nameOf: snakeCase,
  timeOf: (time) => time.toISOString(),
};

/** AWS's REST-JSON: the model's names, and times in seconds since 1970. */
export const restJsonStyle: JsonStyle = {
  nameOf: (member) => member,
  timeOf: (time) => time.getTime() / 1000,
};

/** @returns the members that are set: plain values first, then what has parts */
export function writeJsonMembers(
  members: Iterable<Member>,
  value: Readonly<Record<string, unknown>>,
  style: JsonStyle = faceStyle,
): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  const inOrder = [...members].sort(
    (a, b) => Number(hasParts(a.shape)) - Number(hasParts(b.shape)),
  );
  for (const member of inOrder) {
    const entry = value[member.name];
    if (entry === undefined || entry === null) continue;
    result[style.nameOf(member.name)] = writeValue(entry, member.shape, style);
  }
  return result;
}

function hasParts({ kind }: Shape): boolean {
  return kind === "structure" || kind === "list";
}

function writeValue(value: unknown, shape: Shape, style: JsonStyle): unknown {
  switch (shape.kind) {
    case "structure": {
      const members = value as Readonly<Record<string, unknown>>;
      return writeJsonMembers(shape.members.values(), members, style);
    }
    case "list":
      return (value as readonly unknown[]).map((entry) =>
        writeValue(entry, shape.entry.shape, style),
      );
    case "blob":
      return Buffer.from(value as Uint8Array).toString("base64");
    case "timestamp":
      return style.timeOf(value as Date);
    case "string":
    case "boolean":
    case "integer":
    case "long":
    case "float":
      return value;
  }
}
