/**
 * Answers from the cache, or by asking the origin for everybody who asks the same right now.
 *
 *   kept and fresh ───────────────────────────────▶ hit
 *   kept, may be used while it is fetched anew ───▶ updating, and a fetch that nobody waits for
 *   kept, and its origin failed a moment ago ─────▶ stale
 *   a fetch is under way ── wait for its head ────▶ what came of it, or nothing to share: fetch alone
 *   otherwise ── fetch (fetch-object.ts) ─────────▶ miss, refreshed, stale, or a refusal
 *
 * Source: CloudFront Developer Guide, "Manage how long content stays in the cache (expiration)" and
 * "Request and response behavior for custom origins"; RFC 9111 §4.
 */
import { combinedValue, withoutNames } from "../../base/header-lines.ts";
import type { Directives } from "../../cache/cache-control.ts";
import type { Flight } from "../../cache/flight.ts";
import type { Stored } from "../../cache/store.ts";
import { matchesVaried } from "../../cache/vary.ts";
import { whenKnown, type Soon } from "../../base/soon.ts";
import type { Answer } from "../answer/answer.ts";
import { refusals, type Refusal } from "../answer/refusals.ts";
import type { Cache } from "./cache.ts";
import { cacheKey, type CacheKey } from "./cache-key.ts";
import { conditionNames, wantsPart, type CacheCall, type CachingEdge } from "./cache-call.ts";
import { fetchAround, fetchObject, type Fetch } from "./fetch-object.ts";
import type { Fetched } from "./fetched.ts";
import { isInvalidated, nameTags } from "./invalidated.ts";
import { isFreshEnough, viewerDirectives, wantsNewer } from "./viewer-directives.ts";
import { findKept, type Kept } from "./find-kept.ts";
import { answerFromKept, answerWhileComing } from "./kept-answer.ts";
import { answerFromPart } from "./kept-part.ts";

export function throughCache(call: CacheCall, edge: CachingEdge): Soon<Answer | Refusal> {
  const { asked, distribution, requester } = call;
  const rules = call.behavior.caching;
  const { cache } = edge;
  if (cache === undefined || rules.isOff || !rules.methods.has(requester.method)) {
    return fetchAround(call, edge);
  }
  const now = edge.now().getTime();
  const key = cacheKey(distribution, asked, requester, rules);
  call.notes.cacheKey = key.key;
  const kept = findKept(cache, key.key, call, now);
  const wishes = cache.reading === "strict" ? viewerDirectives(asked.headers) : undefined;
  if (kept !== undefined) {
    const answer = answerAtOnce(kept, key, call, { edge, cache, wishes, now });
    if (answer !== undefined) return answer;
  }
  if (wishes?.onlyIfCached === true) return refusals.notKept;
  const failure = cache.failures.find(key.key, now);
  const newest = call.invalidations?.newest ?? 0;
  if (failure?.refusal !== undefined && failure.revision >= newest) return failure.refusal;
  const mayWait = wishes === undefined || !wantsNewer(wishes);
  if (!mayWait) return fetchFor(call, key, usable(kept), undefined, edge, cache);
  return fetchOrWait(call, key, usable(kept), edge, cache);
}

interface Surroundings {
  readonly edge: CachingEdge;
  readonly cache: Cache;
  /** Of the viewer, where they count. */
  readonly wishes: Directives | undefined;
  readonly now: number;
}

/** @returns undefined where what is kept is not good enough, or can't be read any more */
function answerAtOnce(
  { stored, part }: Kept,
  key: CacheKey,
  call: CacheCall,
  { edge, cache, wishes, now }: Surroundings,
): Answer | undefined {
  const { meta } = stored;
  const isFresh =
    now < meta.freshUntil && (wishes === undefined || isFreshEnough(meta, wishes, now));
  const isUpdating = !isFresh && wishes === undefined && now < meta.updatingUntil;
  const isStale =
    !isFresh && now < meta.staleUntil && cache.failures.find(key.key, now) !== undefined;
  if (!isFresh && !isUpdating && !isStale) return undefined;
  const body = cache.store.open(stored);
  if (body === undefined) return undefined;
  call.notes.cache = isFresh ? "hit" : isUpdating ? "updating" : "stale";
  if (isUpdating && !isStale) update(call, key, stored, edge, cache);
  if (part !== undefined) return answerFromPart(stored, body, part, now);
  return answerFromKept(stored, body, "Hit", now);
}

/** Only whole responses can be validated or stand in for what an origin fails to give. */
function usable(kept: Kept | undefined): Stored | undefined {
  return kept?.part === undefined ? kept?.stored : undefined;
}

