/** Files of pairs, as CloudFront imports them: `{"data": [{"key": "…", "value": "…"}]}`; or a plain object of texts. */
import type { Pair } from "../api/key-value-stores.ts";

/** @returns the pairs, or in a sentence why the text holds none */
export function readPairsFile(text: string): readonly Pair[] | string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    return `This is not JSON: ${(error as Error).message}`;
  }
  if (!isObject(parsed)) return shape;
  const { data } = parsed;
  const isList = Array.isArray(data);
  const given: unknown[] = isList
    ? data
    : Object.entries(parsed).map(([key, value]) => ({ key, value }));
  const pairs: Pair[] = [];
  const seen = new Set<string>();
  for (const [index, each] of given.entries()) {
    if (!isObject(each)) return `Entry ${index + 1} is no object. ${shape}`;
    const { key, value } = each;
    if (typeof key !== "string" || key === "") return `Entry ${index + 1} has no key. ${shape}`;
    if (typeof value !== "string") return `The value of "${key}" is no text. ${shape}`;
    if (seen.has(key)) return twice(key);
    seen.add(key);
    pairs.push({ key, value });
  }
  const dropped = isList ? undefined : repeatedKey(text);
  return dropped === undefined ? pairs : twice(dropped);
}

function twice(key: string): string {
  return `The key "${key}" comes twice; which value is meant can't be told`;
}

/**
 * JSON.parse keeps the last of two members with one name, and drops the other.
 *
 * @param text JSON of an object of texts, in which each other text is a name
 */
function repeatedKey(text: string): string | undefined {
  const seen = new Set<string>();
  let isName = true;
  for (const [quoted] of text.matchAll(/"(?:[^"\\]|\\.)*"/g)) {
    if (isName) {
      const key = JSON.parse(quoted) as string;
      if (seen.has(key)) return key;
      seen.add(key);
    }
    isName = !isName;
  }
  return undefined;
}

/** @returns what `readPairsFile` reads again */
export function pairsFile(pairs: readonly Pair[]): string {
  const data = pairs.map(({ key, value }) => ({ key, value }));
  return `${JSON.stringify({ data }, undefined, 2)}\n`;
}

const shape = 'A file is {"data": [{"key": "a", "value": "b"}]}, or {"a": "b"}';

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
