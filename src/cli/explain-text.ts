/** The way of a request, as a person reads it: what decided first, then all of it in order. */
import { printable } from "./printable.ts";
import { inColumns } from "./columns.ts";

interface Decision {
  readonly step: string;
  readonly outcome: string;
  readonly setting?: string;
}

interface Change {
  readonly of: string;
  readonly from?: string;
  readonly to?: string;
}

interface Header {
  readonly name: string;
  readonly value: string;
}

interface Attempt {
  readonly origin_id: string;
  readonly address?: string;
  readonly is_mocked?: boolean;
  readonly is_reused: boolean;
  readonly started_ms: number;
  readonly connected_ms?: number;
  readonly first_byte_ms?: number;
  readonly ended_ms?: number;
  readonly status?: number;
  readonly fault?: string;
  readonly error?: string;
}

interface RanFunction {
  readonly name: string;
  readonly event_type: string;
  readonly stage: string;
  readonly etag: string;
  readonly outcome: string;
  readonly message?: string;
  readonly line?: number;
  readonly started_ms?: number;
  readonly ended_ms?: number;
  readonly compute_utilization: number;
  readonly logs: readonly string[];
  readonly changes: readonly Change[];
}

/** As `/footlight/v1/trace` answers it. */
export interface ReadTrace {
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
    readonly tls?: { readonly version: string; readonly server_name?: string };
    readonly headers: readonly Header[];
    readonly mocked?: string;
  };
  readonly distribution?: { readonly id: string; readonly domain_name: string };
  readonly decisions: readonly Decision[];
  readonly functions: readonly RanFunction[];
  readonly cache?: {
    readonly because: string;
    readonly key?: string;
    readonly not_stored?: string;
  };
  readonly origins: readonly Attempt[];
  readonly response_headers_policy?: {
    readonly name: string;
    readonly cors?: string;
    readonly changes: readonly Change[];
  };
  readonly response: {
    readonly status: number;
    readonly result: string;
    readonly detail: string;
    readonly sentence?: string;
    readonly headers: readonly Header[];
    readonly bytes: number;
    readonly first_byte_ms?: number;
    readonly took_ms: number;
  };
  readonly decided_by: Decision;
}

/** As `/footlight/v1/traces` answers them. */
export interface ReadTraces {
  readonly kept: number;
  readonly lost: number;
  readonly items: readonly {
    readonly id: string;
    readonly at: string;
    readonly method: string;
    readonly host: string;
    readonly path: string;
    readonly status: number;
    readonly result: string;
    readonly took_ms: number;
    readonly functions: readonly string[];
  }[];
}

export function explainText(trace: ReadTrace): string {
  const { request, response, decided_by: decided, id, at } = trace;
  const query = request.query === undefined ? "" : `?${request.query}`;
  const url = `${request.scheme && `${request.scheme}://`}${request.host}${request.path}${query}`;
  const [before, after] = functionsByEvent(trace);
  const sections = [
    [
      printable(`${request.method || "?"} ${url} → ${answerOf(response)}, ${response.took_ms} ms`),
      `decided by: ${decisionText(decided)}`,
      `X-Amz-Cf-Id ${id}, at ${at}${trace.revision === undefined ? "" : `, by revision ${trace.revision}`}`,
    ],
    section("viewer", viewerLines(request)),
    section("distribution", distributionLines(trace)),
    ...before.map((fn) => section(`function ${fn.name}`, functionLines(fn))),
    section("cache", cacheLines(trace)),
    ...trace.origins.map((attempt) =>
      section(`origin ${attempt.origin_id}`, [attemptText(attempt)]),
    ),
    section("response headers policy", policyLines(trace)),
    ...after.map((fn) => section(`function ${fn.name}`, functionLines(fn))),
    section("answer", answerLines(response)),
  ];
  const lines = sections.filter((each) => each.length > 0).map((each) => each.join("\n"));
  return `${lines.join("\n")}\n`;
}

/** The functions of viewer-request events, and those of viewer-response events. */
function functionsByEvent({ functions }: ReadTrace): readonly [RanFunction[], RanFunction[]] {
  const isBefore = ({ event_type: type }: RanFunction) => type === "viewer-request";
  return [functions.filter(isBefore), functions.filter((fn) => !isBefore(fn))];
}

/** All of it is viewers', functions' and origins' text. */
function section(title: string, lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return [];
  return ["", printable(title), ...lines.map((line) => `  ${printable(line)}`)];
}

function answerOf({ status, detail }: ReadTrace["response"]): string {
  return `${status === 0 ? "no answer" : status} ${detail}`;
}

function decisionText({ outcome, setting }: Decision): string {
  return printable(setting === undefined ? outcome : `${outcome} — ${setting}`);
}

