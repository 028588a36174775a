/**
 * Values that stand in an event for what must not be kept: a keyed hash, behind a mark and what it is of.
 *
 * A run may carry them where it will. One that reads them may go another way than it went on what they
 * stand for, so runs that repeat recorded ones tell which they have read.
 */

/** What such a value begins with. */
export const hiddenMark = "hashed-";

/** "path" is of a part of one, and "key" of what a key value store is asked for. */
export type HiddenKind = "header" | "cookie" | "query" | "path" | "key";

/** @param hash letters, digits, "-" and "_": it stands in a Cookie line and in a query string as it is */
export function hiddenValue(kind: HiddenKind, hash: string): string {
  return `${hiddenMark}${kind}-${hash}`;
}
