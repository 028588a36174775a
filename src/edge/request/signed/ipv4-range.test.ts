import assert from "node:assert/strict";
import { test } from "node:test";
import { readIpv4Range } from "./ipv4-range.ts";

const cases: readonly (readonly [range: string, address: string, isIn: boolean])[] = [
  ["192.0.2.1", "192.0.2.1", true],
  ["192.0.2.1", "192.0.2.2", false],
  ["192.0.2.1/32", "192.0.2.1", true],
  ["192.0.2.77/24", "192.0.2.255", true],
  ["192.0.2.0/24", "192.0.3.0", false],
  ["128.0.0.0/1", "255.255.255.255", true],
  ["128.0.0.0/1", "127.255.255.255", false],
  ["0.0.0.0/0", "198.51.100.7", true],
  ["0.0.0.0/0", "2001:db8::1", true],
  ["0.0.0.0/1", "2001:db8::1", false],
];

for (const [range, address, isIn] of cases) {
  test(`readIpv4Range() has ${address} ${isIn ? "in" : "out of"} ${range}`, () => {
    assert.equal(readIpv4Range(range)?.(address), isIn);
  });
}

const none = [
  "",
  "192.0.2",
  "192.0.2.256",
  "192.0.2.1/33",
  "192.0.2.1/",
  "192.0.2.1/-1",
  "192.0.2.1/8/8",
  "::1",
  "::/0",
  "192.0.2.1/+8",
  " 192.0.2.1",
];

for (const text of none) {
  test(`readIpv4Range() takes no "${text}"`, () => {
    assert.equal(readIpv4Range(text), undefined);
  });
}
