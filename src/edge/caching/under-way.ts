/** What is being fetched by now and may answer a request too, and whether it is worth while to wait for it. */
import { combinedValue } from "../../base/header-lines.ts";
import type { Flight } from "../../cache/flight.ts";
import type { StoredMeta } from "../../cache/store.ts";
import type { Cache } from "./cache.ts";
import { wantsPart, type CacheCall } from "./cache-call.ts";
import type { CacheKey } from "./cache-key.ts";
import type { Fetched } from "./fetched.ts";
import { isInvalidated } from "./invalidated.ts";
import { partWanted } from "./kept-part.ts";

/** Who wants a part that comes later than this asks for it by themselves, in milliseconds... */
const waitMax = 1_000;
/** ...unless less than this comes before it, in bytes. */
const aheadMin = 1024 * 1024;

/** What else is under way may answer it too: the whole object answers who asks for a part or for the head. */
export function flightKeys(call: CacheCall, { key }: CacheKey): readonly string[] {
  if (wantsPart(call)) return [key, partFlightKey(call, key)];
  return call.requester.method === "HEAD" ? [key, `${key}\nhead`] : [key];
}

/** A fetch of the very part that is asked for. */
export function partFlightKey({ conditions }: CacheCall, key: string): string {
  const range = combinedValue(conditions, "range");
  const condition = combinedValue(conditions, "if-range") ?? "";
  return `${key}\nrange ${range}\n${condition}`;
}

/** @returns a fetch that is as new as it must be, as far as its tags are known */
export function findFlight(
  flightKey: string,
  { uri }: CacheKey,
  { invalidations }: CacheCall,
  { flights }: Cache,
): Flight<Fetched> | undefined {
  const flight = flights.find(flightKey);
  if (flight === undefined || invalidations === undefined) return flight;
  const { revision, head } = flight;
  const tags = metaOf(head)?.tags ?? [];
  return isInvalidated({ revision, uri, tags }, invalidations) ? undefined : flight;
}

/** What is known of a response that came of a fetch. */
export function metaOf(fetched: Fetched | undefined): StoredMeta | undefined {
  if (fetched === undefined || fetched.kind === "failed") return undefined;
  return fetched.kind === "response" ? fetched.meta : fetched.stored.meta;
}

/**
 * Whether the part that is wanted comes late in a whole object that is on its way. Its origin must say that
 * it serves parts: another would send all of it once more.
 *
 * @param now milliseconds since the epoch
 */
export function isFarAhead(
  flight: Flight<Fetched>,
  fetched: Fetched | undefined,
  call: CacheCall,
  now: number,
): boolean {
  if (fetched?.kind !== "response" || !wantsPart(call)) return false;
  const { meta, length: size } = fetched;
  if (size === undefined || size === 0 || meta.part !== undefined || meta.status !== 200)
    return false;
  if (combinedValue(meta.headers, "accept-ranges")?.toLowerCase() !== "bytes") return false;
  const all = { ...meta, part: { first: 0, last: size - 1, size } };
  const wanted = partWanted(all, call.conditions, now);
  return wanted !== undefined && wanted.first > aheadMin && flight.msUntil(wanted.first) > waitMax;
}
