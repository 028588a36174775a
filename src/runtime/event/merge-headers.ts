/**
 * Puts a function's headers and cookies back into the header lines it was given.
 *
 * Lines that it may not see stay. A name it kept stays in its place, in the viewer's spelling;
 * a name it added comes last, in the form that HTTP/1.1 peers are sent.
 */
import { headerRules } from "../../model/header-rules.ts";
import { type AnswerEntry, type AnswerValue, valueOf } from "./decode-answer.ts";
import type { SeenLines } from "./seen-lines.ts";
import { wireFromText } from "./wire-text.ts";

/** A function's headers: names whose lines stay as they are, and the others with their values. */
export interface ChangedHeaders {
  readonly kept: ReadonlySet<string> | "all";
  readonly entries: readonly AnswerEntry[];
}

/** A name's values, of which so many have found a place. */
interface Placing {
  readonly values: readonly string[];
  placed: number;
}

/**
 * @param changed the function's headers; 0 when it left them alone
 * @param cookieLines the lines that replace those named `cookieName`; undefined to keep them
 */
export function mergeHeaders(
  seen: SeenLines,
  changed: ChangedHeaders | 0,
  cookieName: "cookie" | "set-cookie",
  cookieLines: readonly string[] | undefined,
): readonly string[] {
  const { lines } = seen;
  if (cookieLines === undefined) {
    if (changed === 0) return lines;
    if (changed.kept === "all") return withAdded(lines, changed.entries);
  }
  const left = new Map<string, Placing>();
  if (changed !== 0) {
    for (const entry of changed.entries) {
      const values: string[] = [];
      for (let i = 1; i < entry.length; i += 1) {
        values.push(wireFromText(valueOf(entry[i] as AnswerValue)));
      }
      left.set(entry[0], { values, placed: 0 });
    }
  }
  if (cookieLines) left.set(cookieName, { values: cookieLines.map(wireFromText), placed: 0 });

  const kept = changed === 0 ? "all" : changed.kept;
  const merged: string[] = [];
  const { names } = seen;
  for (let line = 0; line < names.length; line += 1) {
    const name = lines[2 * line] as string;
    const visible = names[line] as string;
    const isCookie = visible === cookieName;
    const stays = isCookie ? cookieLines === undefined : kept === "all" || kept.has(visible);
    if (visible === "" || stays) {
      merged.push(name, lines[2 * line + 1] as string);
      continue;
    }
    const placing = left.get(visible);
    if (placing === undefined || placing.placed === placing.values.length) continue;
    merged.push(name, placing.values[placing.placed] as string);
    placing.placed += 1;
  }
  for (const [name, { values, placed }] of left) {
    if (placed === values.length) continue;
    const written = headerRules(name).titled;
    for (let i = placed; i < values.length; i += 1) merged.push(written, values[i] as string);
  }
  return merged;
}

function withAdded(headers: readonly string[], entries: readonly AnswerEntry[]): readonly string[] {
  const lines: string[] = [];
  for (const entry of entries) {
    const name = headerRules(entry[0]).titled;
    for (let i = 1; i < entry.length; i += 1) {
      lines.push(name, wireFromText(valueOf(entry[i] as AnswerValue)));
    }
  }
  return headers.concat(lines);
}

/** A name's values, each behind the name and "=". */
export function namedValues(entries: readonly AnswerEntry[]): readonly string[] {
  const pairs: string[] = [];
  for (const entry of entries) {
    for (let i = 1; i < entry.length; i += 1) {
      pairs.push(`${entry[0]}=${valueOf(entry[i] as AnswerValue)}`);
    }
  }
  return pairs;
}

/** A request's cookies as one Cookie line; none when there are none. */
export function cookieLine(cookies: readonly AnswerEntry[]): readonly string[] {
  const pairs = namedValues(cookies);
  return pairs.length === 0 ? [] : [pairs.join("; ")];
}

/** A response's cookies, a Set-Cookie line each. */
export function setCookieLines(cookies: readonly AnswerEntry[]): readonly string[] {
  const lines: string[] = [];
  for (const entry of cookies) {
    for (let i = 1; i < entry.length; i += 1) {
      const value = entry[i] as AnswerValue;
      const attributes = typeof value === "string" ? "" : value[1];
      const pair = `${entry[0]}=${valueOf(value)}`;
      lines.push(attributes === "" ? pair : `${pair}; ${attributes}`);
    }
  }
  return lines;
}
