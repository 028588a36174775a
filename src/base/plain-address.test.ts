import assert from "node:assert/strict";
import { test } from "node:test";
import { plainAddress } from "./plain-address.ts";

test("plainAddress() names a peer by IPv4 in one way, whatever the socket listens on", () => {
  const cases: [address: string, plain: string][] = [
    ["192.0.2.7", "192.0.2.7"],
    ["::ffff:192.0.2.7", "192.0.2.7"],
    ["::FFFF:192.0.2.7", "192.0.2.7"],
    ["::1", "::1"],
    ["::ffff:abcd", "::ffff:abcd"],
    ["2001:db8::ffff:1", "2001:db8::ffff:1"],
    ["", ""],
  ];
  for (const [address, plain] of cases) assert.equal(plainAddress(address), plain);
});
