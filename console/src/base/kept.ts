/**
 * What this browser keeps for a page: in `local` for good, in `session` as long as the tab is open.
 *
 * A browser may have no room, or be told to keep nothing at all; and what is there may be of another version, or of whoever has
 * written into it by hand. The page works all the same.
 */
export type KeptFor = "local" | "session";

/** @returns what was kept; undefined where nothing was, or `isWanted` does not know it */
export function recallKept<Value>(
  keptFor: KeptFor,
  place: string,
  isWanted: (value: unknown) => value is Value,
): Value | undefined {
  try {
    const value: unknown = JSON.parse(storageOf(keptFor).getItem(place) ?? "null");
    return isWanted(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** @returns whether there was room for it; where there was none, nothing is kept there any more, as it would be older */
export function keep(keptFor: KeptFor, place: string, value: unknown): boolean {
  try {
    storageOf(keptFor).setItem(place, JSON.stringify(value));
    return true;
  } catch {
    forgetKept(keptFor, place);
    return false;
  }
}

export function forgetKept(keptFor: KeptFor, place: string): void {
  try {
    storageOf(keptFor).removeItem(place);
  } catch {
    // Then nothing is kept.
  }
}

/** @throws DOMException, where the browser is told to keep nothing */
function storageOf(keptFor: KeptFor): Storage {
  return keptFor === "local" ? localStorage : sessionStorage;
}
