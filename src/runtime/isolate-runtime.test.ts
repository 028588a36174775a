import assert from "node:assert/strict";
import { after, test } from "node:test";
import { silentLogger } from "../base/logger.ts";
import type { FunctionEvent, Invocation, KeyValueReader } from "./function-runtime.ts";
import { InvalidEventObject } from "./function-runtime.ts";
import { createRuntime } from "./isolate-runtime.ts";
import { copyOf, patientWatchdogMs, sampleEvent } from "../../test/support/sample-copy.ts";

const runtime = createRuntime({
  now: () => new Date("2026-03-01T12:00:00.000Z"),
  watchdogMs: patientWatchdogMs,
});
after(() => runtime.close());

const viewerRequest: FunctionEvent = {
  ...sampleEvent,
  request: {
    method: "GET",
    uri: "/docs/",
    querystring: "a=1&A=2&a=3&empty&q=%E5%AE%B6+x",
    headers: [
      "Host",
      "shop.example",
      "Accept",
      "text/html",
      "Accept",
      "text/plain",
      "Cookie",
      "id=7; theme=dark",
      "Connection",
      "keep-alive",
      "X-Edge-Secret",
      "1",
    ],
  },
};

const viewerResponse: FunctionEvent = {
  ...viewerRequest,
  eventType: "viewer-response",
  response: {
    statusCode: 200,
    statusDescription: "OK",
    headers: [
      "Content-Type",
      "text/html",
      "Set-Cookie",
      "id=8; Path=/; Secure",
      "Set-Cookie",
      "id=9",
      "X-Cache",
      "Hit from cloudfront",
    ],
  },
};

function run(source: string, event = viewerRequest, store?: KeyValueReader): Invocation {
  return runtime.run(copyOf(source), event, store);
}

/** What a handler sees, as JSON, taken out through the body of a response. */
function see(expression: string, event = viewerRequest): unknown {
  const { outcome } = run(
    `function handler(event) { return { statusCode: 200, body: JSON.stringify(${expression}) } }`,
    event,
  );
  assert.equal(outcome.type, "response", JSON.stringify(outcome));
  return JSON.parse(
    Buffer.from((outcome as { response: { body: Uint8Array } }).response.body).toString(),
  );
}

test("run() answers with the event's own request when the function changed nothing", () => {
  const { outcome, logs, computeUtilization } = run(
    "function handler(event) { return event.request }",
  );
  assert.equal(outcome.type, "request");
  assert.equal(
    outcome.type === "request" && outcome.request.headers,
    viewerRequest.request.headers,
  );
  assert.deepEqual(logs, []);
  assert.ok(computeUtilization >= 6 && computeUtilization < 15);
});

test("run() builds the event of a viewer request as CloudFront does", () => {
  assert.deepEqual(see("event"), {
    version: "1.0",
    context: {
      distributionDomainName: "d111111abcdef8.cloudfront.net",
      distributionId: "EDFDVBD6EXAMPLE",
      eventType: "viewer-request",
      requestId: viewerRequest.requestId,
    },
    viewer: { ip: "198.51.100.7" },
    request: {
      method: "GET",
      uri: "/docs/",
      querystring: {
        a: { value: "1", multiValue: [{ value: "1" }, { value: "3" }] },
        A: { value: "2" },
        empty: { value: "" },
        q: { value: "%E5%AE%B6+x" },
      },
      headers: {
        host: { value: "shop.example" },
        accept: {
          value: "text/html",
          multiValue: [{ value: "text/html" }, { value: "text/plain" }],
        },
      },
      cookies: { id: { value: "7" }, theme: { value: "dark" } },
    },
  });
});

test("run() builds the response of a viewer response, cookies with their attributes", () => {
  assert.deepEqual(see("event.response", viewerResponse), {
    statusCode: 200,
    statusDescription: "OK",
    headers: { "content-type": { value: "text/html" } },
    cookies: {
      id: {
        value: "8",
        attributes: "Path=/; Secure",
        multiValue: [{ value: "8", attributes: "Path=/; Secure" }, { value: "9" }],
      },
    },
  });
});

