import assert from "node:assert/strict";
import { test } from "node:test";
import { createMemoryApi } from "../../test/support/memory-api.ts";
import { functionCreated, stateAfter } from "../../test/support/sample-changes.ts";
import { noJudge } from "../../test/support/test-account.ts";
import type { ApiResponse } from "../wire/api-message.ts";
import { ApiError } from "../model/errors.ts";
import { footlightActions, footlightActionsOnResources } from "./access/permissions.ts";
import type { FootlightApi } from "./footlight-call.ts";
import { actionsOfRows, handleFootlightCall } from "./footlight-api.ts";

async function call(
  line: string,
  failure?: ApiError,
  {
    headers = {},
    api = {},
  }: { headers?: Record<string, string>; api?: Partial<FootlightApi> } = {},
): Promise<ApiResponse | undefined> {
  const [method = "", path = ""] = line.split(" ");
  const { control } = createMemoryApi();
  return handleFootlightCall(
    { method, path, query: "", headers, body: new Uint8Array(), sourceIp: "127.0.0.1" },
    {
      ...control,
      accountLog: {
        readChanges: async () => [],
        firstRevision: async () => 1,
        findFailure: async () => failure,
        readBackup: async () => undefined,
      },
      cache: undefined,
      metrics: undefined,
      functionLogs: undefined,
      readNodes: () => [],
      readWaves: () => undefined,
      readVersionRuns: async () => ({ versions: [], unanswered: [] }),
      traces: undefined,
      sendToEdge: undefined,
      recordedRuns: undefined,
      rehearse: undefined,
      sealingKeys: undefined,
      whyNotReady: () => undefined,
      judge: noJudge,
      scheme: "http",
      allowReset: false,
      readyWorkers: () => 2,
      fullWorkers: () => 0,
      isFull: () => false,
      failingCertificates: () => ["www.example.com"],
      certificateTrouble: () => "another key",
      ...api,
    },
  );
}

test("handleFootlightCall() answers what is under /footlight/, and nothing else", async () => {
  const health = await call("GET /footlight/v1/health");
  assert.equal(health?.status, 200);
  assert.deepEqual(JSON.parse(String(health.body)), {
    success: true,
    data: {
      id: "000000000000",
      status: "ok",
      revision: 0,
      edge_workers: 2,
      full_edge_workers: 0,
      failing_certificates: ["www.example.com"],
      certificate_trouble: "another key",
    },
  });
  assert.equal((await call("HEAD /footlight/v1/health"))?.status, 200);
  assert.equal(await call("GET /2020-05-31/function"), undefined);
});

test("the health is the reason, when nothing can be changed", async () => {
  const full = await call("GET /footlight/v1/health", new ApiError("InsufficientStorage", "full"));
  assert.equal(full?.status, 507);
  assert.match(String(full.body), /"code":"INSUFFICIENT_STORAGE","message":"full"/);
  const gone = new ApiError("ServiceUnavailable", "gone");
  assert.equal((await call("HEAD /footlight/v1/health", gone))?.status, 503);
});

test("handleFootlightCall() tells what does not exist from what takes another method", async () => {
  assert.equal((await call("GET /footlight/v1/nothing"))?.status, 404);
  const refused = await call("POST /footlight/v1/health");
  assert.equal(refused?.status, 405);
  assert.equal(refused.headers["Allow"], "GET");
  assert.match(String(refused.body), /"code":"METHOD_NOT_ALLOWED"/);
  assert.equal((await call("POST /footlight/v1/reset"))?.status, 403);
});

test("handleFootlightCall() notes no reading that a picture in a page of another site has asked for", async () => {
  const state = stateAfter(functionCreated("fn"));
  let noted = 0;
  const api: Partial<FootlightApi> = {
    state: () => state,
    commit: async () => {
      noted += 1;
      return state;
    },
    recordedRuns: async () => ({ lines: [], next: undefined }),
    sealingKeys: () => [],
  };
  const headers = { host: "127.0.0.1:4580", "sec-fetch-site": "cross-site" };
  for (const method of ["GET", "HEAD"]) {
    for (const path of ["recorded-runs", "recorded-runs/keys"]) {
      const line = `${method} /footlight/v1/functions/fn/${path}`;
      assert.equal((await call(line, undefined, { headers, api }))?.status, 403, line);
      assert.equal(noted, 0, line);
      assert.equal((await call(line, undefined, { api }))?.status, 200, line);
      assert.equal(noted, 1, line);
      noted = 0;
    }
  }
});

test("handleFootlightCall() gives every answer its request id", async () => {
  for (const line of ["GET /openapi.json", "GET /footlight/v1/health", "GET /footlight/nothing"]) {
    const { headers } = (await call(line)) ?? {};
    assert.equal(headers?.["x-amzn-RequestId"], "00000000-0000-4000-8000-000000000000", line);
  }
});

test("handleFootlightCall() describes every call that the port takes in /openapi.json", async () => {
  const { body = "" } = (await call("GET /openapi.json")) ?? {};
  const { paths } = JSON.parse(String(body)) as { readonly paths: Record<string, object> };
  for (const path of [
    "/2020-05-31/function/{Name}/publish",
    "/key-value-stores/{KvsARN}/keys/{Key}",
    "/openapi.json",
    "/footlight/v1/changes",
    "/footlight/v1/health",
  ]) {
    assert.ok(paths[path], path);
  }
  assert.deepEqual(Object.keys(paths["/footlight/v1/reset"] ?? {}), ["post"]);
  const ids = Object.values(paths).flatMap((methods) =>
    Object.values(methods as Record<string, { readonly operationId?: string }>).flatMap(
      ({ operationId }) => operationId ?? [],
    ),
  );
  assert.deepEqual(
    ids.filter((id, index) => ids.indexOf(id) !== index),
    [],
    "each is described once",
  );
});

test("footlightActionsOnResources lists what the calls ask for on a resource's ARN", () => {
  // Skipping gates is no call of its own.
  const asked = new Set([...actionsOfRows, footlightActions.breakGlass]);
  assert.deepEqual([...footlightActionsOnResources].toSorted(), [...asked].toSorted());
});
