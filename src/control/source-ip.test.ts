import assert from "node:assert/strict";
import { test } from "node:test";
import { sourceIpOf } from "./source-ip.ts";

test("sourceIpOf() names a caller by IPv4 in one way, whatever the socket listens on", () => {
  const cases: [address: string | undefined, ip: string][] = [
    ["192.0.2.7", "192.0.2.7"],
    ["::ffff:192.0.2.7", "192.0.2.7"],
    ["::1", "::1"],
    ["2001:db8::ffff:1", "2001:db8::ffff:1"],
    [undefined, ""],
  ];
  for (const [address, ip] of cases) assert.equal(sourceIpOf(address), ip);
});
