/* oxlint-disable typescript/unbound-method -- methods are taken off their objects here on purpose */
/**
 * Makes the event object that a handler is passed, and remembers what was in it.
 *
 * The host sends the event as lines (event/encode-event.ts), because one flat string crosses the
 * boundary faster than anything else. What the lines held is kept beside the object: the answer
 * is compared with it, and a part that the function left alone is not sent back.
 */
import type { EntryMap, GuestEventMaps, Original } from "./event-maps.ts";
import type { GuestHeaderShape, GuestHeaderShapes } from "./header-shapes.ts";
import type { GuestKit } from "./kit.ts";

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
  /** What a request and a response may have, by name: what AWS documents, and what a test event's had. */
  requestFields: object;
  responseFields: object;
  /** The edge location's three letters and its region, where it is not this one; else "". */
  location: string;
  /** What is told of the tenant that it is of, as JSON; "" where it is no tenant's. */
  tenant: string;
}

// oxlint-disable-next-line typescript/explicit-module-boundary-types -- its type is its shape
export function guestBuildEvent(
  kit: GuestKit,
  maps: GuestEventMaps,
  shapes: GuestHeaderShapes,
  hiddenMark: string,
) {
  "use strict";
  const { split, slice, indexOf, defineProperty, startsWith, charCodeAt, keys } = kit;
  const { emptyOriginal, add, addPairs, addSetCookie, settleOrder, parseQuery, originalOf } = maps;

  const requestFields = kit.parseJson(
    '{"method":0,"uri":0,"querystring":0,"headers":0,"cookies":0,"rawQueryString":0}',
  ) as object;
  const responseFields = kit.parseJson(
    '{"statusCode":0,"statusDescription":0,"headers":0,"cookies":0,"body":0}',
  ) as object;
  /** The documented fields and those of a test event's object, such as a clientIp. */
  const withFieldsOf = (documented: object, given: object | undefined): object => {
    const fields = kit.create(null) as Record<string, unknown>;
    for (const source of [documented, given ?? {}]) {
      const names = keys(source);
      for (let i = 0; i < names.length; i += 1) fields[names[i] as string] = 0;
    }
    return fields;
  };

  /** A known shape's values follow "#" and its number. */
  const shapeOf = (first: string): GuestHeaderShape | undefined =>
    charCodeAt(first, 0) === 35 ? shapes.find(+slice(first, 1)) : undefined;

  /** How many lines follow the one that says which headers come. */
  const lengthOf = (first: string | undefined): number => {
    if (first === undefined) return -1;
    const shape = shapeOf(first);
    return shape === undefined ? 2 * +slice(first, 1) : shape.count;
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
      cookies.lacksNames = shape.lacksCookies;
      for (let i = 0; i < cookieLines.length; i += 1) {
        const line = lines[at + (cookieLines[i] as number)] as string;
        if (cookieName === "cookie") addPairs(cookies, line, ";");
        else addSetCookie(cookies, line);
      }
      return shape.build(lines, at);
    }
    const headers = emptyOriginal();
    const leftOut = charCodeAt(lines[first], 0) - 48;
    headers.lacksNames = (leftOut & 1) !== 0;
    cookies.lacksNames = (leftOut & 2) !== 0;
    const count = +slice(lines[first] as string, 1);
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
    const isHidden = kit.outside.marksHidden && raw !== undefined && indexOf(raw, hiddenMark) >= 0;
    const read = (): string | undefined => {
      if (isHidden) maps.touch("query string");
      return raw;
    };
    defineProperty(request, "rawQueryString", {
      value: { rawQueryString: () => read() }.rawQueryString,
      writable: true,
      enumerable: false,
      configurable: true,
    });
  };

  const hasHiddenName = ({ names }: Original): boolean => {
    for (let i = 0; i < names.length; i += 1) {
      if (startsWith(names[i], hiddenMark)) return true;
    }
    return false;
  };

  /** What stands in the place of a name, or of a part of the path, can't be watched by itself: whoever reads the whole shows. */
  const watchPart = (
    request: EventRequestObject,
    part: "uri" | "querystring" | "cookies",
  ): void => {
    let value: unknown = request[part];
    defineProperty(request, part, {
      get: (): unknown => {
        maps.touch(part);
        return value;
      },
      set: (other: unknown): void => {
        value = other;
      },
      enumerable: true,
      configurable: true,
    });
  };

  /** @param place the distribution's domain name, or "@", an endpoint, a space and what is told of the tenant */
  const contextOf = (place: string, lines: string[]): Record<string, string> => {
    const distributionId = lines[2] as string;
    const eventType = lines[0] as string;
    const requestId = lines[3] as string;
    if (charCodeAt(place, 0) !== 64) {
      return { distributionDomainName: place, distributionId, eventType, requestId };
    }
    const endpoint = slice(place, 1, indexOf(place, " "));
    return { endpoint, distributionId, eventType, requestId };
  };

  /** @returns undefined when the lines don't add up, which only a value with a line break causes */
  const fromLines = (text: string, rawQueryString: boolean): BuiltEvent | undefined => {
    const lines = split(text, "\n");
    const isResponse = lines[0] === "viewer-response";
    const query = lines[7] as string;
    // What it begins with is told in event/encode-event.ts, as with the query below.
    const told = lines[1] as string;
    const isElsewhere = charCodeAt(told, 0) === 33;
    const location = isElsewhere ? slice(told, 1, indexOf(told, " ")) : "";
    const place = isElsewhere ? slice(told, indexOf(told, " ") + 1) : told;
    const start = 9 + lengthOf(lines[8]);
    const end = isResponse ? start + 3 + lengthOf(lines[start + 2]) : start;
    if (end !== lines.length) return undefined;

    const cookies = emptyOriginal();
    const headers = readHeaders(lines, 8, cookies, "cookie");
    const querystring = parseQuery(slice(query, 1));
    querystring.lacksNames = startsWith(query, "-");
    const request: EventRequestObject = {
      method: lines[5] as string,
      uri: lines[6] as string,
      querystring: querystring.map,
      headers: headers.map,
      cookies: cookies.map,
    };
    const isWanted = rawQueryString && (query === "" || startsWith(query, "?"));
    withRawQueryString(request, query === "" ? undefined : slice(query, 1), isWanted);
    const event: EventObject = {
      version: "1.0",
      context: contextOf(place, lines),
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
      requestFields,
      responseFields,
      location,
      tenant: charCodeAt(place, 0) === 64 ? slice(place, indexOf(place, " ") + 1) : "",
    };
    if (kit.outside.marksHidden) {
      if (indexOf(built.uri, hiddenMark) >= 0) watchPart(request, "uri");
      if (hasHiddenName(querystring)) watchPart(request, "querystring");
      if (hasHiddenName(built.cookies)) watchPart(request, "cookies");
    }
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
      requestFields: withFieldsOf(requestFields, request),
      responseFields: withFieldsOf(responseFields, response),
      location: "",
      tenant: "",
    };
  };

  return { fromLines, fromJson };
}

export type GuestBuildEvent = ReturnType<typeof guestBuildEvent>;
