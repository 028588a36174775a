/** The calls on traces: which requests came, and the way of one of them. What is secret in them is `[masked]`. */
import { callApi } from "./call-api.ts";
import { follow, type Following } from "./follow.ts";

export const masked = "[masked]";

export interface ListedTrace {
  readonly id: string;
  /** ISO 8601. */
  readonly at: string;
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly status: number;
  /** In the words of CloudFront's logs: Hit, Miss, RefreshHit, Error and so on. */
  readonly result: string;
  readonly took_ms: number;
  readonly functions: readonly string[];
  readonly distributions: readonly string[];
  /** The path pattern of the behavior that took it. */
  readonly behavior?: string;
  /** Two letters, where it is known. */
  readonly country?: string;
}

export interface Traces {
  /** How many are kept altogether. */
  readonly kept: number;
  /** How many came faster than they could be written down. */
  readonly lost: number;
  /** Newest first. */
  readonly items: readonly ListedTrace[];
}

/** What came since the line before. */
export interface LiveTraces extends Traces {
  /** How many came besides and are in no line. */
  readonly missed: number;
  readonly next_marker: string;
}

/** What is wanted; what is empty is no filter. */
export interface TraceFilter {
  /** With `*` at its end: what begins like it. */
  readonly path: string;
  readonly status: string;
  /** `Hit` and `Error` are all of their kind. */
  readonly result: string;
  readonly function: string;
  readonly distribution: string;
  /** A path pattern. */
  readonly behavior: string;
  /** Two letters. */
  readonly country: string;
}

export function listTraces(
  filter: TraceFilter,
  limit: number,
  signal?: AbortSignal,
): Promise<Traces> {
  return callApi({ path: "/footlight/v1/traces", query: queryOf(filter, limit), signal });
}

/**
 * @param limit of each page: the newest
 * @param after the marker of the page to go on from; undefined to begin with the newest
 * @returns what ends it
 */
export function followTraces(
  filter: TraceFilter,
  limit: number,
  after: string | undefined,
  on: Pick<Following<LiveTraces>, "onPage" | "onTrouble">,
): () => void {
  const query = queryOf(filter, limit);
  return follow({ path: "/footlight/v1/traces/live", query, after, ...on });
}

function queryOf(
  { path, status, result, function: name, distribution, behavior, country }: TraceFilter,
  limit: number,
): Readonly<Record<string, string | undefined>> {
  return {
    limit: String(limit),
    path: path || undefined,
    status: status || undefined,
    result: result || undefined,
    function: name || undefined,
    distribution: distribution || undefined,
    behavior: behavior || undefined,
    country: country || undefined,
  };
}

export interface Decision {
  readonly step: string;
  readonly outcome: string;
  /** Which setting decided, where one did. */
  readonly setting?: string;
}

/** A value that is absent was not there. */
export interface TracedChange {
  /** Like `uri` or `headers.host`. */
  readonly of: string;
  readonly from?: string;
  readonly to?: string;
}

export interface TracedHeader {
  readonly name: string;
  readonly value: string;
}

export interface TracedFunction {
  readonly name: string;
  readonly event_type: "viewer-request" | "viewer-response";
  /** Like `request`, `response`, `execution-error`. */
  readonly outcome: string;
  readonly message?: string;
  readonly line?: number;
  readonly logs: readonly string[];
  readonly started_ms: number;
  readonly ended_ms: number;
  readonly compute_utilization: number;
  readonly changes: readonly TracedChange[];
}

/** Times are milliseconds since the request came, in functions as well. */
export interface TracedAttempt {
  readonly origin_id: string;
  readonly address?: string;
  readonly is_reused: boolean;
  readonly started_ms: number;
  readonly connected_ms?: number;
  readonly first_byte_ms?: number;
  readonly ended_ms?: number;
  readonly status?: number;
  readonly fault?: string;
  readonly error?: string;
}

export interface Trace {
  readonly id: string;
  readonly at: string;
  readonly revision?: number;
  readonly request: {
    readonly method: string;
    readonly scheme: string;
    readonly http_version: string;
    readonly host: string;
    readonly path: string;
    readonly query?: string;
    readonly ip: string;
    readonly country?: string;
    readonly headers: readonly TracedHeader[];
  };
  readonly distribution?: { readonly id: string; readonly domain_name: string };
  readonly behavior?: { readonly path_pattern: string; readonly cache_policy?: string };
  readonly decisions: readonly Decision[];
  readonly functions: readonly TracedFunction[];
  readonly cache?: {
    readonly outcome: string;
    readonly because: string;
    readonly key?: string;
    readonly not_stored?: string;
  };
  readonly origins: readonly TracedAttempt[];
  readonly response_headers_policy?: {
    readonly name: string;
    readonly cors?: string;
    readonly changes: readonly TracedChange[];
  };
  readonly response: {
    readonly status: number;
    readonly result: string;
    readonly sentence?: string;
    readonly headers: readonly TracedHeader[];
    readonly bytes: number;
    readonly first_byte_ms?: number;
    readonly took_ms: number;
  };
  readonly decided_by: Decision;
}

export function readTrace(id: string, signal?: AbortSignal): Promise<Trace> {
  return callApi({ path: "/footlight/v1/trace", query: { id }, signal });
}

/** What came of a request that was sent again. */
export interface SentRequest {
  /** By which its way is found. */
  readonly id?: string;
  readonly status: number;
  readonly bytes: number;
  readonly took_ms: number;
  /** What it lacked, as it is not kept: like `cookie session`. */
  readonly left_out: readonly string[];
}

/** Sends a request to the node's edge once more: it may do what it did. */
export function sendAgain(id: string): Promise<SentRequest> {
  return callApi({ method: "POST", path: "/footlight/v1/traces/send", body: { id } });
}

/** How requests were answered from the cache, counted since the node started. */
export interface CacheCounts {
  readonly hit: number;
  readonly updating: number;
  readonly stale: number;
  readonly refreshed: number;
  readonly miss: number;
  readonly bypassed: number;
}

export async function readCacheCounts(signal?: AbortSignal): Promise<CacheCounts> {
  const { counts } = await callApi<{ readonly counts: CacheCounts }>({
    path: "/footlight/v1/cache",
    signal,
  });
  return counts;
}
