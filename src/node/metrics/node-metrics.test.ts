import assert from "node:assert/strict";
import { test } from "node:test";
import { Map } from "immutable";
import { certificateFor } from "../../../test/tls/secure-scene.ts";
import { emptyState } from "../../state/state.ts";
import { NodeMetrics } from "./node-metrics.ts";

test("NodeMetrics tells when each certificate that was issued is over", async () => {
  const { chain, validTo } = await certificateFor("www.example.com");
  const issued = { name: "www.example.com", chain, sealedKey: "", directory: "", issuedTime: "" };
  const state = {
    ...emptyState("000000000000"),
    certificates: Map([[issued.name, issued]]),
  };
  const metrics = new NodeMetrics({ state: () => state, logRevision: async () => 0 });
  const reading = await metrics.read();
  const samples = reading.get("footlight_certificate_expires_seconds");
  assert.deepEqual(samples, [
    { labels: { name: "www.example.com" }, value: validTo.getTime() / 1000 },
  ]);
});
