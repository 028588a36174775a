/**
 * What an edge may answer, as plainly as it can be said: each reply is looked at by itself, with all
 * that the origin ever sent at hand.
 *
 * Where things happen at the same time, whatever order they could have happened in is fine.
 */
import assert from "node:assert/strict";
import { expiresIn, type Sent } from "./origin.ts";
import { expectedIdentity, type ModelPolicy } from "./policies.ts";
import { decoded, type ModelReply, type ModelRequest } from "./viewer.ts";

export interface Invalidation {
  readonly at: number;
  /** A path, a path with "*" at its end, or a tag behind "#". */
  readonly what: string;
}

/** What a viewer asked, and what came of it. */
export interface Exchange {
  readonly request: ModelRequest;
  readonly reply: ModelReply;
  readonly policy: ModelPolicy;
  /** Counts, as in the world. */
  readonly beganAt: number;
  /** In milliseconds since the epoch. */
  readonly beganAtMs: number;
  readonly endedAtMs: number;
}

export interface Past {
  readonly sent: readonly Sent[];
  readonly invalidations: readonly Invalidation[];
  /** By status, in seconds, where it is not the default. */
  readonly errorTtls: ReadonlyMap<number, number>;
}

/** What kind of answer it was, for the count. */
export type Answered = "asked" | "shared" | "fresh" | "updating" | "stale" | "edge-made" | "cut";

/** @throws AssertionError when the reply is none that may be given */
export function check(exchange: Exchange, past: Past): Answered {
  const { request, reply, policy } = exchange;
  const identity = expectedIdentity(request, policy);
  const number = reply.headers.get("x-number");
  if (number === undefined) return checkEdgeMade(exchange, past, identity);
  const head = past.sent[Number(number) - 1];
  assert.ok(head, `answer ${number} was never sent`);
  assert.equal(head.identity, identity, "it was made for another request");
  if (request.method === "POST") assert.ok(head.askedAt > exchange.beganAt, "POST has its own");
  if (!policy.cookie) {
    assert.equal(reply.headers.get("set-cookie"), undefined, "cookies are kept out");
  }
  const body = checkContent(exchange, head, past);
  const why = mayUse(exchange, head, past);
  assert.ok(why, `it may not be used any more: ${JSON.stringify(describe(head, exchange))}`);
  checkAge(exchange, head);
  for (const each of body === undefined ? [head] : [head, body]) {
    checkInvalidations(exchange, each, past.invalidations);
  }
  return reply.isComplete ? why : "cut";
}

/** Error pages of the edge: the origin has to have failed this very request, or one that it waited for. */
function checkEdgeMade(exchange: Exchange, past: Past, identity: string): Answered {
  const { status } = exchange.reply;
  assert.ok(status === 502 || status === 504, `the edge makes no ${status} here`);
  const ttl = past.errorTtls.get(status) ?? 0;
  const failure = past.sent.find((sent) => {
    if (sent.identity !== identity || sent.status !== 0) return false;
    return sent.settledAt > exchange.beganAt || isWithin(sent, ttl, exchange);
  });
  assert.ok(failure, "nothing failed");
  return "edge-made";
}

function isWithin({ headAtMs }: Sent, seconds: number, { beganAtMs }: Exchange): boolean {
  return headAtMs !== undefined && beganAtMs < headAtMs + seconds * 1000;
}

/** @returns what the bytes are of, where that can be told */
function checkContent(exchange: Exchange, head: Sent, past: Past): Sent | undefined {
  const { request, reply } = exchange;
  const { status, headers } = reply;
  if (status === 304) {
    assert.notEqual(isUnchanged(request, headers, head), false, "304 to who has something else");
    return undefined;
  }
  if (status === 412) {
    assert.equal(matchesIfMatch(request, headers) ?? false, false, "412 to who has the same");
    return undefined;
  }
  if (status === 416) {
    assert.ok(valueOf(request, "Range") !== undefined, "416 without Range");
    return undefined;
  }
  const expected = head.status === 304 || head.status === 206 ? head.plan.status : head.status;
  if (status !== 206) assert.equal(status, expected, "its status is another");
  if (head.plan.status === 200 && isObject(head) && isCached(request, exchange.policy)) {
    assert.notEqual(isUnchanged(request, headers, head), true, `${status} to who has it already`);
    assert.notEqual(matchesIfMatch(request, headers), false, "it is not what the viewer has");
  }
  if (request.method === "HEAD") {
    assert.equal(reply.body.length, 0, "HEAD has no body");
    return undefined;
  }
  const isHeadOnly = head.method === "HEAD" && head.status !== 304;
  assert.ok(!isHeadOnly, "an answer to HEAD answers something else");
  if (headers.has("content-encoding") && !(reply.isComplete && status === 200)) return undefined;
  const bytes = decoded(reply);
  const [first, end, size] = placeOf(exchange, bytes.length);
  const candidates = head.status === 304 ? past.sent.filter((each) => isBase(each, head)) : [head];
  // Few bytes may be of several: of the latest, then.
  const base = candidates.findLast((each) => {
    const whole = each.body;
    const isSameSize = size === undefined || size === whole.length;
    if (!isSameSize || !whole.subarray(first, end).equals(bytes)) return false;
    return status === 206 || !reply.isComplete || bytes.length === whole.length;
  });
  assert.ok(base, `its bytes are no answer's: ${bytes.toString().slice(0, 200)}`);
  if (reply.isComplete && status !== 206) {
    assert.ok(
      base.plan.fate !== "half" || base.plan.size === 0,
      "what was cut short is given as a whole",
    );
  }
  return base;
}

