import assert from "node:assert/strict";
import { test } from "node:test";
import type { Trace } from "../api/traces.ts";
import { curlOfTrace, eventOfTrace } from "./event-of-trace.ts";

const fn = {
  ...{ outcome: "request", logs: [], started_ms: 0, ended_ms: 1, compute_utilization: 7 },
} as const;
const trace: Trace = {
  ...{ id: "x", at: "2026-01-01T00:00:00.000Z", decisions: [], origins: [] },
  request: {
    ...{ method: "POST", scheme: "http", http_version: "1.1", host: "a.example" },
    ...{ path: "/docs/", query: "a=1&token=[masked]&b", ip: "192.0.2.1" },
    headers: [
      { name: "host", value: "a.example" },
      { name: "X-It's", value: "it's" },
      { name: "authorization", value: "[masked]" },
      { name: "cookie", value: "session=[masked]; theme=dark" },
    ],
  },
  functions: [
    {
      ...{ ...fn, name: "one", event_type: "viewer-request" },
      changes: [{ of: "uri", from: "/docs/", to: "/docs/index.html" }],
    },
    {
      ...{ ...fn, name: "two", event_type: "viewer-response" },
      changes: [
        { of: "headers.x-new", to: "1" },
        { of: "headers.server", from: "old", to: "new" },
      ],
    },
  ],
  response: {
    ...{ status: 200, result: "Miss", bytes: 10, took_ms: 1 },
    headers: [
      { name: "Server", value: "new" },
      { name: "X-New", value: "1" },
      { name: "Set-Cookie", value: "[masked]" },
    ],
  },
  decided_by: { step: "cache", outcome: "miss" },
};
const leftOut = ["header authorization", "cookie session", "parameter token"];

test("a request is an event without what is masked, which is named", () => {
  const made = eventOfTrace(trace, "viewer-request");
  assert.deepEqual(made.leftOut, leftOut);
  assert.deepEqual(made.event.request, {
    ...{ method: "POST", uri: "/docs/" },
    querystring: { a: { value: "1" }, b: { value: "" } },
    headers: { host: { value: "a.example" }, "x-it's": { value: "it's" } },
    cookies: { theme: { value: "dark" } },
  });
});

test("a response is what the function found", () => {
  const { event, leftOut: left } = eventOfTrace(trace, "viewer-response");
  assert.equal(event.request.uri, "/docs/index.html");
  assert.deepEqual(event.response?.headers, { server: { value: "old" } });
  assert.deepEqual(left, [...leftOut, "response header Set-Cookie"]);
});

test("a line of curl asks the same again", () => {
  assert.equal(
    curlOfTrace(trace).line,
    String.raw`curl --globoff --path-as-is -X 'POST' 'http://a.example/docs/?a=1&b' -H 'X-It'\''s: it'\''s' -b 'theme=dark'`,
  );
});

test("A line of curl has no shell run what a viewer sent, and asks once for what was asked for", () => {
  const ofRequest = (request: Partial<Trace["request"]>): string =>
    curlOfTrace({ ...trace, request: { ...trace.request, headers: [], query: "", ...request } })
      .line;
  assert.equal(
    ofRequest({ method: "`reboot`", path: "/$(reboot)'`reboot`/../[1-9]{a,b}" }),
    "curl --globoff --path-as-is -X '`reboot`' 'http://a.example/$(reboot)'\\''`reboot`/../[1-9]{a,b}'",
  );
  assert.match(ofRequest({ method: "HEAD" }), / --head 'http/);
  assert.doesNotMatch(ofRequest({ method: "GET" }), /-X/);
});
