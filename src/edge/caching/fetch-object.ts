/** Asks the origin for an object on behalf of everybody who waits for it, and keeps what may be kept. */
import { emptyBody } from "../../base/body.ts";
import { linesThat, withoutNames } from "../../base/header-lines.ts";
import { whenKnown, type Soon } from "../../base/soon.ts";
import type { Wanted } from "../../base/wanted.ts";
import { entityTagOf, isStrong } from "../../cache/entity-tag.ts";
import type { Flight } from "../../cache/flight.ts";
import type { Stored, StoredMeta } from "../../cache/store.ts";
import { confirmsStored, refreshedHeaders, validationLines } from "../../cache/validation.ts";
import type { Answer } from "../answer/answer.ts";
import { refusalOfFault, refusals, type Refusal } from "../answer/refusals.ts";
import { fromOrigin } from "../answer/response-headers.ts";
import { askOrigin } from "../origin/ask-origin.ts";
import type { AskedRequest } from "../origin/origin-request.ts";
import type { OriginFailure, OriginResponse } from "../origin/origin-call.ts";
import type { Cache } from "./cache.ts";
import { forgetChanged } from "./unsafe-method.ts";
import { conditionNames, wantsPart, type CacheCall, type CachingEdge } from "./cache-call.ts";
import type { CacheKey } from "./cache-key.ts";
import { compressed, stillVarying } from "./compress.ts";
import { errorMinTtl } from "./error-lifetime.ts";
import type { Fetched } from "./fetched.ts";
import { validates } from "./keeping.ts";
import { answerWhileComing, comingOnce } from "./kept-answer.ts";
import { answerFromStored, lengthOf, partOf } from "./kept-part.ts";
import { updateByHead } from "./updated-by-head.ts";
import { ageOnTheWay, answersOthers, toKeep } from "./to-keep.ts";

export interface Fetch {
  readonly call: CacheCall;
  readonly key: CacheKey;
  /** What is kept and not good enough any more. */
  readonly expired: Stored | undefined;
  readonly flight: Flight<Fetched>;
  /** Who gets the answer; undefined when nobody waits for it. */
  readonly viewer: Wanted | undefined;
  readonly edge: CachingEdge;
  readonly cache: Cache;
}

/** Asks the origin past the cache: nothing is looked up, shared or kept. */
export function fetchAround(call: CacheCall, edge: CachingEdge): Soon<Answer | Refusal> {
  const { asked, target, behavior, requester } = call;
  const { forwarding } = behavior;
  return whenKnown(askOrigin(asked, target, forwarding, requester, edge), (fetched) => {
    if ("fault" in fetched) return refusalOfFault[fetched.fault];
    const answer = fromOrigin(fetched, forwarding, edge.now, edge.cache?.reading === "strict");
    if (edge.cache !== undefined) forgetChanged(call, answer, edge.cache, edge.now);
    return answer;
  });
}

/** @returns what the one who began the fetch gets; the others get it from the flight */
export function fetchObject(fetch: Fetch): Soon<Answer | Refusal> {
  const { call, edge, flight } = fetch;
  const { target, behavior, requester } = call;
  const requestedAt = edge.now().getTime();
  const asked = conditionalRequest(fetch);
  const wanting = { ...requester, body: undefined, wanted: flight };
  const ask = () => askOrigin(asked, target, behavior.forwarding, wanting, edge);
  return settling(flight, () =>
    whenKnown(ask(), (fetched) =>
      "fault" in fetched ? afterFault(fetched, fetch) : afterResponse(fetched, requestedAt, fetch),
    ),
  );
}

/** Nobody waits for a fetch that has failed inside the edge. */
function settling<T>(flight: Flight<Fetched>, go: () => Soon<T>): Soon<T> {
  const fail = (error: unknown): never => {
    flight.settle({ kind: "failed", refusal: refusals.internal });
    throw error;
  };
  try {
    const end = go();
    return end instanceof Promise ? end.catch(fail) : end;
  } catch (error) {
    return fail(error);
  }
}

/**
 * The request with the cache's own conditions instead of the viewer's, which are answered from what
 * comes of it (RFC 9111 §4.3.1). Range stays where no whole object is kept that could be validated: where a part
 * is, the origin answers 304, or the part as it is now (RFC 9110 §13.2.2).
 */
function conditionalRequest({ call, expired, cache }: Fetch): AskedRequest {
  const { asked, conditions } = call;
  const validators = mayValidate(call, expired, cache) ? validationLines(expired.meta) : [];
  if (conditions.length === 0 && validators.length === 0) return asked;
  const keepsRange = asksForPart({ call, expired });
  const kept = linesThat(asked.headers, (name) => {
    const lower = name.toLowerCase();
    if (lower === "range" || lower === "if-range") return keepsRange;
    return !conditionNames.has(lower);
  });
  return { ...asked, headers: kept.concat(validators) };
}

