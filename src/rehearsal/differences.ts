/** How two effects on the same event differ, each difference by its shape: the same words for all events that differ so. */
import type { Effect } from "./effect.ts";

/** @returns none where they are the same to viewers, the cache and origins */
export function differencesOf(live: Effect, development: Effect): string[] {
  if (live.kind !== development.kind) {
    const failure = development.failure === undefined ? "" : `: ${development.failure}`;
    return [`${shown(live)} → ${shown(development)}${failure}`];
  }
  const shapes: string[] = [];
  if (live.status !== development.status) {
    shapes.push(`status ${live.status} → ${development.status}`);
  }
  if (live.failure !== development.failure) {
    shapes.push(`failure ${live.failure} → ${development.failure}`);
  }
  if (live.uri !== development.uri) {
    shapes.push(`uri ${uriChange(live.uri, development.uri)}`);
  }
  if (live.querystring !== development.querystring) {
    const changes = mapChanges(
      "query",
      pairsOf(live.querystring, "&"),
      pairsOf(development.querystring, "&"),
    );
    shapes.push(...(changes.length > 0 ? changes : ["query: another order"]));
  }
  if (!isSameList(live.headers, development.headers)) {
    const [before, after] = [linesOf(live.headers), linesOf(development.headers)];
    shapes.push(...mapChanges("header", before.headers, after.headers));
    shapes.push(...mapChanges("cookie", before.cookies, after.cookies));
  }
  if (live.origin !== development.origin) {
    shapes.push(
      `origin ${live.origin ?? "of the behavior"} → ${development.origin ?? "of the behavior"}`,
    );
  }
  if (live.body !== development.body) shapes.push("body: changed");
  return shapes;
}

function shown({ kind, status }: Effect): string {
  return status === 0 ? kind : `${kind} ${status}`;
}

/** Parts that both have at the end or the beginning, and what varies, are "*". */
export function uriChange(from: string, to: string): string {
  const [before, after] = [from.split("/"), to.split("/")];
  let end = 0;
  const shorter = Math.min(before.length, after.length) - 1;
  while (end < shorter && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  let start = 1;
  while (start < shorter + 1 - end && before[start] === after[start]) start += 1;
  const pattern = (parts: readonly string[]): string => {
    const middle = parts.slice(start, parts.length - end).map(varied);
    return `/${[...(start > 1 ? ["*"] : []), ...middle, ...(end > 0 ? ["*"] : [])].join("/")}`;
  };
  return `${pattern(before)} → ${pattern(after)}`;
}

function varied(part: string): string {
  return /^\d|%|\d.*\d.*\d/.test(part) || part.length > 32 ? "*" : part;
}

function isSameList(list: readonly string[], other: readonly string[]): boolean {
  return (
    list === other ||
    (list.length === other.length && list.every((text, index) => text === other[index]))
  );
}

type Pairs = ReadonlyMap<string, string>;

function mapChanges(kind: string, before: Pairs, after: Pairs): string[] {
  const changes: string[] = [];
  for (const [name, value] of before) {
    if (!after.has(name)) changes.push(`- ${kind} ${name}`);
    else if (after.get(name) !== value) changes.push(`${kind} ${name}: changed`);
  }
  for (const name of after.keys()) if (!before.has(name)) changes.push(`+ ${kind} ${name}`);
  return changes;
}

function pairsOf(text: string, separator: "&" | ";"): Map<string, string> {
  const pairs = new Map<string, string>();
  for (const pair of text === "" ? [] : text.split(separator)) {
    const equals = pair.indexOf("=");
    const name = (equals < 0 ? pair : pair.slice(0, equals)).trim();
    const value = equals < 0 ? "" : pair.slice(equals + 1).trim();
    const known = pairs.get(name);
    pairs.set(name, known === undefined ? value : `${known}\n${value}`);
  }
  return pairs;
}

function linesOf(headers: readonly string[]): { readonly headers: Pairs; readonly cookies: Pairs } {
  const lines = new Map<string, string>();
  const cookies = new Map<string, string>();
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index]!.toLowerCase();
    const value = headers[index + 1]!;
    if (name === "cookie") for (const [each, text] of pairsOf(value, ";")) cookies.set(each, text);
    else if (name === "set-cookie") {
      const equals = value.indexOf("=");
      cookies.set(value.slice(0, equals), value.slice(equals + 1));
    } else {
      const known = lines.get(name);
      lines.set(name, known === undefined ? value : `${known}\n${value}`);
    }
  }
  return { headers: lines, cookies };
}
