import assert from "node:assert/strict";
import { test } from "node:test";
import { readProxyPeers } from "./proxy-peers.ts";

test("readProxyPeers() knows addresses and networks of both families, and IPv4 within IPv6", () => {
  const isPeer = readProxyPeers("10.0.0.0/8, 192.0.2.1,2001:db8::/32,fd00::1");
  const peers = ["10.255.0.1", "::ffff:10.0.0.1", "192.0.2.1", "2001:db8:1::1", "fd00::1"];
  const others = ["11.0.0.1", "::ffff:11.0.0.1", "192.0.2.2", "2001:db9::1", "fd00::2", "::1"];
  assert.deepEqual(
    [...peers, ...others].map((address) => isPeer?.(address)),
    [...peers.map(() => true), ...others.map(() => false)],
  );
});

test("readProxyPeers() has nobody where nothing is listed, and everybody where that is said", () => {
  assert.equal(readProxyPeers(""), undefined);
  const isPeer = readProxyPeers("0.0.0.0/0,::/0");
  assert.deepEqual(
    ["203.0.113.9", "2001:db8::1"].map((address) => isPeer?.(address)),
    [true, true],
  );
});

for (const text of [
  "10.0.0.0/33",
  "::/129",
  "10.0.0/8",
  "10.0.0.0/8/8",
  "host",
  "10.0.0.1,",
  "fe80::1%lo",
]) {
  test(`readProxyPeers() refuses ${text}`, () => {
    assert.throws(() => readProxyPeers(text), RangeError);
  });
}
