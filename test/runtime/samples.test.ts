/** The kinds of function that AWS's documentation shows, written anew, each doing what is described there. */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { after, test } from "node:test";
import type { KeyValueReader, TestRun } from "../../src/runtime/function-runtime.ts";
import { checkFunction } from "../../src/runtime/check/check-function.ts";
import { createRuntime } from "../../src/runtime/isolate-runtime.ts";
import { type EventObject, viewerRequest, viewerResponse } from "../../src/testing.ts";
import { copyOf, patientWatchdogMs } from "../support/sample-copy.ts";

const now = new Date("2026-03-01T00:00:00Z");
const runtime = createRuntime({ now: () => now, watchdogMs: patientWatchdogMs });
after(() => runtime.close());

function run(
  name: string,
  event: EventObject,
  pairs?: Record<string, string>,
  version: "cloudfront-js-1.0" | "cloudfront-js-2.0" = "cloudfront-js-2.0",
): TestRun & { readonly result: ReturnType<typeof parse> } {
  const file = new URL(`../fixtures/functions/${name}.js`, import.meta.url);
  const copy = copyOf(readFileSync(file, "utf8"), version);
  const store: KeyValueReader | undefined = pairs && {
    id: "00000000-0000-4000-8000-000000000000",
    get: (key) => pairs[key],
    keyCount: 1,
    createdTime: now.toISOString(),
    lastUpdatedTime: now.toISOString(),
  };
  const tested = runtime.test(copy, JSON.stringify(event), store);
  assert.equal(tested.errorMessage, "");
  return { ...tested, result: parse(tested.output) };
}

interface Parsed {
  readonly request?: {
    uri: string;
    querystring: unknown;
    headers: Record<string, { value: string }>;
  };
  readonly response?: { statusCode: number; headers: Record<string, { value: string }> };
}

function parse(output: string): Parsed {
  return JSON.parse(output) as Parsed;
}

const uriOf = (
  name: string,
  event: EventObject,
  pairs?: Record<string, string>,
): string | undefined => run(name, event, pairs).result.request?.uri;

test("single-page-app serves index.html for what has no file name", () => {
  assert.equal(uriOf("single-page-app", viewerRequest("/blog/index.html")), "/blog/index.html");
  assert.equal(uriOf("single-page-app", viewerRequest("/blog")), "/blog/index.html");
  assert.equal(uriOf("single-page-app", viewerRequest("/")), "/index.html");
});

test("cache-control marks successful responses only", () => {
  const of = (status: number) =>
    run("cache-control", viewerResponse("/", { status })).result.response?.headers["cache-control"];
  assert.deepEqual(of(200), { value: "public, max-age=63072000" });
  assert.equal(of(404), undefined);
});

test("cors adds the asking origin where the response has none", () => {
  const asked = { headers: { origin: "https://app.example" } };
  const added = run("cors", viewerResponse("/", {}, asked));
  assert.equal(
    added.result.response?.headers["access-control-allow-origin"]?.value,
    "https://app.example",
  );
  assert.equal(added.logs.length, 1);
  const has = { headers: { "access-control-allow-origin": "*" } };
  const kept = run("cors", viewerResponse("/", has, asked));
  assert.equal(kept.result.response?.headers["access-control-allow-origin"]?.value, "*");
  assert.equal(kept.logs.length, 0);
});

test("origin-header adds what is missing", () => {
  const of = (event: EventObject) =>
    run("origin-header", event).result.request?.headers["origin"]?.value;
  assert.equal(of(viewerRequest("/")), "https://www.example.com");
  assert.equal(of(viewerRequest("/", { headers: { origin: "https://x" } })), "https://x");
});

test("security-headers sets all six", () => {
  assert.deepEqual(
    Object.keys(run("security-headers", viewerResponse("/")).result.response?.headers ?? {}).sort(),
    [
      "content-security-policy",
      "referrer-policy",
      "strict-transport-security",
      "x-content-type-options",
      "x-frame-options",
      "x-xss-protection",
    ],
  );
});

