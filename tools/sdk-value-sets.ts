/**
 * The value sets of the AWS SDK that package.json pins, and the members that take them: its enums,
 * and what its declarations say of members. At run time its schemas call all of these strings.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as cloudFront from "@aws-sdk/client-cloudfront";
import { cloudFrontOperations } from "../src/schema/operation-table.ts";
import type { Shape } from "../src/schema/shape.ts";

export interface SdkValueSets {
  /** Enum → its values, in the SDK's order. */
  readonly values: ReadonlyMap<string, readonly string[]>;
  /** Structure (or list) → member (`member` of a list) → the enum of its values. */
  readonly members: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

const declarations = ["models_0.d.ts", "models_1.d.ts"];
const structure = /^export interface (\w+) \{$([\s\S]*?)^\}$/gm;
const member = /^ {4}(\w+)\??: (\w+)(\[\])? \| undefined;$/gm;

/** @throws Error, when the declarations lack a structure that the operations take or answer */
export function sdkValueSets(): SdkValueSets {
  const values = new Map(Object.entries<unknown>(cloudFront).filter(isEnum).map(valuesOf));
  const types = readTypes();
  const members = new Map<string, Map<string, string>>();
  const seen = new Set<Shape>();

  const visit = (shape: Shape | undefined): void => {
    if (shape?.kind === "list") visit(shape.entry.shape);
    if (shape?.kind !== "structure" || seen.has(shape)) return;
    seen.add(shape);
    const typed = types.get(shape.name);
    // A union is declared as types of its own; none of them has a value set.
    if (typed === undefined && shape.members.size > 0 && !shape.union) {
      throw new Error(`The declarations of the AWS SDK have no structure ${shape.name}`);
    }
    for (const { name, shape: inner } of shape.members.values()) {
      const type = typed?.get(name);
      if (type !== undefined && values.has(type)) {
        const [owner, key] = inner.kind === "list" ? [inner.name, "member"] : [shape.name, name];
        members.set(owner, (members.get(owner) ?? new Map<string, string>()).set(key, type));
      }
      visit(inner);
    }
  };
  for (const { input, output } of cloudFrontOperations.values()) {
    visit(input);
    visit(output);
  }
  return { values, members };
}

type Enum = Readonly<Record<string, string>>;

function isEnum(entry: [string, unknown]): entry is [string, Enum] {
  const [name, value] = entry;
  if (!/^[A-Z]/.test(name) || typeof value !== "object" || value === null) return false;
  return !Array.isArray(value) && Object.values(value).every((one) => typeof one === "string");
}

function valuesOf([name, values]: [string, Enum]): [string, readonly string[]] {
  return [name, Object.values(values)];
}

/** Structure → member → the name of its type, or of its entries'. */
function readTypes(): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const entry = fileURLToPath(import.meta.resolve("@aws-sdk/client-cloudfront"));
  const folder = entry.replace(/dist-(cjs|es)\/.*$/, "dist-types/models/");
  const types = new Map<string, ReadonlyMap<string, string>>();
  for (const file of declarations) {
    for (const [, name = "", body = ""] of readFileSync(folder + file, "utf8").matchAll(
      structure,
    )) {
      const found = [...body.matchAll(member)];
      types.set(name, new Map(found.map(([, key = "", type = ""]) => [key, type])));
    }
  }
  return types;
}
