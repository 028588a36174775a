import assert from "node:assert/strict";
import { test } from "node:test";
import { edgeLocationOf } from "./edge-location.ts";

test("edgeLocationOf() has the airport of the pop, and an address that viewers could have used", () => {
  assert.deepEqual(edgeLocationOf("SEA19-C3", "192.0.2.1"), {
    name: "SEA",
    serverIp: "192.0.2.1",
    region: "us-west-2",
  });
  assert.equal(edgeLocationOf("FRA56-P4", "::1").region, "eu-central-1");
  assert.equal(edgeLocationOf("LCL50-P1", "::1").region, "us-east-1");
  for (const [host, ip] of [
    ["::1", "::1"],
    ["::", "127.0.0.1"],
    ["0.0.0.0", "127.0.0.1"],
    ["localhost", "127.0.0.1"],
  ] as const) {
    assert.equal(edgeLocationOf("SEA", host).serverIp, ip, host);
  }
});
