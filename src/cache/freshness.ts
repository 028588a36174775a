/** How long a response is fresh (RFC 9111 §4.2), for a cache that many share. */
import { firstValue } from "../base/header-lines.ts";
import { readHttpDate } from "../base/read-http-date.ts";
import type { Directives } from "./cache-control.ts";
import { secondsMax } from "./delta-seconds.ts";

/**
 * What the response itself says, in this order: s-maxage, max-age, Expires less Date (RFC 9111 §4.2.1). Of
 * several Expires the first counts, and one that is no date has passed (§5.3). Without a Date that is one,
 * the response is taken to be as old as its arrival.
 *
 * @param respondedAt when it arrived, in milliseconds since the epoch
 * @returns whole seconds from when the origin made it; undefined when it doesn't say
 */
export function explicitLifetime(
  directives: Directives,
  headers: readonly string[],
  respondedAt: number,
): number | undefined {
  const lifetime = directives.sMaxAge ?? directives.maxAge;
  if (lifetime !== undefined) return lifetime;
  const expires = firstValue(headers, "expires");
  if (expires === undefined) return undefined;
  const expiresAt = readHttpDate(expires, respondedAt);
  if (expiresAt === undefined) return 0;
  const date = readHttpDate(firstValue(headers, "date") ?? "", respondedAt) ?? respondedAt;
  const seconds = Math.floor((expiresAt - date) / 1000);
  return Math.min(Math.max(0, seconds), secondsMax);
}

/** Statuses that may be reused where nobody says for how long (RFC 9110 §15.1). */
export const heuristicallyCacheable: ReadonlySet<number> = new Set([
  200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 501,
]);

/** Of the time that something has not changed, how much it may be expected to stay so: RFC 9111 §4.2.2. */
const heuristicShare = 0.1;

/**
 * What can be guessed where a response says nothing (RFC 9111 §4.2.2).
 *
 * @returns whole seconds; undefined when there is nothing to guess by
 */
export function heuristicLifetime(
  status: number,
  directives: Directives,
  headers: readonly string[],
  respondedAt: number,
): number | undefined {
  if (!heuristicallyCacheable.has(status) && !directives.public) return undefined;
  const lastModified = readHttpDate(firstValue(headers, "last-modified") ?? "", respondedAt);
  if (lastModified === undefined) return undefined;
  const date = readHttpDate(firstValue(headers, "date") ?? "", respondedAt) ?? respondedAt;
  const seconds = Math.floor(((date - lastModified) / 1000) * heuristicShare);
  return Math.min(Math.max(0, seconds), secondsMax);
}

/**
 * @param lifetime seconds from when the origin made it
 * @param meta when the response came, and how old it was then
 * @returns milliseconds since the epoch: fresh before, stale from then on (RFC 9111 §4.2)
 */
export function freshUntil(
  lifetime: number,
  meta: { readonly storedAt: number; readonly initialAge: number },
): number {
  return meta.storedAt + (lifetime - meta.initialAge) * 1000;
}

/** @param now in milliseconds since the epoch */
export function isFresh(meta: { readonly freshUntil: number }, now: number): boolean {
  return now < meta.freshUntil;
}
