import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyBody } from "../../base/body.ts";
import { responseHeadersRulesOf } from "../deployment/response-headers-policy.ts";
import type { Visit } from "../record/visit.ts";
import type { Answer } from "./answer.ts";
import { Signature } from "./own-headers.ts";
import { withPolicyHeaders } from "./policy-headers.ts";
import { writtenHeaders } from "./written-headers.ts";

type Config = Parameters<typeof responseHeadersRulesOf>[0];

const removing: Config = {
  Name: "own",
  RemoveHeadersConfig: { Quantity: 1, Items: [{ Header: "X-A" }] },
};
const corsFor = (origin: string): Config => ({
  Name: "own",
  CorsConfig: {
    AccessControlAllowOrigins: { Quantity: 1, Items: [origin] },
    AccessControlAllowHeaders: { Quantity: 1, Items: ["*"] },
    AccessControlAllowMethods: { Quantity: 1, Items: ["GET"] },
    AccessControlAllowCredentials: false,
    OriginOverride: true,
  },
});

let now = new Date("2026-01-02T03:04:05.000Z");
const edge = {
  now: () => now,
  signature: new Signature({ pop: "FRA56-P4", viaName: "edge" }),
  random: () => 0.5,
};

/** An answer from what is kept: its lines are the same array each time. */
function kept(headers: readonly string[]): Answer {
  const written = writtenHeaders(headers);
  return { status: 200, reason: "OK", headers, written, body: emptyBody, result: "Hit", via: "" };
}

function changes(config: Config): (answer: Answer, ...lines: string[]) => Answer {
  const behavior = { responseHeaders: responseHeadersRulesOf(config) };
  return (answer, ...headers) => {
    const request = { method: "GET", scheme: "http", headers };
    return withPolicyHeaders(answer, { behavior, request } as unknown as Visit, edge);
  };
}

test("withPolicyHeaders() gives the very answer where a behavior has no policy, or it has passed", () => {
  const answer = kept(["X-A", "a"]);
  const visit = { behavior: { responseHeaders: undefined } } as unknown as Visit;
  assert.equal(withPolicyHeaders(answer, visit, edge), answer);
  const change = changes(removing);
  const once = change(answer);
  assert.equal(change(once), once);
});

test("withPolicyHeaders() gives the same lines, written once, for what is kept", () => {
  const answer = kept(["X-A", "a", "X-B", "b"]);
  const change = changes(removing);
  const first = change(answer);
  assert.deepEqual(first.headers, ["X-B", "b"]);
  assert.equal(first.written?.headers, first.headers);
  assert.equal(first.written.fields, "X-B: b\r\n");
  assert.equal(change(answer).headers, first.headers);
});

test("withPolicyHeaders() writes nothing ahead for what is answered once", () => {
  const { written: _, ...once } = kept(["X-A", "a"]);
  const changed = changes(removing)(once);
  assert.deepEqual(changed.headers, []);
  assert.equal(changed.written, undefined);
});

test("withPolicyHeaders() takes nothing that another policy made of the same lines", () => {
  const answer = kept(["X-A", "a"]);
  changes(removing)(answer);
  const adding: Config = {
    Name: "own",
    CustomHeadersConfig: { Quantity: 1, Items: [{ Header: "X-B", Value: "b", Override: true }] },
  };
  assert.deepEqual(changes(adding)(answer).headers, ["X-A", "a", "X-B", "b"]);
  assert.deepEqual(changes(removing)(answer).headers, []);
});

test("withPolicyHeaders() tells requests of any origin from others, and both recur", () => {
  const answer = kept(["X-A", "a"]);
  const change = changes(corsFor("*"));
  const plain = change(answer);
  const crossing = change(answer, "Origin", "https://a.example");
  assert.deepEqual(plain.headers, ["X-A", "a"]);
  assert.deepEqual(crossing.headers, ["X-A", "a", "Access-Control-Allow-Origin", "*"]);
  assert.equal(change(answer).headers, plain.headers);
  assert.equal(change(answer, "Origin", "https://b.example").headers, crossing.headers);
});

test("withPolicyHeaders() remembers nothing that viewers choose", () => {
  const answer = kept(["X-A", "a"]);
  const change = changes(corsFor("*.example"));
  const first = change(answer, "Origin", "https://a.example");
  assert.equal(first.written, undefined);
  assert.deepEqual(first.headers.slice(-4), [
    ...["Access-Control-Allow-Origin", "https://a.example"],
    ...["Vary", "Origin"],
  ]);
  assert.deepEqual(change(answer, "Origin", "https://b.example").headers.slice(-4), [
    ...["Access-Control-Allow-Origin", "https://b.example"],
    ...["Vary", "Origin"],
  ]);
});

test("withPolicyHeaders() gives a removed Date the time of each answer", () => {
  const answer = kept(["Date", "Sat, 01 Jan 2000 00:00:00 GMT"]);
  const change = changes({
    Name: "own",
    RemoveHeadersConfig: { Quantity: 1, Items: [{ Header: "date" }] },
  });
  for (let second = 5; second < 15; second += 1) {
    const at = second.toString().padStart(2, "0");
    now = new Date(`2026-01-02T03:04:${at}.000Z`);
    assert.deepEqual(change(answer).headers, ["Date", `Fri, 02 Jan 2026 03:04:${at} GMT`]);
    assert.equal(change(answer).headers, change(answer).headers);
  }
});
