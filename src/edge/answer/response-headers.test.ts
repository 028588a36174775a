import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyBody } from "../../base/body.ts";
import { behavior, type Behavior } from "../../../test/edge/viewer-scene.ts";
import { textOf, watchedBody } from "../../../test/support/watched-body.ts";
import type { Edge } from "../edge.ts";
import { forwardingOf } from "../deployment/forward-selection.ts";
import { managedPolicies } from "../deployment/policies.ts";
import { fromOrigin } from "./response-headers.ts";

const edge = { now: () => new Date("2026-01-02T03:04:05.000Z") } as Edge;
const body = emptyBody;
const everything = behavior();
const nothing = behavior({ OriginRequestPolicyId: undefined });
const corsOnly = behavior({ OriginRequestPolicyId: "59781a5b-3903-41f3-afcb-af62929ccde1" });

function viewerGets(headers: string[], using = everything, status = 200, isS3 = false) {
  const response = { status, reason: "", headers: ["Date", "then", ...headers], body, isS3 };
  const answer = fromOrigin(response, forwardingOf(using, managedPolicies), edge.now);
  return { ...answer, headers: answer.headers.slice(2) };
}

const kept: [name: string, value: string][] = [
  ["Server", "nginx"],
  ["Content-Type", "text/html"],
  ["Content-Length", "5"],
  ["ETag", 'W/"a"'],
  ["Cache-Control", "no-store"],
  ["Set-Cookie", "a=b"],
  ["Access-Control-Allow-Origin", "*"],
  ["x-lower", "kept as it is"],
];
for (const [name, value] of kept) {
  test(`fromOrigin() keeps ${name}`, () => {
    assert.deepEqual(viewerGets([name, value]).headers, [name, value]);
  });
}

const removed = [
  "Connection",
  "Keep-Alive",
  "Proxy-Authenticate",
  "Proxy-Connection",
  "TE",
  "Trailer",
  "Transfer-Encoding",
  "Upgrade",
  "X-Cache",
  "X-Amz-Cf-Id",
  "x-amz-cf-pop",
];
for (const name of removed) {
  test(`fromOrigin() removes ${name}`, () => {
    assert.deepEqual(viewerGets([name, "close"]).headers, []);
  });
}

test("fromOrigin() removes what the origin's Connection names", () => {
  const headers = ["X-Hop", "1", "Connection", "close, x-hop", "X-End", "2"];
  assert.deepEqual(viewerGets(headers).headers, ["X-End", "2"]);
});

test("fromOrigin() removes Set-Cookie where no cookies are forwarded", () => {
  assert.deepEqual(viewerGets(["Set-Cookie", "a=b"], nothing).headers, []);
});

test("fromOrigin() keeps every Set-Cookie line", () => {
  const lines = ["Set-Cookie", "a=1", "Set-Cookie", "b=2"];
  assert.deepEqual(viewerGets(lines).headers, lines);
});

const varies: [value: string, using: Behavior, reaches: string | undefined][] = [
  ["Accept-Encoding, Cookie", nothing, "Accept-Encoding, Cookie"],
  ["Origin, X-A", corsOnly, "Origin"],
  ["X-A", nothing, undefined],
  ["X-A, User-Agent", everything, "X-A, User-Agent"],
  ["*", everything, undefined],
];
for (const [value, using, reaches] of varies) {
  test(`fromOrigin() makes ${reaches} of Vary: ${value} (${using.OriginRequestPolicyId})`, () => {
    assert.equal(viewerGets(["Vary", value], using).headers[1], reaches);
  });
}

test("fromOrigin() hands over Via for the edge to append itself to", () => {
  const { via, headers } = viewerGets(["Via", "1.1 a", "via", "1.1 b"]);
  assert.equal(via, "1.1 a, 1.1 b");
  assert.deepEqual(headers, []);
});

test("fromOrigin() removes the request ids of S3, and only S3's", () => {
  const headers = ["X-Amz-Id-2", "a", "X-Amz-Request-Id", "b", "ETag", "c"];
  assert.deepEqual(viewerGets(headers).headers, headers);
  assert.deepEqual(viewerGets(headers, everything, 200, true).headers, ["ETag", "c"]);
});

test("fromOrigin() leaves S3's Vary as it is", () => {
  assert.deepEqual(viewerGets(["Vary", "Origin"], nothing, 200, true).headers, ["Vary", "Origin"]);
});

test("fromOrigin() adds Date when the origin has sent none", () => {
  const response = { status: 200, reason: "Fine", headers: [], body, isS3: false };
  const answer = fromOrigin(response, forwardingOf(everything, managedPolicies), edge.now);
  assert.deepEqual(answer.headers, ["Date", "Fri, 02 Jan 2026 03:04:05 GMT"]);
  assert.equal(answer.reason, "Fine");
});

test("fromOrigin() gives a 204 no length, and calls 400 and above an error", () => {
  assert.deepEqual(viewerGets(["Content-Length", "0"], everything, 204).headers, []);
  assert.equal(viewerGets([], everything, 399).result, "Miss");
  assert.equal(viewerGets([], everything, 400).result, "Error");
});

test("fromOrigin() hands the body on as it is", (t) => {
  const watched = watchedBody(t);
  const response = { status: 200, reason: "", headers: [], body: watched, isS3: false };
  const answer = fromOrigin(response, forwardingOf(everything, managedPolicies), edge.now);
  assert.deepEqual(watched.fate, []);
  assert.equal(textOf(answer.body), "from origin");
});
