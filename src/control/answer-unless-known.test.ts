import assert from "node:assert/strict";
import { test } from "node:test";
import { createMemoryApi } from "../../test/support/memory-api.ts";
import type { ApiResponse } from "../wire/api-message.ts";
import { handleApiCall } from "./handle-api-call.ts";

const api = createMemoryApi();

function get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<ApiResponse> {
  return send("GET", path, { accept: "application/json", ...headers });
}

function send(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body?: object,
): Promise<ApiResponse> {
  const bytes = new TextEncoder().encode(body === undefined ? "" : JSON.stringify(body));
  const request = { method, path, query: "", headers, body: bytes, sourceIp: "127.0.0.1" };
  return handleApiCall(request, api.control);
}

async function createStore(name: string): Promise<void> {
  const headers = { "content-type": "application/json" };
  const { status } = await send("POST", "/2020-05-31/key-value-store", headers, { Name: name });
  assert.equal(status, 201);
}

test("a list that is the same is not sent again, and one that is another is", async () => {
  await createStore("one");
  const first = await get("/2020-05-31/key-value-store");
  const etag = first.headers["ETag"] ?? "";
  assert.match(etag, /^"[\w-]{27}"$/);

  const same = await get("/2020-05-31/key-value-store", { "if-none-match": etag });
  assert.deepEqual([same.status, same.body, same.headers["ETag"]], [304, "", etag]);
  assert.equal(same.headers["Content-Type"], undefined);

  await createStore("two");
  const other = await get("/2020-05-31/key-value-store", { "if-none-match": etag });
  assert.equal(other.status, 200);
  assert.notEqual(other.headers["ETag"], etag);
});

test("one resource is always sent, with the ETag that a change must match", async () => {
  const first = await get("/2020-05-31/key-value-store/one");
  const etag = first.headers["ETag"] ?? "";
  const again = await get("/2020-05-31/key-value-store/one", {
    "if-none-match": `"${etag}", ${etag}`,
  });
  assert.deepEqual([again.status, again.headers["ETag"]], [200, etag]);
});

test("AWS's own faces have no such ETag", async () => {
  const answer = await get("/2020-05-31/key-value-store", {
    ...{ accept: "application/xml", "if-none-match": "*" },
  });
  assert.deepEqual([answer.status, answer.headers["ETag"]], [200, undefined]);
});

test("a refusal is told, also to who knows anything", async () => {
  const answer = await get("/2020-05-31/key-value-store/none", { "if-none-match": "*" });
  assert.equal(answer.status, 404);
});
