/**
 * Entity tags and how they are compared (RFC 9110 §8.8.3).
 *
 * An origin may send as its ETag what is no entity tag, such as text without quotes. It is compared as it
 * is, and is never strong: nobody can say what its sender would promise by it.
 */
import { forEachLine } from "../base/header-lines.ts";

/** @returns the ETag that headers tell; undefined without one, or where lines contradict each other */
export function entityTagOf(headers: readonly string[]): string | undefined {
  let found: string | undefined;
  let isOne = true;
  forEachLine(headers, (name, value) => {
    if (name.length !== 4 || name.toLowerCase() !== "etag") return;
    isOne &&= found === undefined || found === value;
    found = value;
  });
  return isOne && found !== "" ? found : undefined;
}

/** Whether representations are equivalent by their tags (§8.8.3.2, weak comparison). */
export function matchesWeakly(one: string, other: string): boolean {
  return one === other || opaque(one) === opaque(other);
}

/** Whether representations have the same bytes by their tags (§8.8.3.2, strong comparison). */
export function matchesStrongly(one: string, other: string): boolean {
  return one === other && isStrong(one);
}

export function isStrong(tag: string): boolean {
  return tag.length > 1 && tag.startsWith('"') && tag.indexOf('"', 1) === tag.length - 1;
}

function opaque(tag: string): string {
  return tag.startsWith('W/"') ? tag.slice(2) : tag;
}

/**
 * Whether a list of entity tags, as If-Match and If-None-Match carry it, has one that matches. A comma
 * between quotes is a tag's own.
 *
 * @param list not `*`
 */
export function listsTag(
  list: string,
  tag: string,
  matches: (one: string, other: string) => boolean,
): boolean {
  let at = 0;
  while (at < list.length) {
    const start = list[at];
    if (start === " " || start === "\t" || start === ",") {
      at += 1;
      continue;
    }
    const quote = start === "W" && list.startsWith('W/"', at) ? at + 2 : at;
    const close = list[quote] === '"' ? list.indexOf('"', quote + 1) : -1;
    const comma = close < 0 ? list.indexOf(",", at) : list.indexOf(",", close);
    const end = comma < 0 ? list.length : comma;
    if (matches(list.slice(at, end).trimEnd(), tag)) return true;
    at = end;
  }
  return false;
}