test("run() sends a rewritten URI and leaves the headers alone", () => {
  const { outcome } = run(
    "function handler(event) { event.request.uri += 'index.html'; return event.request }",
  );
  assert.deepEqual(outcome, {
    type: "request",
    request: { ...viewerRequest.request, uri: "/docs/index.html" },
  });
});

test("run() puts changed headers and cookies back among those a function can't see", () => {
  const { outcome } = run(`function handler(event) {
    var r = event.request;
    r.headers['x-new-one'] = { value: 'n' };
    r.headers.accept.value = 'image/png';
    r.cookies.lang = { value: 'en' };
    return r;
  }`);
  assert.deepEqual(outcome.type === "request" && outcome.request.headers, [
    "Host",
    "shop.example",
    "Accept",
    "image/png",
    "Accept",
    "text/plain",
    "Cookie",
    "id=7; theme=dark; lang=en",
    "Connection",
    "keep-alive",
    "X-Edge-Secret",
    "1",
    "X-New-One",
    "n",
  ]);
});

test("run() sends a query string that was assigned as text, and one rebuilt from the object", () => {
  const asText = run("function handler(e) { e.request.querystring = 'b=1&a=2'; return e.request }");
  assert.equal(asText.outcome.type === "request" && asText.outcome.request.querystring, "b=1&a=2");
  const rebuilt = run("function handler(e) { delete e.request.querystring.A; return e.request }");
  assert.equal(
    rebuilt.outcome.type === "request" && rebuilt.outcome.request.querystring,
    "a=1&a=3&empty=&q=%E5%AE%B6+x",
  );
});

test("run() answers with a generated response, its cookies as Set-Cookie lines", () => {
  const { outcome } = run(`function handler() { return {
    statusCode: 302, statusDescription: 'Found',
    headers: { location: { value: '/login' } },
    cookies: { id: { value: 'x', attributes: 'Path=/' } } } }`);
  assert.deepEqual(outcome, {
    type: "response",
    response: {
      statusCode: 302,
      statusDescription: "Found",
      headers: ["Location", "/login", "Set-Cookie", "id=x; Path=/"],
    },
  });
});

test("run() changes a viewer response and keeps what the function can't see", () => {
  const { outcome } = run(
    `function handler(event) {
      var r = event.response;
      r.statusCode = 404;
      r.headers['cache-control'] = { value: 'no-store' };
      delete r.cookies.id;
      return r;
    }`,
    viewerResponse,
  );
  assert.deepEqual(outcome, {
    type: "response",
    response: {
      statusCode: 404,
      statusDescription: "OK",
      headers: [
        "Content-Type",
        "text/html",
        "X-Cache",
        "Hit from cloudfront",
        "Cache-Control",
        "no-store",
      ],
    },
  });
});

test("run() keeps the Set-Cookie lines that a function leaves alone as they came", () => {
  const headers = ["Set-Cookie", "a=1;Path=/;Secure", "Set-Cookie", "b", "X-A", "1"];
  const event: FunctionEvent = {
    ...viewerResponse,
    response: { statusCode: 200, statusDescription: "OK", headers },
  };
  const after = (statement: string): readonly string[] => {
    const { outcome } = run(
      `function handler(event) { var r = event.response; ${statement}; return r }`,
      event,
    );
    return outcome.type === "response" ? outcome.response.headers : [];
  };
  assert.equal(after("r.statusCode = 201"), headers);
  assert.deepEqual(after("r.headers['x-a'].value = '2'"), [...headers.slice(0, -1), "2"]);
  assert.deepEqual(after("r.cookies.a.attributes = 'Path=/x'").slice(0, 2), [
    "Set-Cookie",
    "a=1; Path=/x",
  ]);
});

test("run() takes attributes that were edited on a cookie with several values", () => {
  const cookiesAfter = (edit: string): string[] => {
    const source = `function handler(event) { var r = event.response; ${edit}; return r; }`;
    const { outcome } = run(source, viewerResponse);
    const headers = outcome.type === "response" ? outcome.response.headers : [];
    return headers.filter((_, index) => headers[index - 1] === "Set-Cookie");
  };
  assert.deepEqual(cookiesAfter("r.cookies.id.attributes = 'Path=/x'"), ["id=8; Path=/x", "id=9"]);
  assert.deepEqual(cookiesAfter("r.cookies.id.multiValue[1].attributes = 'Path=/y'"), [
    "id=8; Path=/; Secure",
    "id=9; Path=/y",
  ]);
  assert.deepEqual(cookiesAfter("r.cookies.id.value = 'z'"), ["id=z; Path=/; Secure", "id=9"]);
});

