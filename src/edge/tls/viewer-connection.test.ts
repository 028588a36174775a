import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { test } from "node:test";
import { connectionOf } from "./viewer-connection.ts";

test("a viewer over IPv4 has that address on a socket of both families too", () => {
  const cases = [
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["2001:db8::ffff:1", "2001:db8::ffff:1"],
    ["::1", "::1"],
  ];
  for (const [remoteAddress, address] of cases) {
    const socket = { remoteAddress, remotePort: 5000 } as Partial<Socket> as Socket;
    assert.deepEqual(connectionOf(socket), { address, port: 5000, tls: undefined });
  }
});
