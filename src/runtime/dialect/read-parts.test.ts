import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "acorn";
import { readParts, readsAll, withWhole } from "./read-parts.ts";

const partsIn = (source: string) =>
  readParts(parse(source, { ecmaVersion: 2022, sourceType: "module" }));
const partsOf = (body: string) => partsIn(`function handler(event) { ${body} }`);

type Part = "all" | readonly string[];
/** Parts that are read, by their short names; the others are not. */
const reads = (parts: {
  h?: Part;
  c?: Part;
  q?: Part;
  raw?: boolean;
  rh?: Part;
  rc?: Part;
  id?: boolean;
  ip?: boolean;
}) => {
  const read = (part: Part = []) => (part === "all" ? part : new Set(part));
  return {
    request: {
      headers: read(parts.h),
      cookies: read(parts.c),
      querystring: read(parts.q),
      rawQueryString: parts.raw ?? false,
    },
    response: { headers: read(parts.rh), cookies: read(parts.rc) },
    requestId: parts.id ?? false,
    viewerIp: parts.ip ?? false,
  };
};

test("readParts() finds the names that a source reads", () => {
  for (const [body, parts] of [
    ["return event.request", {}],
    ["event.request.uri += '/x'; return event.request", {}],
    ["return event.request.headers['host'].value", { h: ["host"] }],
    [
      "var r = event['request'], h = r.headers; return h.host && h['x-a'].value",
      { h: ["host", "x-a"] },
    ],
    ["event.request.headers['x-b'] = { value: 'c' }; return event.request", { h: ["x-b"] }],
    ["delete event.request.headers.a; return event.request", { h: ["a"] }],
    ["return 'a' in event.request.cookies || event.request.cookies[0]", { c: ["a", "0"] }],
    ["return event.request.h\\u0065aders.a", { h: ["a"] }],
    ["var q = event.request.querystring; if (q.a) return q.a.value", { q: ["a"] }],
    ["return event.request.cookies.hasOwnProperty('a')", { c: ["a", "hasOwnProperty"] }],
    [
      "event.response.headers.a = { value: event.request.uri }; return event.response",
      { rh: ["a"] },
    ],
    ["delete event.response.cookies.a; return event.response", { rc: ["a"] }],
  ] as const) {
    assert.deepEqual(partsOf(body), reads(parts), body);
  }
});

test("readParts() takes a map to be read whole when it goes where it can't be followed", () => {
  for (const [body, parts] of [
    ["return Object.keys(event.request.querystring).length", { q: "all" }],
    ["return event.request.rawQueryString()", { q: "all", raw: true }],
    ["var f = event.request.rawQueryString; return f()", { q: "all", raw: true }],
    ["for (var n in event.request.headers) return n", { h: "all" }],
    ["var n = 'x'; return event.request.cookies[n]", { c: "all" }],
    ["return event.request.headers.toString()", { h: "all" }],
    ["return event.request.headers.constructor", { h: "all" }],
    ["return event.request.cookies['é']", { c: "all" }],
    ["return '' + event.request.cookies", { c: "all" }],
    ["return { method: 'GET', uri: '/', headers: event.request.headers }", { h: "all" }],
    ["return event.request.headers", { h: "all" }],
    ["return event.context.requestId", { id: true }],
    ["return event.context.distributionId + event.context.eventType", {}],
    ["var c = event['context']; return c['request' + 'Id']", { id: true }],
    ["for (var n in event.context) return n", { id: true }],
    ["return event.context", { id: true }],
    ["return event.viewer.ip", { ip: true }],
    ["return event.viewer.port", {}],
    ["return JSON.stringify(event.viewer)", { ip: true }],
    ["return event.viewer.valueOf().ip", { ip: true }],
    ["event.viewer = event.context; return event.request", { id: true }],
    ["var v = event.viewer; v = event.context; return v.ip + v.requestId", { id: true, ip: true }],
    ["event.request.headers = event.request.cookies; return event.request", { c: "all" }],
    ["var o = [event.response.cookies]; return o", { rc: "all" }],
    ["return JSON.stringify(event.response.headers)", { rh: "all" }],
    [
      "var c = event.request; c = event.response; return c.headers[event.request.uri]",
      { h: "all", rh: "all" },
    ],
  ] as const) {
    assert.deepEqual(partsOf(body), reads(parts), body);
  }
});

