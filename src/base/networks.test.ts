import assert from "node:assert/strict";
import { test } from "node:test";
import { readNetworks } from "./networks.ts";

test("readNetworks() knows addresses and networks of both families, and IPv4 within IPv6", () => {
  const isListed = readNetworks("10.0.0.0/8, 192.0.2.1,2001:db8::/32,fd00::1");
  const listed = ["10.255.0.1", "::ffff:10.0.0.1", "192.0.2.1", "2001:db8:1::1", "fd00::1"];
  const others = ["11.0.0.1", "::ffff:11.0.0.1", "192.0.2.2", "2001:db9::1", "fd00::2", "::1"];
  assert.deepEqual(
    [...listed, ...others].map((address) => isListed?.(address)),
    [...listed.map(() => true), ...others.map(() => false)],
  );
});

test("readNetworks() has nobody where nothing is listed, and everybody where that is said", () => {
  assert.equal(readNetworks(""), undefined);
  const isListed = readNetworks("0.0.0.0/0,::/0");
  assert.deepEqual(
    ["203.0.113.9", "2001:db8::1"].map((address) => isListed?.(address)),
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
  test(`readNetworks() refuses ${text}`, () => {
    assert.throws(() => readNetworks(text), RangeError);
  });
}