test("run() starts every invocation with fresh state", () => {
  const copy = copyOf(`var count = 0; function handler() { count += 1;
    return { statusCode: 200, body: String(count) } }`);
  for (let i = 0; i < 3; i += 1) {
    const { outcome } = runtime.run(copy, viewerRequest);
    assert.equal(
      Buffer.from((outcome as { response: { body: Uint8Array } }).response.body).toString(),
      "1",
    );
  }
});

test("run() awaits an async handler, and fails one that never settles", () => {
  const kept = run(`async function handler(event) {
    const uri = await Promise.resolve('/async'); event.request.uri = uri; console.log('done'); return event.request }`);
  assert.equal(kept.outcome.type === "request" && kept.outcome.request.uri, "/async");
  assert.deepEqual(kept.logs, ["done"]);
  assert.equal(
    run("async function handler() { await new Promise(() => {}) }").outcome.type,
    "execution-error",
  );
  assert.deepEqual(run("async function handler() { throw new Error('boom') }").outcome, {
    type: "execution-error",
    message: "Error: boom",
    line: 1,
  });
});

test("run() fails on a rejection that nobody handles", () => {
  const { outcome, logs } = run(
    "function handler(e) { console.log('here'); Promise.reject(new TypeError('lost')); return e.request }",
  );
  assert.deepEqual(logs, ["here"]);
  assert.deepEqual(outcome, {
    type: "execution-error",
    message: "Error: unhandled promise rejection: TypeError: lost",
    line: 1,
  });
});

for (const [how, reason] of [
  ["Promise.reject()", "undefined"],
  ["Promise.reject(null)", "null"],
  ["Promise.reject('x')", "x"],
  ["Promise.reject(0)", "0"],
  ["Promise.reject(Symbol('s'))", "Symbol(s)"],
  ["Promise.reject({})", "[object Object]"],
  ["Promise.reject([1, 2])", "1,2"],
  ["Promise.reject(function () {})", "[object Function]"],
  ["Promise.reject({ toString: function () { return 'mine' } })", "mine"],
  ["(async function () { throw { toString: function () { return 'mine' } } })()", "mine"],
  ["Promise.reject({ message: 'm' })", "[object Object]"],
  [
    "Promise.reject({ toString: function () { Promise.reject(1); Promise.reject({}); return 'mine' } })",
    "mine",
  ],
  ["new Promise(function (f, r) { r([3]) })", "3"],
  ["new Promise(function () { throw [4] })", "4"],
  ["Promise.resolve().then(function () { throw [5] })", "5"],
  ["(async function () { var e = new Error('m'); e.name = 'Mine'; throw e })()", "Mine: m"],
  ["(async function () { null.x })()", 'TypeError: cannot get property "x" of null'],
  [
    "(async function () { try { throw 1 } catch (e) {} throw new RangeError('r') })()",
    "RangeError: r",
  ],
  ["cf.kvs()", "KVSNamespaceNotFound", "thrown"],
] as const) {
  test(`run() says what nobody handled: ${how}`, () => {
    const isLost = reason !== "KVSNamespaceNotFound";
    const source = `import cf from 'cloudfront'; function handler(e) { ${how}; return e.request }`;
    const { outcome } = run(source);
    assert.equal(outcome.type, "execution-error");
    assert.equal(
      outcome.type === "execution-error" && outcome.message,
      `${isLost ? "Error: unhandled promise rejection: " : ""}${reason}`,
    );
    const { errorMessage } = runtime.test(
      copyOf(source),
      JSON.stringify({
        version: "1.0",
        context: { eventType: "viewer-request" },
        viewer: { ip: "1.2.3.4" },
        request: { method: "GET", uri: "/", headers: {}, cookies: {}, querystring: {} },
      }),
    );
    assert.ok(
      errorMessage.endsWith(` ${isLost ? "Error: unhandled promise rejection: " : ""}${reason}`),
      errorMessage,
    );
  });
}

