/**
 * What the API has beyond AWS's: everything under `/footlight/`, and the description of the API
 * itself. JSON only, in the envelope of the JSON face; it never changes what an AWS operation does,
 * and asks for the same access keys.
 */
import type { Logger } from "../base/logger.ts";
import { ApiError } from "../model/errors.ts";
import { stackArn } from "../model/stack.ts";
import type { KeyValueStoreOperationName } from "../schema/operations.ts";
import type { Fact } from "../state/change.ts";
import type { State } from "../state/state.ts";
import type { ApiRequest, ApiResponse } from "../wire/api-message.ts";
import { encodeError } from "../wire/encode-error.ts";
import { footlightActions } from "./access/permissions.ts";
import { changes } from "./audit/changes-call.ts";
import { backup } from "./backup-call.ts";
import { lookUpInCache, readCache, readCachedObjects } from "./cache-calls.ts";
import type { DescriptionName } from "./described/describe-api.ts";
import { findCall } from "./find-call.ts";
import { failure, json, success } from "./footlight-answer.ts";
import { changeOf, type FootlightApi, type FootlightCall, type Labels } from "./footlight-call.ts";
import {
  listVersions,
  publishVersion,
  readVersion,
  rollBack,
  type VersionChange,
} from "./function-versions/version-calls.ts";
import { listVersionRuns } from "./function-versions/runs-call.ts";
import {
  connectionFunctions,
  functions,
  type VersionedKind,
} from "./function-versions/versioned.ts";
import type { LiveReading } from "./live-answer.ts";
import { followFunctionLogs, listFunctionLogs } from "./log-calls.ts";
import { readMetrics } from "./metrics-call.ts";
import { changeGroup, holdGroup, listNodes, releaseGroup } from "./node-calls.ts";
import { health, readiness } from "./health-calls.ts";
import { keyValueOperations } from "./key-value-data/operations.ts";
import { supportedOperations } from "./operations.ts";
import { refuseByNewest } from "./refuse-by-newest.ts";
import { noteRehearsal } from "./rehearsal/note-rehearsal.ts";
import { readRehearsalSubject } from "./rehearsal/rehearsal-subject.ts";
import { openRecordedRuns, readRecordedRuns } from "./rehearsal/recorded-runs.ts";
import { reset } from "./reset-call.ts";
import { followTraces, listTraces, readTrace } from "./trace-calls.ts";
import { changeStack, deleteStack, listStacks, readStack } from "./stacks/stack-calls.ts";
import { changeWaves, describeWaves } from "./waves/wave-calls.ts";

interface Row {
  /** What a policy must allow. */
  readonly action: string;
  /** On which ARN; absent where it is about no resource in particular. */
  readonly resource?: (labels: Labels, state: State) => string;
  readonly answer: (call: FootlightCall, api: FootlightApi) => ApiResponse | Promise<ApiResponse>;
  /** What /openapi.json says of it. */
  readonly described: DescriptionName;
}

