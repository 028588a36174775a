/**
 * Counts visits, and requests that doors have refused, until somebody takes the counts: what was
 * taken is whoever's took it, so nothing is counted twice.
 */
import { observe } from "../../base/histogram.ts";
import type { RefusedRequestListener } from "./refused-request.ts";
import type { DetailedResult } from "./result-types.ts";
import {
  noDistributionCounts,
  noFunctionCounts,
  versionCounts,
  type CountedDistribution,
  type FunctionCounts,
  type RatedStatus,
  type StatusClass,
} from "./visit-counts.ts";
import type { FunctionRun, Visit, VisitListener } from "./visit.ts";

export class VisitCounter {
  #counted = new Map<string, CountedDistribution>();

  readonly listener: VisitListener = (visit) => {
    const counted = this.#of(visit.distribution?.id ?? "");
    countRequest(counted, visit);
    if (visit.runs.length > 0 || visit.detail === "functionThrottled") countRuns(counted, visit);
  };

  readonly refusedListener: RefusedRequestListener = (refused) => {
    const { status, bytesSent, head, distribution } = refused;
    const { counts } = this.#of(distribution?.id ?? "");
    counts.requests += 1;
    countStatus(counts, status);
    if (head === undefined || isDownload(head.method)) counts.downloadedBytes += bytesSent;
  };

  /** @returns what was counted since this was last called */
  take(): readonly CountedDistribution[] {
    if (this.#counted.size === 0) return [];
    const taken = [...this.#counted.values()];
    this.#counted = new Map();
    return taken;
  }

  #of(id: string): CountedDistribution {
    let counted = this.#counted.get(id);
    if (counted === undefined) {
      counted = { id, counts: noDistributionCounts(), functions: new Map() };
      this.#counted.set(id, counted);
    }
    return counted;
  }
}

function countRequest({ counts }: CountedDistribution, visit: Visit): void {
  const { status, cache, origins, request, firstByteAt } = visit;
  const { method } = request;
  counts.requests += 1;
  countStatus(counts, status);
  if (isDownload(method)) counts.downloadedBytes += visit.bytesSent;
  else if (isUpload(method)) counts.uploadedBytes += visit.bytesReceived;
  // What a function or the edge itself answered has nothing to do with a cache.
  const isOfOrigin = cache !== "bypassed" || origins.length > 0;
  if (!isOfOrigin || status < 200) return;
  if (status < 400 && isCacheable(method)) counts.cacheable[cache] += 1;
  const wasWaitedFor = cache === "miss" || cache === "refreshed" || cache === "bypassed";
  if (wasWaitedFor && firstByteAt > 0) {
    observe(counts.originLatency, (firstByteAt - visit.startedAt) / 1000);
  }
}

function countStatus({ statuses, errors }: CountedDistribution["counts"], status: number): void {
  statuses[classOf(status)] += 1;
  if (status >= 400 && status in errors) errors[String(status) as RatedStatus] += 1;
}

function classOf(status: number): StatusClass {
  if (status < 200) return status === 0 ? "000" : "1xx";
  if (status < 300) return "2xx";
  if (status < 400) return "3xx";
  return status < 500 ? "4xx" : "5xx";
}

function isDownload(method: string): boolean {
  return method === "GET" || method === "HEAD";
}

function isUpload(method: string): boolean {
  return method === "POST" || method === "PUT" || method === "OPTIONS";
}

function isCacheable(method: string): boolean {
  return isDownload(method) || method === "OPTIONS";
}

function countRuns({ functions }: CountedDistribution, visit: Visit): void {
  const { runs, detail } = visit;
  const last = runs.at(-1);
  for (const run of runs) countRun(countsOf(run.name, functions), run, run === last, detail);
  if (detail !== "functionThrottled") return;
  const throttled = nameOfThrottled(visit);
  if (throttled !== undefined) countsOf(throttled, functions).throttles += 1;
}

function countsOf(name: string, functions: Map<string, FunctionCounts>): FunctionCounts {
  let counts = functions.get(name);
  if (counts === undefined) functions.set(name, (counts = noFunctionCounts()));
  return counts;
}

/** @param isLast the one that the visit ended by, where it ended by what a function did */
function countRun(
  counts: FunctionCounts,
  { outcome, copy, version, computeUtilization, storeCounts }: FunctionRun,
  isLast: boolean,
  detail: DetailedResult,
): void {
  counts.invocations += 1;
  observe(counts.utilization, computeUtilization);
  if (storeCounts !== undefined) {
    counts.storeReads += storeCounts.read;
    counts.storeReadErrors += storeCounts.failed;
  }
  const ofVersion = versionCounts(counts, version, copy.createdTime);
  if (ofVersion) {
    ofVersion.invocations += 1;
    ofVersion.utilization += computeUtilization;
  }
  if (outcome.type === "execution-error") counts.executionErrors += 1;
  else if (isInvalid(outcome) || (isLast && invalidResults.has(detail))) {
    counts.validationErrors += 1;
  } else return;
  if (ofVersion) ofVersion.errors += 1;
}

function isInvalid({ type }: FunctionRun["outcome"]): boolean {
  return type === "validation-error" || type === "no-result";
}

/** The edge finds them in a result that the sandbox has let pass. */
const invalidResults: ReadonlySet<DetailedResult> = new Set([
  "functionInvalid",
  "functionWithoutResult",
  "originChange",
]);

/** It did not run, so it is the first of the visit's functions that has not. */
function nameOfThrottled({ behavior, runs }: Visit): string | undefined {
  const { "viewer-request": first, "viewer-response": second } = behavior?.functions ?? {};
  return runs.length === 0 && first !== undefined ? first : second;
}
