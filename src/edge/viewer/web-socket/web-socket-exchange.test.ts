import assert from "node:assert/strict";
import { Socket } from "node:net";
import { test } from "node:test";
import { JoinedConnections } from "../../../http1/joined-connections.ts";
import { readViewerRequest } from "../read-viewer-request.ts";
import { WebSocketExchange } from "./web-socket-exchange.ts";

test("a viewer that does not wait for the answer to its handshake is read for 16 KB and no more", (t) => {
  const socket = new Socket();
  t.after(() => socket.destroy());
  const headers = ["Host", "a", "Connection", "Upgrade", "Upgrade", "websocket"];
  const head = { method: "GET", target: "/", httpVersion: "1.1", headers, tls: undefined };
  const request = readViewerRequest({ ...head, address: "192.0.2.1", port: 1 }, 0);
  assert.ok(!("sentence" in request));
  const early = Buffer.alloc(0);
  const exchange = new WebSocketExchange(request, { socket, early }, new JoinedConnections(1), 1);
  socket.emit("data", Buffer.alloc(16 * 1024));
  assert.deepEqual([socket.isPaused(), exchange.isOver], [false, false]);
  socket.emit("data", Buffer.alloc(1));
  assert.equal(socket.isPaused(), true);
});
