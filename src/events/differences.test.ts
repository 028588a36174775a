import assert from "node:assert/strict";
import { test } from "node:test";
import type { EdgeVerdict } from "../runtime/verdict.ts";
import { findDifferences, type RunToCompare } from "./differences.ts";
import type { Expectation } from "./expectation.ts";

const request = {
  method: "GET",
  uri: "/docs/index.html",
  querystring: {
    a: { value: "1", multiValue: [{ value: "1" }, { value: "2" }] },
    b: { value: "" },
  },
  headers: { host: { value: "www.example.com" }, "x-a": { value: "b" } },
  cookies: { id: { value: "7" } },
};
const response = {
  statusCode: 302,
  statusDescription: "Found",
  headers: { location: { value: "/new" } },
  cookies: { id: { value: "7", attributes: "Path=/; Secure" } },
  body: { encoding: "base64", data: Buffer.from("grüße").toString("base64") },
};
const asked: EdgeVerdict = { does: "ask", method: "GET", target: "/docs/index.html" };

const runOf = (output: object, edge: EdgeVerdict = asked): RunToCompare => ({
  test: {
    computeUtilization: 12,
    logs: ["a", "b"],
    errorMessage: "",
    output: JSON.stringify(output),
  },
  edge,
});
const failed: RunToCompare = {
  test: {
    computeUtilization: 6,
    logs: [],
    errorMessage: "The CloudFront function is invalid or could not run. TypeError: x",
    output: "",
  },
  edge: {
    does: "refuse",
    status: 503,
    result: "FunctionExecutionError",
    page: "",
    because: "it threw",
  },
};

const told = (expectation: Expectation | undefined, run: RunToCompare): string[] =>
  findDifferences(expectation, run).map(
    ({ at, expected, actual }) => `${at}: ${expected} | ${actual}`,
  );

const holding: readonly (readonly [Expectation, object])[] = [
  [{}, { request }],
  [{ result: "request", uri: "/docs/index.html" }, { request }],
  [
    { uri: { matches: "\\.html$" }, query: { a: ["1", { matches: "2" }], b: "", c: null } },
    { request },
  ],
  [
    { query: { a: ["1", "2"], b: "x=y" } },
    { request: { ...request, querystring: "a=1&b=x=y&a=2" } },
  ],
  [{ headers: { "x-a": "b", cookie: null }, cookies: { id: "7" } }, { request }],
  [{ output: { request } }, { request }],
  [{ logs: ["a", { matches: "^b$" }], maxUtilization: 12 }, { request }],
  [{ edge: { does: "ask", target: "/docs/index.html" } }, { request }],
  [{ status: 302, statusDescription: "Found", body: "grüße" }, { response }],
  [{ cookies: { id: "7" } }, { response }],
  [{ cookies: { id: "7; Path=/; Secure" }, headers: { location: "/new" } }, { response }],
];
for (const [expectation, output] of holding) {
  test(`${JSON.stringify(expectation)} holds`, () => {
    assert.deepEqual(told(expectation, runOf(output)), []);
  });
}

const missed: readonly (readonly [Expectation, object, readonly string[]])[] = [
  [{ uri: "/" }, { request }, ['uri: "/" | "/docs/index.html"']],
  [{ status: 301 }, { response }, ["status: 301 | 302"]],
  [{ status: 301 }, { request }, ["result: a response | a request, GET /docs/index.html"]],
  [{ result: "request" }, { response }, ["result: a request | a response, 302"]],
  [
    { query: { a: "1", c: "1" } },
    { request },
    ['query.a: "1" | ["1", "2"]', 'query.c: "1" | nothing'],
  ],
  [{ headers: { "x-a": null } }, { request }, ['headers.x-a: nothing | "b"']],
  [{ headers: { constructor: "a" } }, { request }, ['headers.constructor: "a" | nothing']],
  [
    { cookies: { id: "7; Path=/a" } },
    { response },
    ['cookies.id: "7; Path=/a" | "7; Path=/; Secure"'],
  ],
  [{ body: { matches: "^x" } }, { response }, ['body: /^x/ | "grüße"']],
  [{ logs: [] }, { request }, ['logs: [] | ["a","b"]']],
  [{ maxUtilization: 5 }, { request }, ["utilization: at most 5 | 12"]],
  [{ error: "TypeError" }, { request }, ['error: "TypeError" | none']],
  [
    { edge: { does: "answer", status: 200 } },
    { request },
    ['edge.does: "answer" | "ask"', "edge.status: 200 | nothing"],
  ],
  [
    { output: { request: { ...request, uri: "/", headers: { host: request.headers.host } } } },
    { request },
    [
      'output.request.uri: "/" | "/docs/index.html"',
      'output.request.headers.x-a: nothing | {"value":"b"}',
    ],
  ],
];
for (const [expectation, output, differences] of missed) {
  test(`${JSON.stringify(expectation)} does not hold`, () => {
    assert.deepEqual(told(expectation, runOf(output)), differences);
  });
}

test("Without an expectation a run must succeed, and the edge not refuse its result", () => {
  assert.deepEqual(told(undefined, runOf({ request })), []);
  assert.match(
    told(undefined, failed)[0] ?? "",
    /^error: none \| "The CloudFront function.*TypeError/,
  );
  const refused: EdgeVerdict = {
    does: "refuse",
    status: 502,
    result: "r",
    page: "p",
    because: "no",
  };
  assert.deepEqual(told(undefined, runOf({ request }, refused)), [
    "edge: not refused | 502, because no",
  ]);
  assert.deepEqual(told({ uri: "/docs/index.html" }, runOf({ request }, refused)).length, 1);
  assert.deepEqual(told({ edge: { status: 502 } }, runOf({ request }, refused)), []);
});

test("An error that is expected is contained in the message, or matches it", () => {
  assert.deepEqual(told({ error: "TypeError: x", logs: [] }, failed), []);
  assert.deepEqual(told({ error: { matches: "x$" }, edge: { status: 503 } }, failed), []);
  assert.match(
    told({ error: "RangeError" }, failed)[0] ?? "",
    /^error: "RangeError" \| "The Cloud/,
  );
  assert.match(told({ uri: "/" }, failed).join("\n"), /^error: none \| "The CloudFront.*$/);
});

test("findDifferences() ends a regular expression that goes on and on, and names it", () => {
  const uri = `/${"a".repeat(40)}!`;
  assert.throws(
    () =>
      findDifferences({ uri: { matches: "^/(a+)+$" } }, runOf({ request: { ...request, uri } })),
    /The regular expression \/\^\/\(a\+\)\+\$\/ was not done with "\/a+!" in 500 ms/,
  );
});
