/**
 * The shapes of the API as the wire reads them: the schemas that the AWS SDK exports, joined with
 * constraints.ts and corrections.ts, so that a reader, a writer or a check needs one look.
 *
 * Structures are built once each and on first use; building all of CloudFront takes a few
 * milliseconds.
 */
import type { NormalizedSchema } from "@smithy/core/schema";
import type { Constraint, ServiceConstraints } from "./constraint.ts";
import { correctedConstraints, optionalMembers } from "./corrections.ts";
import { inModelOrder, type MemberOrder } from "./model-order.ts";

export type Shape = StructureShape | ListShape | SimpleShape;

export interface StructureShape {
  readonly kind: "structure";
  readonly name: string;
  /** Exactly one member of a union is present. */
  readonly union: boolean;
  /** In the model's order. */
  readonly members: ReadonlyMap<string, Member>;
}

export interface ListShape {
  readonly kind: "list";
  readonly name: string;
  /** Its `xmlName` is the element around each entry. */
  readonly entry: Member;
}

export interface SimpleShape {
  readonly kind: "string" | "boolean" | "integer" | "long" | "float" | "blob" | "timestamp";
}

export interface Member {
  readonly name: string;
  readonly shape: Shape;
  readonly required: boolean;
  /** The element that holds the member's value. */
  readonly xmlName: string;
  readonly constraint: Constraint;
  /** Its value is a secret or customer text, and stays out of error messages. */
  readonly sensitive: boolean;
  /** Where the member travels; absent for members of the body. */
  readonly binding?: Binding;
}

/** A payload member is the whole body; `header` and `query` carry the name on the wire. */
export type Binding =
  | { readonly in: "label" }
  | { readonly in: "payload" }
  | { readonly in: "header" | "query"; readonly name: string };

/** Builds the shapes of one service. A structure that two operations share is one object. */
export class ShapeBuilder {
  readonly #constraints: ServiceConstraints;
  readonly #order: MemberOrder;
  readonly #structures = new Map<string, StructureShape>();

  constructor(constraints: ServiceConstraints, order: MemberOrder) {
    this.#constraints = constraints;
    this.#order = order;
  }

  /** @returns undefined for an operation that takes or answers nothing */
  structure(schema: NormalizedSchema): StructureShape | undefined {
    if (schema.isUnitSchema()) return undefined;
    const name = nameOf(schema);
    const built = this.#structures.get(name);
    if (built) return built;

    const members = new Map<string, Member>();
    const structure = { kind: "structure", name, union: schema.isUnionSchema(), members } as const;
    this.#structures.set(name, structure);
    const required = requiredMembers(schema);
    const ordered = inModelOrder(schema.structIterator(), this.#order[name]);
    for (const [memberName, memberSchema] of ordered) {
      members.set(memberName, this.#member(name, memberName, memberSchema, required));
    }
    return structure;
  }

  #member(
    owner: string,
    name: string,
    schema: NormalizedSchema,
    required: ReadonlySet<string>,
  ): Member {
    const traits = schema.getMergedTraits();
    const binding = bindingOf(schema);
    const constraint = this.#constraint(owner, name);
    // A payload takes the name of its shape, as the root element; other members never do.
    const xmlName = binding?.in === "payload" ? (traits.xmlName ?? schema.getName()) : undefined;
    return {
      name,
      shape: this.#shape(schema, constraint),
      required: required.has(name) && !optionalMembers.has(`${owner}.${name}`),
      xmlName: xmlName ?? schema.getMemberTraits().xmlName ?? name,
      constraint,
      sensitive: Boolean(traits.sensitive),
      ...(binding && { binding }),
    };
  }

  #shape(schema: NormalizedSchema, constraint: Constraint): Shape {
    if (schema.isStructSchema()) return this.structure(schema)!;
    if (schema.isListSchema()) {
      const name = nameOf(schema);
      return {
        kind: "list",
        name,
        entry: this.#member(name, "member", schema.getValueSchema(), new Set()),
      };
    }
    if (schema.isStringSchema()) return { kind: "string" };
    if (schema.isBooleanSchema()) return { kind: "boolean" };
    if (schema.isBlobSchema()) return { kind: "blob" };
    if (schema.isTimestampSchema()) return { kind: "timestamp" };
    if (schema.isNumericSchema()) {
      const number = constraint.number ?? "integer";
      return { kind: number === "double" ? "float" : number };
    }
    throw new Error(`The wire does not know the kind of shape that ${nameOf(schema)} is`);
  }

  #constraint(owner: string, member: string): Constraint {
    const corrected = correctedConstraints[`${owner}.${member}`];
    if (corrected) return corrected;
    const shapeName = this.#constraints.members[owner]?.[member];
    return (shapeName && this.#constraints.shapes[shapeName]) || {};
  }
}

function nameOf(schema: NormalizedSchema): string {
  const name = schema.getName();
  if (name === undefined) throw new Error("A schema of the AWS SDK has no name");
  return name;
}

/** The SDK's static schemas list the required members first, and how many they are. */
function requiredMembers(schema: NormalizedSchema): ReadonlySet<string> {
  const [, , , , names, , count] = schema.getSchema() as unknown as readonly [
    number,
    string,
    string,
    unknown,
    readonly string[],
    unknown,
    number | undefined,
  ];
  return new Set(names.slice(0, count ?? 0));
}

function bindingOf(schema: NormalizedSchema): Binding | undefined {
  const { httpLabel, httpPayload, httpQuery, httpHeader } = schema.getMergedTraits();
  if (httpLabel) return { in: "label" };
  if (httpPayload) return { in: "payload" };
  if (httpQuery) return { in: "query", name: httpQuery };
  if (httpHeader) return { in: "header", name: httpHeader };
  return undefined;
}