test("run() ends a rejection whose reason never becomes text", () => {
  const { outcome } = run(
    "function handler(e) { Promise.reject({ toString: function () { for (;;); } }); return e.request }",
  );
  assert.deepEqual(outcome, {
    type: "execution-error",
    message: "InternalError: compute limit exceeded",
  });
});

const keyValues: KeyValueReader = {
  id: "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
  get: (key) => ({ a: "1" })[key],
  keyCount: 1,
  createdTime: "2026-01-01T00:00:00.000Z",
  lastUpdatedTime: "2026-01-02T00:00:00.000Z",
};
for (const found of [
  "import cf from 'cloudfront'; var kv = cf.kvs()",
  "var kv = require('cloudfront').kvs()",
  "var kv = require(['cloud', 'front'].join('')).kvs()",
]) {
  test(`run() waits for the jobs of key value promises: ${found}`, () => {
    const { outcome, logs } = run(
      `${found}; function handler(e) { kv.get('a').then(function (v) { console.log(v); e.request.uri = '/' + v }); return e.request }`,
      viewerRequest,
      keyValues,
    );
    assert.deepEqual(logs, ["1"]);
    assert.ok(outcome.type === "request" && outcome.request.uri === "/1");
  });
}

test("run() reads the key value store that is passed with the call", () => {
  const store: KeyValueReader = {
    id: "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
    get: (key) => ({ greeting: "hello", data: '{"n":1}' })[key],
    keyCount: 2,
    createdTime: "2026-01-01T00:00:00.000Z",
    lastUpdatedTime: "2026-01-02T00:00:00.000Z",
  };
  const source = `import cf from 'cloudfront';
    const kvs = cf.kvs();
    async function handler() {
      const text = await kvs.get('greeting');
      const data = await kvs.get('data', { format: 'json' });
      const has = await kvs.exists('nothing');
      const meta = await kvs.meta();
      let missing;
      try { await kvs.get('nothing') } catch (e) { missing = String(e) }
      return { statusCode: 200, body: JSON.stringify([text, data.n, has, meta.keyCount, missing]) };
    }`;
  const { outcome } = run(source, viewerRequest, store);
  assert.equal(
    Buffer.from((outcome as { response: { body: Uint8Array } }).response.body).toString(),
    '["hello",1,false,2,"KeyNotFound"]',
  );
  assert.deepEqual(run(source).outcome, {
    type: "execution-error",
    message: "KVSNamespaceNotFound",
    line: 2,
  });
});

test("run() keeps the clock at the start of the invocation", () => {
  assert.equal(
    see("[Date.now(), new Date().getTime(), new Date('2026-01-02T03:04:05').toISOString()].join()"),
    "1772366400000,1772366400000,2026-01-02T03:04:05.000Z",
  );
});

test("run() returns what an origin helper was asked for", () => {
  const { outcome } = run(`import cf from 'cloudfront';
    function handler(event) { cf.updateRequestOrigin({ domainName: 'b.example' }); return event.request }`);
  assert.deepEqual(outcome.type === "request" && outcome.origin, {
    helper: "updateRequestOrigin",
    arguments: [{ domainName: "b.example" }],
  });
});

test("run() refuses what a function may not do with headers", () => {
  const message = (statement: string, event = viewerRequest) => {
    const { outcome } = run(`function handler(event) { ${statement} }`, event);
    return outcome.type === "validation-error" ? outcome.message : JSON.stringify(outcome);
  };
  const request = (statement: string) => message(`var r = event.request; ${statement}; return r`);
  const disallowed = "The CloudFront function tried to add a disallowed header.";
  const readOnly = "The CloudFront function tried to add, delete, or change a read-only header.";
  assert.equal(request("r.headers['x-edge-a'] = { value: '1' }"), disallowed);
  assert.equal(request("r.headers['x-forwarded-proto'] = { value: 'https' }"), disallowed);
  assert.equal(request("r.headers.host.value = 'other'"), readOnly);
  assert.equal(request("delete r.headers.host"), readOnly);
  assert.equal(request("r.headers.via = { value: 'x' }"), readOnly);
  assert.equal(
    message("return { statusCode: 200, headers: { Location: { value: '/' } } }"),
    "The CloudFront function returned an invalid value: response.headers must have header names in lower case.",
  );
  assert.match(request("r.uri = 'no-slash'"), /request\.uri must begin with a slash/);
  assert.match(request("r.method = 'POST'"), /request\.method is read-only/);
  assert.match(message("return event.request", viewerResponse), /must return a response/);
  assert.match(message("return { statusCode: 99 }"), /between 200 and 599/);
  assert.match(
    message("return { statusCode: 200, body: { encoding: 'base64', data: '!' } }"),
    /valid base64/,
  );
});

