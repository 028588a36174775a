import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "acorn";
import { readParts, readsAll } from "./read-parts.ts";

const partsOf = (body: string) =>
  readParts(parse(`function handler(event) { ${body} }`, { ecmaVersion: 2022 }));

test("readParts() finds the parts that a source names", () => {
  const none = { headers: false, cookies: false, querystring: false };
  assert.deepEqual(partsOf("return event.request"), none);
  assert.deepEqual(partsOf("event.request.uri += '/x'; return event.request"), none);
  const headers = { ...none, headers: true };
  assert.deepEqual(partsOf("return event.request.headers['host'].value"), headers);
  assert.deepEqual(partsOf("return event.request['headers']"), headers);
  assert.deepEqual(partsOf("return event.request.h\\u0065aders"), headers);
  assert.deepEqual(partsOf("return event.request.cookies"), { ...none, cookies: true });
  const query = { ...none, querystring: true };
  assert.deepEqual(partsOf("return event.request.querystring"), query);
  assert.deepEqual(partsOf("return event.request.rawQueryString()"), query);
});

test("readParts() takes a source to read everything where a name may be computed or listed", () => {
  for (const body of [
    "return event.request['coo' + 'kies']",
    "var n = 'x'; return event.request[n]",
    "return event.request[`cookies`]",
    "return JSON.stringify(event)",
    "return Object.keys(event.request)",
    "return event.constructor.keys(event.request)",
    "return event['constructor'].keys(event.request)",
    "for (var n in event.request) return n",
    "return 'x' in event.request",
    "var { request } = event; return request",
    "return require('querystring').stringify(event.request)",
    "return (function () { return this })()",
    "return event.request.hasOwnProperty('raw'.concat('QueryString'))",
    "return globalThis",
  ]) {
    assert.deepEqual(partsOf(body), readsAll, body);
  }
});
