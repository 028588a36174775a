import assert from "node:assert/strict";
import { test } from "node:test";
import { checkFunction } from "./check-function.ts";

const found = (body: string): string[] =>
  checkFunction(`function handler(event) { ${body} }`, "cloudfront-js-2.0").map(
    ({ severity, rule }) => `${severity} ${rule}`,
  );

test("checkFunction() finds headers that a function may not set", () => {
  const wrong: [body: string, expected: string][] = [
    ["event.request.headers['X-User'] = { value: 'a' }; return event.request", "error header-case"],
    ["var r = event.request; r.headers.Foo = { value: 'a' }; return r", "error header-case"],
    [
      "var h = event.response.headers; h['Cache-Control'] = { value: 'a' }; return event.response",
      "error header-case",
    ],
    [
      "event.request.headers['x-forwarded-proto'] = { value: 'https' }; return event.request",
      "error header-disallowed",
    ],
    [
      "event.response.headers['x-amz-cf-pop'] = { value: 'a' }; return event.response",
      "error header-disallowed",
    ],
    ["event.request.headers.host = { value: 'a' }; return event.request", "error header-read-only"],
    ["event.request.headers.host.value = 'a'; return event.request", "error header-read-only"],
    ["delete event.request.headers.host; return event.request", "error header-read-only"],
    [
      "delete event.request.headers['content-length']; return event.request",
      "warning header-read-only",
    ],
    [
      "event.request.headers.cookie = { value: 'a=1' }; return event.request",
      "error header-cookie",
    ],
    [
      "event.response.headers['set-cookie'] = { value: 'a=1' }; return event.response",
      "error header-cookie",
    ],
    ["event.request.headers['x-user'] = 'a'; return event.request", "error header-value"],
    [
      "event.response.headers = { Location: { value: '/' } }; return event.response",
      "error header-case",
    ],
    ["return { statusCode: 302, headers: { Location: { value: '/' } } }", "error header-case"],
    ["return { statusCode: 302, headers: { location: '/' } }", "error header-value"],
    [
      "var headers = { 'Location': { value: '/' } }; return { statusCode: 302, headers }",
      "error header-case",
    ],
    [
      "var headers = {}; headers['Location'] = { value: '/' }; return { statusCode: 302, headers: headers }",
      "error header-case",
    ],
    [
      "var response = { statusCode: 302 }; response.headers = { 'set-cookie': { value: '/' } }; return response",
      "error header-cookie",
    ],
  ];
  for (const [body, expected] of wrong) assert.deepEqual(found(body), [expected], body);
});

test("checkFunction() warns of headers that are never there", () => {
  const wrong: [body: string, expected: string][] = [
    [
      "if (event.request.headers['Authorization']) return event.request; return event.request",
      "warning header-case",
    ],
    [
      "var h = event.request.headers; return h.Host ? event.request : event.request",
      "warning header-case",
    ],
    [
      "var p = event.request.headers['x-forwarded-proto']; return event.request",
      "warning header-disallowed",
    ],
    ["var c = event.request.headers.cookie.value; return event.request", "warning header-cookie"],
  ];
  for (const [body, expected] of wrong) assert.deepEqual(found(body), [expected], body);
});

test("checkFunction() finds nothing in headers that are as they should be", () => {
  const right = [
    "event.request.headers['x-user'] = { value: 'a' }; return event.request",
    "event.request.headers['x-forwarded-host'] = { value: event.request.headers.host.value }; return event.request",
    "delete event.request.headers['x-user']; return event.request",
    "event.response.headers['content-length'] = { value: '1' }; return event.response",
    "event.response.headers.host = { value: '1' }; return event.response",
    "var headers = {}; headers['X-A'] = 1; return event.request",
    "return { statusCode: 302, statusDescription: 'Found', headers: { location: { value: '/' } }, cookies: {} }",
    "var name = 'X'; event.request.headers[name.toLowerCase()] = { value: 'a' }; return event.request",
    "if (typeof X !== 'undefined') event.request.headers.host = X; return event.request",
  ];
  for (const body of right) assert.deepEqual(found(body), [], body);
});