test("run() writes names like integers where the event had them", () => {
  const event = (text: string): FunctionEvent => ({
    ...viewerRequest,
    request: {
      ...viewerRequest.request,
      querystring: text,
      headers: ["Host", "shop.example", "Cookie", text.replaceAll("&", "; ")],
    },
  });
  const after = (text: string, statement: string): [query: string, cookies: string] => {
    const { outcome } = run(
      `function handler(event) { var r = event.request;
        [r.querystring, r.cookies].forEach(function (map, i) { var name = i === 0 ? 'querystring' : 'cookies', own = {}; ${statement} });
        return r }`,
      event(text),
    );
    assert.equal(outcome.type, "request", JSON.stringify(outcome));
    if (outcome.type !== "request") return ["", ""];
    const { headers, querystring } = outcome.request;
    return [querystring ?? "", headers[headers.indexOf("Cookie") + 1] ?? ""];
  };
  const writes = (text: string, statement: string, expected: string) => {
    const [query, cookies] = after(text, statement);
    assert.equal(query, expected, `${text} after ${statement}`);
    assert.equal(cookies, expected.replaceAll("&", "; "), `${text} after ${statement}`);
  };
  writes("b=1&2=x", "", "b=1&2=x");
  writes("b=1&2=x", "map.new = { value: 'n' }", "b=1&2=x&new=n");
  writes("b=1&2=x", "map[1] = { value: 'n' }", "b=1&2=x&1=n");
  writes("b=1&2=x&a=3&1=y&2=z", "map.b.value = '5'", "b=5&2=x&2=z&a=3&1=y");
  writes("b=1&2=x&a=3", "delete map.b", "2=x&a=3");
  writes("b=1&2=x&a=3", "delete map[2]; map[2] = { value: 'y' }", "b=1&2=y&a=3");
  writes("a=1&b=2&c=3", "delete map.a; map.a = { value: '4' }", "a=4&b=2&c=3");
  writes(
    "b=1&2=x&a=3",
    "for (var k in map) if (k !== 'a') own[k] = map[k]; r[name] = own",
    "b=1&2=x",
  );
  writes(
    "b=1&2=x&a=3",
    "r[name] = Object.assign({}, map, { 7: { value: 'n' }, z: { value: 'n' } })",
    "b=1&2=x&a=3&7=n&z=n",
  );
  writes(
    "b=1&2=x&a=3",
    "Object.keys(map).sort().forEach(function (k) { own[k] = map[k] }); r[name] = own",
    "2=x&a=3&b=1",
  );
  writes("c=1&b=2&a=3", "own.a = map.a; own.c = map.c; r[name] = own", "a=3&c=1");
});

test("run() writes a response's cookies in the order they came in", () => {
  const { outcome } = run(
    "function handler(e) { e.response.cookies.id.value = '1'; return e.response }",
    {
      ...viewerResponse,
      response: {
        statusCode: 200,
        statusDescription: "OK",
        headers: ["Set-Cookie", "id=8; Path=/", "Set-Cookie", "5=x; Secure", "Set-Cookie", "1=y"],
      },
    },
  );
  assert.deepEqual(outcome.type === "response" && outcome.response.headers, [
    "Set-Cookie",
    "id=1; Path=/",
    "Set-Cookie",
    "5=x; Secure",
    "Set-Cookie",
    "1=y",
  ]);
});