/** What is done to the versions of functions of either kind. */
function versionRows(
  collection: string,
  { find, resource }: VersionedKind,
  described: Readonly<Record<"list" | "read" | "publish" | "rollBack", DescriptionName>>,
): Readonly<Record<string, Row>> {
  const path = `/footlight/v1/${collection}/{name}`;
  const named = ({ name = "" }: Labels, state: State): string => resource(name, state);
  return {
    [`GET ${path}/versions`]: {
      action: footlightActions.listFunctionVersions,
      resource: named,
      answer: ({ labels }, api) => success(listVersions(labels["name"]!, api.state(), find)),
      described: described.list,
    },
    [`GET ${path}/versions/{version}`]: {
      action: footlightActions.readFunctionVersion,
      resource: named,
      answer: ({ labels: { name = "", version = "" } }, api) =>
        success(readVersion(name, version, api.state(), find)),
      described: described.read,
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
        const { keptCopies, now } = api;
        const publishing = { find, keptCopies, now, requireBreakGlass };
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
    described: "openApi",
  },
  "GET /footlight/v1/changes": {
    action: footlightActions.readChanges,
    answer: changes,
    described: "changes",
  },
  "GET /footlight/v1/backup": {
    action: footlightActions.readBackup,
    answer: backup,
    described: "backup",
  },
  "GET /footlight/v1/nodes": {
    action: footlightActions.readNodes,
    answer: (_call, { readNodes, state }) => success(listNodes(readNodes(), state())),
    described: "nodes",
  },
  "POST /footlight/v1/nodes/hold": {
    action: footlightActions.holdGroup,
    answer: (call, api) => changeGroup(holdGroup, call, api),
    described: "holdGroup",
  },
  "POST /footlight/v1/nodes/release": {
    action: footlightActions.holdGroup,
    answer: (call, api) => changeGroup(releaseGroup, call, api),
    described: "releaseGroup",
  },
  "GET /footlight/v1/cache": {
    action: footlightActions.readCache,
    answer: async (_call, { cache }) => success(await readCache(cache)),
    described: "cache",
  },
  "GET /footlight/v1/cache/objects": {
    action: footlightActions.readCachedObjects,
    answer: async ({ request }, { cache }) =>
      success(await readCachedObjects(request.query, cache)),
    described: "cachedObjects",
  },
  "GET /footlight/v1/cache/object": {
    action: footlightActions.readCachedObjects,
    answer: async ({ request }, { cache }) => success(await lookUpInCache(request.query, cache)),
    described: "cachedObject",
  },
  "GET /footlight/v1/logs": {
    action: footlightActions.readFunctionLogs,
    answer: async ({ request }, { functionLogs }) =>
      success(await listFunctionLogs(request.query, functionLogs)),
    described: "functionLogs",
  },
  "GET /footlight/v1/logs/live": {
    action: footlightActions.readFunctionLogs,
    answer: (call, { functionLogs, logger }) =>
      goOn(call, logger, () => followFunctionLogs(call.request.query, functionLogs)),
    described: "liveFunctionLogs",
  },
  "GET /footlight/v1/traces": {
    action: footlightActions.readTraces,
    answer: async ({ request }, { traces }) => success(await listTraces(request.query, traces)),
    described: "traces",
  },
  "GET /footlight/v1/traces/live": {
    action: footlightActions.readTraces,
    answer: (call, { traces, logger }) =>
      goOn(call, logger, () => followTraces(call.request.query, traces)),
    described: "liveTraces",
  },
  "GET /footlight/v1/trace": {
    action: footlightActions.readTraces,
    answer: async ({ request }, { traces }) => success(await readTrace(request.query, traces)),
    described: "trace",
  },
  "POST /footlight/v1/traces/send": {
    action: footlightActions.sendRequest,
    answer: async (call, api) => {
      const { sendAgain } = await import("./send-again.ts");
      const commit = (fact: Fact) =>
        api.commit(() => changeOf(fact, footlightActions.sendRequest, call, api.now));
      return success(await sendAgain(call.request.body, api, commit));
    },
    described: "sendRequest",
  },
  "POST /footlight/v1/functions/verdict": {
    action: footlightActions.judgeFunction,
    answer: async ({ request }, api) => {
      const { judgeFunction } = await import("./functions/judge-function.ts");
      return success(await judgeFunction(request.body, api));
    },
    described: "judgeFunction",
  },
  "POST /footlight/v1/functions/check": {
    action: footlightActions.checkSource,
    answer: async ({ request }, { judge }) => {
      const { checkSource } = await import("./functions/check-source.ts");
      return success(await checkSource(request.body, judge.tester));
    },
    described: "checkSource",
  },
  "POST /footlight/v1/functions/{name}/verdict": {
    action: footlightActions.judgeSource,
    resource: namedFunction,
    answer: async ({ request, labels }, api) => {
      const { judgeSource } = await import("./functions/judge-function.ts");
      return success(await judgeSource(labels["name"]!, request.body, api));
    },
    described: "judgeSource",
  },
  ...versionRows("functions", functions, {
    ...{ list: "listVersions", read: "readVersion", publish: "publish", rollBack: "rollBack" },
  }),
  ...versionRows("connection-functions", connectionFunctions, {
    ...{ list: "listConnectionVersions", read: "readConnectionVersion" },
    ...{ publish: "publishConnection", rollBack: "rollBackConnection" },
  }),
  "GET /footlight/v1/functions/{name}/runs": {
    action: footlightActions.listFunctionVersions,
    resource: namedFunction,
    answer: async ({ labels }, { state, readVersionRuns }) =>
      success(await listVersionRuns(labels["name"]!, state(), readVersionRuns)),
    described: "versionRuns",
  },
  "GET /footlight/v1/functions/{name}/recorded-runs": {
    action: footlightActions.readRecordedRuns,
    resource: namedFunction,
    answer: recordedRuns,
    described: "recordedRuns",
  },
  "GET /footlight/v1/functions/{name}/recorded-runs/keys": {
    action: footlightActions.openRecordedRuns,
    resource: namedFunction,
    answer: async (call, api) => {
      const { commit } = changeBy(footlightActions.openRecordedRuns, call, api);
      const parts = { ...api, state: api.state() };
      const name = call.labels["name"]!;
      return success(await openRecordedRuns(name, parts, (fact) => commit(() => fact)));
    },
    described: "openRecordedRuns",
  },
  "GET /footlight/v1/functions/{name}/rehearsal-subject": {
    action: footlightActions.rehearseFunction,
    resource: namedFunction,
    answer: ({ labels }, api) => success(readRehearsalSubject(labels["name"]!, api.state())),
    described: "rehearsalSubject",
  },
  "POST /footlight/v1/functions/{name}/rehearse": {
    action: footlightActions.rehearseFunction,
    resource: namedFunction,
    answer: async (call, api) => {
      const action = footlightActions.readRecordedRuns;
      const state = api.state();
      call.caller.require([{ action, resource: namedFunction(call.labels, state) }]);
      const { commit } = changeBy(action, call, api);
      const { rehearseRecorded } = await import("./rehearsal/rehearse-recorded.ts");
      const name = call.labels["name"]!;
      return success(await rehearseRecorded(name, { ...api, state }, (fact) => commit(() => fact)));
    },
    described: "rehearse",
  },
  "POST /footlight/v1/functions/{name}/rehearsals": {
    action: footlightActions.noteRehearsal,
    resource: namedFunction,
    answer: async (call, api) => {
      const change = changeBy(footlightActions.noteRehearsal, call, api);
      return success(await noteRehearsal(call.labels["name"]!, change));
    },
    described: "noteRehearsal",
  },
  "GET /footlight/v1/functions/{name}/waves": {
    action: footlightActions.readWaves,
    resource: namedFunction,
    answer: ({ labels }, { state, readWaves }) =>
      success(describeWaves(labels["name"]!, state(), readWaves)),
    described: "readWaves",
  },
  "POST /footlight/v1/functions/{name}/waves/{verb}": {
    action: footlightActions.changeWaves,
    resource: namedFunction,
    answer: async (call, api) => {
      const { name = "", verb = "" } = call.labels;
      const change = changeBy(footlightActions.changeWaves, call, api);
      return success(await changeWaves(name, verb, change, api.readWaves));
    },
    described: "changeWaves",
  },
  "GET /footlight/v1/stacks": {
    action: footlightActions.readStacks,
    answer: (_call, { state }) => success(listStacks(state())),
    described: "listStacks",
  },
  "GET /footlight/v1/stacks/{name}": {
    action: footlightActions.readStacks,
    resource: namedStack,
    answer: ({ labels }, { state }) => success(readStack(labels["name"]!, state())),
    described: "readStack",
  },
  "POST /footlight/v1/stacks/{name}": {
    action: footlightActions.changeStack,
    resource: namedStack,
    answer: async (call, api) => {
      const change = changeBy(footlightActions.changeStack, call, api);
      return success(await changeStack(call.labels["name"]!, change));
    },
    described: "changeStack",
  },
  "POST /footlight/v1/stacks/{name}/delete": {
    action: footlightActions.changeStack,
    resource: namedStack,
    answer: async (call, api) => {
      const change = changeBy(footlightActions.changeStack, call, api);
      return success(await deleteStack(call.labels["name"]!, change));
    },
    described: "deleteStack",
  },
  "GET /footlight/v1/metrics": {
    action: footlightActions.readMetrics,
    answer: ({ request }, { metrics }) => readMetrics(request, metrics, success),
    described: "metrics",
  },
  "GET /footlight/v1/health": {
    action: footlightActions.readHealth,
    answer: health,
    described: "health",
  },
  "GET /footlight/v1/health/live": {
    action: footlightActions.readHealth,
    answer: () => success({ status: "live" }),
    described: "live",
  },
  "GET /footlight/v1/health/ready": {
    action: footlightActions.readHealth,
    answer: readiness,
    described: "ready",
  },
  "POST /footlight/v1/reset": {
    action: footlightActions.reset,
    answer: reset,
    described: "reset",
  },
};

/** The actions that the rows ask for on the ARN of a resource. */
export const actionsOfRows: readonly string[] = Object.values(rows)
  .filter(({ resource }) => resource !== undefined)
  .map(({ action }) => action);

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
    const found = findCall(rows, request);
    if (found === undefined) {
      const message = `Footlight has no ${request.method} ${request.path}`;
      return failure(404, "NOT_FOUND", message, requestId);
    }
    const { row, labels } = found;
    return await refuseByNewest(api, request.method === "POST", (append) => {
      const resource = row.resource?.(labels, api.state()) ?? "*";
      caller.require([{ action: row.action, resource }]);
      const commit: FootlightApi["commit"] = async (decide) => {
        caller.requireChange();
        return append(decide);
      };
      return row.answer({ request, labels, requestId, caller }, { ...api, commit });
    });
  } catch (error) {
    if (!(error instanceof ApiError)) {
      api.logger.error({ err: error, requestId }, "request under /footlight/ failed");
    }
    return encodeError(error, "json", requestId);
  }
}

