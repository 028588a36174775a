import assert from "node:assert/strict";
import { test } from "node:test";
import { viewerNetwork } from "./viewer-network.ts";

for (const [ip, network] of [
  ["198.51.100.7", "198.51.100.7"],
  ["::ffff:198.51.100.7", "198.51.100.7"],
  ["::1", "0:0:0:0"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
  ["2001:db8:1:2::6", "2001:db8:1:2"],
  ["2001:db8::1:2:3:4:5", "2001:db8:0:1"],
  ["2001:db8::", "2001:db8:0:0"],
] as const) {
  test(`${ip} is of ${network}`, () => assert.equal(viewerNetwork(ip), network));
}
