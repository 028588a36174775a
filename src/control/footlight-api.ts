/**
 * What the API has beyond AWS's: everything under `/footlight/`, and the description of the API
 * itself. JSON only, in the envelope of the JSON face; it never changes what an AWS operation does.
 */
import type { State } from "../state/state.ts";
import type { Change } from "../state/change.ts";
import type { ApiRequest, ApiResponse } from "../wire/api-message.ts";
import { buildOpenApi } from "../wire/openapi.ts";
import { supportedOperations } from "./operations.ts";

export interface FootlightApi {
  readonly state: () => State;
  readonly commit: (decide: (current: State) => Change) => Promise<State>;
  readonly now: () => Date;
  readonly newRequestId: () => string;
  /** Whether `POST /footlight/v1/reset` exists on this node. */
  readonly allowReset: boolean;
  /** How many edge workers of this node serve viewers. */
  readonly readyWorkers: () => number;
}

type Answer = (request: ApiRequest, api: FootlightApi) => ApiResponse | Promise<ApiResponse>;

const answers: Readonly<Record<string, Answer>> = {
  "GET /openapi.json": (request) => {
    const host = request.headers["host"] ?? "127.0.0.1:4580";
    return json(200, buildOpenApi(supportedOperations, `http://${host}`));
  },
  "GET /footlight/v1/health": (_request, api) => {
    const { account, revision } = api.state();
    return success({ id: account, status: "ok", revision, edge_workers: api.readyWorkers() });
  },
  "POST /footlight/v1/reset": reset,
};

/** @returns the response, or undefined when the path is not one of ours */
export async function handleFootlightCall(
  request: ApiRequest,
  api: FootlightApi,
): Promise<ApiResponse | undefined> {
  if (request.path !== "/openapi.json" && !request.path.startsWith("/footlight/")) return undefined;
  const answer = answers[`${request.method} ${request.path}`];
  if (answer === undefined) {
    const message = `Footlight has no ${request.method} ${request.path}`;
    return failure(404, "NOT_FOUND", message, api.newRequestId());
  }
  return answer(request, api);
}

async function reset(request: ApiRequest, api: FootlightApi): Promise<ApiResponse> {
  const requestId = api.newRequestId();
  if (!api.allowReset) {
    const message = "This node cannot be reset: it was not started with --allow-reset";
    return failure(403, "ACCESS_DENIED", message, requestId);
  }
  const state = await api.commit(() => ({
    type: "account-reset",
    at: api.now().toISOString(),
    cause: {
      operation: "footlight:Reset",
      requestId,
      principal: "anonymous",
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
