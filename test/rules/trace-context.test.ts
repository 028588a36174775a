/** W3C Trace Context through the edge: traceparent and tracestate are headers like any other. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { cachingDisabled, startScene } from "../edge/viewer-scene.ts";

const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const tracestate = "vendor=t61rcWkgMzE,other=1";
const lines = [`traceparent: ${traceparent}`, `tracestate: ${tracestate}`];

test("an origin gets them as they came where the behavior forwards all viewer headers", async (t) => {
  const scene = await startScene(t);
  await scene.ask("GET / HTTP/1.1", ...lines);
  const [{ headers } = {}] = scene.asked;
  assert.deepEqual([headers?.["traceparent"], headers?.["tracestate"]], [traceparent, tracestate]);
});

test("an origin gets none where the behavior forwards no headers, and a function sees them", async (t) => {
  const seen: (readonly string[])[] = [];
  const scene = await startScene(t, {
    behavior: { CachePolicyId: cachingDisabled, OriginRequestPolicyId: "" },
    viewerRequest: ({ request }) => {
      seen.push(request.headers);
      return { type: "request", request };
    },
  });
  await scene.ask("GET / HTTP/1.1", ...lines);
  assert.equal(scene.asked[0]?.headers["traceparent"], undefined);
  assert.ok(seen[0]?.includes(traceparent) && seen[0].includes(tracestate));
});