test("readParts() follows the event into functions that are known by name", () => {
  for (const [source, parts] of [
    [
      "function handler(e) { return add(e.request) } function add(r) { r.headers.a = { value: 'b' }; return r }",
      { h: ["a"] },
    ],
    ["const handler = async (e) => e.request", {}],
    [
      "var handler = function (e) { return host(e.request.headers) }; var host = (h) => h.host.value;",
      { h: ["host"] },
    ],
    [
      "function handler(e) { var r = same(e.request); return r.cookies.a } function same(x) { return x }",
      { c: ["a"] },
    ],
    [
      "import cf from 'cloudfront'; function handler(e) { cf.kvs().get(e.request.uri); return e.request }",
      {},
    ],
    [
      "var c = require('crypto'); function handler(e) { c.createHash('md5').update(e.viewer.ip); return e.request }",
      { ip: true },
    ],
    [
      "function handler(e) { var parts = e.request.uri.split('/'); for (var i = 0; i < 2; i++) parts[i] += ''; return e.request }",
      {},
    ],
    [
      "function handler(e) { return keys(e.request.headers) } function keys(h) { return Object.keys(h) }",
      { h: "all" },
    ],
    [
      "function handler(e) { return (function (h) { return h[0] })(e.request.headers) }",
      { h: "all" },
    ],
    [
      "function handler(e) { return rest(1, e.request.headers) } function rest(a, ...b) { return b }",
      { h: "all" },
    ],
  ] as const) {
    assert.deepEqual(partsIn(source), reads(parts), source);
  }
});

test("readParts() takes a source to read everything where the event can't be followed", () => {
  for (const body of [
    "return event.request['coo' + 'kies']",
    "var n = 'x'; return event.request[n]",
    "return event.request[`cookies`]",
    "return JSON.stringify(event)",
    "return Object.keys(event.request)",
    "return event.constructor.keys(event.request)",
    "return event['constructor'].keys(event.request)",
    "for (var n in event.request) return n",
    "return 'rawQueryString' in event.request",
    "var { request } = event; return request",
    "var request; ({ request } = event); return request",
    "return require('querystring').stringify(event.request)",
    "return (function () { return this })()",
    "return arguments[0]",
    "return eval('event')",
    "return event.request.hasOwnProperty('raw'.concat('QueryString'))",
    "return event.request.valueOf()",
    "return event.request.valueOf``",
    "event.request.f = Object.prototype.valueOf; return event.request.f()",
    "event.request.f = Object.prototype.valueOf; return (event.request?.f)()",
    "var r = event.request; r.rawQueryString = Object.prototype.valueOf; return r.rawQueryString()[1]",
    "var o = {}; o.request = event.request; return o.request[1]",
    "var o = { request: event.request }; return o",
    "var x = event; x = {}; x.request = event.request; return x",
    "return [event.request].concat([])",
    "throw event",
    "event.request.headers.me = event.request",
    "event.request.f = function () { return this.headers }",
    "return (() => event)()",
    "return unknown(event)",
    "return new String(event)",
    "return Promise.resolve(event.request)",
    "return `${event}`",
    "return event + ''",
    "return class { static x = event }",
    "try { null.x } catch ({ handler }) { handler(event) }",
  ]) {
    assert.deepEqual(partsOf(body), readsAll, body);
  }
});

test("readParts() takes a name for a known function only where it can be no other", () => {
  for (const source of [
    "function handler(e) { return f(e.request) } var f = function (r) { return 1 }; f = Object.keys;",
    "function handler(e) { return g(Object.keys, e) } function g(f, e) { return f(e) } function f(x) {}",
    "var handler = function (e) { return 1 }; var handler = function (e) { return JSON.stringify(e) }",
    "function handler(e) { return f(e.request) } var f; f = function (r) {};",
    "function handler(e) { if (e) { function f(x) {} } return f(e) }",
    "function handler(e) { for (var f in {}) ; return f(e) } function f(x) {}",
    "function handler(e) { return f(...[1], e) } function f(x) { return 1 }",
    "function handler(e) { return f(e)[0] } async function f(x) { return x }",
    "function handler(e) { return [e].map(f)[0] } function f(x) { return x }",
    "function handler(e) { var a = f(e); return [1].map(f) } function f(x) { return x }",
    "async function handler(e) { return e } handler(1).then(function (r) { return r.request })",
    "function handler({ request }) { return request }",
    "function handler(e = {}) { return e }",
    "var handler;",
    "",
  ]) {
    assert.deepEqual(partsIn(source), readsAll, source);
  }
});

test("readParts() gives up on variables that hand the event on against the order of the source", () => {
  const handOn = (count: number) => {
    const steps = Array.from({ length: count }, (_none, i) => `v${i} = v${i + 1};`).join(" ");
    return `function handler(v${count}) { var v0; ${steps} return v0.request.headers.a }`;
  };
  assert.deepEqual(partsIn(handOn(5)), reads({ h: ["a"] }));
  assert.deepEqual(partsIn(handOn(500)), readsAll);
});

test("withWhole() gives one part as a whole, and leaves the others", () => {
  const some = reads({ h: ["a"], rc: ["b"] });
  assert.deepEqual(withWhole(some, "request.headers"), reads({ h: "all", rc: ["b"] }));
  assert.deepEqual(withWhole(some, "response.cookies"), reads({ h: ["a"], rc: "all" }));
  const three = ["request.cookies", "request.querystring", "response.headers"];
  const given = reads({ h: ["a"], c: "all", q: "all", rh: "all", rc: ["b"] });
  assert.deepEqual(three.reduce(withWhole, some), given);
  assert.throws(() => withWhole(some, "request.body"), /request\.body/);
});