/** Answers for as long as the caller reads. */
async function goOn(
  call: FootlightCall,
  logger: Logger,
  begin: () => Promise<LiveReading>,
): Promise<ApiResponse> {
  // A page of another site reads nothing of it, and could hold all places that there are.
  call.caller.requireChange();
  const reading = await begin();
  const { liveAnswer } = await import("./live-answer.ts");
  return liveAnswer(reading, call, logger);
}

function namedFunction({ name = "" }: Labels, state: State): string {
  return functions.resource(name, state);
}

function namedStack(labels: Labels, { account }: State): string {
  return stackArn(account, labels["name"]!);
}

function changeBy(operation: string, call: FootlightCall, api: FootlightApi): VersionChange {
  const { body, headers } = call.request;
  return {
    body,
    ifMatch: headers["if-match"],
    commit: (decide) =>
      api.commit((current) => changeOf(decide(current), operation, call, api.now)),
  };
}

async function openApi({ request }: FootlightCall, { scheme }: FootlightApi): Promise<ApiResponse> {
  const { describeApi } = await import("./described/describe-api.ts");
  const host = request.headers["host"] ?? "127.0.0.1:4580";
  const parts = {
    cloudFront: supportedOperations,
    keyValueStores: Object.keys(keyValueOperations) as KeyValueStoreOperationName[],
    ours: rows,
  };
  return json(200, describeApi(parts, `${scheme}://${host}`));
}

async function recordedRuns(call: FootlightCall, api: FootlightApi): Promise<ApiResponse> {
  const { request, caller } = call;
  const asked = {
    name: call.labels["name"]!,
    query: request.query,
    principal: caller.principal,
  };
  const data = await readRecordedRuns(asked, { ...api, state: api.state() }, (fact) =>
    api.commit(() => changeOf(fact, footlightActions.readRecordedRuns, call, api.now)),
  );
  return {
    status: 200,
    headers: { "content-type": "application/json" },
    body: `{"success":true,"data":${data}}`,
  };
}
