/** How long the API waits for a request. */
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
