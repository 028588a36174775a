/**
 * The calls under `/footlight/v1/cache`: what the edge keeps, and looking a request up. What they
 * answer comes from the edge workers of this node.
 */
import { ApiError, InvalidArgument } from "../model/errors.ts";
import { snakeCase } from "../wire/json/json-names.ts";
import { parseQuery } from "../wire/query.ts";

/** A request as the viewer-request function leaves it. */
export interface CacheRequest {
  readonly method: string;
  /** Host and port, as the viewer's Host header has them. */
  readonly authority: string;
  readonly path: string;
  readonly querystring: string | undefined;
  /** Names and values in turn. */
  readonly headers: readonly string[];
}

/** What the workers say, put together; undefined where no distribution answers to a name. */
export interface CacheReport {
  readonly summary: () => Promise<object>;
  readonly objects: (count: number) => Promise<object>;
  readonly lookUp: (request: CacheRequest) => Promise<object | undefined>;
}

const countMax = 1000;

/** RFC 9110 §5.6.2. */
const token = /^[\w!#$%&'*+.^`|~-]+$/;

export async function readCache(cache: CacheReport | undefined): Promise<object> {
  return inSnakeCase(await requireCache(cache).summary());
}

export async function readCachedObjects(
  query: string,
  cache: CacheReport | undefined,
): Promise<object> {
  const given = namedOnly(query, ["limit"]).get("limit") ?? "10";
  const count = Number(given);
  if (!/^\d+$/.test(given) || count < 1 || count > countMax) {
    throw new InvalidArgument(`limit must be a whole number from 1 to ${countMax}, got "${given}"`);
  }
  return inSnakeCase(await requireCache(cache).objects(count));
}

export async function lookUpInCache(
  query: string,
  cache: CacheReport | undefined,
): Promise<object> {
  const given = namedOnly(query, ["url", "method", "headers"]);
  const url = given.get("url") ?? "";
  const method = given.get("method") ?? "GET";
  const headers = readHeaders(given.get("headers") ?? "");
  const request = { ...readUrl(url), method, headers };
  const found = await requireCache(cache).lookUp(request);
  if (found === undefined) {
    throw new ApiError(
      "NoSuchDistribution",
      `No enabled distribution answers to "${request.authority}"`,
    );
  }
  return inSnakeCase(found);
}

function requireCache(cache: CacheReport | undefined): CacheReport {
  if (cache !== undefined) return cache;
  throw new ApiError(
    "InvalidArgument",
    "This node serves no viewers, so there is no cache to look into: ask a node of `footlight start`",
  );
}

/** @throws InvalidArgument, when the query has another name */
function namedOnly(query: string, names: readonly string[]): ReadonlyMap<string, string> {
  const given = parseQuery(query);
  const unknown = given.keys().find((name) => !names.includes(name));
  if (unknown === undefined) return given;
  throw new InvalidArgument(`There is no parameter "${unknown}": it takes ${names.join(", ")}`);
}

/** The path stays as it is written: the key has it like that. */
function readUrl(url: string): Pick<CacheRequest, "authority" | "path" | "querystring"> {
  const parts =
    /^(?:https?:\/\/)?([^/?#\s:[]+(?::\d+)?)(\/[^?#\s]*)?(?:\?([^#\s]*))?(?:#\S*)?$/i.exec(url);
  const [, authority, path = "/", querystring] = parts ?? [];
  if (authority === undefined) {
    throw new InvalidArgument(
      `url must be the URL of an object, like http://d111111abcdef8.cloudfront.net/path, got "${url}"`,
    );
  }
  return { authority, path: asSent(path), querystring: querystring && asSent(querystring) };
}

/** The bytes that clients send, as Latin-1, which is how the edge has them. */
function asSent(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

/** @param text a line a header, as curl takes them */
function readHeaders(text: string): string[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .flatMap((line) => {
      const [, name, value] = /^([^\s:]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
      if (name === undefined || value === undefined || !token.test(name)) {
        throw new InvalidArgument(`A header is written "Name: value", got "${line}"`);
      }
      return [name, asSent(value)];
    });
}

/** Names of members as the JSON face has them; values stay. */
export function inSnakeCase(value: object): object {
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [snakeCase(name), convert(member)]),
  );
}

function convert(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(convert);
  return typeof value === "object" && value !== null ? inSnakeCase(value) : value;
}
