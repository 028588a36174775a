/** Reads what a node's metrics stand at: asks the workers, and puts it together with what they have counted. */
import { newHistogram, observe, type Histogram } from "../../base/histogram.ts";
import { connectionOutcomes } from "../../edge/record/connection-counts.ts";
import {
  ratedStatuses,
  statusClasses,
  type DistributionCounts,
  type FunctionCounts,
} from "../../edge/record/visit-counts.ts";
import type { CacheOutcome } from "../../cache/outcome.ts";
import type { Resource } from "../../model/resource.ts";
import type { State } from "../../state/state.ts";
import { validityOf } from "../acme/renewal-time.ts";
import type { EdgeWorkers } from "../edge-workers.ts";
import { ConnectionTotals } from "./connection-totals.ts";
import { LostLineTotals, lossyLogs } from "./lost-lines.ts";
import { ReadingBuilder, type Reading } from "./reading.ts";
import { VisitTotals } from "./visit-totals.ts";
import type { WorkerMeasures } from "./worker-measures.ts";

/** Less than Prometheus waits: a worker that is stuck must not cost all of a scrape. */
const answerTimeoutMs = 2000;

/** In seconds. */
const appendBounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];

export interface NodeMetricsParts {
  readonly state: () => State;
  /** The last revision of the change log. */
  readonly logRevision: () => Promise<number>;
}

export class NodeMetrics {
  readonly totals: VisitTotals;
  readonly lost = new LostLineTotals();
  readonly connections = new ConnectionTotals();
  /** Undefined on a node that serves no viewers, and before it does. */
  workers: EdgeWorkers | undefined;
  readonly #parts: NodeMetricsParts;
  readonly #appends = newHistogram(appendBounds);
  readonly #startedAt = Date.now() / 1000;

  constructor(parts: NodeMetricsParts) {
    this.#parts = parts;
    this.totals = new VisitTotals(parts.state);
  }

