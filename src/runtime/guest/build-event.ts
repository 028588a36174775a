/* oxlint-disable typescript/unbound-method -- methods are taken off their objects here on purpose */
/**
 * Makes the event object that a handler is passed, and remembers what was in it.
 *
 * The host sends the event as lines (event/encode-event.ts), because one flat string crosses the
 * boundary faster than anything else. What the lines held is kept beside the object: the answer
 * is compared with it, and a part that the function left alone is not sent back.
 */
import type { GuestHeaderShape, GuestHeaderShapes, HoldsValues } from "./header-shapes.ts";
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
  /** For headers of a known shape. */
  holdsValues: HoldsValues | undefined;
}

export interface EventRequestObject {
  method: string;
  uri: string;
  querystring: EntryMap | string;
  headers: EntryMap;
  cookies: EntryMap;
}

export interface EventObject {
  version: string;
  context: Record<string, string>;
  viewer: Record<string, string>;
  request: EventRequestObject;
  response?: Record<string, unknown>;
}

/** The event, and what is needed to tell later what changed. */
export interface BuiltEvent {
  event: EventObject;
  request: EventRequestObject;
  response: Record<string, unknown> | undefined;
  method: string;
  uri: string;
  querystring: Original;
  headers: Original;
  cookies: Original;
  responseHeaders: Original | undefined;
  responseCookies: Original | undefined;
  statusCode: number;
  statusDescription: string;
}