/** Whether the origin is asked for a part, as the viewer asks. */
function asksForPart({ call, expired }: Pick<Fetch, "call" | "expired">): boolean {
  return (expired === undefined || expired.meta.part !== undefined) && wantsPart(call);
}

function mayValidate(
  { behavior }: CacheCall,
  expired: Stored | undefined,
  { reading }: Cache,
): expired is Stored {
  if (expired === undefined || !validates(reading, behavior.caching)) return false;
  const { status, isHeadOnly } = expired.meta;
  return status < 400 && isHeadOnly !== true;
}

function afterFault({ fault }: OriginFailure, fetch: Fetch): Answer | Refusal {
  const refusal = refusalOfFault[fault];
  if (fault === "unwanted") {
    fetch.flight.release(undefined);
    return refusal;
  }
  const stale = answerStale(refusal.status, fetch);
  if (stale !== undefined) return stale;
  if (fetch.call.distribution.customErrors.has(refusal.status)) {
    noteFailure(refusal.status, fetch, refusal);
  }
  fetch.flight.settle({ kind: "failed", refusal });
  return refusal;
}

/** @returns undefined when nothing is kept that may stand in for what the origin failed to give */
function answerStale(status: number, fetch: Fetch): Answer | undefined {
  const { call, expired, flight, edge, cache } = fetch;
  const now = edge.now().getTime();
  if (expired === undefined || now >= expired.meta.staleUntil) return undefined;
  const body = cache.store.open(expired);
  if (body === undefined) return undefined;
  noteFailure(status, fetch, undefined);
  call.notes.cache = "stale";
  flight.settle({ kind: "kept", stored: expired, outcome: "stale" });
  return answerFromStored(expired, body, call, "Hit", now);
}

function noteFailure(
  status: number,
  { call, key, edge, cache }: Fetch,
  refusal: Refusal | undefined,
): void {
  const { distribution, revision } = call;
  const since = edge.now().getTime();
  const until = since + errorMinTtl(status, distribution) * 1000;
  cache.failures.note(key.key, { since, until, revision, refusal });
}

function afterResponse(
  fetched: OriginResponse,
  requestedAt: number,
  fetch: Fetch,
): Soon<Answer | Refusal> {
  const { call, key, expired, edge, cache } = fetch;
  const { forwarding } = call.behavior;
  const response = fromOrigin(fetched, forwarding, edge.now, cache.reading === "strict");
  if (response.status >= 500) {
    const stale = answerStale(response.status, fetch);
    if (stale !== undefined) {
      response.body.discard();
      return stale;
    }
  }
  cache.failures.forget(key.key);
  if (response.status === 304 && mayValidate(call, expired, cache)) {
    return afterValidation({ response, fetched, requestedAt, expired }, fetch);
  }
  return keepAndShare(response, fetched, requestedAt, fetch);
}

interface Validation {
  /** The 304, as viewers would get it. */
  readonly response: Answer;
  /** The same as it came. */
  readonly fetched: OriginResponse;
  /** In milliseconds since the epoch. */
  readonly requestedAt: number;
  readonly expired: Stored;
}

/** The origin says that what is kept is still right (RFC 9111 §4.3.4). */
function afterValidation(
  { response, fetched, requestedAt, expired }: Validation,
  fetch: Fetch,
): Soon<Answer | Refusal> {
  const { call, flight, edge, cache } = fetch;
  const { store } = cache;
  response.body.discard();
  const body = store.open(expired);
  // It was lost between the question and the answer.
  if (body === undefined) return fetchObject({ ...fetch, expired: undefined });
  const { meta } = expired;
  if (!confirmsStored(meta.headers, response.headers)) {
    store.remove(expired);
    return fetchObject({ ...fetch, expired: undefined });
  }
  const times = { requestedAt, respondedAt: edge.now().getTime() };
  const told = refreshedHeaders(meta.headers, withVia(response), times.respondedAt);
  const headers = stillVarying(told, meta.headers);
  const originHeaders = refreshedHeaders(meta.headers, fetched.headers, times.respondedAt);
  const kept = toKeep(
    { status: meta.status, reason: meta.reason, headers },
    { ...keeping(fetch), ...times, method: "GET", originHeaders },
  );
  call.notes.cache = "refreshed";
  if (typeof kept === "string") {
    call.notes.notStored = kept;
    flight.release(undefined);
    // It is as old as the 304 says, not as what was kept has become.
    const initialAge = ageOnTheWay(headers, times.respondedAt);
    const now = { ...expired, meta: { ...meta, headers, storedAt: times.respondedAt, initialAge } };
    store.remove(expired);
    return answerFromStored(now, body, call, "RefreshHit", times.respondedAt);
  }
  const { part, varied, originTag } = meta;
  const stored = store.refresh(expired, {
    ...kept,
    ...(part && { part }),
    ...(varied && { varied }),
    ...(originTag !== undefined && { originTag }),
  });
  flight.settle({ kind: "kept", stored, outcome: "refreshed" });
  return answerFromStored(stored, body, call, "RefreshHit", times.respondedAt);
}

