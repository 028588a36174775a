/**
 * Every metric of a node: the exposition, its JSON form and docs/metrics.md are read off this table.
 *
 * Names are as Prometheus wants them: a unit, and `_total` for what only grows. Where CloudFront has a
 * metric, its row says how that is had from it.
 *
 * Source: CloudFront Developer Guide, "Types of metrics for CloudFront" and "Metrics for CloudFront
 * Functions"; https://prometheus.io/docs/practices/naming/
 */

export interface Metric {
  readonly type: "counter" | "gauge" | "histogram";
  readonly help: string;
  readonly labels: readonly string[];
  /** CloudFront's metric, and what makes it of this one where they are not the same. */
  readonly cloudFront?: string;
  /** Whether a distribution has it only while its monitoring subscription is enabled. */
  readonly isAdditional?: boolean;
}

export const metrics = {
  footlight_requests_total: {
    type: "counter",
    help: "Requests of viewers, refused ones among them",
    labels: ["distribution"],
    cloudFront: "Requests",
  },
  footlight_downloaded_bytes_total: {
    type: "counter",
    help: "Bytes that viewers were sent in answers to GET and HEAD, heads among them",
    labels: ["distribution"],
    cloudFront: "BytesDownloaded",
  },
  footlight_uploaded_bytes_total: {
    type: "counter",
    help: "Bytes that viewers sent with POST, PUT and OPTIONS, heads among them",
    labels: ["distribution"],
    cloudFront: "BytesUploaded",
  },
  footlight_responses_total: {
    type: "counter",
    help: "Answers by the first digit of their status; 000 for viewers who left before there was one",
    labels: ["distribution", "status_class"],
    cloudFront:
      "4xxErrorRate, 5xxErrorRate and TotalErrorRate: the share of 4xx, of 5xx and of both in all requests",
  },
  footlight_error_responses_total: {
    type: "counter",
    help: "Answers with status 401, 403, 404, 502, 503 or 504",
    labels: ["distribution", "status"],
    cloudFront:
      "401ErrorRate, 403ErrorRate, 404ErrorRate, 502ErrorRate, 503ErrorRate and 504ErrorRate: their share in all requests",
    isAdditional: true,
  },
  footlight_cacheable_requests_total: {
    type: "counter",
    help: "Requests with GET, HEAD and OPTIONS that were no errors, by what the cache had to say",
    labels: ["distribution", "cache"],
    cloudFront: "CacheHitRate: the share of hit, updating and stale in all of them",
    isAdditional: true,
  },
  footlight_origin_latency_seconds: {
    type: "histogram",
    help: "From a request's arrival to the first byte of its answer, where an origin was waited for",
    labels: ["distribution"],
    cloudFront: "OriginLatency, in milliseconds there",
    isAdditional: true,
  },
  footlight_function_invocations_total: {
    type: "counter",
    help: "Runs of a function, those among them whose answer was remembered",
    labels: ["distribution", "function"],
    cloudFront: "FunctionInvocations",
  },
  footlight_function_validation_errors_total: {
    type: "counter",
    help: "Runs of a function that returned something invalid",
    labels: ["distribution", "function"],
    cloudFront: "FunctionValidationErrors",
  },
  footlight_function_execution_errors_total: {
    type: "counter",
    help: "Runs of a function that did not complete",
    labels: ["distribution", "function"],
    cloudFront: "FunctionExecutionErrors",
  },
  footlight_function_throttles_total: {
    type: "counter",
    help: "Requests whose function was not run, because too many waited in the slow lane",
    labels: ["distribution", "function"],
    cloudFront: "FunctionThrottles",
  },
  footlight_function_compute_utilization_percent: {
    type: "histogram",
    help: "What runs of a function took of what they may take, 0 to 100",
    labels: ["distribution", "function"],
    cloudFront: "FunctionComputeUtilization: sum by count",
  },
  footlight_function_key_value_reads_total: {
    type: "counter",
    help: "What a function asked its key value store for; a key that is not there was read, too",
    labels: ["distribution", "function"],
    cloudFront: "KvsReadRequests",
  },
  footlight_function_key_value_read_errors_total: {
    type: "counter",
    help: "What a function asked a key value store for, though none is associated with it",
    labels: ["distribution", "function"],
    cloudFront: "KvsReadErrors",
  },
  footlight_function_version_invocations_total: {
    type: "counter",
    help: "Runs of one of a function's published versions; of the newest twelve that ran",
    labels: ["distribution", "function", "version"],
  },
  footlight_function_version_errors_total: {
    type: "counter",
    help: "Those of them that ended in an error of execution or validation",
    labels: ["distribution", "function", "version"],
  },
  footlight_function_version_utilization_percent_total: {
    type: "counter",
    help: "The sum of what each of them took of what it may take, 0 to 100",
    labels: ["distribution", "function", "version"],
  },
  footlight_viewer_connections: {
    type: "gauge",
    help: "Open connections of viewers",
    labels: [],
  },
  footlight_harmful_connections_total: {
    type: "counter",
    help: "Connections by TLS that were closed as a flood, broke HTTP/2 (broken) or ended without a request (fruitless), and those that were held before their handshake or refused for what others from their address did",
    labels: ["outcome"],
  },
  footlight_workers: {
    type: "gauge",
    help: "Edge workers that serve viewers",
    labels: [],
  },
  footlight_workers_silent: {
    type: "gauge",
    help: "Those of them that have not answered this scrape in time: what they hold is not in it",
    labels: [],
  },
  footlight_workers_ended_total: {
    type: "counter",
    help: "Edge workers that ended unasked, each with what it had counted in its last quarter of a second",
    labels: [],
  },
  footlight_memory_bytes: {
    type: "gauge",
    help: "Resident memory of the first process, and of all edge workers; what they share counts for each",
    labels: ["process"],
  },
  footlight_cache_memory_bytes: {
    type: "gauge",
    help: "What edge workers keep of the cache in memory",
    labels: [],
  },
  footlight_cache_disk_bytes: {
    type: "gauge",
    help: "What the cache keeps on disk",
    labels: [],
  },
  footlight_cache_evictions: {
    type: "gauge",
    help: "What went from the cache to make room for others, by the edge workers that serve now",
    labels: ["from"],
  },
  footlight_revision: {
    type: "gauge",
    help: "Revision of the change log that the node's first process has applied",
    labels: [],
  },
  footlight_revision_lag: {
    type: "gauge",
    help: "How many changes the node is behind the log, and its edge workers behind the node",
    labels: ["of"],
  },
  footlight_certificate_expires_seconds: {
    type: "gauge",
    help: "When the certificate that ACME has brought for a name is over, in seconds since 1970; it is renewed when a third of its time is left",
    labels: ["name"],
  },
  footlight_log_append_seconds: {
    type: "histogram",
    help: "How long a change took to be durable in the log",
    labels: [],
  },
  footlight_log_lines_lost_total: {
    type: "counter",
    help: "Lines of logs that could not be written and found no room to wait",
    labels: ["log"],
  },
  footlight_distributions: {
    type: "gauge",
    help: "Distributions of the account; those beyond the first thousand visited count as (other)",
    labels: [],
  },
  footlight_functions: {
    type: "gauge",
    help: "Functions of the account",
    labels: [],
  },
  footlight_start_time_seconds: {
    type: "gauge",
    help: "When the node began to count, in seconds since the epoch",
    labels: [],
  },
} as const satisfies Readonly<Record<string, Metric>>;

export type MetricName = keyof typeof metrics;

/** What HELP says of a metric. */
export function helpOf(name: MetricName): string {
  const { help, cloudFront, isAdditional }: Metric = metrics[name];
  const additional = isAdditional ? "; with a monitoring subscription" : "";
  return cloudFront === undefined ? help : `${help} (CloudFront: ${cloudFront}${additional})`;
}
