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

test("readNetworks() knows who comes by IPv4 by networks of IPv4 alone, on a socket of both families too", () => {
  const cases: [text: string, listed: string[], others: string[]][] = [
    ["::/0", ["2001:db8::1", "::1", "fe80::1%eth0"], ["203.0.113.9", "::ffff:203.0.113.9"]],
    ["::/64", ["::1"], ["203.0.113.9", "::ffff:203.0.113.9"]],
    ["0.0.0.0/0", ["203.0.113.9", "::ffff:203.0.113.9"], ["2001:db8::1", "::1"]],
    ["::ffff:10.0.0.0/104", ["10.0.0.1", "::ffff:10.0.0.1"], ["11.0.0.1", "::ffff:11.0.0.1"]],
    ["::FFFF:a00:1", ["10.0.0.1", "::ffff:10.0.0.1"], ["10.0.0.2", "::ffff:10.0.0.2", "::1"]],
    ["::ffff:0:0/96", ["203.0.113.9", "::ffff:203.0.113.9"], ["::1"]],
  ];
  for (const [text, listed, others] of cases) {
    const isListed = readNetworks(text);
    assert.deepEqual([text, listed.filter((address) => isListed?.(address))], [text, listed]);
    assert.deepEqual([text, others.filter((address) => isListed?.(address))], [text, []]);
  }
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
