/**
 * A resource's properties, as CloudFormation has them, → what the API takes: read by the API's own shapes.
 *
 * Numbers and booleans may be texts; a list is given where the API wraps it (`Quantity`, `Items`, `Enabled`); what
 * CloudFormation calls otherwise, or fills in, says structure-rules.ts.
 */
import type { Member, Shape, SimpleShape, StructureShape } from "../../schema/shape.ts";
import type { Refuse } from "../template/template-node.ts";
import { shownValue, type MapValue, type Value } from "../template/value.ts";
import { structureRules, type Members, type StructureRule } from "./structure-rules.ts";

export interface Conversion {
  readonly refuse: Refuse;
  /** Of the template's property so far, for messages: `Fn.FunctionConfig`. */
  readonly path: string;
}

/** @throws TemplateError, for what the API has no member for, or no such value */
export function convertProperties(
  value: MapValue,
  shape: StructureShape,
  conversion: Conversion,
): Members {
  return convertMembers(value, shape, conversion);
}

function convert(value: Value, { shape, constraint }: Member, at: Conversion): unknown {
  if (shape.kind === "structure") return convertStructure(value, shape, at);
  if (shape.kind === "list") {
    if (value.kind !== "list") throw wrong(value, "a list", at);
    return value.items.map((item, index) =>
      convert(item, shape.entry, { ...at, path: `${at.path}[${index}]` }),
    );
  }
  if (value.kind === "unknown") return value.text;
  if (value.kind !== "text") throw wrong(value, nameOf(shape), at);
  const { enum: known } = constraint;
  if (known !== undefined && value.text !== "" && !known.includes(value.text)) {
    throw wrong(value, `one of ${known.join(", ")}`, at);
  }
  return convertSimple(value, shape, at);
}

function convertSimple(
  value: Extract<Value, { kind: "text" }>,
  shape: SimpleShape,
  at: Conversion,
): unknown {
  const { text } = value;
  switch (shape.kind) {
    case "string":
    case "timestamp":
      return text;
    case "blob":
      return Buffer.from(text).toString("base64");
    case "boolean":
      // As YAML 1.1 reads them, which is CloudFormation's.
      if (/^(true|yes|on)$/i.test(text)) return true;
      if (/^(false|no|off)$/i.test(text)) return false;
      throw wrong(value, "true or false", at);
    case "integer":
    case "long":
    case "float": {
      const number = text.trim() === "" ? Number.NaN : Number(text);
      const isOne = shape.kind === "float" ? Number.isFinite(number) : Number.isInteger(number);
      if (isOne) return number;
      throw wrong(value, nameOf(shape), at);
    }
  }
}

function convertStructure(value: Value, shape: StructureShape, at: Conversion): unknown {
  const items = shape.members.get("Items");
  if (value.kind === "list" && items !== undefined) {
    const converted = convert(value, items, at) as readonly unknown[];
    return wrapItems(converted, shape);
  }
  if (value.kind === "map") return convertMembers(value, shape, at);
  // A domain of a tenant is a structure of one member in the API, and a text here.
  const [only, ...others] = shape.members.values();
  if (only !== undefined && others.length === 0 && value.kind !== "list") {
    return { [only.name]: convert(value, only, at) };
  }
  throw wrong(value, items === undefined ? "a map" : "a list", at);
}

/** @returns the list as the API wraps it */
export function wrapItems(items: readonly unknown[], shape: StructureShape): Members {
  const { members } = shape;
  return {
    ...(members.has("Enabled") && { Enabled: items.length > 0 }),
    ...(members.has("Quantity") && { Quantity: items.length }),
    ...((items.length > 0 || !members.has("Quantity")) && { Items: items }),
  };
}

