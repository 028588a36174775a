/**
 * What the API has beyond AWS's: everything under `/footlight/`, and the description of the API
 * itself. JSON only, in the envelope of the JSON face; it never changes what an AWS operation does,
 * and asks for the same access keys.
 */
import type { Logger } from "../base/logger.ts";
import { ApiError, InvalidArgument } from "../model/errors.ts";
import { stackArn } from "../model/stack.ts";
import type { BackupPage } from "../state/backup-page.ts";
import type { Fact } from "../state/change.ts";
import type { KeyValueStoreOperationName } from "../schema/operations.ts";
import type { State } from "../state/state.ts";
import type { ApiRequest, ApiResponse } from "../wire/api-message.ts";
import { encodeError } from "../wire/encode-error.ts";
import { buildOpenApi, type DescribedCall } from "../wire/openapi.ts";
import { parseQuery } from "../wire/query.ts";
import { MethodNotAllowed } from "../wire/route.ts";
import type { Authenticate, Caller } from "./access/access.ts";
import { footlightActions } from "./access/permissions.ts";
import { listChanges, type AuditedLog } from "./audit/list-changes.ts";
import { lookUpInCache, readCache, readCachedObjects, type CacheReport } from "./cache-calls.ts";
import { describedCalls } from "./described-calls.ts";
import {
  describedConnectionVersionCalls,
  describedVersionCalls,
  type DescribedVersionCalls,
} from "./function-versions/described-version-calls.ts";
import {
  listVersions,
  publishVersion,
  readVersion,
  rollBack,
  type VersionChange,
} from "./function-versions/version-calls.ts";
import {
  connectionFunctions,
  functions,
  type VersionedKind,
} from "./function-versions/versioned.ts";
import { listFunctionLogs, type ReadFunctionLogs } from "./log-calls.ts";
import { readMetrics, type MetricsReport } from "./metrics-call.ts";
import { holdGroup, listNodes, readGroup, releaseGroup, type ReadNodes } from "./node-calls.ts";
import { checkSource } from "./functions/check-source.ts";
import { judgeFunction, judgeSource, type FunctionJudge } from "./functions/judge-function.ts";
import { keyValueOperations } from "./key-value-data/operations.ts";
import { supportedOperations } from "./operations.ts";
import { refuseByNewest, type NewestState } from "./refuse-by-newest.ts";
import { readRehearsalSubject } from "./rehearsal-subject.ts";
import { readRecordedRuns, type RecordedRuns } from "./recorded-runs.ts";
import { listTraces, readTrace, type TraceReport } from "./trace-calls.ts";
import { describedStackCalls } from "./stacks/described-stack-calls.ts";
import { changeStack, deleteStack, listStacks, readStack } from "./stacks/stack-calls.ts";
import { describedWaveCalls } from "./waves/described-wave-calls.ts";
import { changeWaves, describeWaves, type ReadWaves } from "./waves/wave-calls.ts";

export interface FootlightApi extends NewestState {
  readonly authenticate: Authenticate;
  readonly accountLog: AuditedLog & {
    /** @returns why no change can be kept now */
    readonly findFailure: () => Promise<ApiError | undefined>;
    /** @returns undefined, when the marker is of no page; @throws ApiError, when the log cannot be read */
    readonly readBackup: (marker: string | undefined) => Promise<BackupPage | undefined>;
  };
  /** Who is on the change log, as far as this node knows. */
  readonly readNodes: ReadNodes;
  /** What this node knows of publishes in waves. */
  readonly readWaves: ReadWaves;
  /** What the edge workers of this node keep; undefined where there are none. */
  readonly cache: CacheReport | undefined;
  /** What the node counts and measures; undefined where it does not. */
  readonly metrics: MetricsReport | undefined;
  /** What the edge workers of this node record; undefined where they don't. */
  readonly recordedRuns: RecordedRuns | undefined;
  /** The ways of requests; undefined where none are kept. */
  readonly traces: TraceReport | undefined;
  /** What functions printed here; undefined on a node that serves no viewers. */
  readonly functionLogs: ReadFunctionLogs;
  /** How many published versions of each function are kept. */
  readonly keptCopies: number;
  /** What a function's verdict is made by. */
  readonly judge: FunctionJudge;
  readonly now: () => Date;
  readonly newRequestId: () => string;
  /** What this node's API is reached by. */
  readonly scheme: "http" | "https";
  /** Whether `POST /footlight/v1/reset` exists on this node. */
  readonly allowReset: boolean;
  /** How many edge workers of this node serve viewers. */
  readonly readyWorkers: () => number;
  /** How many of them have as many connections as they can. */
  readonly fullWorkers: () => number;
  /** The names for which no certificate could be had, or none in place of the one there is. */
  readonly failingCertificates: () => readonly string[];
  /** Why this node orders no certificates, or cannot show those there are, in a sentence. */
  readonly certificateTrouble: () => string | undefined;
  /** Why nobody should be sent to this node now; undefined where it is ready. */
  readonly whyNotReady: () => string | undefined;
  /** Whether the API has. */
  readonly isFull: () => boolean;
  readonly logger: Logger;
}

