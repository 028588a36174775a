/**
 * Cache-Control for caches of one kind alone, such as CDN-Cache-Control (RFC 9213). A targeted field is a
 * dictionary of structured fields (RFC 8941 §3.2): one slip anywhere and it says nothing at all (§2.1),
 * unlike Cache-Control, and what Cache-Control and Expires say counts instead (RFC 9213 §2.2).
 */
import { parseCacheControl, type Directives } from "./cache-control.ts";

const key = /[a-z*][a-z0-9_.*-]*/y;
/** Integers, decimals, strings, tokens, byte sequences and booleans (RFC 8941 §3.3). */
const item =
  /-?\d{1,15}(?![\d.])|-?\d{1,12}\.\d{1,3}(?![\d.])|"(?:[ !#-[\]-~]|\\["\\])*"|[A-Za-z*][!#$%&'*+.^_`|~\w:/-]*|:[A-Za-z0-9+/=]*:|\?[01]/y;
const takesStrings: ReadonlySet<string> = new Set(["no-cache", "private"]);
const listSpace = /[ \t]*/y;
const spaces = / */y;

/**
 * @param value what all lines of the field say together; undefined where there is none
 * @returns undefined where the field is to be left out of account
 */
export function parseTargetedCacheControl(value: string | undefined): Directives | undefined {
  if (value === undefined) return undefined;
  const members = readDictionary(value.trim());
  if (members === undefined || members.size === 0) return undefined;
  return parseCacheControl(Array.from(members.values()).join(","));
}

/** @returns what each key stands for last, as Cache-Control would write it; undefined when it is malformed */
function readDictionary(text: string): Map<string, string> | undefined {
  const members = new Map<string, string>();
  let at = 0;
  const read = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    at += found?.length ?? 0;
    return found;
  };
  while (at < text.length) {
    const name = read(key);
    if (name === undefined) return undefined;
    let argument: string | undefined;
    if (text[at] === "=") {
      at += 1;
      argument = text[at] === "(" ? undefined : read(item);
      // No directive takes a list.
      if (argument === undefined) return undefined;
    }
    if (!readParameters()) return undefined;
    members.delete(name);
    if (argument !== "?0") members.set(name, written(name, argument));
    read(listSpace);
    if (at === text.length) break;
    if (text[at] !== ",") return undefined;
    at += 1;
    read(listSpace);
    if (at === text.length) return undefined;
  }
  return members;

  function readParameters(): boolean {
    while (text[at] === ";") {
      at += 1;
      read(spaces);
      if (read(key) === undefined) return false;
      if (text[at] !== "=") continue;
      at += 1;
      if (read(item) === undefined) return false;
    }
    return true;
  }
}

/** A string is no number of seconds here, whatever its letters (RFC 9213 §2.1). */
function written(name: string, argument: string | undefined): string {
  if (argument === undefined || argument === "?1") return name;
  const isOfWrongType = argument.startsWith('"') && !takesStrings.has(name);
  return isOfWrongType ? `${name}=` : `${name}=${argument}`;
}