  readonly noteAppend = (seconds: number): void => observe(this.#appends, seconds);

  async read(): Promise<Reading> {
    const [measures, logRevision] = await Promise.all([
      this.workers?.ask(() => ({ about: "metrics" }), answerTimeoutMs) ?? [],
      // A log that cannot be read has a sentence of its own, in the health.
      this.#parts.logRevision().catch(() => undefined),
    ]);
    const reading = new ReadingBuilder();
    const state = this.#parts.state();
    this.#addVisits(reading, state);
    const { workers } = this;
    if (workers !== undefined) {
      const answered = measures.flatMap(
        ({ answer }) => (answer?.value as WorkerMeasures | undefined) ?? [],
      );
      reading.add("footlight_workers", workers.readyCount);
      reading.add("footlight_workers_silent", measures.length - answered.length);
      reading.add("footlight_workers_ended_total", workers.endedCount);
      addMeasures(reading, answered);
      for (const log of lossyLogs) {
        reading.add("footlight_log_lines_lost_total", this.lost.of(log), { log });
      }
      for (const outcome of connectionOutcomes) {
        const count = this.connections.of(outcome);
        reading.add("footlight_harmful_connections_total", count, { outcome });
      }
    }
    reading.add("footlight_memory_bytes", process.memoryUsage.rss(), { process: "primary" });
    addRevisions(reading, state.revision, { logRevision, applied: workers?.appliedRevision });
    reading.add("footlight_log_append_seconds", this.#appends);
    reading.add("footlight_distributions", state.distributions.size);
    reading.add("footlight_functions", state.functions.size);
    for (const issued of state.certificates.values()) {
      const expires = validityOf(issued).to / 1000;
      reading.add("footlight_certificate_expires_seconds", expires, { name: issued.name });
    }
    reading.add("footlight_start_time_seconds", this.#startedAt);
    return reading.reading;
  }

  #addVisits(reading: ReadingBuilder, state: State): void {
    const { distributions, functions } = this.totals.read();
    for (const [distribution, counts] of distributions) {
      addDistribution(reading, distribution, counts);
      if (hasAdditionalMetrics(state, distribution)) addAdditional(reading, distribution, counts);
    }
    for (const { distribution, name, counts } of functions) {
      addFunction(reading, { distribution, function: name }, counts);
    }
  }
}

function hasAdditionalMetrics({ resources }: State, distribution: string): boolean {
  const subscription = resources.get("monitoring-subscription")?.get(distribution) as
    | Resource<"monitoring-subscription">
    | undefined;
  const config = subscription?.config.RealtimeMetricsSubscriptionConfig;
  return config?.RealtimeMetricsSubscriptionStatus === "Enabled";
}

function addDistribution(
  reading: ReadingBuilder,
  distribution: string,
  counts: DistributionCounts,
): void {
  reading.add("footlight_requests_total", counts.requests, { distribution });
  reading.add("footlight_downloaded_bytes_total", counts.downloadedBytes, { distribution });
  reading.add("footlight_uploaded_bytes_total", counts.uploadedBytes, { distribution });
  for (const status_class of statusClasses) {
    const count = counts.statuses[status_class];
    reading.add("footlight_responses_total", count, { distribution, status_class });
  }
}

function addAdditional(
  reading: ReadingBuilder,
  distribution: string,
  counts: DistributionCounts,
): void {
  for (const status of ratedStatuses) {
    const count = counts.errors[status];
    reading.add("footlight_error_responses_total", count, { distribution, status });
  }
  for (const cache of Object.keys(counts.cacheable) as CacheOutcome[]) {
    const count = counts.cacheable[cache];
    reading.add("footlight_cacheable_requests_total", count, { distribution, cache });
  }
  reading.add("footlight_origin_latency_seconds", counts.originLatency, { distribution });
}

function addFunction(
  reading: ReadingBuilder,
  labels: Readonly<Record<string, string>>,
  counts: FunctionCounts,
): void {
  const add = (what: string, value: number | Histogram): void =>
    reading.add(
      `footlight_function_${what}` as Parameters<ReadingBuilder["add"]>[0],
      value,
      labels,
    );
  add("invocations_total", counts.invocations);
  add("validation_errors_total", counts.validationErrors);
  add("execution_errors_total", counts.executionErrors);
  add("throttles_total", counts.throttles);
  add("compute_utilization_percent", counts.utilization);
  add("key_value_reads_total", counts.storeReads);
  add("key_value_read_errors_total", counts.storeReadErrors);
  for (const [version, { invocations, errors, utilization }] of counts.versions) {
    const ofVersion = { ...labels, version: String(version) };
    reading.add("footlight_function_version_invocations_total", invocations, ofVersion);
    reading.add("footlight_function_version_errors_total", errors, ofVersion);
    reading.add("footlight_function_version_utilization_percent_total", utilization, ofVersion);
  }
}

function addMeasures(reading: ReadingBuilder, workers: readonly WorkerMeasures[]): void {
  const sum = (of: (measures: WorkerMeasures) => number): number =>
    workers.reduce((total, measures) => total + of(measures), 0);
  reading.add(
    "footlight_viewer_connections",
    sum(({ connections }) => connections),
  );
  const memoryBytes = sum((measures) => measures.memoryBytes);
  reading.add("footlight_memory_bytes", memoryBytes, { process: "workers" });
  const caches = workers.flatMap(({ cache }) => cache ?? []);
  if (caches.length === 0) return;
  const sumOf = (of: (cache: (typeof caches)[number]) => number): number =>
    caches.reduce((total, cache) => total + of(cache), 0);
  reading.add(
    "footlight_cache_memory_bytes",
    sumOf((cache) => cache.memoryBytes),
  );
  // All of them look into the same folder.
  const diskBytes = Math.max(...caches.map((cache) => cache.diskBytes));
  reading.add("footlight_cache_disk_bytes", diskBytes);
  for (const from of ["memory", "disk"] as const) {
    const evictions = sumOf((cache) => cache.evictions[from]);
    reading.add("footlight_cache_evictions", evictions, { from });
  }
}

function addRevisions(
  reading: ReadingBuilder,
  revision: number,
  {
    logRevision,
    applied,
  }: { readonly logRevision: number | undefined; readonly applied: number | undefined },
): void {
  reading.add("footlight_revision", revision);
  const nodeLag = logRevision && Math.max(0, logRevision - revision);
  reading.add("footlight_revision_lag", nodeLag, { of: "node" });
  const workersLag = applied === undefined ? undefined : Math.max(0, revision - applied);
  reading.add("footlight_revision_lag", workersLag, { of: "workers" });
}