interface FootlightCall {
  readonly request: ApiRequest;
  /** What stands for the labels of the row's path. */
  readonly labels: Labels;
  readonly requestId: string;
  readonly caller: Caller;
}

type Labels = Readonly<Record<string, string>>;

interface Row {
  /** What a policy must allow. */
  readonly action: string;
  /** On which ARN; absent where it is about no resource in particular. */
  readonly resource?: (labels: Labels, state: State) => string;
  readonly answer: (call: FootlightCall, api: FootlightApi) => ApiResponse | Promise<ApiResponse>;
  /** For /openapi.json. */
  readonly described: Omit<DescribedCall, "method" | "path">;
}

/** What is done to the versions of functions of either kind. */
function versionRows(
  collection: string,
  { find, resource }: VersionedKind,
  described: DescribedVersionCalls,
): Readonly<Record<string, Row>> {
  const path = `/footlight/v1/${collection}/{name}`;
  const named = ({ name = "" }: Labels, state: State): string => resource(name, state);
  return {
    [`GET ${path}/versions`]: {
      action: footlightActions.listFunctionVersions,
      resource: named,
      answer: ({ labels }, api) => success(listVersions(labels["name"]!, api.state(), find)),
      described: described.listVersions,
    },
    [`GET ${path}/versions/{version}`]: {
      action: footlightActions.readFunctionVersion,
      resource: named,
      answer: ({ labels: { name = "", version = "" } }, api) =>
        success(readVersion(name, version, api.state(), find)),
      described: described.readVersion,
    },
    [`POST ${path}/publish`]: {
      action: footlightActions.publishFunction,
      resource: named,
      answer: async (call, api) => {
        const change = changeBy(footlightActions.publishFunction, call, api);
        const requireBreakGlass = (): void => {
          const action = footlightActions.breakGlass;
          call.caller.require([{ action, resource: named(call.labels, api.state()) }]);
        };
        const publishing = { find, keptCopies: api.keptCopies, requireBreakGlass };
        return success(await publishVersion(call.labels["name"]!, change, publishing));
      },
      described: described.publish,
    },
    [`POST ${path}/rollback`]: {
      action: footlightActions.rollBackFunction,
      resource: named,
      answer: async (call, api) => {
        const change = changeBy(footlightActions.rollBackFunction, call, api);
        return success(await rollBack(call.labels["name"]!, change, find));
      },
      described: described.rollBack,
    },
  };
}

