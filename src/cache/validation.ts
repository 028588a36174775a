/** Asking the origin whether what is kept is still right, and what its 304 changes (RFC 9111 §4.3). */
import { firstValue, hasName, linesThat } from "../base/header-lines.ts";
import { entityTagOf, isStrong, matchesStrongly, matchesWeakly } from "./entity-tag.ts";
import type { StoredMeta } from "./store.ts";
import { storedHeaders } from "./stored-headers.ts";

/**
 * The preconditions to send with a request for what is kept (RFC 9111 §4.3.1): both, where there are both.
 * Dates go back as they came, because many origins compare their text.
 *
 * What the edge has compressed has a weak tag, and its origin is asked by its own (RFC 9110 §8.8.3): it may know no
 * other.
 *
 * @returns lines, names and values in turn; none when it can't be validated
 */
export function validationLines({
  headers,
  originTag,
}: Pick<StoredMeta, "headers" | "originTag">): string[] {
  const lines: string[] = [];
  const etag = originTag ?? entityTagOf(headers);
  if (etag !== undefined) lines.push("If-None-Match", etag);
  const lastModified = firstValue(headers, "last-modified") ?? "";
  if (lastModified !== "") lines.push("If-Modified-Since", lastModified);
  return lines;
}

/**
 * Whether a 304 is about what is kept (RFC 9111 §4.3.4); if not, it says nothing, and the request has to
 * be made again without preconditions.
 *
 * Beyond the RFC a strong tag confirms a weak one of the same text: an origin that compresses weakens the
 * tag of what it sends, and many tell the strong one again in their 304.
 *
 * @param stored headers of what was validated, the only response that was asked about
 */
export function confirmsStored(stored: readonly string[], from304: readonly string[]): boolean {
  const told = entityTagOf(from304);
  const known = entityTagOf(stored);
  if (told !== undefined && known !== undefined) {
    const areStrong = isStrong(told) && isStrong(known);
    return areStrong ? matchesStrongly(told, known) : matchesWeakly(told, known);
  }
  const toldDate = firstValue(from304, "last-modified");
  const knownDate = firstValue(stored, "last-modified");
  if (toldDate !== undefined && knownDate !== undefined) return toldDate === knownDate;
  // What a strong tag names has to be known by it, or by its date.
  return told === undefined || !isStrong(told);
}

/**
 * What the kept bytes depend on (RFC 9111 §3.2): a 304 can't change how they are to be read, nor what they
 * are called.
 */
const boundToBytes: ReadonlySet<string> = new Set([
  "content-encoding",
  "content-length",
  "content-range",
]);

/**
 * The kept response's headers after a 304 confirmed it: each field that the 304 tells takes the place of
 * all lines of its name (RFC 9111 §3.2), except those that the bytes depend on and the ETag that the bytes
 * came with. Age is never the old one's, nor is Date: what came without is dated when it came
 * (RFC 9110 §6.6.1).
 *
 * @param respondedAt when the 304 came, in milliseconds since the epoch
 */
export function refreshedHeaders(
  stored: readonly string[],
  from304: readonly string[],
  respondedAt: number,
): string[] {
  const hasTag = hasName(stored, "etag");
  const told = linesThat(storedHeaders(from304), (name) => {
    const lower = name.toLowerCase();
    return !boundToBytes.has(lower) && !(lower === "etag" && hasTag);
  });
  if (!hasName(told, "date")) told.push("Date", new Date(respondedAt).toUTCString());
  const replaced = new Set(["age"]);
  for (let index = 0; index < told.length; index += 2) {
    replaced.add((told[index] as string).toLowerCase());
  }
  const kept = linesThat(stored, (name) => !replaced.has(name.toLowerCase()));
  return [...kept, ...told];
}
