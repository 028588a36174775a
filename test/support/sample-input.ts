/** An input for any operation, with the required members only, for tests that go over all of them. */
import assert from "node:assert/strict";
import type { OperationSchema } from "../../src/schema/operation-table.ts";
import type { Member, StructureShape } from "../../src/schema/shape.ts";

type Members = Record<string, unknown>;

/** @param strings what string members are made of: for each the first that its pattern allows */
export function sampleInput({ input }: OperationSchema, strings: readonly string[]): Members {
  return input ? sampleStructure(input, strings) : {};
}

function sampleStructure(shape: StructureShape, strings: readonly string[]): Members {
  const all = [...shape.members.values()];
  const chosen = shape.union ? all.slice(0, 1) : all.filter(({ required }) => required);
  return Object.fromEntries(chosen.map((member) => [member.name, sampleOf(member, strings)]));
}

function sampleOf({ name, shape, constraint }: Member, strings: readonly string[]): unknown {
  switch (shape.kind) {
    case "structure":
      return sampleStructure(shape, strings);
    case "list":
      return Array.from({ length: constraint.min ?? 0 }, () => sampleOf(shape.entry, strings));
    case "string": {
      const pattern = new RegExp(`^(?:${constraint.pattern ?? ".*"})$`, "u");
      const sample = constraint.enum?.[0] ?? strings.find((text) => pattern.test(text));
      assert.ok(sample !== undefined, `no sample string for ${name}`);
      return sample;
    }
    case "boolean":
      return true;
    case "integer":
    case "long":
      return Math.max(constraint.min ?? 7, 7);
    case "float":
      return 0.5;
    case "blob":
      return new TextEncoder().encode("bytes");
    case "timestamp":
      return new Date(0);
  }
}
