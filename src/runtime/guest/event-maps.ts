/* oxlint-disable typescript/unbound-method -- methods are taken off their objects here on purpose */
/**
 * The maps of an event: headers, cookies and the query string, by name.
 *
 * Each is built together with its original, which keeps what it held at first for the reading of
 * the answer.
 */
import type { HoldsValues } from "./header-shapes.ts";
import type { GuestKit } from "./kit.ts";

export interface Entry {
  value: string;
  multiValue?: { value: string; attributes?: string }[];
  attributes?: string;
}

export type EntryMap = Record<string, Entry>;

/** What a map of the event held at first: names in order, and each name's values. */
export interface Original {
  names: string[];
  /** For each name either its one value, or the list of them. */
  values: (string | string[])[];
  map: EntryMap;
  /** For a response's cookies, each name's attributes, value by value; undefined for all else. */
  attributes: (string | undefined)[][] | undefined;
  /** Whether V8 lists the names in another order than they came in. */
  reordered: boolean;
  /** The names as they came in, where that is another order. */
  incoming: string[] | undefined;
  /** Whether the event has names that were not sent, as the function can't read them. */
  lacksNames: boolean;
  /** For headers of a known shape. */
  holdsValues: HoldsValues | undefined;
  /** Where each name stands among the names; made when there are many and one is looked for. */
  places: Record<string, number> | undefined;
}

