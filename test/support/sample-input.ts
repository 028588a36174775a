/** Values for the members of any shape, for tests that go over all operations. */
import assert from "node:assert/strict";
import type { Member, StructureShape } from "../../src/schema/shape.ts";

export type Members = Record<string, unknown>;

export interface SampleOptions {
  /** What string members are made of: for each the first that its constraint allows. */
  readonly strings: readonly string[];
  /** Which members are there; the required ones unless given. */
  readonly extent?: "required members" | "all members";
}

/** @param shape an operation's input or output; undefined for one that has none */
export function sampleMembers(shape: StructureShape | undefined, options: SampleOptions): Members {
  if (shape === undefined) return {};
  const all = [...shape.members.values()];
  const chosen = shape.union
    ? all.slice(0, 1)
    : all.filter(({ required }) => required || options.extent === "all members");
  return Object.fromEntries(chosen.map((member) => [member.name, sampleOf(member, options)]));
}

function sampleOf({ name, shape, constraint }: Member, options: SampleOptions): unknown {
  const { min = 0 } = constraint;
  switch (shape.kind) {
    case "structure":
      return sampleMembers(shape, options);
    case "list": {
      const length = Math.max(min, options.extent === "all members" ? 2 : 0);
      return Array.from({ length }, () => sampleOf(shape.entry, options));
    }
    case "string": {
      const pattern = new RegExp(`^(?:${constraint.pattern ?? ".*"})$`, "u");
      const fits = (text: string): boolean => text.length >= min && pattern.test(text);
      const sample = constraint.enum?.[0] ?? options.strings.find(fits);
      assert.ok(sample !== undefined, `no sample string for ${name}`);
      return sample;
    }
    case "boolean":
      return true;
    case "integer":
    case "long":
      return Math.max(min, 7);
    case "float":
      return 0.5;
    case "blob":
      return new TextEncoder().encode("bytes é");
    case "timestamp":
      return new Date("2026-01-02T03:04:05.678Z");
  }
}