test("a handler that returns nothing, or nothing that is an object, has no result", () => {
  const message = "The CloudFront function returned an invalid value: the result is not an object.";
  assert.equal(message.length, 79);
  for (const event of [viewerRequest, viewerResponse]) {
    const eventText = JSON.stringify({
      context: { eventType: event.eventType },
      request: { method: "GET", uri: "/" },
      ...(event.response === undefined ? {} : { response: { statusCode: 200 } }),
    });
    for (const kind of ["", "async "]) {
      for (const result of ["", "null", "'text'", "7", "true", "function () {}", "Symbol()"]) {
        const source = `${kind}function handler(event) { console.log('ran'); return ${result} }`;
        assert.deepEqual(run(source, event).outcome, { type: "no-result", message }, source);
        const { errorMessage, output, logs } = runtime.test(copyOf(source), eventText);
        assert.deepEqual(
          { errorMessage, output, logs },
          { errorMessage: message, output: "", logs: ["ran"] },
        );
      }
    }
    const array = run("function handler() { return [] }", event).outcome;
    assert.equal(array.type, "validation-error");
  }
});

test("run() and test() refuse fields that a request or a response does not have", () => {
  const unexpected = (what: string) =>
    `The CloudFront function returned an invalid value: the ${what} object has an unexpected field.`;
  const attempt = (body: string, event = viewerRequest): string => {
    const source = `function handler(event) { var r = event.request; ${body} }`;
    const { outcome } = run(source, event);
    const isResponse = event.response !== undefined;
    const { errorMessage } = runtime.test(
      copyOf(source),
      JSON.stringify({
        context: { eventType: event.eventType },
        request: { method: "GET", uri: "/docs/", headers: { host: { value: "shop.example" } } },
        ...(isResponse ? { response: { statusCode: 200 } } : {}),
      }),
    );
    const told = outcome.type === "validation-error" ? outcome.message : outcome.type;
    assert.equal(told === outcome.type ? "" : told, errorMessage, source);
    return told;
  };
  assert.equal(attempt("r.body = 'x'; return r"), unexpected("request"));
  assert.equal(attempt("r.clientIp = '::1'; r.uri = '/'; return r"), unexpected("request"));
  assert.equal(attempt("r.origin = {}; return Object.assign({}, r)"), unexpected("request"));
  assert.equal(attempt("return { statusCode: 200, bodyEncoding: 'text' }"), unexpected("response"));
  assert.equal(
    attempt("event.response.status = '200'; return event.response", viewerResponse),
    unexpected("response"),
  );
  assert.equal(attempt("r.body = undefined; return r"), "request");
  assert.equal(attempt("return Object.assign({}, r)"), "request");
  assert.equal(
    attempt(
      "var c = {}; Object.getOwnPropertyNames(r).forEach(function (n) { c[n] = r[n] }); return c",
    ),
    "request",
  );
  assert.equal(attempt("return { statusCode: 200, body: 'x', headers: {} }"), "response");
  assert.equal(attempt("return event.response", viewerResponse), "response");
});

test("test() lets a request have what the test event's had", () => {
  const source = "function handler(event) { return event.request }";
  const event = {
    context: { eventType: "viewer-request" },
    request: { method: "GET", uri: "/", clientIp: "::1" },
  };
  const { errorMessage, output } = runtime.test(copyOf(source), JSON.stringify(event));
  assert.equal(errorMessage, "");
  assert.doesNotMatch(output, /clientIp/);
});

test("run() lets headers and cookies have names that objects inherit", () => {
  const names = see(`(function () {
    var r = event.request; var o = {};
    r.headers.constructor = { value: 'c' }; r.headers.valueOf = { value: 'v' }; o.toString = 1;
    r.headers['__proto__x'] = { value: 'p' };
    return Object.keys(r.headers).join() + o.toString;
  })()`);
  assert.equal(names, "host,accept,constructor,valueOf,__proto__x1");
});

test("run() lets a function change a built-in or a global, for its invocation only", () => {
  const copy = copyOf(`
    String.prototype.shout = function () { return this.toUpperCase() + '!' };
    globalThis.seen = (globalThis.seen || 0) + 1;
    function handler(e) { return { statusCode: 200, body: 'hi'.shout() + globalThis.seen } }`);
  for (let i = 0; i < 3; i += 1) {
    const { outcome } = runtime.run(copy, viewerRequest);
    assert.equal(outcome.type, "response", JSON.stringify(outcome));
    assert.equal(
      Buffer.from((outcome as { response: { body: Uint8Array } }).response.body).toString(),
      "HI!1",
    );
  }
  assert.equal(see("typeof ''.shout + typeof globalThis.seen"), "undefinedundefined");
});