/** By method and path, whose labels are one part of it each, like `{name}`. */
const rows: Readonly<Record<string, Row>> = {
  "GET /openapi.json": {
    action: footlightActions.readOpenApi,
    answer: openApi,
    described: describedCalls.openApi,
  },
  "GET /footlight/v1/changes": {
    action: footlightActions.readChanges,
    answer: changes,
    described: describedCalls.changes,
  },
  "GET /footlight/v1/backup": {
    action: footlightActions.readBackup,
    answer: backup,
    described: describedCalls.backup,
  },
  "GET /footlight/v1/nodes": {
    action: footlightActions.readNodes,
    answer: (_call, { readNodes, state }) => success(listNodes(readNodes(), state())),
    described: describedCalls.nodes,
  },
  "POST /footlight/v1/nodes/hold": {
    action: footlightActions.holdGroup,
    answer: (call, api) => changeGroup(holdGroup, call, api),
    described: describedCalls.holdGroup,
  },
  "POST /footlight/v1/nodes/release": {
    action: footlightActions.holdGroup,
    answer: (call, api) => changeGroup(releaseGroup, call, api),
    described: describedCalls.releaseGroup,
  },
  "GET /footlight/v1/cache": {
    action: footlightActions.readCache,
    answer: async (_call, { cache }) => success(await readCache(cache)),
    described: describedCalls.cache,
  },
  "GET /footlight/v1/cache/objects": {
    action: footlightActions.readCachedObjects,
    answer: async ({ request }, { cache }) =>
      success(await readCachedObjects(request.query, cache)),
    described: describedCalls.cachedObjects,
  },
  "GET /footlight/v1/cache/object": {
    action: footlightActions.readCachedObjects,
    answer: async ({ request }, { cache }) => success(await lookUpInCache(request.query, cache)),
    described: describedCalls.cachedObject,
  },
  "GET /footlight/v1/logs": {
    action: footlightActions.readFunctionLogs,
    answer: async ({ request }, { functionLogs }) =>
      success(await listFunctionLogs(request.query, functionLogs)),
    described: describedCalls.functionLogs,
  },
  "GET /footlight/v1/traces": {
    action: footlightActions.readTraces,
    answer: async ({ request }, { traces }) => success(await listTraces(request.query, traces)),
    described: describedCalls.traces,
  },
  "GET /footlight/v1/trace": {
    action: footlightActions.readTraces,
    answer: async ({ request }, { traces }) => success(await readTrace(request.query, traces)),
    described: describedCalls.trace,
  },
  "POST /footlight/v1/functions/verdict": {
    action: footlightActions.judgeFunction,
    answer: async ({ request }, api) => success(await judgeFunction(request.body, api)),
    described: describedCalls.judgeFunction,
  },
  "POST /footlight/v1/functions/check": {
    action: footlightActions.checkSource,
    answer: async ({ request }, { judge }) =>
      success(await checkSource(request.body, judge.tester)),
    described: describedCalls.checkSource,
  },
  "POST /footlight/v1/functions/{name}/verdict": {
    action: footlightActions.judgeSource,
    resource: namedFunction,
    answer: async ({ request, labels }, api) =>
      success(await judgeSource(labels["name"]!, request.body, api)),
    described: describedCalls.judgeSource,
  },
  ...versionRows("functions", functions, describedVersionCalls),
  ...versionRows("connection-functions", connectionFunctions, describedConnectionVersionCalls),
  "GET /footlight/v1/functions/{name}/recorded-runs": {
    action: footlightActions.readRecordedRuns,
    resource: namedFunction,
    answer: recordedRuns,
    described: describedVersionCalls.recordedRuns,
  },
  "GET /footlight/v1/functions/{name}/rehearsal-subject": {
    action: footlightActions.rehearseFunction,
    resource: namedFunction,
    answer: ({ labels }, api) => success(readRehearsalSubject(labels["name"]!, api.state())),
    described: describedVersionCalls.rehearsalSubject,
  },
  "GET /footlight/v1/functions/{name}/waves": {
    action: footlightActions.readWaves,
    resource: namedFunction,
    answer: ({ labels }, { state, readWaves }) =>
      success(describeWaves(labels["name"]!, state(), readWaves)),
    described: describedWaveCalls.readWaves,
  },
  "POST /footlight/v1/functions/{name}/waves/{verb}": {
    action: footlightActions.changeWaves,
    resource: namedFunction,
    answer: async (call, api) => {
      const { name = "", verb = "" } = call.labels;
      const change = changeBy(footlightActions.changeWaves, call, api);
      return success(await changeWaves(name, verb, change, api.readWaves));
    },
    described: describedWaveCalls.changeWaves,
  },
  "GET /footlight/v1/stacks": {
    action: footlightActions.readStacks,
    answer: (_call, { state }) => success(listStacks(state())),
    described: describedStackCalls.listStacks,
  },
  "GET /footlight/v1/stacks/{name}": {
    action: footlightActions.readStacks,
    resource: namedStack,
    answer: ({ labels }, { state }) => success(readStack(labels["name"]!, state())),
    described: describedStackCalls.readStack,
  },
  "POST /footlight/v1/stacks/{name}": {
    action: footlightActions.changeStack,
    resource: namedStack,
    answer: async (call, api) => {
      const change = changeBy(footlightActions.changeStack, call, api);
      return success(await changeStack(call.labels["name"]!, change));
    },
    described: describedStackCalls.changeStack,
  },
  "POST /footlight/v1/stacks/{name}/delete": {
    action: footlightActions.changeStack,
    resource: namedStack,
    answer: async (call, api) => {
      const change = changeBy(footlightActions.changeStack, call, api);
      return success(await deleteStack(call.labels["name"]!, change));
    },
    described: describedStackCalls.deleteStack,
  },
  "GET /footlight/v1/metrics": {
    action: footlightActions.readMetrics,
    answer: ({ request }, { metrics }) => readMetrics(request, metrics, success),
    described: describedCalls.metrics,
  },
  "GET /footlight/v1/health": {
    action: footlightActions.readHealth,
    answer: health,
    described: describedCalls.health,
  },
  "GET /footlight/v1/health/live": {
    action: footlightActions.readHealth,
    answer: () => success({ status: "live" }),
    described: describedCalls.live,
  },
  "GET /footlight/v1/health/ready": {
    action: footlightActions.readHealth,
    answer: readiness,
    described: describedCalls.ready,
  },
  "POST /footlight/v1/reset": {
    action: footlightActions.reset,
    answer: reset,
    described: describedCalls.reset,
  },
};