/** Whether the edge answers conditions by itself. */
function isCached({ method }: ModelRequest, { maxTtl }: ModelPolicy): boolean {
  return maxTtl > 0 && (method === "GET" || method === "HEAD");
}

function isObject({ status }: Sent): boolean {
  return status === 200 || status === 206 || status === 304;
}

function isBase(sent: Sent, head: Sent): boolean {
  return (
    sent.status === head.plan.status && sent.method !== "HEAD" && sent.identity === head.identity
  );
}

/** Where its bytes stand in the whole: from, to before, and of how many. */
function placeOf(
  { request, reply }: Exchange,
  length: number,
): [number, number, number | undefined] {
  if (reply.status !== 206) return [0, length, undefined];
  const range = reply.headers.get("content-range") ?? "";
  const [, first, last, size] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(range) ?? [];
  assert.ok(valueOf(request, "Range") !== undefined, "206 without Range");
  assert.ok(first !== undefined && last !== undefined, `206 with Content-Range ${range}`);
  if (reply.isComplete) assert.equal(length, Number(last) - Number(first) + 1, range);
  const [, from, to] = /bytes=(\d*)-(\d*)/.exec(valueOf(request, "Range") ?? "") ?? [];
  const start = from === "" ? Math.max(0, Number(size) - Number(to)) : Number(from);
  assert.equal(Number(first), start, `${range} for bytes=${from}-${to}`);
  return [Number(first), Number(first) + length, Number(size)];
}

function mayUse(exchange: Exchange, head: Sent, past: Past): Answered | undefined {
  const { beganAt, beganAtMs, reply } = exchange;
  if (head.askedAt > beganAt) return "asked";
  const lifetime = lifetimeOf(head);
  if (lifetime === undefined) return undefined;
  const { fresh, updating, stale } = lifetime;
  const isOnItsWay = head.settledAt > beganAt;
  if (isOnItsWay && (fresh > 0 || head.status === 304)) return "shared";
  const keptAtMs = Date.parse(reply.headers.get("date") ?? "");
  assert.ok(keptAtMs >= (head.headAtMs ?? Infinity), "its Date is before it was sent");
  const isBefore = (seconds: number) => beganAtMs < keptAtMs + seconds * 1000;
  if (isBefore(fresh)) return "fresh";
  if (isBefore(updating)) return "updating";
  return isBefore(stale) && hasFailed(exchange, head, past) ? "stale" : undefined;
}

function hasFailed(exchange: Exchange, { identity }: Sent, { sent, errorTtls }: Past): boolean {
  return sent.some((each) => {
    const isFailure = each.status === 0 || each.status >= 500;
    if (!isFailure || each.identity !== identity) return false;
    const ttl = errorTtls.get(each.status === 0 ? 502 : each.status) ?? 10;
    return each.settledAt > exchange.beganAt || isWithin(each, ttl, exchange);
  });
}

interface Lifetime {
  /** Seconds from when it came, as the next two. */
  readonly fresh: number;
  readonly updating: number;
  readonly stale: number;
}

/** @returns undefined for what is for nobody but who asked for it */
export function lifetimeOf(sent: Sent): Lifetime | undefined {
  const { plan, policy, status } = sent;
  const { minTtl, defaultTtl, maxTtl } = policy;
  if (maxTtl === 0 || sent.method === "POST") return undefined;
  if (sent.method === "OPTIONS" && !policy.cachesOptions) return undefined;
  if (plan.variesByAll && minTtl === 0) return undefined;
  if (status >= 400) return errorLifetimeOf(sent);
  if (minTtl === 0 && (plan.objection === "no-store" || plan.objection === "private")) {
    return undefined;
  }
  const seconds = secondsOf(sent);
  const { whileRevalidate = 0, ifError = Infinity } = plan;
  let fresh = Math.max(minTtl, Math.min(seconds ?? defaultTtl, maxTtl));
  if (plan.objection !== undefined) fresh = minTtl;
  const updating = plan.objection === undefined ? Math.min(fresh + whileRevalidate, maxTtl) : 0;
  return { fresh, updating, stale: Math.min(fresh + ifError, maxTtl) };
}