function convertMembers(value: MapValue, shape: StructureShape, at: Conversion): Members {
  const rule = structureRules[shape.name] ?? {};
  const result: Record<string, unknown> = {};
  for (const [name, given] of value.entries) {
    const inside = { ...at, path: `${at.path}.${name}` };
    const places = placesOf(name, shape, rule);
    if (places === undefined) throw unknownProperty(name, given, shape, rule, inside);
    const last = places.at(-1)!;
    const converted = convert(given, last, inside);
    if (places.length === 1) {
      result[last.name] =
        typeof converted === "object" && !Array.isArray(converted)
          ? { ...(result[last.name] as object | undefined), ...converted }
          : converted;
    } else {
      const outer = places[0]!.name;
      result[outer] = { ...(result[outer] as object | undefined), [last.name]: converted };
    }
  }
  const counted = shape.members.has("Quantity") ? withQuantity(result) : result;
  const completed = { ...rule.defaults, ...counted };
  const finished = rule.finish?.(completed) ?? completed;
  requireMembers(finished, value.line, shape, rule, at);
  return finished;
}

/** The API counts what a list has; a template may say so, and is not asked. */
function withQuantity(members: Members): Members {
  const { Items: items, Quantity: _, ...rest } = members;
  const list = (items ?? []) as readonly unknown[];
  return { ...rest, Quantity: list.length, ...(list.length > 0 && { Items: list }) };
}

/** @returns the member that a property is, and the one that it is in; undefined where there is none */
function placesOf(
  name: string,
  shape: StructureShape,
  { names = {}, hidden = [] }: StructureRule,
): readonly Member[] | undefined {
  const path = (Object.hasOwn(names, name) ? names[name]! : name).split(".");
  const isMeant = Object.hasOwn(names, name) || !Object.values(names).includes(name);
  if (!isMeant || hidden.includes(name)) return undefined;
  const places: Member[] = [];
  let inside: Shape = shape;
  for (const part of path) {
    const member: Member | undefined =
      inside.kind === "structure" ? inside.members.get(part) : undefined;
    if (member === undefined || member.binding?.in === "header") return undefined;
    places.push(member);
    inside = member.shape;
  }
  return places;
}

function unknownProperty(
  name: string,
  { line }: Value,
  shape: StructureShape,
  rule: StructureRule,
  at: Conversion,
): Error {
  const instead = rule.instead?.[name];
  if (instead !== undefined) return at.refuse(line, `${at.path}: write ${instead} instead`);
  const known = propertyNames(shape);
  const meant = known.find((other) => other.toLowerCase() === name.toLowerCase());
  const hint =
    meant === undefined ? `there are ${known.join(", ")}` : `${meant} is how it is spelled`;
  return at.refuse(line, `Footlight does not know the property ${at.path}: ${hint}`);
}

/** @returns the names of a structure's properties, as a template has them */
export function propertyNames(shape: StructureShape): readonly string[] {
  const { names = {}, hidden = [] } = structureRules[shape.name] ?? {};
  const own = [...shape.members.values()]
    .filter(({ binding }) => binding?.in !== "header")
    .map(({ name }) => name)
    .filter((name) => !hidden.includes(name) && !Object.values(names).includes(name));
  return [...own, ...Object.keys(names)];
}

function requireMembers(
  members: Members,
  line: number,
  shape: StructureShape,
  { hidden = [], optional = [], names = {} }: StructureRule,
  at: Conversion,
): void {
  for (const { name, required } of shape.members.values()) {
    if (!required || members[name] !== undefined) continue;
    if (hidden.includes(name) || optional.includes(name)) continue;
    const [property = name] = Object.entries(names).find(([, member]) => member === name) ?? [];
    throw at.refuse(line, `${at.path} needs ${property}`);
  }
}

function wrong(value: Value, expected: string, { refuse, path }: Conversion): Error {
  return refuse(value.line, `${path} must be ${expected}, got ${shownValue(value)}`);
}

function nameOf({ kind }: SimpleShape): string {
  switch (kind) {
    case "boolean":
      return "true or false";
    case "integer":
    case "long":
      return "a whole number";
    case "float":
      return "a number";
    case "string":
    case "blob":
    case "timestamp":
      return "a text";
  }
}
