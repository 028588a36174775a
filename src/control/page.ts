/**
 * Pages of a list. The marker is the key of the last entry of the page before, and a page starts
 * after it in key order; so entries that appear or vanish between two calls neither repeat nor
 * hide others, and a marker whose entry is gone still works.
 */
import { ApiError } from "../model/errors.ts";

const defaultMaxItems = 100;

export interface Page<Item> {
  readonly items: Item[];
  readonly maxItems: number;
  /** Present when there is more. */
  readonly nextMarker: string | undefined;
}

interface PageInput {
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | string | undefined;
}

/**
 * @param sorted all entries, ascending by key
 * @param keyOf what orders them and becomes the marker
 * @throws InvalidArgument, when MaxItems is not a whole number from 1 on
 */
export function pageOf<Item>(
  sorted: readonly Item[],
  keyOf: (item: Item) => string,
  { Marker, MaxItems }: PageInput,
): Page<Item> {
  const maxItems = MaxItems === undefined ? defaultMaxItems : Number(MaxItems);
  if (!Number.isInteger(maxItems) || maxItems < 1) {
    throw new ApiError(
      "InvalidArgument",
      `MaxItems must be a whole number from 1 on, got "${MaxItems}"`,
    );
  }
  const start = Marker ? firstAfter(sorted, keyOf, Marker) : 0;
  const items = sorted.slice(start, start + maxItems);
  const last = items.at(-1);
  const more = start + items.length < sorted.length && last !== undefined;
  return { items, maxItems, nextMarker: more ? keyOf(last) : undefined };
}

/** @returns the index of the first entry whose key is greater than the marker */
function firstAfter<Item>(
  sorted: readonly Item[],
  keyOf: (item: Item) => string,
  marker: string,
): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (keyOf(sorted[middle]!) > marker) high = middle;
    else low = middle + 1;
  }
  return low;
}