// oxlint-disable-next-line typescript/explicit-module-boundary-types -- its type is its shape
export function guestBuildEvent(kit: GuestKit, shapes: GuestHeaderShapes) {
  "use strict";
  const { split, indexOf, slice, trim, defineProperty, hasOwn, startsWith, charCodeAt, keys } = kit;

  const emptyOriginal = (): Original => ({
    names: [],
    values: [],
    map: {},
    attributes: undefined,
    reordered: false,
    holdsValues: undefined,
  });

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

  /** Adds one line's value under a name; a repeated name gets multiValue. */
  const add = (original: Original, name: string, value: string, attributes?: string): void => {
    const { map } = original;
    const entry = attributes === undefined ? { value } : { value, attributes };
    const isNew = !(name in map);
    const known = !isNew && hasOwn(map, name) ? map[name] : undefined;
    if (known === undefined) {
      if (isNew) map[name] = entry;
      else setOwn(map, name, entry);
      original.names[original.names.length] = name;
      original.values[original.values.length] = value;
      return;
    }
    let index = 0;
    while (original.names[index] !== name) index += 1;
    if (known.multiValue === undefined) {
      const first = { value: known.value } as { value: string; attributes?: string };
      if (known.attributes !== undefined) first.attributes = known.attributes;
      known.multiValue = [first, entry];
      original.values[index] = [known.value, value];
    } else {
      known.multiValue[known.multiValue.length] = entry;
      const values = original.values[index] as string[];
      values[values.length] = value;
    }
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
    for (let i = 0; i < inOrder.length; i += 1) {
      let at = 0;
      while (names[at] !== inOrder[i]) at += 1;
      values[i] = original.values[at] as string | string[];
    }
    return {
      names: inOrder,
      values,
      map,
      attributes: undefined,
      reordered: true,
      holdsValues: undefined,
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
    add(original, name, value, given);
    let index = 0;
    while (original.names[index] !== name) index += 1;
    original.attributes ??= [];
    const known = original.attributes[index];
    if (known === undefined) original.attributes[index] = [given];
    else known[known.length] = given;
  };

  /** A known shape's values follow "#" and its number. */
  const shapeOf = (first: string): GuestHeaderShape | undefined =>
    charCodeAt(first, 0) === 35 ? shapes.known[+slice(first, 1)] : undefined;

  /** How many lines follow the one that says which headers come. */
  const lengthOf = (first: string | undefined): number => {
    if (first === undefined) return -1;
    const shape = shapeOf(first);
    return shape === undefined ? 2 * +first : shape.count;
  };

  /** Reads headers from the line that says which come, and one name's lines into cookies. */
  const readHeaders = (
    lines: string[],
    first: number,
    cookies: Original,
    cookieName: string,
  ): Original => {
    const at = first + 1;
    const shape = shapeOf(lines[first] as string);
    if (shape !== undefined) {
      const { cookieLines } = shape;
      for (let i = 0; i < cookieLines.length; i += 1) {
        const line = lines[at + (cookieLines[i] as number)] as string;
        if (cookieName === "cookie") addPairs(cookies, line, ";");
        else addSetCookie(cookies, line);
      }
      return shape.build(lines, at);
    }
    const headers = emptyOriginal();
    const count = +(lines[first] as string);
    for (let i = 0; i < count; i += 1) {
      const name = lines[at + 2 * i] as string;
      const value = lines[at + 2 * i + 1] as string;
      if (name !== cookieName) add(headers, name, value);
      else if (cookieName === "cookie") addPairs(cookies, value, ";");
      else addSetCookie(cookies, value);
    }
    return settleOrder(headers);
  };

  const withRawQueryString = (
    request: EventRequestObject,
    raw: string | undefined,
    wanted: boolean,
  ): void => {
    if (!wanted) return;
    defineProperty(request, "rawQueryString", {
      value: { rawQueryString: () => raw }.rawQueryString,
      writable: true,
      enumerable: false,
      configurable: true,
    });
  };

  /** @returns undefined when the lines don't add up, which only a value with a line break causes */
  const fromLines = (text: string, rawQueryString: boolean): BuiltEvent | undefined => {
    const lines = split(text, "\n");
    const isResponse = lines[0] === "viewer-response";
    const query = lines[7] as string;
    const start = 9 + lengthOf(lines[8]);
    const end = isResponse ? start + 3 + lengthOf(lines[start + 2]) : start;
    if (end !== lines.length) return undefined;

    const cookies = emptyOriginal();
    const headers = readHeaders(lines, 8, cookies, "cookie");
    const querystring = parseQuery(startsWith(query, "?") ? slice(query, 1) : "");
    const request: EventRequestObject = {
      method: lines[5] as string,
      uri: lines[6] as string,
      querystring: querystring.map,
      headers: headers.map,
      cookies: cookies.map,
    };
    const isWanted = rawQueryString && query !== "-";
    withRawQueryString(request, query === "" ? undefined : slice(query, 1), isWanted);
    const event: EventObject = {
      version: "1.0",
      context: {
        distributionDomainName: lines[1] as string,
        distributionId: lines[2] as string,
        eventType: lines[0] as string,
        requestId: lines[3] as string,
      },
      viewer: { ip: lines[4] as string },
      request,
    };
    const built: BuiltEvent = {
      event,
      request,
      response: undefined,
      method: request.method,
      uri: request.uri,
      querystring,
      headers,
      cookies: settleOrder(cookies),
      responseHeaders: undefined,
      responseCookies: undefined,
      statusCode: 0,
      statusDescription: "",
    };
    if (!isResponse) return built;

    const responseCookies = emptyOriginal();
    const responseHeaders = readHeaders(lines, start + 2, responseCookies, "set-cookie");
    built.statusCode = +(lines[start] as string);
    built.statusDescription = lines[start + 1] as string;
    built.responseHeaders = responseHeaders;
    built.responseCookies = settleOrder(responseCookies);
    built.response = {
      statusCode: built.statusCode,
      statusDescription: built.statusDescription,
      headers: responseHeaders.map,
      cookies: responseCookies.map,
    };
    event.response = built.response;
    return built;
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
      holdsValues: undefined,
    };
  };

  /** Builds from a test event whose form the host has checked and completed (event/test-event.ts). */
  const fromJson = (text: string, rawQueryString: boolean): BuiltEvent => {
    const parsed = kit.parseJson(text) as { event: EventObject; raw: string | null };
    const { event } = parsed;
    const { request } = event;
    withRawQueryString(request, parsed.raw ?? undefined, rawQueryString);
    const response = event.response as
      | { headers: EntryMap; cookies: EntryMap; statusCode: number; statusDescription: string }
      | undefined;
    return {
      event,
      request,
      response,
      method: request.method,
      uri: request.uri,
      querystring: originalOf(request.querystring as EntryMap),
      headers: originalOf(request.headers),
      cookies: originalOf(request.cookies),
      responseHeaders: response && originalOf(response.headers),
      responseCookies: response && originalOf(response.cookies),
      statusCode: response ? response.statusCode : 0,
      statusDescription: response ? response.statusDescription : "",
    };
  };

  return { fromLines, fromJson, setOwn };
}

export type GuestBuildEvent = ReturnType<typeof guestBuildEvent>;
