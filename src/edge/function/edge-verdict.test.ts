import assert from "node:assert/strict";
import { test } from "node:test";
import { edgeVerdict } from "./edge-verdict.ts";

const request = { method: "GET", uri: "/", querystring: "", headers: [] };
const event = {
  eventType: "viewer-response" as const,
  distributionDomainName: "d111111abcdef8.cloudfront.net",
  distributionId: "E1",
  requestId: "one",
  viewerIp: "192.0.2.1",
  request,
};

test("edgeVerdict() says that no viewer-response function runs for 400 and above", () => {
  for (const [statusCode, hasRun] of [
    [399, true],
    [400, false],
    [500, false],
  ] as const) {
    const response = { statusCode, statusDescription: "Any", headers: [] };
    const outcome = { type: "response" as const, response };
    const { note } = edgeVerdict({ event: { ...event, response }, outcome });
    assert.equal(note?.startsWith("no viewer-response function runs") ?? false, !hasRun);
  }
});