test("run() gives a realm of its own to the run that wants to change a built-in, and to no later one", () => {
  const copy = copyOf(
    "function handler(e) { var o = {}, q = e.request.querystring; for (var k in q) { var p = k.split('.'); o[p[0]] = o[p[0]] || {}; o[p[0]][p[1]] = q[k].value } return { statusCode: 200, body: String({}.made) } }",
  );
  const ask = (querystring: string): unknown => {
    const request = { ...sampleEvent.request, querystring };
    const { outcome, tookRealm } = runtime.run(copy, { ...sampleEvent, request });
    if (outcome.type !== "response") return outcome;
    return [Buffer.from(outcome.response.body ?? "").toString(), tookRealm];
  };
  assert.deepEqual(ask("a.b=1"), ["undefined", undefined]);
  assert.deepEqual(ask("__proto__.made=up"), ["up", true]);
  assert.deepEqual(ask("a.b=1"), ["undefined", undefined]);
});

test("run() shows a function that changes what objects inherit the whole event", () => {
  const { outcome } = run(`
    Object.defineProperty(Object.prototype, 'self', { get: Object.prototype.valueOf });
    function handler(e) { return { statusCode: 200, body: Object.keys(e.request.self.headers).join() } }`);
  const body = outcome.type === "response" ? outcome.response.body : undefined;
  assert.match(Buffer.from(body ?? "").toString(), /host/);
});

test("run() gives the same answer and cost where the result depends on headers that were left out", () => {
  const copy = copyOf(`function handler(e) {
    var r = e.request;
    if (r.uri === '/new') r.headers = { host: r.headers.host };
    if (r.uri === '/add') r.headers['x-a'] = { value: 'b' };
    return r }`);
  const headers = ["Host", "h", "X-B", "c", "Cookie", "d=e"];
  const at = (uri: string) =>
    runtime.run(copy, { ...viewerRequest, request: { ...viewerRequest.request, uri, headers } });
  const headersAt = (uri: string) => {
    const { outcome } = at(uri);
    return outcome.type === "request" && outcome.request.headers;
  };
  const first = at("/add");
  assert.deepEqual(headersAt("/add"), [...headers, "X-A", "b"]);
  assert.deepEqual(headersAt("/new"), ["Host", "h", "Cookie", "d=e"]);
  assert.deepEqual(headersAt("/new"), ["Host", "h", "Cookie", "d=e"]);
  assert.deepEqual(at("/add"), first);
});

test("run() words errors as njs does where a promise's handler sees them, too", () => {
  const { logs } = run(`async function fail() { return undefined.x }
    async function handler(e) {
      await fail().catch(function (error) { console.log(error.message) });
      await Promise.resolve().then(function () { return nothing }).then(undefined, function (error) { console.log(error.message) });
      return e.request }`);
  assert.deepEqual(logs, ['cannot get property "x" of undefined', '"nothing" is not defined']);
});

test("run() notices a change of a built-in in an async function whose failure is swallowed", () => {
  const { outcome } = run(`async function change() { String.prototype.mine = 1 }
    async function handler(e) {
      await change().catch(function () {});
      return { statusCode: 200, body: String(''.mine) } }`);
  assert.equal(
    Buffer.from((outcome as { response: { body: Uint8Array } }).response.body).toString(),
    "1",
  );
});

test("run() costs the same for the same function and event", () => {
  const source = `function handler(e) { var n = 0; for (var i = 0; i < 500; i++) n += i % 7;
    e.request.headers['x-n'] = { value: String(n) }; return e.request }`;
  const first = run(source).computeUtilization;
  assert.ok(first > 6 && first < 100);
  for (let i = 0; i < 50; i += 1) assert.equal(run(source).computeUtilization, first);
});

