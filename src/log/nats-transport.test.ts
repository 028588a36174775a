/** Servers that take a connection and say nothing, as a stopped process or a balancer in front of none does. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { test } from "node:test";
import { connectToNats } from "./jetstream-connection.ts";
import { defaultJetStreamOptions } from "./jetstream-options.ts";

test("a connection that is given up leaves no socket behind", async (t) => {
  const taken: Socket[] = [];
  const silent = createServer((socket) => taken.push(socket.on("error", () => {})));
  silent.listen(0, "127.0.0.1");
  await once(silent, "listening");
  t.after(() => silent.close());
  const { port } = silent.address() as AddressInfo;

  const connecting = connectToNats(`nats://127.0.0.1:${port}`, defaultJetStreamOptions);
  await assert.rejects(connecting, /no answer in time/);
  assert.equal(taken.length, 1);
  const [socket] = taken as [Socket];
  if (!socket.destroyed) await once(socket.resume(), "close");
});
