/**
 * What a function is passed and returns, in both runtimes.
 *
 * Source: CloudFront Developer Guide, "CloudFront Functions event structure".
 */

export interface Value {
  value: string;
  /** Present where the name is there several times; if it is changed, `value` is not read. */
  multiValue?: { value: string }[];
}

export interface ResponseCookie {
  value: string;
  /** Like `Path=/; Secure`. */
  attributes?: string;
  multiValue?: { value: string; attributes?: string }[];
}

type Capital =
  | ("A" | "B" | "C" | "D" | "E" | "F" | "G" | "H" | "I" | "J" | "K" | "L" | "M")
  | ("N" | "O" | "P" | "Q" | "R" | "S" | "T" | "U" | "V" | "W" | "X" | "Y" | "Z");

/** By name, in lower case: in capitals no header is found. */
export interface Headers {
  [name: `${Capital}${string}`]: never;
  [name: string]: Value | undefined;
}

export interface RequestHeaders extends Headers {
  /** May be read only; `cf.updateRequestOrigin({ hostHeader })` changes what the origin gets. */
  readonly host: { readonly value: string };
}

/** Cookies and parameters, by name as they were sent. */
export interface Values {
  [name: string]: Value | undefined;
}

export interface Request {
  /** May be read only. */
  readonly method: string;
  /** A path, which begins with "/". */
  uri: string;
  /** May be replaced by a text, without "?". */
  querystring: Values | string;
  readonly headers: RequestHeaders;
  cookies: Values;
}

/** As it is passed: then parameters are an object. */
export interface GivenRequest extends Request {
  get querystring(): Values;
  set querystring(replaced: Values | string);
}

export interface Response {
  statusCode: number;
  statusDescription?: string;
  headers?: Headers;
  cookies?: { [name: string]: ResponseCookie | undefined };
  /** Never there in an event; what is set replaces what the origin has answered. */
  body?: string | { encoding: "text" | "base64"; data: string };
}

/** As it is passed: then headers and cookies are there. */
export interface GivenResponse extends Response {
  statusDescription: string;
  headers: Headers;
  cookies: { [name: string]: ResponseCookie | undefined };
}

export interface Context<Type extends "viewer-request" | "viewer-response"> {
  /** Of standard distributions. */
  readonly distributionDomainName?: string;
  /** Of multi-tenant distributions. */
  readonly endpoint?: string;
  readonly distributionId: string;
  readonly eventType: Type;
  readonly requestId: string;
}

export interface RequestEvent<Kind extends GivenRequest> {
  readonly version: "1.0";
  readonly context: Context<"viewer-request">;
  readonly viewer: { readonly ip: string };
  readonly request: Kind;
}

export interface ResponseEvent<Kind extends GivenRequest> {
  readonly version: "1.0";
  readonly context: Context<"viewer-response">;
  readonly viewer: { readonly ip: string };
  /** May be read only. */
  readonly request: Readonly<Kind>;
  readonly response: GivenResponse;
}