/** @param hiddenMark what a value begins with that stands for another; see runtime/hidden-values.ts */
// oxlint-disable-next-line typescript/explicit-module-boundary-types -- its type is its shape
export function guestEventMaps(kit: GuestKit, hiddenMark: string) {
  "use strict";
  const { indexOf, slice, trim, defineProperty, hasOwn, charCodeAt, keys, startsWith, outside } =
    kit;

  const emptyOriginal = (): Original => ({
    names: [],
    values: [],
    map: {},
    attributes: undefined,
    reordered: false,
    incoming: undefined,
    lacksNames: false,
    holdsValues: undefined,
    places: undefined,
  });

  /** Names among which going through them all is faster than an index. */
  const fewNames = 16;

  /**
   * Viewers choose how many names there are, so looking for each must not go through all the others.
   *
   * @param guess where it may well be
   * @returns -1 for a name that the event did not have
   */
  const placeOf = (original: Original, name: string, guess: number): number => {
    const { names } = original;
    if (names[guess] === name) return guess;
    if (names.length <= fewNames) {
      for (let i = 0; i < names.length; i += 1) if (names[i] === name) return i;
      return -1;
    }
    let { places } = original;
    if (places === undefined) {
      places = kit.create(null) as Record<string, number>;
      for (let i = 0; i < names.length; i += 1) places[names[i] as string] = i;
      original.places = places;
    }
    const place = places[name];
    return place === undefined ? -1 : place;
  };

  /** Assigns an own property, whatever its name: "constructor" is a header name like any other. */
  const setOwn = (map: EntryMap, name: string, entry: Entry): void => {
    if (name in map) {
      defineProperty(map, name, {
        value: entry,
        writable: true,
        enumerable: true,
        configurable: true,
      });
    } else {
      map[name] = entry;
    }
  };

  /** Notes that the handler reads what was hidden from it. */
  const touch = (what: string): void => {
    if (!outside.tracks || outside.touched.length > 1000) return;
    if (indexOf(`\n${outside.touched}`, `\n${what}\n`) < 0) outside.touched += `${what}\n`;
  };

  /** A value in whose place another stands, so that it shows when the handler reads it. */
  const watch = (entry: object, name: string, value: string): void => {
    const kind = slice(value, hiddenMark.length, indexOf(value, "-", hiddenMark.length));
    defineProperty(entry, "value", {
      get: (): string => {
        touch(`${kind} ${name}`);
        return value;
      },
      set(this: object, other: unknown): void {
        const plain = { value: other, writable: true, enumerable: true, configurable: true };
        defineProperty(this, "value", plain);
      },
      enumerable: true,
      configurable: true,
    });
  };

  const entryOf = (name: string, value: string, attributes: string | undefined): Entry => {
    const entry = attributes === undefined ? { value } : { value, attributes };
    if (outside.marksHidden && startsWith(value, hiddenMark)) watch(entry, name, value);
    return entry;
  };

  /**
   * Adds one line's value under a name; a repeated name gets multiValue.
   *
   * @returns the name's place
   */
  const add = (original: Original, name: string, value: string, attributes?: string): number => {
    const { map, places } = original;
    const entry = entryOf(name, value, attributes);
    const isNew = !(name in map);
    const known = !isNew && hasOwn(map, name) ? map[name] : undefined;
    if (known === undefined) {
      if (isNew) map[name] = entry;
      else setOwn(map, name, entry);
      const added = original.names.length;
      original.names[added] = name;
      original.values[added] = value;
      if (places !== undefined) places[name] = added;
      return added;
    }
    const index = placeOf(original, name, original.names.length - 1);
    if (known.multiValue === undefined) {
      known.multiValue = [entryOf(name, known.value, known.attributes), entry];
      original.values[index] = [known.value, value];
    } else {
      known.multiValue[known.multiValue.length] = entry;
      const values = original.values[index] as string[];
      values[values.length] = value;
    }
    return index;
  };

  /** V8 lists integer-like names first; the names are then read back as V8 lists them. */
  const settleOrder = (original: Original): Original => {
    const { names, map } = original;
    let integerLike = false;
    for (let i = 0; i < names.length; i += 1) {
      const code = charCodeAt(names[i], 0);
      if (code >= 48 && code <= 57) integerLike = true;
    }
    if (!integerLike) return original;
    const inOrder = keys(map);
    const values: (string | string[])[] = [];
    const attributes: (string | undefined)[][] | undefined = original.attributes && [];
    for (let i = 0; i < inOrder.length; i += 1) {
      const at = placeOf(original, inOrder[i] as string, i);
      values[i] = original.values[at] as string | string[];
      if (attributes) attributes[i] = original.attributes?.[at] as (string | undefined)[];
    }
    return {
      names: inOrder,
      values,
      map,
      attributes,
      reordered: true,
      incoming: names,
      lacksNames: original.lacksNames,
      holdsValues: undefined,
      places: undefined,
    };
  };

  const isSpace = (text: string, at: number): boolean => {
    const code = charCodeAt(text, at);
    if (code < 160) return code === 32 || (code > 8 && code < 14);
    return trim(slice(text, at, at + 1)) === "";
  };

  /** Adds the pairs of a query string, or of a Cookie line, where spaces stand around them. */
  const addPairs = (original: Original, text: string, separator: string): void => {
    const { length } = text;
    let equals = -1;
    let next = 0;
    while (next < length) {
      let start = next;
      let end = indexOf(text, separator, start);
      if (end < 0) end = length;
      next = end + 1;
      if (separator === ";") {
        while (start < end && isSpace(text, start)) start += 1;
        while (start < end && isSpace(text, end - 1)) end -= 1;
      }
      if (start === end) continue;
      if (equals < start) {
        equals = indexOf(text, "=", start);
        if (equals < 0) equals = length;
      }
      if (equals >= end) add(original, slice(text, start, end), "");
      else add(original, slice(text, start, equals), slice(text, equals + 1, end));
    }
  };

  const parseQuery = (text: string): Original => {
    const original = emptyOriginal();
    if (text === "") return original;
    addPairs(original, text, "&");
    return settleOrder(original);
  };

  const addSetCookie = (original: Original, line: string): void => {
    const semicolon = indexOf(line, ";");
    const pair = trim(semicolon < 0 ? line : slice(line, 0, semicolon));
    const attributes = semicolon < 0 ? "" : trim(slice(line, semicolon + 1));
    const equals = indexOf(pair, "=");
    const name = equals < 0 ? pair : slice(pair, 0, equals);
    const value = equals < 0 ? "" : slice(pair, equals + 1);
    if (name === "") return;
    const given = attributes === "" ? undefined : attributes;
    const index = add(original, name, value, given);
    original.attributes ??= [];
    const known = original.attributes[index];
    if (known === undefined) original.attributes[index] = [given];
    else known[known.length] = given;
  };

  /** The original of a map that stands in a test event's JSON. */
  const originalOf = (map: EntryMap): Original => {
    const names = keys(map);
    const values: (string | string[])[] = [];
    for (let i = 0; i < names.length; i += 1) {
      const entry = map[names[i] as string] as Entry;
      const { multiValue } = entry;
      if (multiValue === undefined) {
        values[i] = entry.value;
      } else {
        const list: string[] = [];
        for (let j = 0; j < multiValue.length; j += 1) list[j] = multiValue[j]!.value;
        values[i] = list;
      }
    }
    return {
      names,
      values,
      map,
      attributes: undefined,
      reordered: true,
      incoming: undefined,
      lacksNames: false,
      holdsValues: undefined,
      places: undefined,
    };
  };

  return {
    emptyOriginal,
    placeOf,
    add,
    addPairs,
    addSetCookie,
    settleOrder,
    parseQuery,
    originalOf,
    touch,
  };
}

export type GuestEventMaps = ReturnType<typeof guestEventMaps>;
