/** The kinds of object that the event is made of, as the proof of what a source reads tells them apart. */

/** The names that may be read of a map, or of the event's context or viewer; "all" when they can't be told. */
export type PartRead = "all" | ReadonlySet<string>;

export const maps = [
  "requestHeaders",
  "requestCookies",
  "querystring",
  "responseHeaders",
  "responseCookies",
  "context",
  "viewer",
] as const;
export type MapName = (typeof maps)[number];

/** What may be read: of each of these, and whether the query string as it came. */
export type EventReads = Readonly<Record<MapName, PartRead> & { rawQueryString: boolean }>;

/** A set of kinds, a bit each. */
export type Kinds = number;
export const event = 1;
export const request = 2;
export const response = 4;
/** Kinds that hold others. */
export const holders = event | request | response;
export const bitOf = (map: MapName): Kinds => 8 << maps.indexOf(map);

/** What stands where in the event. */
export const places: ReadonlyMap<Kinds, Readonly<Record<string, Kinds>>> = new Map([
  [
    event,
    {
      __proto__: null as never,
      request,
      response,
      context: bitOf("context"),
      viewer: bitOf("viewer"),
    },
  ],
  [
    request,
    {
      __proto__: null as never,
      headers: bitOf("requestHeaders"),
      cookies: bitOf("requestCookies"),
      querystring: bitOf("querystring"),
    },
  ],
  [
    response,
    {
      __proto__: null as never,
      headers: bitOf("responseHeaders"),
      cookies: bitOf("responseCookies"),
    },
  ],
]);

/** Names that every object has, which lead to its other properties or to the object itself. */
export const inherited = new Set(Object.getOwnPropertyNames(Object.prototype));