/** @returns the response, or undefined when the path is not one of ours */
export async function handleFootlightCall(
  request: ApiRequest,
  api: FootlightApi,
): Promise<ApiResponse | undefined> {
  if (request.path !== "/openapi.json" && !request.path.startsWith("/footlight/")) return undefined;
  const requestId = api.newRequestId();
  const response = await answer(request, requestId, api);
  return { ...response, headers: { "x-amzn-RequestId": requestId, ...response.headers } };
}

async function answer(
  request: ApiRequest,
  requestId: string,
  api: FootlightApi,
): Promise<ApiResponse> {
  try {
    const caller = await api.authenticate(request);
    const found = findRow(request);
    if (found === undefined) {
      const message = `Footlight has no ${request.method} ${request.path}`;
      return failure(404, "NOT_FOUND", message, requestId);
    }
    const { row, labels } = found;
    return await refuseByNewest(api, request.method === "POST", (commit) => {
      const resource = row.resource?.(labels, api.state()) ?? "*";
      caller.require([{ action: row.action, resource }]);
      return row.answer({ request, labels, requestId, caller }, { ...api, commit });
    });
  } catch (error) {
    if (!(error instanceof ApiError)) {
      api.logger.error({ err: error, requestId }, "request under /footlight/ failed");
    }
    return encodeError(error, "json", requestId);
  }
}

/**
 * HEAD is GET, whose body the listener leaves out: load balancers ask for the health like that.
 *
 * @returns undefined, when nothing has that path
 * @throws MethodNotAllowed, when something has, with other methods
 */
function findRow({ method, path }: ApiRequest): { row: Row; labels: Labels } | undefined {
  const wanted = method === "HEAD" ? "GET" : method;
  const allowed: string[] = [];
  for (const [key, row] of Object.entries(rows)) {
    const [known = "", template = ""] = key.split(" ");
    const labels = matchPath(template, path);
    if (labels === undefined) continue;
    if (known === wanted) return { row, labels };
    allowed.push(known);
  }
  if (allowed.length > 0) throw new MethodNotAllowed(method, path, allowed);
  return undefined;
}

/** @returns what the labels stand for; undefined where it is another path */
function matchPath(template: string, path: string): Labels | undefined {
  const wanted = template.split("/");
  const parts = path.split("/");
  if (parts.length !== wanted.length) return undefined;
  const labels: Record<string, string> = {};
  for (const [index, part] of parts.entries()) {
    const name = /^\{(\w+)\}$/.exec(wanted[index]!)?.[1];
    // Names of functions, and of versions, have nothing that a path would have to encode.
    if (name !== undefined && /^[\w-]+$/.test(part)) labels[name] = part;
    else if (part !== wanted[index]) return undefined;
  }
  return labels;
}

function namedFunction({ name = "" }: Labels, state: State): string {
  return functions.resource(name, state);
}

function namedStack(labels: Labels, { account }: State): string {
  return stackArn(account, labels["name"]!);
}

function changeBy(
  operation: string,
  { request, requestId, caller }: FootlightCall,
  api: FootlightApi,
): VersionChange {
  const { principal } = caller;
  const cause = { operation, requestId, principal, sourceIp: request.sourceIp };
  return {
    body: request.body,
    ifMatch: request.headers["if-match"],
    commit: (decide) =>
      api.commit((current) => ({ ...decide(current), at: api.now().toISOString(), cause })),
  };
}

