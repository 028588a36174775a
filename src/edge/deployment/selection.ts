/**
 * Which cookies or query string parameters are taken of a request, and taking them: the same for what
 * goes to the origin and for what enters the cache key.
 *
 * Source: CloudFront Developer Guide, "Cache content based on query string parameters" and "Cache
 * content based on cookies".
 */
import type { NameSelection } from "../../model/managed-policies.ts";
import { isSigningParameter, signingCookie } from "./signing-names.ts";
import { stagingCookie } from "./staging-cookie.ts";

/** Selects cookies or query string parameters. Names compare by case. */
export interface Selection {
  readonly kind: "all" | "none" | "some";
  has(name: string): boolean;
}

export const selectsAll: Selection = { kind: "all", has: () => true };
export const selectsNone: Selection = { kind: "none", has: () => false };

export function selectionOf(of: NameSelection | undefined): Selection {
  const names = new Set(of?.names);
  switch (of?.behavior) {
    case "all":
      return selectsAll;
    case "whitelist":
      return { kind: "some", has: (name) => names.has(name) };
    case "allExcept":
      return { kind: "some", has: (name) => !names.has(name) };
    case "none":
    case undefined:
      return selectsNone;
  }
}

/** The same without what a signed URL has its signature in, which is for the edge alone. */
export function withoutSigning(selection: Selection): Selection {
  if (selection.kind === "none") return selectsNone;
  return { kind: "some", has: (name) => !isSigningParameter(name) && selection.has(name) };
}

/**
 * Only well-formed cookies are taken, sorted by name; names that begin with "$" are not cookies, and
 * signed cookies and the edge's own are for the edge alone.
 *
 * @param text all lines of Cookie, joined by "; "
 */
export function selectedCookies(text: string, selection: Selection): string {
  const cookies: { name: string; pair: string }[] = [];
  for (let start = 0, end = 0; end < text.length; start = end + 1) {
    end = text.indexOf(";", start);
    if (end < 0) end = text.length;
    // Shorter than a name and its "=".
    if (end - start < 2) continue;
    const pair = text.slice(start, end).trim();
    const equals = pair.indexOf("=");
    if (equals <= 0) continue;
    const name = pair.slice(0, equals).trimEnd();
    if (name.startsWith("$") || !selection.has(name)) continue;
    if (signingCookie(name) !== undefined || name === stagingCookie) continue;
    cookies.push({ name, pair });
  }
  cookies.sort((one, other) => (one.name < other.name ? -1 : one.name > other.name ? 1 : 0));
  return cookies.map(({ pair }) => pair).join("; ");
}

/** @returns "" or "?" and the selected parameters, in the order and spelling they came in */
export function selectedQuery(querystring: string | undefined, selection: Selection): string {
  if (querystring === undefined || selection.kind === "none") return "";
  if (selection.kind === "all") return `?${querystring}`;
  const kept = querystring.split("&").filter((parameter) => {
    const equals = parameter.indexOf("=");
    return parameter !== "" && selection.has(equals < 0 ? parameter : parameter.slice(0, equals));
  });
  return kept.length === 0 ? "" : `?${kept.join("&")}`;
}