function keepAndShare(
  plain: Answer,
  fetched: OriginResponse,
  requestedAt: number,
  fetch: Fetch,
): Soon<Answer | Refusal> {
  const { call, key, flight, viewer, edge, cache } = fetch;
  const { notes } = call;
  const { store, flights } = cache;
  const response = compressed(plain, call, cache.compressions);
  notes.cache = "miss";
  const times = { requestedAt, respondedAt: edge.now().getTime() };
  const { status, reason } = response;
  const kept = toKeep(
    { status, reason, headers: withVia(response), isS3: fetched.isS3 },
    { ...keeping(fetch), ...times, originHeaders: fetched.headers },
  );
  const originTag = response === plain ? undefined : entityTagOf(plain.headers);
  const asKept = typeof kept === "string" ? kept : asPart(kept, response, call);
  const isWeakened = typeof asKept !== "string" && originTag !== undefined && isStrong(originTag);
  const meta = isWeakened ? { ...asKept, originTag } : asKept;
  if (call.requester.method === "HEAD" && cache.reading === "strict" && status === 200) {
    const forGet = { ...keeping(fetch), ...times, method: "GET", originHeaders: fetched.headers };
    updateByHead(withVia(response), forGet, key, call, cache);
  }
  if (typeof meta === "string") {
    notes.notStored = meta;
    flights.noteAlone(key.key, times.respondedAt);
    flight.release(viewer);
    return { ...response, object: comingOnce(response) };
  }
  const { body } = response;
  const { length } = body;
  const shared = viewer === undefined || answersOthers(meta) ? flight : setApart(fetch, viewer);
  // A part that proves longer or shorter than it says is not kept.
  const writer = store.begin(key.key, meta, lengthOf(meta.part) ?? length);
  if (writer === undefined) notes.notStored = "store-failed";
  // What is here already goes out in one piece with its head, once it is kept.
  const { promise: whenComplete, resolve: complete } = Promise.withResolvers<void>();
  const isHere = body.whole !== undefined;
  let isComplete = false;
  const told = (stored: Stored | undefined): void => {
    if (stored === undefined) notes.notStored ??= "broke-off";
  };
  shared.share({ kind: "response", meta, length }, body, writer, told, () => {
    isComplete = true;
    complete();
  });
  const read = (first?: number, end?: number) =>
    viewer === undefined ? emptyBody : shared.read(viewer, first, end);
  // An origin that gives the whole to who wants a part decides for this viewer; the next ones get their part.
  const cutLength = asksForPart(fetch) ? undefined : length;
  const answer = asAskedFor(answerWhileComing(meta, cutLength, read, "Miss"), response);
  return isHere && !isComplete ? whenComplete.then(() => answer) : answer;
}

/** Who asked for it gets the fields too that are not kept for others. */
function asAskedFor(answer: Answer, { headers }: Answer): Answer {
  const all = withoutNames(headers, ageAlone);
  return all.length === answer.headers.length ? answer : { ...answer, headers: all };
}

const ageAlone = new Set(["age"]);

/** What is kept and fresh for nobody else: those who wait ask by themselves. */
function setApart({ call, key, flight, edge, cache }: Fetch, viewer: Wanted): Flight<Fetched> {
  cache.flights.noteAlone(key.key, edge.now().getTime());
  const apart = cache.flights.alone(key.key, call.revision);
  apart.keepFor(viewer);
  // It goes on for as long as this one does, which may be longer than the viewer stays.
  flight.release(apart);
  return apart;
}

/** What keeping depends on beside the response. */
function keeping({ call, key, cache }: Fetch) {
  const { behavior, distribution, requester, revision, asked } = call;
  return {
    method: requester.method,
    requestHeaders: asked.headers,
    revision,
    uri: key.uri,
    reading: cache.reading,
    rules: behavior.caching,
    distribution,
  };
}

/** A 206 is kept as the part that it says it is, and only where it was asked for. */
function asPart(
  kept: StoredMeta,
  { status, headers }: Answer,
  call: CacheCall,
): StoredMeta | "status" {
  if (status !== 206) return kept;
  const part = wantsPart(call) ? partOf(headers) : undefined;
  return part === undefined ? "status" : { ...kept, part };
}

function withVia({ headers, via }: Answer): readonly string[] {
  return via === "" ? headers : [...headers, "Via", via];
}