function errorLifetimeOf({ plan, policy, status, ...sent }: Sent): Lifetime | undefined {
  const mindsObjections = [404, 410, 414, 501].includes(status);
  const isTold = plan.maxAge !== undefined || plan.sMaxAge !== undefined;
  const keptIfTold = [400, 403, 405, 412, 415].includes(status) && isTold;
  if (!mindsObjections && ![500, 502, 503, 504].includes(status) && !keptIfTold) return undefined;
  if (plan.objection !== undefined && mindsObjections) return undefined;
  const seconds = secondsOf({ plan, policy, status, ...sent }) ?? 0;
  const told = plan.objection === undefined ? Math.min(seconds, policy.maxTtl) : 0;
  return { fresh: Math.max(modelErrorTtls.get(status) ?? 10, told), updating: 0, stale: 0 };
}

/** What the model's distribution says of errors, in seconds by status. */
export const modelErrorTtls: ReadonlyMap<number, number> = new Map([
  [502, 5],
  [503, 3],
]);

function secondsOf(sent: Sent): number | undefined {
  const { maxAge, sMaxAge, age } = sent.plan;
  const seconds = sMaxAge ?? maxAge;
  if (seconds !== undefined) return Math.max(0, seconds - age);
  const expires = expiresIn(sent);
  return expires === undefined ? undefined : Math.max(0, expires);
}

function checkAge({ reply, beganAtMs, endedAtMs }: Exchange, { plan }: Sent): void {
  const text = reply.headers.get("age");
  if (text === undefined || reply.headers.get("x-cache")?.startsWith("Miss")) return;
  const keptAtMs = Date.parse(reply.headers.get("date") ?? "");
  const seconds = (now: number) => plan.age + Math.max(0, (now - keptAtMs) / 1000);
  const isRight = Number(text) >= seconds(beganAtMs) && Number(text) <= seconds(endedAtMs);
  assert.ok(isRight, `Age ${text} of what is ${seconds(beganAtMs)} to ${seconds(endedAtMs)} s old`);
}

function checkInvalidations(
  { request, policy, beganAt }: Exchange,
  { askedAt, number, plan }: Sent,
  invalidations: readonly Invalidation[],
): void {
  const uri = request.path + (policy.query && request.query !== "" ? `?${request.query}` : "");
  for (const { at, what } of invalidations) {
    if (at > beganAt || at < askedAt) continue;
    const isMeant = what.startsWith("#")
      ? plan.tag === what.slice(1)
      : what.endsWith("*")
        ? uri.startsWith(what.slice(0, -1))
        : uri === what;
    assert.ok(!isMeant, `answer ${number} was invalidated by ${what}`);
  }
}

function valueOf({ conditions }: ModelRequest, name: string): string | undefined {
  const line = conditions.find((each) => each.startsWith(`${name}: `));
  return line?.slice(name.length + 2);
}

/** @returns undefined where it can't be told: a 304 leaves out dates that a tag stands beside */
function isUnchanged(
  request: ModelRequest,
  headers: ReadonlyMap<string, string>,
  head: Sent,
): boolean | undefined {
  if (request.method !== "GET" && request.method !== "HEAD") return false;
  const tag = valueOf(request, "If-None-Match");
  const own = headers.get("etag");
  if (tag === "*") return true;
  if (tag !== undefined) return own !== undefined && opaque(tag) === opaque(own);
  const since = valueOf(request, "If-Modified-Since");
  if (since === undefined) return false;
  const told = headers.get("last-modified") ?? head.lastModified;
  if (told === undefined && head.status === 304) return undefined;
  const changed = told ?? headers.get("date") ?? "";
  return Date.parse(changed) <= Date.parse(since);
}

function matchesIfMatch(
  request: ModelRequest,
  headers: ReadonlyMap<string, string>,
): boolean | undefined {
  const tag = valueOf(request, "If-Match");
  if (tag === undefined) return undefined;
  return tag === "*" || (tag === headers.get("etag") && !tag.startsWith("W/"));
}

function opaque(tag: string): string {
  return tag.replace(/^W\//, "");
}

function describe(head: Sent, { beganAt, beganAtMs, reply }: Exchange): object {
  const { number, status, plan, policy, askedAt, settledAt, headAtMs } = head;
  return {
    ...{ number, status, plan, policy: policy.id, askedAt, settledAt, headAtMs },
    ...{ beganAt, beganAtMs, lifetime: lifetimeOf(head), headers: [...reply.headers] },
  };
}
