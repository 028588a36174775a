import assert from "node:assert/strict";
import { test } from "node:test";
import { checkFunction } from "./check-function.ts";

const found = (body: string): string[] =>
  checkFunction(`function handler(event) { ${body} }`, "cloudfront-js-2.0").map(
    ({ severity, rule }) => `${severity} ${rule}`,
  );

test("checkFunction() finds fields that a request or a response does not have", () => {
  const wrong = [
    "event.request.body = 'a'; return event.request",
    "var r = event.request; r['clientIp'] = 'a'; return r",
    "event.request.method = 'GET'; return event.request",
    "event.response.status = '200'; return event.response",
    "return { statusCode: 200, bodyEncoding: 'text', body: 'a' }",
    "var response = { statusCode: 200 }; response.status = 1; return response",
  ];
  for (const body of wrong) assert.deepEqual(found(body), ["error event-field"], body);
  assert.deepEqual(
    checkFunction(
      "function handler(event) { event.request.body = 'a'; return event.request }",
      "cloudfront-js-2.0",
    )[0]?.message,
    "a request has no field body, only method, uri, querystring, headers, cookies",
  );
});

test("checkFunction() finds nothing in fields that are there, nor in objects of another kind", () => {
  const right = [
    "event.request.uri = '/'; event.request.querystring = {}; event.request.cookies = {}; return event.request",
    "event.response.body = 'a'; event.response.statusCode = 404; return event.response",
    "return { statusCode: 200, statusDescription: 'OK', headers: {}, cookies: {}, body: { encoding: 'text', data: 'a' } }",
    "var response = JSON.parse('{}'); response.items = 1; return event.request",
    "event.request.headers.body = { value: 'a' }; return event.request",
    "var o = {}; o.request = {}; o.request.body = 1; return event.request",
  ];
  for (const body of right) assert.deepEqual(found(body), [], body);
});
