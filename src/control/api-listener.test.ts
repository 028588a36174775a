/** How long the API waits for a request, and what all of its answers say. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { createMemoryApi } from "../../test/support/memory-api.ts";
import { createApiListener } from "./api-listener.ts";
import type { FootlightApi } from "./footlight-call.ts";

test("the API ends a connection whose headers do not come, and says how long they may take", async (t) => {
  const { control } = createMemoryApi();
  const options = { headersTimeoutMs: 200 };
  const { server } = createApiListener(control, {} as FootlightApi, options);
  t.after(() => server.close());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  socket.write("GET / HTTP/1.1\r\nHost: x\r\n");
  const answer = await text(socket);
  assert.match(answer, /^HTTP\/1\.1 408 /);
  assert.match(answer, /^connection: close\r$/im);
  assert.match(answer, /in time: its headers may take 0\.2 seconds, and all of it 30</);
});

test("no answer of the API is a script, a style or a picture for a page of another origin", async (t) => {
  const { control } = createMemoryApi();
  const { server } = createApiListener(control, {} as FootlightApi);
  t.after(() => server.close());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  for (const path of ["/2020-05-31/function", "/2020-05-31/function/none", "/nothing"]) {
    const { headers, body } = await fetch(`http://127.0.0.1:${port}${path}`);
    await body?.cancel();
    assert.equal(headers.get("x-content-type-options"), "nosniff", path);
    assert.equal(headers.get("cross-origin-resource-policy"), "same-origin", path);
  }
});

test("nor is one that goes on, and a page of another origin begins none", async (t) => {
  const { control } = createMemoryApi();
  const found = { items: [], kept: 0, lost: 0, missed: 0, mark: { numbering: "0", number: 0 } };
  const traces = { follow: async () => found };
  const footlight = { ...control, traces } as unknown as FootlightApi;
  const { server } = createApiListener(control, footlight);
  t.after(() => server.close());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/footlight/v1/traces/live`;
  const { status, headers, body } = await fetch(url);
  await body?.cancel();
  assert.equal(status, 200);
  assert.equal(headers.get("x-content-type-options"), "nosniff");
  assert.equal(headers.get("cross-origin-resource-policy"), "same-origin");
  const foreign = await fetch(url, { headers: { origin: "http://elsewhere.example" } });
  assert.equal(foreign.status, 403);
  assert.match(
    await foreign.text(),
    /\(http:\/\/elsewhere\.example\) may neither change nor follow /,
  );
});