/** Fetches anew what viewers are answered from meanwhile, unless somebody does already. */
function update(
  call: CacheCall,
  key: CacheKey,
  expired: Stored,
  edge: CachingEdge,
  cache: Cache,
): void {
  if (findFlight(key.key, key, call, cache) !== undefined) return;
  const flight = cache.flights.begin(key.key, call.revision);
  flight.hold();
  const own = forNobody(call);
  const fetch = { call: own, key, expired, flight, viewer: undefined, edge, cache };
  fetchBehind(fetch).catch((error: unknown) => {
    const { id: requestId } = call.requester;
    edge.logger.error({ requestId, err: error }, "a kept object could not be fetched anew");
  });
}

/** Asks for the whole object, whatever the viewer who sets it off wants of it. */
function forNobody(call: CacheCall): CacheCall {
  const { asked, requester } = call;
  const headers = withoutNames(asked.headers, conditionNames);
  const method = requester.method === "HEAD" ? "GET" : requester.method;
  return {
    ...call,
    asked: { ...asked, headers },
    requester: { ...requester, method, attempts: [] },
    conditions: [],
    notes: { cache: "bypassed", cacheKey: undefined, notStored: undefined },
  };
}

async function fetchBehind(fetch: Fetch): Promise<void> {
  const end = await fetchObject(fetch);
  if (!("sentence" in end)) end.body.discard();
}

function fetchOrWait(
  call: CacheCall,
  key: CacheKey,
  expired: Stored | undefined,
  edge: CachingEdge,
  cache: Cache,
): Soon<Answer | Refusal> {
  const shared = call.behavior.caching.collapses ? flightKeys(call, key) : [];
  for (const each of shared) {
    const flight = findFlight(each, key, call, cache);
    if (flight !== undefined) return waitFor(flight, call, key, expired, edge, cache);
  }
  const own = shared.at(-1);
  const isAlone = own === undefined || cache.flights.isAlone(key.key, edge.now().getTime());
  const flight = isAlone ? undefined : cache.flights.begin(own, call.revision);
  return fetchFor(call, key, expired, flight, edge, cache);
}

/** What else is under way may answer it too: the whole object answers who asks for a part or for the head. */
function flightKeys(call: CacheCall, { key }: CacheKey): readonly string[] {
  if (wantsPart(call)) {
    const range = combinedValue(call.conditions, "range");
    const condition = combinedValue(call.conditions, "if-range") ?? "";
    return [key, `${key}\nrange ${range}\n${condition}`];
  }
  return call.requester.method === "HEAD" ? [key, `${key}\nhead`] : [key];
}

/** @returns a fetch that is as new as it must be; which tags its answer will have is not known yet */
function findFlight(
  flightKey: string,
  { uri }: CacheKey,
  { invalidations }: CacheCall,
  { flights }: Cache,
): Flight<Fetched> | undefined {
  const flight = flights.find(flightKey);
  if (flight === undefined || invalidations === undefined) return flight;
  const { revision } = flight;
  if (revision < invalidations.newest && nameTags(invalidations)) return undefined;
  return isInvalidated({ revision, uri, tags: [] }, invalidations) ? undefined : flight;
}

/** @param flight undefined for one that nobody else shares */
function fetchFor(
  call: CacheCall,
  key: CacheKey,
  expired: Stored | undefined,
  shared: Flight<Fetched> | undefined,
  edge: CachingEdge,
  cache: Cache,
): Soon<Answer | Refusal> {
  const viewer = call.requester.wanted;
  const flight = shared ?? cache.flights.alone(key.key, call.revision);
  flight.keepFor(viewer);
  return fetchObject({ call, key, expired, flight, viewer, edge, cache });
}

function waitFor(
  flight: Flight<Fetched>,
  call: CacheCall,
  key: CacheKey,
  expired: Stored | undefined,
  edge: CachingEdge,
  cache: Cache,
): Soon<Answer | Refusal> {
  const { notes, requester } = call;
  return whenKnown(flight.wait(requester.wanted), (fetched) => {
    if (fetched?.kind === "failed") return fetched.refusal;
    const meta = fetched?.kind === "response" ? fetched.meta : fetched?.stored.meta;
    if (meta !== undefined && !matchesVaried(meta.varied, call.asked.headers)) {
      // It was chosen by what this viewer asks otherwise, and its place in the body is given up.
      if (fetched?.kind === "response") flight.read(requester.wanted).discard();
      return fetchFor(call, key, undefined, undefined, edge, cache);
    }
    if (fetched?.kind === "response") {
      notes.cache = "hit";
      const read = (first?: number, end?: number) => flight.read(requester.wanted, first, end);
      const now = edge.now().getTime();
      return answerWhileComing(fetched.meta, fetched.length, read, "Hit", now);
    }
    const body = fetched && cache.store.open(fetched.stored);
    // Nothing to share, or what there was is gone: by themselves, then.
    if (fetched === undefined || body === undefined) {
      return fetchFor(call, key, expired, undefined, edge, cache);
    }
    notes.cache = fetched.outcome;
    const result = fetched.outcome === "refreshed" ? "RefreshHit" : "Hit";
    return answerFromKept(fetched.stored, body, result, edge.now().getTime());
  });
}
