import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { FunctionCopy } from "../model/function.ts";
import type { FunctionEvent, KeyValueReader, RepeatedInvocation } from "./function-runtime.ts";
import { hiddenValue } from "./hidden-values.ts";
import { createRuntime } from "./isolate-runtime.ts";

const runtime = createRuntime({ remembers: true });
after(() => runtime.close());

function copyOf(source: string): FunctionCopy {
  return {
    code: Buffer.from(source).toString("base64"),
    config: { Comment: "", Runtime: "cloudfront-js-2.0" },
    lastModifiedTime: "2026-01-01T00:00:00.000Z",
  } as FunctionCopy;
}

function eventWith(headers: readonly string[], querystring?: string): FunctionEvent {
  return {
    ...{ eventType: "viewer-request", distributionDomainName: "d1", distributionId: "E1" },
    ...{ requestId: "r", viewerIp: "192.0.2.1" },
    request: { method: "GET", uri: "/a", querystring, headers },
  };
}

const inputs = { now: Date.UTC(2026, 1, 3), seed: 12_345_678_901, store: undefined };

const touchedBy = (source: string, headers: readonly string[], query?: string): readonly string[] =>
  runtime.repeat(copyOf(source), eventWith(headers, query), inputs).touched;

const session = ["host", "h", "cookie", `a=1; session=${hiddenValue("cookie", "x-_y")}; b=2`];

test("the same inputs have the same outcome, clock and chance among them", () => {
  const copy = copyOf(`function handler(event) {
    var request = event.request;
    request.headers["x-when"] = { value: String(Date.now()) };
    request.headers["x-dice"] = { value: String(Math.random()) + " " + Math.random() };
    return request;
  }`);
  const run = (seed: number): RepeatedInvocation =>
    runtime.repeat(copy, eventWith(["host", "h"]), { ...inputs, seed });
  const first = run(7);
  assert.deepEqual(run(7).outcome, first.outcome);
  assert.notDeepEqual(run(8).outcome, first.outcome);
  assert.equal(first.outcome.type, "request");
  assert.match(JSON.stringify(first.outcome), new RegExp(String(inputs.now)));
});

test("what a viewer's run tells of its clock and chance repeats it", () => {
  const copy = copyOf(`function handler(event) {
    event.request.uri = "/" + Math.floor(Math.random() * 1e15) + "/" + Date.now();
    return event.request;
  }`);
  const event = eventWith(["host", "h"]);
  for (let count = 0; count < 5; count += 1) {
    const { outcome, ranAt, seed } = runtime.run(copy, event);
    assert.ok(ranAt !== undefined && seed !== undefined);
    const again = runtime.repeat(copy, event, { now: ranAt, seed, store: undefined });
    assert.deepEqual(again.outcome, outcome);
  }
});

test("numbers that follow from seeds are spread as chance is", () => {
  const copy = copyOf(`function handler(event) {
    event.request.uri = "/" + Math.floor(Math.random() * 10);
    return event.request;
  }`);
  const counts = Array.from({ length: 10 }, () => 0);
  for (let seed = 1; seed <= 2000; seed += 1) {
    const { outcome } = runtime.repeat(copy, eventWith(["host", "h"]), { ...inputs, seed });
    assert.ok(outcome.type === "request");
    counts[Number(outcome.request.uri.slice(1))]! += 1;
  }
  // Six standard deviations.
  for (const count of counts) assert.ok(Math.abs(count - 200) < 81, counts.join(" "));
});

test("a run tells what it asked its store", () => {
  const copy = copyOf(`import cf from 'cloudfront';
  async function handler(event) {
    event.request.uri = "/" + await cf.kvs().get("k");
    return event.request;
  }`);
  const store: KeyValueReader = {
    ...{ id: "s", keyCount: 1, createdTime: "", lastUpdatedTime: "" },
    get: (key) => (key === "k" ? "v" : undefined),
  };
  for (let count = 0; count < 2; count += 1) {
    const { storeReads } = runtime.run(copy, eventWith(["host", "h"]), store);
    assert.deepEqual(storeReads, {
      reads: [
        { question: "id", key: "", answer: "+s" },
        { question: "get", key: "k", answer: "+v" },
      ],
      isWhole: true,
    });
  }
});

