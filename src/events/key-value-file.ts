/**
 * A key value store's pairs in a file, as CreateKeyValueStore imports them: `{"data": [{"key": "…", "value": "…"}]}`.
 *
 * What stands in the file is never told: pairs are often secrets, and it may be another file than was meant.
 *
 * Source: CloudFront Developer Guide, "File format for key-value pairs".
 */
import { JsonRefusal, parseStrictJson } from "../base/strict-json.ts";
import { EventFileError } from "./event-file-error.ts";
import { isObject, readTextFile } from "./read-json-file.ts";

export type Keys = Readonly<Record<string, string>>;

const form = '{"data": [{"key": "…", "value": "…"}]}, as CreateKeyValueStore imports';

/** @throws EventFileError, naming the entry that is wrong */
export function readKeys(file: string): Keys {
  const wrong = (why: string): EventFileError => new EventFileError(file, `is wrong: ${why}`);
  const content = parsePairs(file, readTextFile(file));
  const { data, ...others } = isObject(content) ? content : {};
  if (!Array.isArray(data) || Object.keys(others).length > 0) throw wrong(`it must be ${form}`);
  const keys = new Map<string, string>();
  for (const [index, entry] of (data as readonly unknown[]).entries()) {
    const { key, value, ...rest } = isObject(entry) ? entry : {};
    if (typeof key !== "string" || typeof value !== "string" || Object.keys(rest).length > 0) {
      throw wrong(`data[${index}] must be {"key": "…", "value": "…"} of two texts`);
    }
    if (key === "") throw wrong(`data[${index}] has an empty key`);
    if (keys.has(key)) {
      const first = [...keys.keys()].indexOf(key);
      throw wrong(`data[${index}] has the key that data[${first}] has`);
    }
    keys.set(key, value);
  }
  return Object.fromEntries(keys);
}

function parsePairs(file: string, text: string): unknown {
  try {
    return parseStrictJson(text);
  } catch (error) {
    if (!(error instanceof JsonRefusal)) throw error;
    // oxlint-disable-next-line preserve-caught-error -- it tells what stands in the file
    throw new EventFileError(file, `${error.withoutContent}: it must be ${form}`);
  }
}
