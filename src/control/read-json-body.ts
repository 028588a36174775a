/** The body of a call of ours: a JSON object with members that are known. */
import { decodeUtf8 } from "../base/decode-utf8.ts";
import { JsonRefusal, parseStrictJson } from "../base/strict-json.ts";
import { ApiError, InvalidArgument } from "../model/errors.ts";

/**
 * @param members the names that the call takes
 * @throws InvalidArgument, when it is something else, or has others
 */
export function readJsonBody(
  body: Uint8Array,
  members: readonly string[],
): Readonly<Record<string, unknown>> {
  const given = readObject(body, members);
  const unknown = Object.keys(given).find((name) => !members.includes(name));
  if (unknown !== undefined) {
    throw new InvalidArgument(`There is no member "${unknown}": it takes ${members.join(", ")}`);
  }
  return given;
}

function readObject(
  body: Uint8Array,
  members: readonly string[],
): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = parseStrictJson(decodeUtf8(body) ?? "");
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return value as Readonly<Record<string, unknown>>;
    }
  } catch (error) {
    if (!(error instanceof JsonRefusal)) throw error;
    throw new ApiError("InvalidArgument", `The body ${error.message}`, { cause: error });
  }
  throw new InvalidArgument(`The body must be a JSON object with ${members.join(", ")}`);
}