const hostile: [what: string, source: string][] = [
  ["an endless loop", "function handler() { for (;;); }"],
  [
    "an endless loop that catches",
    "function handler() { for (;;) { try { for (;;); } catch (e) {} } }",
  ],
  ["an endless loop in finally", "function handler() { try { for (;;); } finally { for (;;); } }"],
  ["endless recursion", "function handler() { return handler() }"],
  ["endless promises", "async function handler() { for (;;) await 1; }"],
  ["a string bomb", "function handler() { var s = 'x'; for (;;) s += s; }"],
  ["an array bomb", "function handler() { var a = []; for (;;) a.push(new Array(1000).fill(1)); }"],
  ["one huge string", "function handler() { return 'x'.repeat(500000000) }"],
  ["one huge array", "function handler() { return new Array(30000000).fill(0) }"],
  ["a comparator that never ends", "function handler() { [2, 1].sort(function () { for (;;); }) }"],
  [
    "a function from text",
    "function handler() { return (async () => {}).constructor('return 1')() }",
  ],
  ["eval", "function handler() { return eval('1') }"],
];

test("run() ends a catastrophic expression with an execution error, and goes on", async () => {
  // Nothing but the watchdog ends it.
  const hasty = createRuntime({ watchdogMs: 100 });
  const copy = copyOf("function handler() { return /^(a+)+$/.test('a'.repeat(40) + 'b') }");
  for (let i = 0; i < 2; i += 1) {
    assert.equal(hasty.run(copy, viewerRequest).outcome.type, "execution-error");
  }
  await hasty.close();
  assert.equal(run("function handler(e) { return e.request }").outcome.type, "request");
});

for (const [what, source] of hostile) {
  test(`run() ends ${what} with an execution error, and goes on`, () => {
    const copy = copyOf(source);
    for (let i = 0; i < 2; i += 1) {
      const { outcome } = runtime.run(copy, viewerRequest);
      assert.equal(outcome.type, "execution-error", JSON.stringify(outcome));
    }
    assert.equal(run("function handler(e) { return e.request }").outcome.type, "request");
  });
}

test("run() shows customer code no way to the host", () => {
  assert.deepEqual(
    see(`[typeof process, typeof ivm, typeof WebAssembly, typeof SharedArrayBuffer, typeof Proxy,
      (function () { try { return String([].constructor.constructor('return 1')()) } catch (e) { return e.message } })()]`),
    [
      "undefined",
      "undefined",
      "undefined",
      "undefined",
      "undefined",
      'function constructor is disabled in "safe" mode',
    ],
  );
});

test("test() renders the result, logs and errors as TestFunction does", () => {
  const event = JSON.stringify({
    version: "1.0",
    context: { eventType: "viewer-request" },
    viewer: { ip: "1.2.3.4" },
    request: { method: "GET", uri: "/", headers: { host: { value: "h" } }, querystring: {} },
  });
  const copy = copyOf(
    "function handler(e) { console.log('seen'); e.request.headers.x = { value: '1', junk: 2 }; return e.request }",
  );
  const result = runtime.test(copy, event);
  assert.deepEqual(JSON.parse(result.output), {
    request: {
      headers: { host: { value: "h" }, x: { value: "1" } },
      method: "GET",
      querystring: {},
      uri: "/",
      cookies: {},
    },
  });
  assert.deepEqual(result.logs, ["seen"]);
  assert.equal(result.errorMessage, "");
  const failed = runtime.test(
    copyOf("function handler(e) { return e.request.headers.nope.value }"),
    event,
  );
  assert.equal(
    failed.errorMessage,
    "The CloudFront function associated with the CloudFront distribution is invalid or could not run. " +
      'TypeError: cannot get property "value" of undefined',
  );
  assert.equal(failed.output, "");
  assert.throws(() => runtime.test(copy, "{"), InvalidEventObject);
  assert.throws(() => runtime.test(copy, '{"context":{}}'), /context\.eventType/);
});

test("run() loads what V8 refuses once, not for every viewer", async () => {
  const failures: string[] = [];
  const logger = {
    ...silentLogger,
    error: (_: unknown, message: string) => failures.push(message),
  };
  const own = createRuntime({ logger, watchdogMs: patientWatchdogMs });
  // Where our own reading still takes it and V8 does not depends on the room on the stack.
  for (const depth of [1050, 1080, 1110, 1135]) {
    failures.length = 0;
    const copy = copyOf(`function handler(e){${"for(;;)".repeat(depth)}; return e}`);
    const first = own.run(copy, viewerRequest).outcome;
    assert.deepEqual(own.run(copy, viewerRequest).outcome, first);
    assert.ok(failures.length <= 1, `${failures.length} failures at ${depth}`);
  }
  await own.close();
});
