/** Where a value of a JSON text stands in it, for messages to who wrote it. */

export interface JsonPlace {
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

/** Names of members and indexes of entries, from the outermost on. */
export type JsonPath = readonly (string | number)[];

/**
 * @param text what `JSON.parse()` takes
 * @returns the place of the member's name, or of the entry, that the path leads to; where it leads nowhere, that of the last step that was found
 */
export function placeIn(text: string, path: JsonPath): JsonPlace {
  let value = afterSpace(text, 0);
  let at = value;
  for (const step of path) {
    const found =
      typeof step === "number" ? entryAt(text, value, step) : memberOf(text, value, step);
    if (found === undefined) break;
    ({ at, value } = found);
  }
  const lines = text.slice(0, at).split("\n");
  return { line: lines.length, column: lines.at(-1)!.length + 1 };
}

/** Like `behaviors[0].origin`. */
export function shownPath(path: JsonPath): string {
  return path
    .map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`))
    .join("")
    .replace(/^\./, "");
}

interface Found {
  /** Where it begins, with its name. */
  readonly at: number;
  readonly value: number;
}

function memberOf(text: string, start: number, name: string): Found | undefined {
  if (text[start] !== "{") return undefined;
  for (let at = afterSpace(text, start + 1); text[at] === '"';) {
    const end = endOfValue(text, at);
    const value = afterSpace(text, afterSpace(text, end) + 1);
    if (JSON.parse(text.slice(at, end)) === name) return { at, value };
    at = afterComma(text, value);
  }
  return undefined;
}

function entryAt(text: string, start: number, index: number): Found | undefined {
  if (text[start] !== "[") return undefined;
  let at = afterSpace(text, start + 1);
  for (let left = index; left > 0 && text[at] !== "]"; left -= 1) at = afterComma(text, at);
  return text[at] === "]" ? undefined : { at, value: at };
}

/** @returns where the next member or entry begins, or the bracket stands that ends them */
function afterComma(text: string, value: number): number {
  const end = afterSpace(text, endOfValue(text, value));
  return text[end] === "," ? afterSpace(text, end + 1) : end;
}

function afterSpace(text: string, start: number): number {
  let at = start;
  while (/\s/.test(text[at] ?? "")) at += 1;
  return at;
}

/** A string to its end, an object or a list to the bracket that ends it, and anything else to what is no part of it. */
function endOfValue(text: string, start: number): number {
  let depth = 0;
  let at = start;
  do {
    const letter = text[at] ?? "";
    if (letter === '"') at = endOfString(text, at);
    else {
      if (/[{[]/.test(letter)) depth += 1;
      if (/[}\]]/.test(letter)) depth -= 1;
      at += 1;
      if (depth === 0 && /[^\s{}[\],:]/.test(letter)) {
        while (/[^\s{}[\],:"]/.test(text[at] ?? " ")) at += 1;
      }
    }
  } while (depth > 0 && at < text.length);
  return at;
}

/** @returns the place behind the quotation mark that ends the string */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at + 1;
}
