/**
 * Event objects from a short form: a request line, and only the headers and cookies that matter.
 *
 * What is left out is filled in as CloudFront would: context, viewer, an empty map where there is
 * nothing. Header names become lower case; a list of values becomes multiValue.
 */
import { shown } from "./run-options.ts";

export type Values = Readonly<Record<string, string | readonly string[]>>;

export interface ShortRequest {
  readonly headers?: Values;
  readonly cookies?: Values;
  /** The viewer's address; 198.51.100.1 unless given. */
  readonly ip?: string;
  /** Sets cloudfront-viewer-country. */
  readonly country?: string;
}

export interface ShortResponse {
  readonly status?: number;
  readonly description?: string;
  readonly headers?: Values;
  /** Each value may be followed by attributes: "abc; Path=/; Secure". */
  readonly cookies?: Values;
}

export interface EventEntry {
  value: string;
  attributes?: string;
  multiValue?: { value: string; attributes?: string }[];
}

export type EventMap = Record<string, EventEntry>;

export interface RequestObject {
  method: string;
  uri: string;
  querystring: EventMap | string;
  headers: EventMap;
  cookies: EventMap;
}

export interface ResponseObject {
  statusCode: number;
  statusDescription?: string;
  headers: EventMap;
  cookies: EventMap;
  body?: string | { encoding: "text" | "base64"; data: string };
}

export interface EventObject {
  version: "1.0";
  context: {
    distributionDomainName: string;
    distributionId: string;
    eventType: "viewer-request" | "viewer-response";
    requestId: string;
  };
  viewer: { ip: string };
  request: RequestObject;
  response?: ResponseObject;
}

/** @param requestLine "GET /path?query", or only "/path?query" */
export function viewerRequest(requestLine: string, short: ShortRequest = {}): EventObject {
  const line = typeof requestLine === "string" ? requestLine : shown(requestLine);
  const [first = "", second] = line.trim().split(/\s+/);
  const [method, target] = second === undefined ? ["GET", first] : [first, second];
  if (!target.startsWith("/")) {
    throw new Error(`A request line is "GET /path?query" or "/path?query", got "${line}"`);
  }
  const mark = target.indexOf("?");
  const headers: Values = {
    host: "www.example.com",
    ...lowerCased(short.headers),
    ...(short.country === undefined ? {} : { "cloudfront-viewer-country": short.country }),
  };
  return {
    version: "1.0",
    context: {
      distributionDomainName: "d111111abcdef8.cloudfront.net",
      distributionId: "EDFDVBD6EXAMPLE",
      eventType: "viewer-request",
      requestId: "4TyzHTaYWb1GX1qTfsHhEqV6HUDd_BzoBZnwfnvQc_1oF26ClkoUSEQ==",
    },
    viewer: { ip: short.ip ?? "198.51.100.1" },
    request: {
      method,
      uri: mark < 0 ? target : target.slice(0, mark),
      querystring: mark < 0 ? {} : queryMap(target.slice(mark + 1)),
      headers: entries(headers, plainEntry),
      cookies: entries(short.cookies ?? {}, plainEntry),
    },
  };
}

/** The event of a viewer response to a request, which is given in the same short form. */
export function viewerResponse(
  requestLine: string,
  response: ShortResponse = {},
  request: ShortRequest = {},
): EventObject {
  const event = viewerRequest(requestLine, request);
  return {
    ...event,
    context: { ...event.context, eventType: "viewer-response" },
    response: {
      statusCode: response.status ?? 200,
      statusDescription: response.description ?? "OK",
      headers: entries(lowerCased(response.headers), plainEntry),
      cookies: entries(response.cookies ?? {}, cookieEntry),
    },
  };
}

function lowerCased(values: Values = {}): Values {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name.toLowerCase(), value]),
  );
}

type Entry = { value: string; attributes?: string };

const plainEntry = (value: string): Entry => ({ value });

const cookieEntry = (text: string): Entry => {
  const semicolon = text.indexOf(";");
  if (semicolon < 0) return { value: text };
  return { value: text.slice(0, semicolon), attributes: text.slice(semicolon + 1).trim() };
};

function entries(values: Values, toEntry: (value: string) => Entry): EventMap {
  // A name may be __proto__, which is no member to be assigned.
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => {
      const values: unknown[] = Array.isArray(value) ? value : [value];
      const list = values.map((each) => {
        if (typeof each === "string") return toEntry(each);
        throw new TypeError(`${name} must be a text, or a list of texts, got ${shown(each)}`);
      });
      const [first] = list;
      if (first === undefined) return [];
      return [[name, list.length > 1 ? { ...first, multiValue: list } : first]];
    }),
  );
}

function queryMap(query: string): EventMap {
  const values = new Map<string, string[]>();
  for (const pair of query.split("&")) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    const name = equals < 0 ? pair : pair.slice(0, equals);
    const value = equals < 0 ? "" : pair.slice(equals + 1);
    values.set(name, [...(values.get(name) ?? []), value]);
  }
  return entries(Object.fromEntries(values), plainEntry);
}
