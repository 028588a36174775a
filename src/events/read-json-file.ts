/** Reads a file of JSON, and says of what is none what it seems to be. */
import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { decodeUtf8 } from "../base/decode-utf8.ts";
import { JsonRefusal, parseStrictJson } from "../base/strict-json.ts";
import { EventFileError } from "./event-file-error.ts";

export type JsonObject = Readonly<Record<string, unknown>>;

/** @throws EventFileError, when there is no such file, or it is no text */
export function readTextFile(file: string): string {
  let bytes: Uint8Array;
  try {
    requireEnd(file);
    bytes = readFileSync(file);
  } catch (error) {
    if (error instanceof EventFileError) throw error;
    throw new EventFileError(file, `cannot be read: ${(error as Error).message}`, { cause: error });
  }
  const text = decodeUtf8(bytes);
  if (text === undefined) throw new EventFileError(file, "is not UTF-8: save it as UTF-8");
  return text;
}

/**
 * A pipe in a folder would be waited for without an end, and a device like /dev/zero, to which a link leads, read without one. What a shell
 * makes, as of <(…), is below /dev and has one.
 *
 * @throws EventFileError, when it is no file, but called like one
 */
function requireEnd(file: string): void {
  const found = statSync(file);
  if (found.isFile() || (!found.isDirectory() && resolve(file).startsWith("/dev/"))) return;
  const kind = found.isDirectory()
    ? "a folder"
    : found.isFIFO()
      ? "a pipe"
      : "a device or a socket";
  throw new EventFileError(file, `is ${kind}, and no file: call it otherwise, or move it away`);
}

/**
 * @param file its name, for messages
 * @throws EventFileError, when the text is no JSON object
 */
export function parseJsonObject(file: string, text: string): JsonObject {
  let value: unknown;
  try {
    value = parseStrictJson(text);
  } catch (error) {
    if (!(error instanceof JsonRefusal)) throw error;
    throw new EventFileError(file, whyNoJson(text) ?? error.message, { cause: error });
  }
  if (isObject(value)) return value;
  throw new EventFileError(file, `must hold a JSON object, and holds ${kindOf(value)}`);
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Like `an array`, `nothing`, `"abc"`. */
export function kindOf(value: unknown): string {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return "an array";
  if (isObject(value)) return "an object";
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60).toWellFormed()}…` : text;
}

function whyNoJson(text: string): string | undefined {
  const trimmed = text.trim();
  if (trimmed === "") return "is empty";
  const isBase64 = /^[A-Za-z0-9+/\s]+={0,2}$/.test(trimmed);
  if (isBase64 && Buffer.from(trimmed, "base64").toString().trimStart().startsWith("{")) {
    return "is base64 of JSON, as it goes to the API: keep the JSON itself in the file. The AWS CLI encodes it when it is named as fileb://FILE";
  }
  return undefined;
}
