/**
 * Reads a JSON value by its shape: the JSON face's bodies, and those of the key value stores.
 *
 * Keys are the model's member names, in PascalCase or snake_case. `null` is as good as absent. A
 * key that the shape does not know is refused by name.
 */
import { decodeUtf8 } from "../../base/decode-utf8.ts";
import { JsonRefusal, parseStrictJson } from "../../base/strict-json.ts";
import { ApiError } from "../../model/errors.ts";
import type { Member, Shape, SimpleShape, StructureShape } from "../../schema/shape.ts";
import { snakeCase } from "./json-names.ts";
import { checkInteger, NotSuchValue, readText } from "../read-simple.ts";

/** @throws InvalidArgument, when it is not UTF-8, not JSON, no object, or has a member twice */
export function parseJsonObject(body: Uint8Array): Readonly<Record<string, unknown>> {
  const text = decodeUtf8(body);
  if (text === undefined) throw refusal("The request body is not JSON: it is not UTF-8");
  const value = parse(text);
  if (!isObject(value))
    throw refusal(`The request body must be a JSON object, got ${shown(value)}`);
  return value;
}

function parse(text: string): unknown {
  try {
    return parseStrictJson(text);
  } catch (error) {
    if (!(error instanceof JsonRefusal)) throw error;
    throw refusal(`The request body ${error.message}`);
  }
}

/**
 * @param path where the object stands, for messages; "" at the top
 * @throws InvalidArgument
 */
export function readJsonStructure(
  value: unknown,
  members: ReadonlyMap<string, Member>,
  path: string,
): Record<string, unknown> {
  if (!isObject(value)) throw refusal(`${path} must be an object, got ${shown(value)}`);
  const result: Record<string, unknown> = {};
  for (const [key, entry] of Object.entries(value)) {
    const member = members.get(key);
    if (member === undefined) throw unknownKey(key, path, members);
    if (entry === null) continue;
    if (member.name in result) {
      throw refusal(
        `${below(path, key)} is given twice, as ${member.name} and ${snakeCase(member.name)}`,
      );
    }
    result[member.name] = readValue(entry, member.shape, below(path, key));
  }
  return result;
}

const membersOfShape = new WeakMap<StructureShape, ReadonlyMap<string, Member>>();

/** The members of a body by both of their JSON names. */
export function membersByJsonName(shape: StructureShape): ReadonlyMap<string, Member> {
  let members = membersOfShape.get(shape);
  if (members === undefined) {
    const inBody = [...shape.members.values()].filter((member) => !member.binding);
    members = namesOf(inBody);
    membersOfShape.set(shape, members);
  }
  return members;
}

export function namesOf(members: readonly Member[]): ReadonlyMap<string, Member> {
  return new Map([
    ...members.map((member) => [member.name, member] as const),
    ...members.map((member) => [snakeCase(member.name), member] as const),
  ]);
}

function readValue(value: unknown, shape: Shape, path: string): unknown {
  if (shape.kind === "structure") return readJsonStructure(value, membersByJsonName(shape), path);
  if (shape.kind === "list") {
    if (!Array.isArray(value)) throw refusal(`${path} must be an array, got ${shown(value)}`);
    return value.map((entry, index) => readValue(entry, shape.entry.shape, `${path}[${index}]`));
  }
  try {
    return readSimple(value, shape);
  } catch (error) {
    if (!(error instanceof NotSuchValue)) throw error;
    throw refusal(`${path} must be ${error.expected}, got ${shown(value)}`);
  }
}

function readSimple(value: unknown, shape: SimpleShape): unknown {
  switch (shape.kind) {
    case "string":
      if (typeof value !== "string") throw new NotSuchValue("a string");
      return value;
    case "boolean":
      if (typeof value !== "boolean") throw new NotSuchValue("true or false");
      return value;
    case "integer":
    case "long":
      checkInteger(typeof value === "number" ? value : Number.NaN, shape.kind);
      return value;
    case "float":
      if (typeof value !== "number") throw new NotSuchValue("a number");
      return value;
    case "blob":
      return readBlob(value);
    case "timestamp":
      if (typeof value !== "string") throw new NotSuchValue("an ISO 8601 time as a string");
      return readText(value, shape);
  }
}

/** Bytes are base64 in a string or, for people, `{"text": "…"}` for the UTF-8 of a text. */
function readBlob(value: unknown): unknown {
  if (typeof value === "string") return readText(value, { kind: "blob" });
  const isText =
    isObject(value) && Object.keys(value).length === 1 && typeof value["text"] === "string";
  if (!isText) throw new NotSuchValue('base64 in a string, or {"text": "…"}');
  return new TextEncoder().encode(value["text"] as string);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function below(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}

function unknownKey(key: string, path: string, members: ReadonlyMap<string, Member>): ApiError {
  const names = [...new Set([...members.values()].map((member) => snakeCase(member.name)))];
  const takes = names.length === 0 ? "takes no members" : `takes ${names.join(", ")}`;
  const where = path === "" ? "The request body" : path;
  return refusal(`${where} has the unknown member "${key.slice(0, 200)}"; it ${takes}`);
}

function refusal(message: string): ApiError {
  return new ApiError("InvalidArgument", message);
}

/** Keeps a message short, whatever was sent; what nests is only named, however deep it goes. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return "an array";
  if (isObject(value)) return "an object";
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
