/** The body of a call that changes what serves viewers: a JSON object, or nothing. */
import { decodeUtf8 } from "../../base/decode-utf8.ts";
import { JsonRefusal, parseStrictJson } from "../../base/strict-json.ts";
import { InvalidArgument } from "../../model/errors.ts";

export interface GivenMembers {
  /** What it is for. */
  readonly message: string | undefined;
  /** The number of a version. */
  readonly to: number | undefined;
  /** All of them, as they were given. */
  readonly given: Readonly<Record<string, unknown>>;
}

/** In UTF-16 code units: a paragraph, since every state carries it. */
const messageMax = 1000;

/**
 * @param names those that the call takes
 * @throws InvalidArgument, when it is something else, or has others
 */
export function readMembers(body: Uint8Array, names: readonly string[]): GivenMembers {
  const given = readObject(body, names);
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new InvalidArgument(`There is no member "${unknown}": it takes ${listed(names)}`);
  }
  const { message, to } = given;
  if (message !== undefined && !isMessage(message)) {
    throw new InvalidArgument(`message must be a text of 1 to ${messageMax} characters`);
  }
  if (to !== undefined && !(typeof to === "number" && Number.isSafeInteger(to) && to > 0)) {
    throw new InvalidArgument(
      `to must be the number of a version, like 3, got ${JSON.stringify(to)}`,
    );
  }
  return { message, to, given };
}

function isMessage(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value.length <= messageMax;
}

function readObject(body: Uint8Array, names: readonly string[]): Readonly<Record<string, unknown>> {
  if (body.length === 0) return {};
  try {
    const value: unknown = parseStrictJson(decodeUtf8(body) ?? "");
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return value as Readonly<Record<string, unknown>>;
    }
  } catch (error) {
    if (!(error instanceof JsonRefusal)) throw error;
    throw new InvalidArgument(`The body ${error.message}`);
  }
  throw new InvalidArgument(`The body must be a JSON object with ${listed(names)}, or empty`);
}

function listed(names: readonly string[]): string {
  return names.length > 2 ? names.join(", ") : names.join(" and ");
}