test("true-client-ip names the viewer", () => {
  const { result } = run("true-client-ip", viewerRequest("/", { ip: "203.0.113.9" }));
  assert.equal(result.request?.headers["true-client-ip"]?.value, "203.0.113.9");
});

test("country-redirect answers exactly as AWS's own capture does", () => {
  assert.deepEqual(run("country-redirect", viewerRequest("/", { country: "DE" })).result, {
    response: {
      headers: { location: { value: "https://www.example.com/de/index.html" } },
      statusDescription: "Found",
      cookies: {},
      statusCode: 302,
    },
  });
  assert.equal(uriOf("country-redirect", viewerRequest("/x", { country: "US" })), "/x");
});

test("sorted-query gives the query string as text, in order", () => {
  const { result } = run("sorted-query", viewerRequest("/?b=2&a=1&b=1"));
  assert.equal(result.request?.querystring, "a=1&b=1&b=2");
});

test("kvs-lookup replaces a segment, and logs a miss", () => {
  assert.equal(uriOf("kvs-lookup", viewerRequest("/old/page"), { old: "new" }), "/new/page");
  const missed = run("kvs-lookup", viewerRequest("/none/page"), {});
  assert.equal(missed.result.request?.uri, "/none/page");
  assert.deepEqual(missed.logs, ["no entry for none: KeyNotFound"]);
});

test("kvs-experiment keeps a viewer's version, and chooses by weight", () => {
  const config = (weight: number) => ({ experiment: JSON.stringify({ weight, a: "v1", b: "v2" }) });
  assert.equal(
    uriOf("kvs-experiment", viewerRequest("/", { cookies: { appversion: "v9" } })),
    "/v9/",
  );
  assert.equal(uriOf("kvs-experiment", viewerRequest("/"), config(1)), "/v2/");
  assert.equal(uriOf("kvs-experiment", viewerRequest("/"), config(0)), "/v1/");
});

function jwt(payload: object, secret: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${part({ alg: "HS256", typ: "JWT" })}.${part(payload)}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}

test("kvs-jwt lets a signed, current token through and takes it out of the query", () => {
  const pairs = { "jwt.secret": "secret" };
  const status = (token: string) =>
    run("kvs-jwt", viewerRequest(`/?jwt=${token}&keep=1`), pairs).result.response?.statusCode;
  const seconds = now.getTime() / 1000;
  const good = run(
    "kvs-jwt",
    viewerRequest(`/?jwt=${jwt({ exp: seconds + 60 }, "secret")}&keep=1`),
    pairs,
  );
  assert.deepEqual(good.result.request?.querystring, { keep: { value: "1" } });
  assert.deepEqual(good.logs, ["valid token"]);
  assert.equal(status(jwt({ exp: seconds - 60 }, "secret")), 401);
  assert.equal(status(jwt({ nbf: seconds + 60 }, "secret")), 401);
  assert.equal(status(jwt({ exp: seconds + 60 }, "other")), 401);
  assert.equal(run("kvs-jwt", viewerRequest("/"), pairs).result.response?.statusCode, 401);
});

test("jwt-1.0 does the same on cloudfront-js-1.0", () => {
  const of = (token: string) =>
    run("jwt-1.0", viewerRequest(`/?jwt=${token}`), undefined, "cloudfront-js-1.0").result;
  assert.equal(of(jwt({ exp: 4e9 }, "the-secret")).request?.uri, "/");
  assert.equal(of(jwt({ exp: 1 }, "the-secret")).response?.statusCode, 401);
  assert.equal(of(jwt({ exp: 4e9 }, "other")).response?.statusCode, 401);
});

test("country-origin runs, and shows the request as it was", () => {
  assert.equal(uriOf("country-origin", viewerRequest("/x", { country: "JP" })), "/x");
});

test("checkFunction() finds nothing in any of the samples", () => {
  const folder = new URL("../fixtures/functions/", import.meta.url);
  for (const file of readdirSync(folder)) {
    const runtime = file.includes("1.0") ? "cloudfront-js-1.0" : "cloudfront-js-2.0";
    assert.deepEqual(checkFunction(readFileSync(new URL(file, folder), "utf8"), runtime), [], file);
  }
});
