/* oxlint-disable typescript/unbound-method -- methods are taken off their objects here on purpose */
/** Tells what a function changed in the maps of its event from what it left alone. */
import type { Entry, EntryMap, Original } from "./event-maps.ts";
import type { GuestKit } from "./kit.ts";

// oxlint-disable-next-line typescript/explicit-module-boundary-types -- its type is its shape
export function guestCompareMaps(kit: GuestKit) {
  "use strict";
  const { keys, isArray } = kit;

  const isObject = (value: unknown): value is Record<string, unknown> =>
    typeof value === "object" && value !== null;

  const isUntouched = (entry: unknown, values: string | string[]): boolean => {
    if (!isObject(entry)) return false;
    if (typeof values === "string") {
      return entry["value"] === values && entry["multiValue"] === undefined;
    }
    const list = entry["multiValue"];
    if (entry["value"] !== values[0] || !isArray(list) || list.length !== values.length) {
      return false;
    }
    for (let i = 0; i < values.length; i += 1) {
      const item = list[i] as unknown;
      if (!isObject(item) || item["value"] !== values[i]) return false;
    }
    return true;
  };

  /** Whether a map still holds what the event held, in the same order. */
  const isSameMap = (map: unknown, original: Original): boolean => {
    if (map !== original.map) return false;
    const { holdsValues } = original;
    const names = keys(original.map);
    if (names.length !== original.names.length) return false;
    for (let i = 0; i < names.length; i += 1) {
      const name = names[i] as string;
      if (name !== original.names[i]) return false;
      if (holdsValues !== undefined) continue;
      if (!isUntouched(original.map[name], original.values[i] as string | string[])) return false;
    }
    return holdsValues === undefined || holdsValues(original.map, original.values);
  };

  /** Whether a response's cookies have the attributes they came with. */
  const isSameAttributes = (original: Original): boolean => {
    const { attributes, map, names } = original;
    if (attributes === undefined) return names.length === 0;
    for (let i = 0; i < names.length; i += 1) {
      const entry = map[names[i] as string] as Entry;
      const before = attributes[i] as (string | undefined)[];
      if (entry.attributes !== before[0]) return false;
      const list = entry.multiValue;
      for (let j = 0; list !== undefined && j < before.length; j += 1) {
        if (list[j]?.attributes !== before[j]) return false;
      }
    }
    return true;
  };

  /** How many names at the front are those of the event, in its order, and hold what they held. */
  const countKept = (map: EntryMap, names: string[], original: Original): number => {
    const { names: before, holdsValues } = original;
    let same = 0;
    while (same < before.length && same < names.length && names[same] === before[same]) same += 1;
    if (same === before.length && holdsValues !== undefined && holdsValues(map, original.values)) {
      return same;
    }
    let kept = 0;
    while (
      kept < same &&
      isUntouched(map[names[kept] as string], original.values[kept] as string | string[])
    ) {
      kept += 1;
    }
    return kept;
  };

  return { isSameMap, isSameAttributes, countKept };
}

export type GuestCompareMaps = ReturnType<typeof guestCompareMaps>;