test("reading shows of what stands in the place of a name, or of a part of the path", () => {
  const of = (body: string): string => `function handler(event) { ${body}; return event.request; }`;
  const hidden = hiddenValue("path", "q");
  const touched = (body: string, uri: string, cookie: string, query: string): readonly string[] =>
    runtime.repeat(
      copyOf(of(body)),
      {
        ...eventWith(["host", "h", "cookie", cookie], query),
        request: {
          method: "GET",
          uri,
          querystring: query,
          headers: ["host", "h", "cookie", cookie],
        },
      },
      inputs,
    ).touched;
  const all = [
    `/a/${hidden}`,
    hiddenValue("cookie", "c"),
    `${hiddenValue("query", "n")}&b=1`,
  ] as const;
  const carried = runtime.repeat(
    copyOf(of("event.request.headers['x-a'] = { value: '1' }")),
    {
      ...eventWith([]),
      request: { method: "GET", uri: all[0], querystring: all[2], headers: ["cookie", all[1]] },
    },
    inputs,
  );
  assert.deepEqual(carried.touched, []);
  assert.ok(carried.outcome.type === "request");
  const { uri, querystring, headers } = carried.outcome.request;
  assert.deepEqual([uri, querystring, headers[1]], [all[0], all[2], all[1]]);
  assert.deepEqual(touched("event.request.uri = '/b'", ...all), []);
  assert.deepEqual(touched("event.request.uri += '/b'", ...all), ["uri"]);
  assert.deepEqual(touched("Object.keys(event.request.querystring)", ...all), ["querystring"]);
  assert.deepEqual(touched("Object.keys(event.request.cookies)", ...all), ["cookies"]);
  assert.deepEqual(
    touched("event.request.uri += event.request.querystring.b.value", "/a", "a=1", "b=1"),
    [],
  );
});

test("reading what is hidden shows, and carrying it does not", () => {
  const of = (body: string): string => `function handler(event) { ${body}; return event.request; }`;
  assert.deepEqual(touchedBy(of(""), session), []);
  assert.deepEqual(
    touchedBy(of("var c = event.request.cookies; c.more = { value: 'x' }"), session),
    [],
  );
  assert.deepEqual(
    touchedBy(of("if (event.request.cookies.session) event.request.uri = '/in'"), session),
    [],
  );
  assert.deepEqual(
    touchedBy(of("if (event.request.cookies.a.value) event.request.uri = '/a'"), session),
    [],
  );
  assert.deepEqual(
    touchedBy(
      of("if (event.request.cookies.session.value === 'x') event.request.uri = '/in'"),
      session,
    ),
    ["cookie session"],
  );
  assert.deepEqual(touchedBy(of("console.log(JSON.stringify(event))"), session), [
    "cookie session",
  ]);
  const both = ["host", "h", "authorization", hiddenValue("header", "q"), "accept", "*/*"];
  assert.deepEqual(
    touchedBy(
      of("event.request.headers['x-b'] = { value: event.request.headers.authorization.value }"),
      both,
    ),
    ["header authorization"],
  );
  const query = `t=${hiddenValue("query", "q")}&u=1`;
  assert.deepEqual(
    touchedBy(of("event.request.uri = event.request.querystring.t.value"), both, query),
    ["query t"],
  );
  assert.deepEqual(
    touchedBy(of("event.request.uri = '/' + event.request.rawQueryString()"), both, query),
    ["query string"],
  );
  const twice = [
    "host",
    "h",
    "cookie",
    `s=${hiddenValue("cookie", "1")}; s=${hiddenValue("cookie", "2")}`,
  ];
  assert.deepEqual(
    touchedBy(of("event.request.uri = event.request.cookies.s.multiValue[0].value"), twice),
    ["cookie s"],
  );
});

test("what waits before it reads is seen as well, and so is who changes a built-in", () => {
  assert.deepEqual(
    touchedBy(
      "async function handler(event) { await 0; event.request.uri = event.request.cookies.session.value; return event.request; }",
      session,
    ),
    ["cookie session"],
  );
  assert.deepEqual(
    touchedBy(
      "function handler(event) { Object.prototype.x = 1; if (event.request.cookies.session.value) event.request.uri = '/y'; return event.request; }",
      session,
    ),
    ["cookie session"],
  );
});

test("what a function assigns takes the place of what was hidden", () => {
  const copy = copyOf(`function handler(event) {
    event.request.cookies.session.value = "mine";
    return event.request;
  }`);
  const { outcome, touched } = runtime.repeat(copy, eventWith(session), inputs);
  assert.deepEqual(touched, []);
  assert.ok(outcome.type === "request");
  assert.match(outcome.request.headers.join("\n"), /session=mine/);
});