function viewerLines({ ip, http_version: version, tls, headers, mocked }: ReadTrace["request"]) {
  const name = tls?.server_name === undefined ? "" : ` for ${tls.server_name}`;
  return [
    `${ip || "?"} by HTTP/${version || "?"}${tls === undefined ? "" : ` over ${tls.version}${name}`}`,
    ...(mocked === undefined ? [] : [`mocked: ${mocked}`]),
    ...headers.map(headerText),
  ];
}

function headerText({ name, value }: Header): string {
  return `${name}: ${value}`;
}

function distributionLines({ distribution, decisions }: ReadTrace): readonly string[] {
  return [
    ...(distribution ? [`${distribution.id} (${distribution.domain_name})`] : []),
    ...decisions.map((decision) => `${decision.step}: ${decisionText(decision)}`),
  ];
}

function functionLines({ event_type: type, stage, etag, ...run }: RanFunction): readonly string[] {
  const where = run.line === undefined ? "" : ` (line ${run.line})`;
  const failure = run.message === undefined ? "" : `: ${run.message}${where}`;
  return [
    `${type}, ${stage} with ETag ${etag}: ${run.outcome}${failure}`,
    `compute utilization ${run.compute_utilization}${timesOf(run)}`,
    ...changeLines(run.changes),
    ...run.logs.map((line) => `logged: ${line}`),
  ];
}

/** A run whose times were not noted has none: it was remembered, or nothing kept traces when it began. */
function timesOf(run: Pick<RanFunction, "started_ms" | "ended_ms">): string {
  const { started_ms: started, ended_ms: ended } = run;
  return started === undefined || ended === undefined
    ? ""
    : `, begun at ${started} ms, over at ${ended} ms`;
}

function changeLines(changes: readonly Change[]): readonly string[] {
  return changes.map(({ of, from, to }) => {
    if (from === undefined) return `+ ${of}: ${to ?? ""}`;
    return to === undefined ? `- ${of}: ${from}` : `~ ${of}: ${from} → ${to}`;
  });
}

function cacheLines({ cache }: ReadTrace): readonly string[] {
  if (cache === undefined) return [];
  return [
    cache.because,
    ...(cache.key === undefined ? [] : [`key: ${cache.key.replaceAll("\n", "; ")}`]),
    ...(cache.not_stored === undefined ? [] : [`not kept: ${cache.not_stored}`]),
  ];
}

function attemptText(attempt: Attempt): string {
  const { started_ms: started, connected_ms: connected, first_byte_ms: first } = attempt;
  const { is_mocked: isMocked, is_reused: isReused, ended_ms: ended } = attempt;
  const connecting = isReused ? "on a kept connection" : `connected at ${connected} ms`;
  return [
    `asked at ${started} ms${attempt.address === undefined ? "" : `, ${attempt.address}`}`,
    ...(isMocked === true ? ["mocked"] : []),
    ...(connected === undefined ? ["no connection"] : [connecting]),
    ...(attempt.status === undefined ? [] : [`answered ${attempt.status} at ${first} ms`]),
    ...(attempt.fault === undefined
      ? []
      : [`failed: ${attempt.error ?? attempt.fault} (${attempt.fault})`]),
    ...(ended === undefined ? ["still under way"] : [`over at ${ended} ms`]),
  ].join(", ");
}

function policyLines({ response_headers_policy: policy }: ReadTrace): readonly string[] {
  if (policy === undefined) return [];
  return [
    policy.name,
    ...(policy.cors === undefined ? [] : [policy.cors]),
    ...changeLines(policy.changes),
  ];
}

function answerLines(response: ReadTrace["response"]): readonly string[] {
  const { first_byte_ms: first, took_ms: took, bytes, sentence } = response;
  const began = first === undefined ? "none was sent" : `begun at ${first} ms`;
  return [
    `${answerOf(response)}, ${began}, over at ${took} ms, ${bytes} bytes`,
    ...(sentence === undefined ? [] : [`page: ${sentence}`]),
    ...response.headers.map(headerText),
  ];
}

export function tracesText({ kept, lost, items }: ReadTraces): string {
  const head = ["AT", "STATUS", "RESULT", "MS", "REQUEST", "FUNCTIONS", "ID"];
  const rows = items.map(({ at, status, result, took_ms, method, host, path, functions, id }) => [
    at,
    status === 0 ? "–" : String(status),
    result,
    String(took_ms),
    printable(`${method} ${host}${path}`.slice(0, 100)),
    functions.join(", "),
    id,
  ]);
  const missed = lost === 0 ? "" : `; ${lost} came faster than they could be written down`;
  return `${inColumns([head, ...rows], [1, 3])}${kept} kept${missed}\n`;
}
