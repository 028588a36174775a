/** JSON Schemas of the API's shapes, as OpenAPI 3.1 components with the JSON face's names. */
import type { Constraint } from "../../schema/constraint.ts";
import type { Member, Shape } from "../../schema/shape.ts";
import { membersOf } from "../body-layout.ts";
import { snakeCase } from "../json/json-names.ts";

export interface JsonSchema {
  readonly [keyword: string]: unknown;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
}

/** Requests may give bytes as text; answers hold them in base64. */
type Direction = "request" | "answer";

/** Hands out schemas, and collects each structure they name as a component. */
export class OpenApiSchemas {
  readonly #components = new Map<string, JsonSchema>();

  /** Every structure named so far, by name. */
  get components(): Readonly<Record<string, JsonSchema>> {
    return Object.fromEntries([...this.#components].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  objectOf(members: readonly Member[], direction: Direction = "request"): JsonSchema {
    const required = members.filter((member) => member.required);
    return {
      type: "object",
      ...(required.length > 0 && { required: required.map(({ name }) => snakeCase(name)) }),
      properties: Object.fromEntries(
        members.map(({ name, shape, constraint }) => [
          snakeCase(name),
          this.schemaOf(shape, constraint, direction),
        ]),
      ),
    };
  }

  schemaOf(shape: Shape, constraint: Constraint, direction: Direction = "request"): JsonSchema {
    switch (shape.kind) {
      case "structure":
        return this.#reference(shape.name, membersOf(shape));
      case "list":
        return {
          type: "array",
          items: this.schemaOf(shape.entry.shape, shape.entry.constraint, direction),
          ...bounds(constraint, "minItems", "maxItems"),
        };
      case "string":
        return {
          type: "string",
          ...(constraint.enum && { enum: constraint.enum }),
          ...bounds(constraint, "minLength", "maxLength"),
          ...describePattern(constraint),
        };
      case "boolean":
        return { type: "boolean" };
      case "integer":
      case "long":
        return {
          type: "integer",
          format: shape.kind === "long" ? "int64" : "int32",
          ...bounds(constraint, "minimum", "maximum"),
        };
      case "float":
        return { type: "number", ...bounds(constraint, "minimum", "maximum") };
      case "timestamp":
        return { type: "string", format: "date-time" };
      case "blob":
        return direction === "answer" ? base64 : { oneOf: [base64, text] };
    }
  }

  #reference(name: string, members: readonly Member[]): JsonSchema {
    if (!this.#components.has(name)) {
      this.#components.set(name, {}); // holds the place, should a structure contain itself
      this.#components.set(name, this.objectOf(members));
    }
    return { $ref: `#/components/schemas/${name}` };
  }
}

const base64: JsonSchema = { type: "string", contentEncoding: "base64" };
const text: JsonSchema = {
  type: "object",
  required: ["text"],
  properties: { text: { type: "string" } },
  additionalProperties: false,
};

/**
 * Unicode's property classes are no regular expression to many readers of JSON Schema, and outside
 * of what it recommends: such a pattern is told in words.
 */
function describePattern({ pattern }: Constraint): JsonSchema {
  if (pattern === undefined) return {};
  return /\\p\{/i.test(pattern)
    ? { description: `Matches ${pattern}` }
    : { pattern: `^(?:${pattern})$` };
}

function bounds({ min, max }: Constraint, least: string, most: string): JsonSchema {
  return { ...(min !== undefined && { [least]: min }), ...(max !== undefined && { [most]: max }) };
}
