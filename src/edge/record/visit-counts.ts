/**
 * What is counted of visits: by distribution, and of each the functions that it ran. Plain data that
 * can be sent to another process and added up there.
 *
 * Source: CloudFront Developer Guide, "Types of metrics for CloudFront" and "Metrics for CloudFront
 * Functions"; what each number is called there, the node's table of metrics says.
 */
import { newHistogram, type Histogram } from "../../base/histogram.ts";
import type { CacheOutcome } from "../../cache/outcome.ts";

/** "000" is of viewers who left before there was an answer, as in access logs. */
export const statusClasses = ["000", "1xx", "2xx", "3xx", "4xx", "5xx"] as const;
export type StatusClass = (typeof statusClasses)[number];

/** The statuses that CloudFront has an error rate of for each by itself. */
export const ratedStatuses = ["401", "403", "404", "502", "503", "504"] as const;
export type RatedStatus = (typeof ratedStatuses)[number];

/** In seconds. */
export const originLatencyBounds = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
] as const;
/** In percent of what a run may take. */
export const utilizationBounds = [10, 20, 30, 40, 50, 60, 70, 80, 90, 99] as const;

export interface DistributionCounts {
  requests: number;
  /** What viewers were sent of answers to GET and HEAD, heads among it. */
  downloadedBytes: number;
  /** What viewers sent with OPTIONS, POST and PUT, heads among it. */
  uploadedBytes: number;
  readonly statuses: Record<StatusClass, number>;
  readonly errors: Record<RatedStatus, number>;
  /** Requests that are cacheable by their method and are no errors, by what the cache had to say to them. */
  readonly cacheable: Record<CacheOutcome, number>;
  /** From a request's arrival to the first byte of its answer, where an origin was waited for; in seconds. */
  readonly originLatency: Histogram;
}

export interface FunctionCounts {
  invocations: number;
  validationErrors: number;
  executionErrors: number;
  throttles: number;
  storeReads: number;
  storeReadErrors: number;
  readonly utilization: Histogram;
  /** When the function was made LIVE first that `versions` are of, in ISO 8601; "" before any ran. */
  versionsSince: string;
  /** By the number of each version that ran; the newest {@link versionsMax}. */
  readonly versions: Map<number, VersionCounts>;
}

/** What is known of one version of a function by itself. */
export interface VersionCounts {
  invocations: number;
  /** Of execution and of validation. */
  errors: number;
  /** The sum of what each run took, in percent of what it may take. */
  utilization: number;
}

/** Versions that are counted by themselves, of each function. */
const versionsMax = 12;

/** What was counted for a distribution. */
export interface CountedDistribution {
  /** "" where a request led to none. */
  readonly id: string;
  readonly counts: DistributionCounts;
  /** By name. */
  readonly functions: Map<string, FunctionCounts>;
}

export function noDistributionCounts(): DistributionCounts {
  return {
    requests: 0,
    downloadedBytes: 0,
    uploadedBytes: 0,
    statuses: { "000": 0, "1xx": 0, "2xx": 0, "3xx": 0, "4xx": 0, "5xx": 0 },
    errors: { "401": 0, "403": 0, "404": 0, "502": 0, "503": 0, "504": 0 },
    cacheable: { hit: 0, updating: 0, stale: 0, refreshed: 0, miss: 0, bypassed: 0 },
    originLatency: newHistogram(originLatencyBounds),
  };
}

export function noFunctionCounts(): FunctionCounts {
  return {
    invocations: 0,
    validationErrors: 0,
    executionErrors: 0,
    throttles: 0,
    storeReads: 0,
    storeReadErrors: 0,
    utilization: newHistogram(utilizationBounds),
    versionsSince: "",
    versions: new Map(),
  };
}

export function addDistributionCounts(to: DistributionCounts, more: DistributionCounts): void {
  to.requests += more.requests;
  to.downloadedBytes += more.downloadedBytes;
  to.uploadedBytes += more.uploadedBytes;
  addEach(to.statuses, more.statuses);
  addEach(to.errors, more.errors);
  addEach(to.cacheable, more.cacheable);
  addHistogram(to.originLatency, more.originLatency);
}

export function addFunctionCounts(to: FunctionCounts, more: FunctionCounts): void {
  to.invocations += more.invocations;
  to.validationErrors += more.validationErrors;
  to.executionErrors += more.executionErrors;
  to.throttles += more.throttles;
  to.storeReads += more.storeReads;
  to.storeReadErrors += more.storeReadErrors;
  addHistogram(to.utilization, more.utilization);
  for (const [version, { invocations, errors, utilization }] of more.versions) {
    const counts = versionCounts(to, version, more.versionsSince);
    if (counts === undefined) return;
    counts.invocations += invocations;
    counts.errors += errors;
    counts.utilization += utilization;
  }
}

/**
 * What a version is counted in; the oldest makes room for it. The versions of a function that is deleted and
 * made again count from 1 again, so with it they begin anew.
 *
 * @param since when its function was made LIVE first
 * @returns undefined for one of a function that is gone, where a later one of its name has run
 */
export function versionCounts(
  ofFunction: FunctionCounts,
  version: number,
  since: string,
): VersionCounts | undefined {
  const { versions, versionsSince } = ofFunction;
  if (since < versionsSince) return undefined;
  if (since > versionsSince) {
    ofFunction.versionsSince = since;
    versions.clear();
  }
  let counts = versions.get(version);
  if (counts === undefined) {
    if (versions.size >= versionsMax) versions.delete(Math.min(...versions.keys()));
    counts = { invocations: 0, errors: 0, utilization: 0 };
    versions.set(version, counts);
  }
  return counts;
}

function addEach<Name extends string>(
  to: Record<Name, number>,
  more: Readonly<Record<Name, number>>,
): void {
  for (const name of Object.keys(to) as Name[]) to[name] += more[name];
}

function addHistogram(to: Histogram, { counts, sum }: Histogram): void {
  counts.forEach((count, bucket) => (to.counts[bucket]! += count));
  to.sum += sum;
}
