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
import { withoutNames } from "../../base/header-lines.ts";
import type { Directives } from "../../cache/cache-control.ts";
import type { Flight } from "../../cache/flight.ts";
import type { Stored } from "../../cache/store.ts";
import { matchesVaried } from "../../cache/vary.ts";
import { whenKnown, type Soon } from "../../base/soon.ts";
import type { Answer } from "../answer/answer.ts";
import { refusals, type Refusal } from "../answer/refusals.ts";
import type { Cache } from "./cache.ts";
import { cacheKey, type CacheKey } from "./cache-key.ts";
import { conditionNames, unreadNotes, type CacheCall, type CachingEdge } from "./cache-call.ts";
import { fetchAround, fetchObject, type Fetch } from "./fetch-object.ts";
import type { Fetched } from "./fetched.ts";
import { isInvalidated } from "./invalidated.ts";
import { findFlight, flightKeys, isFarAhead, metaOf, partFlightKey } from "./under-way.ts";
import { isFreshEnough, viewerDirectives, wantsNewer } from "./viewer-directives.ts";
import { findKept, type Kept } from "./find-kept.ts";
import { answerWhileComing } from "./kept-answer.ts";
import { answerFromStored } from "./kept-part.ts";

export function throughCache(call: CacheCall, edge: CachingEdge): Soon<Answer | Refusal> {
  const { asked, distribution, requester, keptApart } = call;
  const rules = call.behavior.caching;
  const { cache } = edge;
  if (cache === undefined || rules.isOff || !rules.methods.has(requester.method)) {
    return fetchAround(call, edge);
  }
  const now = edge.now().getTime();
  const key = cacheKey(distribution, asked, requester, rules, keptApart.own);
  call.notes.cacheKey = key.key;
  const kept = findKept(cache, key.key, call, now);
  const wishes = cache.reading === "strict" ? viewerDirectives(asked.headers) : undefined;
  if (kept !== undefined) {
    call.notes.found = "kept";
    call.notes.kept = kept.stored.meta;
    const answer = answerAtOnce(kept, key, call, { edge, cache, wishes, now });
    if (answer !== undefined) return answer;
  }
  if (wishes?.onlyIfCached === true) return refusals.notKept;
  const failure = cache.failures.find(key.key, now);
  const newest = call.invalidations?.newest ?? 0;
  if (failure?.refusal !== undefined && failure.revision >= newest) {
    call.notes.found = "failure";
    return failure.refusal;
  }
  const mayWait = wishes === undefined || !wantsNewer(wishes);
  if (!mayWait) return fetchFor(call, key, kept?.stored, undefined, edge, cache);
  return fetchOrWait(call, key, kept?.stored, edge, cache);
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
  const mayUpdate = wishes === undefined && part === undefined;
  const isUpdating = !isFresh && mayUpdate && now < meta.updatingUntil;
  const isStale =
    !isFresh && now < meta.staleUntil && cache.failures.find(key.key, now) !== undefined;
  if (!isFresh && !isUpdating && !isStale) return undefined;
  const body = cache.store.open(stored);
  if (body === undefined) return undefined;
  call.notes.cache = isFresh ? "hit" : isUpdating ? "updating" : "stale";
  if (isUpdating && !isStale) update(call, key, stored, edge, cache);
  return answerFromStored(stored, body, call, "Hit", now);
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
  begunBy.set(flight, call.requester.id);
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
    notes: unreadNotes(),
  };
}

async function fetchBehind(fetch: Fetch): Promise<void> {
  const { call, key, edge } = fetch;
  const end = await fetchObject(fetch);
  if (!("sentence" in end)) end.body.discard();
  edge.onFetchedBehind?.(key.key, call.notes.notStored, end.status);
}

/** The ids of requests, for those who share what they have begun and tell of it. */
const begunBy = new WeakMap<Flight<Fetched>, string>();

function fetchOrWait(
  call: CacheCall,
  key: CacheKey,
  expired: Stored | undefined,
  edge: CachingEdge,
  cache: Cache,
  flightsToJoin = flightKeys(call, key),
): Soon<Answer | Refusal> {
  const shared = call.behavior.caching.collapses ? flightsToJoin : [];
  for (const each of shared) {
    const flight = findFlight(each, key, call, cache);
    if (flight !== undefined) return waitFor(flight, call, key, expired, edge, cache);
  }
  const own = shared.at(-1);
  const isAlone = own === undefined || cache.flights.isAlone(key.key, edge.now().getTime());
  const flight = isAlone ? undefined : cache.flights.begin(own, call.revision);
  return fetchFor(call, key, expired, flight, edge, cache);
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
  if (shared !== undefined) begunBy.set(shared, call.requester.id);
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
  notes.found = "under-way";
  notes.sharedWith = begunBy.get(flight);
  return whenKnown(flight.wait(requester.wanted), (fetched) => {
    if (fetched?.kind === "failed") return fetched.refusal;
    const meta = metaOf(fetched);
    // What does not serve this viewer after all: its place in the body is given up.
    const leave = (): void => {
      if (fetched?.kind === "response") flight.read(requester.wanted).discard();
    };
    if (meta !== undefined && !matchesVaried(meta.varied, call.asked.headers)) {
      leave();
      return fetchFor(call, key, undefined, undefined, edge, cache);
    }
    // Its tags are known only now; it is not found any more.
    if (meta !== undefined && isInvalidated(meta, call.invalidations)) {
      leave();
      return fetchOrWait(call, key, undefined, edge, cache);
    }
    const now = edge.now().getTime();
    if (flight.key === key.key && isFarAhead(flight, fetched, call, now)) {
      leave();
      const part = [partFlightKey(call, key.key)];
      return fetchOrWait(call, key, undefined, edge, cache, part);
    }
    if (fetched?.kind === "response") {
      notes.cache = "hit";
      const read = (first?: number, end?: number) => flight.read(requester.wanted, first, end);
      return answerWhileComing(fetched.meta, fetched.length, read, "Hit", now);
    }
    const body = fetched && cache.store.open(fetched.stored);
    // Nothing to share, or what there was is gone: by themselves, then.
    if (fetched === undefined || body === undefined) {
      return fetchFor(call, key, expired, undefined, edge, cache);
    }
    notes.cache = fetched.outcome;
    const result = fetched.outcome === "refreshed" ? "RefreshHit" : "Hit";
    return answerFromStored(fetched.stored, body, call, result, now);
  });
}
