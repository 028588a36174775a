/**
 * The Resource of a policy: the URLs that it is for.
 *
 * A Resource has four sections: protocol, domain, path and query string. `*` is any number of
 * characters of its section and `?` exactly one, with three exceptions: a `*` that ends the path is for
 * every query string too, one that ends the domain for every path, and a Resource that begins with `*`
 * and has no protocol is for every protocol. A lone `*` is for every URL.
 *
 * A `?` can begin the query string as well as stand for one character of the path. What the signer
 * meant can't be told, so a URL that either reading allows is allowed. `\?` begins the query string and
 * nothing else.
 *
 * Source: CloudFront Developer Guide, "Create a signed URL using a custom policy".
 */
import { compilePattern, type PatternMatcher } from "../../deployment/path-pattern.ts";

/** A URL as the viewer asked for it, without what it is signed with. */
export interface AskedUrl {
  /** `http`, or `ws` for the same. */
  readonly schemes: readonly string[];
  /** As sent, with the port; and without it. */
  readonly hosts: readonly string[];
  /** Still percent-encoded. */
  readonly path: string;
  readonly querystring: string | undefined;
}

export type ResourceMatcher = (url: AskedUrl) => boolean;

export function compileResource(resource: string): ResourceMatcher {
  if (resource === "*") return () => true;
  const parts = /^(?:([^:/]*):\/\/)?([^/]*)(\/[^]*)?$/.exec(resource);
  const [, protocol = resource.startsWith("*") ? "*" : "", domain = "", rest] = parts ?? [];
  if (protocol === "" || domain === "") return () => false;
  const isScheme = compilePattern(protocol);
  const isHost = compilePattern(domain.toLowerCase());
  const isObject = compileObject(rest ?? (domain.endsWith("*") ? "/*" : "/"));
  return (url) =>
    url.schemes.some(isScheme) &&
    url.hosts.some((host) => isHost(host.toLowerCase())) &&
    isObject(url);
}

type ObjectMatcher = (url: Pick<AskedUrl, "path" | "querystring">) => boolean;

/** @param rest the path, and the query string if there is one */
function compileObject(rest: string): ObjectMatcher {
  const readings = readingsOf(rest).map(({ path, query }): ObjectMatcher => {
    const isPath = compilePath(path);
    const isQuery = compilePattern(query ?? (path.endsWith("*") ? "*" : ""));
    return (url) => isPath(url.path) && isQuery(url.querystring ?? "");
  });
  return (url) => readings.some((matches) => matches(url));
}

interface Reading {
  readonly path: string;
  readonly query?: string;
}

/** At most three, whatever the text: only the first and the last `?` are taken for the query's beginning. */
function readingsOf(rest: string): Reading[] {
  const escaped = rest.indexOf("\\?");
  if (escaped >= 0) return [{ path: rest.slice(0, escaped), query: rest.slice(escaped + 2) }];
  const marks = new Set([rest.indexOf("?"), rest.lastIndexOf("?")].filter((mark) => mark >= 0));
  const split = Array.from(marks, (mark) => ({
    path: rest.slice(0, mark),
    query: rest.slice(mark + 1),
  }));
  return [{ path: rest }, ...split];
}

/**
 * A path that climbs, like `/public/../private/a`, must be one of those meant as it is written and as an
 * origin may read it: a wildcard is not to be left by its back door.
 */
function compilePath(pattern: string): PatternMatcher {
  const matches = compilePattern(pattern);
  return (path) => matches(path) && walkedPaths(path).every(matches);
}

/**
 * Where a path with `..` leads, by the most generous reading of its escapes: with `//` as an empty segment that
 * `..` leaves, as RFC 3986 has it, and as one slash, as file systems and many servers do. None without `..`.
 */
function walkedPaths(path: string): string[] {
  const plain = path.replaceAll(/%2e/gi, ".").replaceAll(/%2f|%5c|\\/gi, "/");
  if (!plain.includes("/..")) return [];
  return [walk(plain), walk(plain.replaceAll(/\/(?:\.?\/)+/g, "/"))];
}

function walk(path: string): string {
  const kept: string[] = [];
  const segments = path.split("/").slice(1);
  for (const segment of segments) {
    if (segment === "..") kept.pop();
    else if (segment !== ".") kept.push(segment);
  }
  const last = segments.at(-1);
  if (last === "." || last === "..") kept.push("");
  return `/${kept.join("/")}`;
}
