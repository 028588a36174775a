/** Whether a shared cache may keep a response (RFC 9111 §3). */
import { combinedValue, hasName } from "../base/header-lines.ts";
import { parseCacheControl, type Directives } from "./cache-control.ts";
import { heuristicallyCacheable } from "./freshness.ts";
import type { NotStored } from "./outcome.ts";

/** The final statuses that RFC 9110 §15 defines for these methods, but 304, which is about what is kept. */
const understood: ReadonlySet<number> = new Set([
  200, 201, 202, 203, 204, 205, 206, 300, 301, 302, 303, 307, 308, 400, 401, 402, 403, 404, 405,
  406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 421, 422, 426, 500, 501, 502, 503,
  504, 505,
]);

/** What answers the request's own conditions or range, which are in no key (RFC 9110 §15.4.5, §15.5.13, §15.5.17). */
const aboutRequest: ReadonlySet<number> = new Set([304, 412, 416]);

/**
 * @param response its headers, and the directives that count for this cache, which may come from another
 *   header than Cache-Control
 * @returns the first reason not to, in the order of §3; undefined when it may be kept
 */
export function whyNotStorable(
  request: { readonly method: string; readonly headers: readonly string[] },
  response: {
    readonly status: number;
    readonly headers: readonly string[];
    readonly directives: Directives;
  },
): NotStored | undefined {
  const { status, headers, directives } = response;
  // What answers a POST could be kept for a GET, if it said so in three ways at once; nobody does.
  if (request.method !== "GET" && request.method !== "HEAD") return "method";
  // Interim responses and 304 are none that could be reused; others speak of what this request alone asked for.
  if (status < 200 || aboutRequest.has(status)) return "status";
  // §5.2.2.3: this directive asks for a cache that knows the status, and puts no-store out of force for it.
  if (directives.mustUnderstand && !understood.has(status)) return "status";
  if (directives.noStore && !directives.mustUnderstand) return "no-store";
  const asked = parseCacheControl(combinedValue(request.headers, "cache-control"));
  if (asked.noStore) return "no-store";
  // §5.2.2.7: of a response that is private by some of its fields, the others may be kept.
  if (directives.private === true) return "private";
  if (hasName(request.headers, "authorization") && !isForOthers(directives)) return "authorization";
  return saysHowLong(directives, headers) || heuristicallyCacheable.has(status)
    ? undefined
    : "status";
}

/** What allows to give others an answer to somebody's credentials (§3.5). */
function isForOthers({ mustRevalidate, public: isPublic, sMaxAge }: Directives): boolean {
  return mustRevalidate || isPublic || sMaxAge !== undefined;
}

/** What makes a response storable whatever its status. */
function saysHowLong(directives: Directives, headers: readonly string[]): boolean {
  const { maxAge, sMaxAge, public: isPublic } = directives;
  return isPublic || maxAge !== undefined || sMaxAge !== undefined || hasName(headers, "expires");
}
