/** Finds the first thing in a JSON value that its schema does not let be. */
import type { JsonPath } from "../../base/json-places.ts";
import type { Schema } from "./site-schema.ts";

export interface SchemaProblem {
  readonly path: JsonPath;
  /** A clause about what stands there, like `must be a text, got 3`. */
  readonly why: string;
}

/** @returns undefined where there is nothing wrong */
export function findProblem(
  value: unknown,
  schema: Schema,
  path: JsonPath = [],
): SchemaProblem | undefined {
  const { anyOf, type } = schema;
  if (anyOf !== undefined) {
    const fitting = anyOf.find((each) => isOfType(value, each.type));
    if (fitting !== undefined) return findProblem(value, fitting, path);
    const types = anyOf.map((each) => typeNames[each.type ?? "string"]).join(" or ");
    return { path, why: `must be ${types}, got ${shown(value)}` };
  }
  if (!isOfType(value, type))
    return { path, why: `must be ${typeNames[type!]}, got ${shown(value)}` };
  if (typeof value === "string") return textProblem(value, schema, path);
  if (Array.isArray(value)) {
    return firstProblem(
      value.entries(),
      ([index, item]) => schema.items && findProblem(item, schema.items, [...path, index]),
    );
  }
  return membersProblem(value as Readonly<Record<string, unknown>>, schema, path);
}

function textProblem(
  value: string,
  { enum: values, pattern }: Schema,
  path: JsonPath,
): SchemaProblem | undefined {
  if (values !== undefined && !values.includes(value)) {
    return { path, why: `must be ${values.join(" or ")}, got ${shown(value)}` };
  }
  if (pattern !== undefined && !new RegExp(pattern).test(value)) {
    return { path, why: `must fit ${pattern}, got ${shown(value)}` };
  }
  return value === "" ? { path, why: "is empty" } : undefined;
}

function membersProblem(
  value: Readonly<Record<string, unknown>>,
  { properties = {}, required = [], additionalProperties, propertyNames }: Schema,
  path: JsonPath,
): SchemaProblem | undefined {
  const missing = required.find((name) => !Object.hasOwn(value, name));
  if (missing !== undefined) return { path, why: `lacks ${missing}` };
  return firstProblem(Object.entries(value), ([name, member]) => {
    const at = [...path, name];
    if (Object.hasOwn(properties, name)) return findProblem(member, properties[name]!, at);
    if (additionalProperties === false) {
      return { path: at, why: `is unknown: here may be ${Object.keys(properties).join(", ")}` };
    }
    if (propertyNames?.pattern !== undefined && !new RegExp(propertyNames.pattern).test(name)) {
      return { path: at, why: "must have a name of 1 to 64 letters, digits, - and _" };
    }
    return additionalProperties && findProblem(member, additionalProperties, at);
  });
}

function firstProblem<Item>(
  items: Iterable<Item>,
  look: (item: Item) => SchemaProblem | undefined,
): SchemaProblem | undefined {
  for (const item of items) {
    const problem = look(item);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

const typeNames = { object: "an object", array: "a list", string: "a text" } as const;

function isOfType(value: unknown, type: Schema["type"]): boolean {
  if (type === undefined) return true;
  if (type === "array") return Array.isArray(value);
  return typeof value === type && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60).toWellFormed()}…` : text;
}
