/**
 * What CreateKeyValueStore imports: a file of UTF-8 JSON, `{"data": [{"key": "…", "value": "…"}]}`.
 *
 * Source: CloudFront Developer Guide, "File format for key-value pairs".
 */
import { decodeUtf8 } from "../../base/decode-utf8.ts";
import { JsonRefusal, parseStrictJson } from "../../base/strict-json.ts";
import { ApiError } from "../../model/errors.ts";
import { pairSizeBytes, type KeyValuePair } from "../../model/key-value-store.ts";
import type { Quotas } from "../quotas.ts";
import { pairProblem, shown } from "./pair-rules.ts";

/**
 * @param arn the file's name in messages
 * @throws InvalidArgument, naming the entry that is wrong
 * @throws EntitySizeLimitExceeded, when the file or what is in it is larger than a store may be
 */
export function readImport(
  arn: string,
  bytes: Uint8Array,
  quotas: Quotas,
): readonly KeyValuePair[] {
  if (bytes.length > quotas.importSourceBytes) {
    throw new ApiError(
      "EntitySizeLimitExceeded",
      `The import source ${arn} is over ${quotas.importSourceBytes} bytes`,
    );
  }
  const refuse = (why: string): ApiError =>
    new ApiError("InvalidArgument", `The import source ${arn} cannot be imported: ${why}`);
  const entries = parse(bytes, refuse);

  const places = new Map<string, number>();
  const pairs = entries.map((entry, index): KeyValuePair => {
    if (!isPair(entry)) {
      throw refuse(
        `data[${index}] must be an object of two strings, {"key": "…", "value": "…"}, ` +
          `got ${describe(entry)}`,
      );
    }
    const { key, value } = entry;
    const problem = pairProblem([key, value], quotas);
    if (problem !== undefined) throw refuse(`${problem} (data[${index}])`);
    const first = places.get(key);
    if (first !== undefined) {
      throw refuse(`the key "${shown(key)}" is there twice, in data[${first}] and data[${index}]`);
    }
    places.set(key, index);
    return [key, value];
  });
  const size = pairs.reduce((sum, [key, value]) => sum + pairSizeBytes(key, value), 0);
  if (size > quotas.keyValueStoreBytes) {
    throw new ApiError(
      "EntitySizeLimitExceeded",
      `The pairs in the import source ${arn} are ${size} bytes, and the limit is ${quotas.keyValueStoreBytes}`,
    );
  }
  return pairs;
}

function parse(bytes: Uint8Array, refuse: (why: string) => ApiError): readonly unknown[] {
  const text = decodeUtf8(bytes);
  if (text === undefined) throw refuse("it is not UTF-8");
  let content: unknown;
  try {
    content = parseStrictJson(text);
  } catch (error) {
    if (!(error instanceof JsonRefusal)) throw error;
    throw refuse(`it ${error.message}`);
  }
  const names = isObject(content) ? Object.keys(content) : [];
  const data = isObject(content) ? content["data"] : undefined;
  if (!Array.isArray(data) || names.length > 1) {
    throw refuse('it must be {"data": […]} and nothing else');
  }
  return data;
}

function isPair(entry: unknown): entry is { readonly key: string; readonly value: string } {
  return (
    isObject(entry) &&
    typeof entry["key"] === "string" &&
    typeof entry["value"] === "string" &&
    Object.keys(entry).length === 2
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function describe(entry: unknown): string {
  if (!isObject(entry)) return Array.isArray(entry) ? "an array" : shown(JSON.stringify(entry));
  const wrong = ["key", "value"].find((name) => name in entry && typeof entry[name] !== "string");
  return wrong === undefined
    ? `an object of ${Object.keys(entry).join(", ")}`.slice(0, 200)
    : `the ${wrong} ${shown(JSON.stringify(entry[wrong]))}`;
}
