/**
 * A key value store's pairs in a file, as CreateKeyValueStore imports them: `{"data": [{"key": "…", "value": "…"}]}`.
 *
 * Source: CloudFront Developer Guide, "File format for key-value pairs".
 */
import { EventFileError } from "./event-file-error.ts";
import { isObject, kindOf, parseJsonObject, readTextFile } from "./read-json-file.ts";

export type Keys = Readonly<Record<string, string>>;

/** @throws EventFileError, naming the entry that is wrong */
export function readKeys(file: string): Keys {
  const content = parseJsonObject(file, readTextFile(file));
  const wrong = (why: string): EventFileError => new EventFileError(file, `is wrong: ${why}`);
  const { data, ...others } = content;
  if (!Array.isArray(data) || Object.keys(others).length > 0) {
    throw wrong(
      'it must be {"data": [{"key": "…", "value": "…"}]}, as CreateKeyValueStore imports',
    );
  }
  const keys = new Map<string, string>();
  for (const [index, entry] of (data as readonly unknown[]).entries()) {
    const { key, value, ...rest } = isObject(entry) ? entry : {};
    if (typeof key !== "string" || typeof value !== "string" || Object.keys(rest).length > 0) {
      throw wrong(
        `data[${index}] must be {"key": "…", "value": "…"} of two texts, got ${isObject(entry) ? JSON.stringify(entry).slice(0, 100).toWellFormed() : kindOf(entry)}`,
      );
    }
    if (key === "") throw wrong(`data[${index}] has an empty key`);
    if (keys.has(key))
      throw wrong(`the key "${key}" is there twice, the second time in data[${index}]`);
    keys.set(key, value);
  }
  return Object.fromEntries(keys);
}