function openApi({ request }: FootlightCall, { scheme }: FootlightApi): ApiResponse {
  const host = request.headers["host"] ?? "127.0.0.1:4580";
  const described = {
    cloudFront: supportedOperations,
    keyValueStores: Object.keys(keyValueOperations) as KeyValueStoreOperationName[],
    ours: Object.entries(rows).map(([key, { described: row }]) => {
      const [method = "", path = ""] = key.split(" ");
      return { ...row, method: method as "GET" | "POST", path };
    }),
  };
  return json(200, buildOpenApi(described, `${scheme}://${host}`));
}

/** @throws ApiError, when nothing can be changed: the status and the reason that a change would get */
async function health(_call: FootlightCall, api: FootlightApi): Promise<ApiResponse> {
  const failure = await api.accountLog.findFailure();
  if (failure !== undefined) throw failure;
  const { account, revision } = api.state();
  const fullWorkers = api.fullWorkers();
  const trouble = api.certificateTrouble();
  return success({
    id: account,
    status: fullWorkers > 0 || api.isFull() ? "full" : "ok",
    revision,
    edge_workers: api.readyWorkers(),
    full_edge_workers: fullWorkers,
    failing_certificates: api.failingCertificates(),
    ...(trouble !== undefined && { certificate_trouble: trouble }),
  });
}

/** @throws ApiError, when nothing can be changed, as the health does */
async function readiness(call: FootlightCall, api: FootlightApi): Promise<ApiResponse> {
  const because = api.whyNotReady();
  if (because !== undefined) return failure(503, "SERVICE_UNAVAILABLE", because, call.requestId);
  const unchangeable = await api.accountLog.findFailure();
  if (unchangeable !== undefined) throw unchangeable;
  return success({ status: "ready", revision: api.state().revision });
}

async function changes({ request }: FootlightCall, api: FootlightApi): Promise<ApiResponse> {
  const state = api.state();
  const page = await listChanges(parseQuery(request.query), state, api.accountLog);
  return success({ id: state.account, ...page });
}

async function backup({ request }: FootlightCall, api: FootlightApi): Promise<ApiResponse> {
  const query = parseQuery(request.query);
  const unknown = query.keys().find((name) => name !== "after");
  if (unknown !== undefined)
    throw new InvalidArgument(`There is no parameter "${unknown}": it takes after`);
  const marker = query.get("after");
  const page = await api.accountLog.readBackup(marker);
  if (page === undefined) {
    throw new InvalidArgument(`after must be the next_marker of the page before, got "${marker}"`);
  }
  return success({ id: api.state().account, ...page });
}

async function recordedRuns(
  { request, labels, requestId, caller }: FootlightCall,
  api: FootlightApi,
): Promise<ApiResponse> {
  const asked = { name: labels["name"]!, query: request.query };
  const data = await readRecordedRuns(asked, { ...api, state: api.state() }, (fact) =>
    api.commit(() => ({
      ...fact,
      at: api.now().toISOString(),
      cause: {
        operation: footlightActions.readRecordedRuns,
        requestId,
        principal: caller.principal,
        sourceIp: request.sourceIp,
      },
    })),
  );
  return {
    status: 200,
    headers: { "content-type": "application/json" },
    body: `{"success":true,"data":${data}}`,
  };
}

async function changeGroup(
  decide: (state: State, group: string) => Fact,
  { request, requestId, caller }: FootlightCall,
  api: FootlightApi,
): Promise<ApiResponse> {
  const group = readGroup(request.body);
  const state = await api.commit((current) => ({
    ...decide(current, group),
    at: api.now().toISOString(),
    cause: {
      operation: footlightActions.holdGroup,
      requestId,
      principal: caller.principal,
      sourceIp: request.sourceIp,
    },
  }));
  return success({ id: group, revision: state.revision });
}

async function reset(
  { request, requestId, caller }: FootlightCall,
  api: FootlightApi,
): Promise<ApiResponse> {
  if (!api.allowReset) {
    const message = "This node cannot be reset: it was not started with --allow-reset";
    return failure(403, "ACCESS_DENIED", message, requestId);
  }
  const state = await api.commit(() => ({
    type: "account-reset",
    at: api.now().toISOString(),
    cause: {
      operation: footlightActions.reset,
      requestId,
      principal: caller.principal,
      sourceIp: request.sourceIp,
    },
  }));
  return success({ id: state.account, revision: state.revision });
}

function success(data: object): ApiResponse {
  return json(200, { success: true, data });
}

function failure(status: number, code: string, message: string, requestId: string): ApiResponse {
  return json(status, { success: false, error: { code, message, request_id: requestId } });
}

function json(status: number, body: object): ApiResponse {
  return {
    status,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  };
}
