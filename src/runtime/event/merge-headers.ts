/**
 * Puts a function's headers and cookies back into the header lines it was given.
 *
 * Lines that it may not see stay. A name it kept stays in its place, in the viewer's spelling;
 * a name it added comes last, in the form that HTTP/1.1 peers are sent.
 */
import { type AnswerEntry, type AnswerValue, valueOf } from "./decode-answer.ts";
import { visibleName, wireName } from "./header-rules.ts";
import { textFromWire, wireFromText } from "./wire-text.ts";
import type { HeadersBefore } from "./validate-answer.ts";

/** What a function saw of header lines: names in lower case, without one name that is a cookie's. */
export function visibleHeaders(headers: readonly string[], cookieName: string): HeadersBefore {
  const seen = new Map<string, string[]>();
  for (let i = 0; i < headers.length; i += 2) {
    const name = visibleName(headers[i] as string);
    if (name === "" || name === cookieName) continue;
    const value = textFromWire(headers[i + 1] as string);
    const known = seen.get(name);
    if (known) known.push(value);
    else seen.set(name, [value]);
  }
  return seen;
}

/** A function's headers: names whose lines stay as they are, and the others with their values. */
export interface ChangedHeaders {
  readonly kept: ReadonlySet<string> | "all";
  readonly entries: readonly AnswerEntry[];
}

/**
 * @param changed the function's headers; 0 when it left them alone
 * @param cookieLines the lines that replace those named `cookieName`; undefined to keep them
 */
export function mergeHeaders(
  headers: readonly string[],
  changed: ChangedHeaders | 0,
  cookieName: "cookie" | "set-cookie",
  cookieLines: readonly string[] | undefined,
): readonly string[] {
  if (cookieLines === undefined) {
    if (changed === 0) return headers;
    if (changed.kept === "all") return withAdded(headers, changed.entries);
  }
  const left = new Map<string, string[]>();
  if (changed !== 0) {
    for (const [name, ...values] of changed.entries) {
      left.set(
        name,
        values.map((value) => wireFromText(valueOf(value))),
      );
    }
  }
  if (cookieLines) left.set(cookieName, cookieLines.map(wireFromText));

  const kept = changed === 0 ? "all" : changed.kept;
  const merged: string[] = [];
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string;
    const visible = visibleName(name);
    const isCookie = visible === cookieName;
    const stays = isCookie ? cookieLines === undefined : kept === "all" || kept.has(visible);
    if (visible === "" || stays) {
      merged.push(name, headers[i + 1] as string);
      continue;
    }
    const next = left.get(visible)?.shift();
    if (next !== undefined) merged.push(name, next);
  }
  for (const [name, values] of left) {
    for (const value of values) merged.push(wireName(name), value);
  }
  return merged;
}

function withAdded(headers: readonly string[], entries: readonly AnswerEntry[]): readonly string[] {
  const lines: string[] = [];
  for (const entry of entries) {
    const name = wireName(entry[0]);
    for (let i = 1; i < entry.length; i += 1) {
      lines.push(name, wireFromText(valueOf(entry[i] as AnswerValue)));
    }
  }
  return headers.concat(lines);
}

/** A request's cookies as one Cookie line; none when there are none. */
export function cookieLine(cookies: readonly AnswerEntry[]): readonly string[] {
  const pairs = cookies.flatMap(([name, ...values]) =>
    values.map((value) => `${name}=${valueOf(value)}`),
  );
  return pairs.length === 0 ? [] : [pairs.join("; ")];
}

/** A response's cookies, a Set-Cookie line each. */
export function setCookieLines(cookies: readonly AnswerEntry[]): readonly string[] {
  return cookies.flatMap(([name, ...values]) =>
    values.map((value) => {
      const attributes = typeof value === "string" ? "" : value[1];
      return `${name}=${valueOf(value)}${attributes === "" ? "" : `; ${attributes}`}`;
    }),
  );
}
