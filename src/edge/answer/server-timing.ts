/**
 * Server-Timing: what the cache had to say to a request, where the answer comes from and how long it
 * took, for whoever looks at it in a browser.
 *
 * On a miss it goes on with what the origin says of itself; what is kept was timed long ago, so that
 * goes. Durations are whole milliseconds.
 *
 * Source: CloudFront Developer Guide, "Understand response headers policies", Server-Timing header.
 */
import { performance } from "node:perf_hooks";
import { addListed, combinedValue, linesThat } from "../../base/header-lines.ts";
import { headerName } from "../../base/header-names.ts";
import type { ResponseHeadersRules } from "../deployment/response-headers-policy.ts";
import type { OriginAttempt } from "../origin/origin-attempt.ts";
import type { Visit } from "../record/visit.ts";
import type { ViewerRequest } from "../viewer-request.ts";
import type { Answer } from "./answer.ts";

/** @param random gives a number from 0 on and less than 1 */
export function isTimed(
  { timedPercent }: Pick<ResponseHeadersRules, "timedPercent">,
  viewer: Pick<ViewerRequest, "headers">,
  random: () => number,
): boolean {
  if (timedPercent === undefined) return false;
  return random() * 100 < timedPercent || asksForTiming(viewer);
}

/** `Pragma: server-timing` has it whatever the sampling rate. */
function asksForTiming({ headers }: Pick<ViewerRequest, "headers">): boolean {
  const pragma = combinedValue(headers, "pragma");
  if (pragma === undefined) return false;
  const words = new Set<string>();
  addListed(words, pragma);
  return words.has("server-timing");
}

/** @param pop the edge location */
export function withServerTiming(answer: Answer, visit: Timed, pop: string): Answer {
  const { headers } = answer;
  const own = serverTiming(visit, pop, performance.now());
  const others = linesThat(headers, (name) => headerName(name).lower !== "server-timing");
  const origins = wasFetched(visit) ? combinedValue(headers, "server-timing") : undefined;
  others.push("Server-Timing", origins === undefined ? own : `${own},${origins}`);
  return { ...answer, headers: others, written: undefined };
}

export type Timed = Pick<Visit, "id" | "startedAt" | "cache" | "origins">;

/** @param now by `performance.now()`: when the answer's head was ready */
export function serverTiming(visit: Timed, pop: string, now: number): string {
  const metrics: string[] = [];
  const attempt = visit.origins.at(-1);
  if (wasFetched(visit)) metrics.push('cdn-upstream-layer;desc="EDGE"');
  if (attempt !== undefined) addUpstream(metrics, attempt);
  const outcome = cacheMetric(visit);
  if (outcome !== undefined) metrics.push(outcome);
  metrics.push(`cdn-pop;desc="${pop}"`, `cdn-rid;desc="${visit.id}"`);
  if (outcome === "cdn-cache-hit") metrics.push('cdn-hit-layer;desc="EDGE"');
  metrics.push(duration("cdn-downstream-fbl", visit.startedAt, now));
  return metrics.join(",");
}

/** A connection that was kept needed neither its address nor to be made. */
function addUpstream(metrics: string[], attempt: OriginAttempt): void {
  const { startedAt, resolvedAt = startedAt, connectedAt, firstByteAt } = attempt;
  metrics.push(duration("cdn-upstream-dns", startedAt, resolvedAt));
  if (connectedAt === undefined) return;
  metrics.push(duration("cdn-upstream-connect", resolvedAt, connectedAt));
  if (firstByteAt !== undefined) {
    metrics.push(duration("cdn-upstream-fbl", connectedAt, firstByteAt));
  }
}

/** The whole response was asked for, whether one came or not. */
function wasFetched({ cache, origins }: Timed): boolean {
  return origins.length > 0 && (cache === "miss" || cache === "bypassed");
}

/** @returns undefined where neither the cache nor an origin was asked: a page, a redirect, a function's response */
function cacheMetric(visit: Timed): string | undefined {
  switch (visit.cache) {
    case "hit":
    case "updating":
    case "stale":
      return "cdn-cache-hit";
    case "refreshed":
      return "cdn-cache-refresh";
    case "miss":
      return "cdn-cache-miss";
    case "bypassed":
      return visit.origins.length > 0 ? "cdn-cache-miss" : undefined;
  }
}

function duration(name: string, from: number, to: number): string {
  return `${name};dur=${Math.max(0, Math.round(to - from))}`;
}
