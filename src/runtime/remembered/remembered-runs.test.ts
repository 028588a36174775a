/**
 * Made-up functions on made-up events, each run where answers are remembered and where they are not: the
 * invocations must be the same, logs and utilization among them.
 *
 * Between runs isolates make room for others, copies are replaced, the clock goes on, keys change, and more
 * shapes of headers come than an isolate knows. FOOTLIGHT_FUZZ_ROUNDS says how many rounds; the seed is fixed
 * unless FOOTLIGHT_FUZZ_SEED is given.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { after, mock, test } from "node:test";
import { markRecurring } from "../../base/recurring-lines.ts";
import type { FunctionCopy } from "../../model/function.ts";
import { FunctionIsolate } from "../function-isolate.ts";
import type { EventRequest, FunctionEvent, KeyValueReader } from "../function-runtime.ts";
import { createRuntime } from "../isolate-runtime.ts";
import { RunMemory } from "./run-memory.ts";
import { asIfRun } from "../../../test/support/as-if-run.ts";
import { copyOf, patientWatchdogMs, sampleEvent } from "../../../test/support/sample-copy.ts";

const rounds = Number(process.env["FOOTLIGHT_FUZZ_ROUNDS"] ?? 4);
let state = Number(process.env["FOOTLIGHT_FUZZ_SEED"] ?? 20_261_128);

/** Pseudo-random numbers (mulberry32). */
function random(): number {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}
const below = (limit: number): number => Math.floor(random() * limit);
const pick = <Item>(items: readonly Item[]): Item => items[below(items.length)] as Item;
const several = <Item>(most: number, make: () => Item): Item[] =>
  Array.from({ length: below(most + 1) }, make);

const names = ["host", "accept", "a", "b", "x-a", "theme", "7"];
const map = (): string =>
  pick(["h", "c", "q", "e.request.headers", "e.response.headers", "e.response.cookies"]);

/** What depends on the event alone. */
const pure: (() => string)[] = [
  () => `show(${map()}['${pick(names)}']);`,
  () => `show(${map()}['${pick(names)}'].value);`,
  () => `show(Object.keys(${map()}));`,
  () => `${map()}['${pick(names)}'] = { value: '${pick(["v", "\\u00e9", "w"])}' };`,
  () => `delete ${map()}['${pick(names)}'];`,
  () => `r.uri += 'x';`,
  () => `r.headers = { host: h.host };`,
  () => `r.querystring = ${pick(["'a=1'", "{ a: { value: 'z' } }", "{}"])};`,
  () => `show(e.viewer.ip);`,
  () => `show(e.context.distributionId);`,
  () => `show(e.context.endpoint || e.context.distributionDomainName);`,
  () =>
    `show(cf.distributionTenant.id + cf.distributionTenant.parameters.get('${pick(["a", "b"])}'));`,
  () => `show(r.method + r.uri);`,
  () => `console.log(${pick(["r.uri", "h", "[k, r.uri]", "'x'.repeat(20000)"])});`,
  () => `show(crypto.createHash('md5').update(r.uri).digest('hex'));`,
  () => `show(new Date(k * 86400000).toISOString());`,
  () => `cf.updateRequestOrigin({ domainName: 'o' + r.uri.length + '.example' });`,
  () => `throw new Error(r.uri);`,
  () => `null.x;`,
  () => `while (r.uri === '/a') k += 1;`,
  () => `r.uri = '${pick(["no slash", "/moved", "/a b"])}';`,
  () => `h['${pick(["Upper", "x-edge-a", "via"])}'] = { value: 'v' };`,
];
/** What depends on more. */
const impure: (() => string)[] = [
  () => `show(Date.now());`,
  () => `show(new Date().getTime());`,
  () => `if (r.uri === '/b') show(Date());`,
  () => `show(e.context.requestId);`,
  () => `r.headers['x-time'] = { value: '' + new D().getTime() };`,
  () => `show(JSON.stringify(e));`,
];
const stored: (() => string)[] = [
  () => `try { show(cf.kvs().get('k')) } catch (error) { show(error.message) }`,
  () => `cf.kvs().exists(r.uri).then(function (is) { show(is); });`,
];
/** What is the same until the clock gets there. */
const timed: (() => string)[] = [
  () => `show(Date.now() ${pick(["<", ">", "<=", ">="])} ${someTime()});`,
  () =>
    `if (${someTime() / 1000} > Math.${pick(["floor", "ceil", "round", "trunc"])}(Date.now() / 1000)) show(1);`,
  () =>
    `var now = ${pick(["Date.now()", "new Date().getTime() / 1000", "parseInt(Date.now() / 1e3)"])}; show(${someTime()} < now);`,
  () => `var now = +new Date(); show([now <= ${someTime()}, ${pick(["now", "k"])} > 5]);`,
  () =>
    `var late = Date.now(); if (late > k + ${pick([someTime(), "'x'", "h.exp"])}) throw new Error('late');`,
];
/** One that is soon, as the test's clock goes. */
const someTime = (): number => time + below(200_000) + pick([0, 0.5, 1]);
const awaits: (() => string)[] = [
  () => `show(await cf.kvs().get('${pick(["k", "l"])}'));`,
  () => `show((await cf.kvs().meta()).keyCount);`,
  () => `show(await cf.kvs('${pick(["s-1", "s-2"])}').exists('l'));`,
  () => `await Promise.reject(new Error('rejected'));`,
];
const tampering: (() => string)[] = [
  () => `String.prototype.twice = function () { return this + this };`,
  () => `show(''.twice ? 'left' : 'clean');`,
];
const ends: (() => string)[] = [
  () => "return r;",
  () => "return r;",
  () => "return e.response || r;",
  () => "return { statusCode: 302, headers: { location: { value: '/x' + r.uri } } };",
  () => "return { statusCode: 200, body: out };",
  () => "return { statusCode: 99 };",
  () => "return undefined;",
];

function makeSource(): string {
  const isAsync = below(3) === 0;
  const kinds = [
    pure,
    pure,
    pure,
    pure,
    ...pick([[], [impure], [stored], [timed], isAsync ? [awaits] : []]),
  ];
  if (below(10) === 0) kinds.push(tampering);
  const statement = (): string => {
    const text = pick(pick(kinds))();
    return below(3) > 0 ? `try { ${text} } catch (error) { show(error.message); }` : text;
  };
  return `import cf from 'cloudfront'; import crypto from 'crypto';
var out = '', k = 2, D = Date;
function show(value) { out += JSON.stringify(value) + ';'; }
${isAsync ? "async " : ""}function handler(e) {
var r = e.request, h = r.headers, c = r.cookies, q = r.querystring;
${several(4, statement).join("\n")}
${below(2) === 0 ? "console.log(out);" : ""}
${pick(ends)()}
}`;
}

const headerSets = [
  ["Host", "Accept", "Cookie", "X-A"],
  ["Host", "User-Agent", "Accept", "Theme", "Cookie"],
  ["host", "X-A", "x-a", "Cookie", "Cookie", "7", "a"],
  ["Host", "B", "X-Amz-Cf-Id"],
  [],
];
/** More than one isolate knows, and more often than it takes to be known. */
const manyShapes = Array.from({ length: 90 }, (_none, i) => ["Host", `X-Of-Shape-${i}`, "A"]);
const line = (header: string): string =>
  header.toLowerCase() === "cookie" ? pick(["a=1; b=2", "theme=dark"]) : pick(["one", "caf\xe9"]);

const tenants = [
  undefined,
  { endpoint: "d1.cloudfront.net", told: '["dt_1","a","\\u00e9"]' },
  { endpoint: "d1.cloudfront.net", told: '["dt_2","a","x","b","y z"]' },
];

/** Other lines each time, or one of a few arrays that come again as they are. */
function linesOf(headers: readonly string[]): readonly string[] {
  const made = headers.flatMap((header) => [header, line(header)]);
  if (below(2) === 0) return made;
  const known = knownLines.get(String(headers)) ?? [];
  knownLines.set(String(headers), known);
  if (known.length < 2) {
    markRecurring(made);
    known.push(made);
  }
  return pick(known);
}
const knownLines = new Map<string, (readonly string[])[]>();

function makeEvent(headers: readonly string[]): FunctionEvent {
  const tenant = pick(tenants);
  const event: FunctionEvent = {
    ...sampleEvent,
    ...(tenant && { tenant }),
    viewerIp: pick(["198.51.100.7", "198.51.100.8"]),
    request: {
      method: pick(["GET", "GET", "HEAD"]),
      uri: pick(["/", "/a", "/b"]),
      querystring: pick([undefined, "", "a=1&b=2"]),
      headers: linesOf(headers),
    },
  };
  if (below(3) > 0) return event;
  return {
    ...event,
    eventType: "viewer-response",
    response: {
      statusCode: pick([200, 404]),
      statusDescription: "OK",
      headers: ["Server", "s", "X-A", line("x"), "Set-Cookie", "a=1; Path=/"],
    },
  };
}

/** Another object for each revision, as the state has them; it was no other store in between. */
const storeOf = memoized((revision: number): KeyValueReader => {
  const pairs = new Map([["k", `v${revision >> 2}`]]);
  if (revision % 2 === 1) pairs.set("l", "w");
  const time = new Date(revision * 1000).toISOString();
  return {
    id: `s-${1 + (revision % 2)}`,
    get: (key) => pairs.get(key),
    keyCount: pairs.size,
    createdTime: time,
    lastUpdatedTime: time,
  };
});

function memoized<Value>(make: (number: number) => Value): (number: number) => Value {
  const made = new Map<number, Value>();
  return (number) => {
    const value = made.get(number) ?? make(number);
    made.set(number, value);
    return value;
  };
}

let runs = { remembering: 0, plain: 0 };
let time = 0;
const now = (): Date => new Date(time);
const options = { watchdogMs: patientWatchdogMs, maxIsolates: 4, now };
const remembering = createRuntime({ ...options, remembers: true });
const plain = createRuntime(options);
// What is remembered asks the clock as well, so runs are counted where the isolate is entered.
// oxlint-disable-next-line typescript/unbound-method -- called with its isolate below
const { invoke } = FunctionIsolate.prototype;
let entered = 0;
mock.method(FunctionIsolate.prototype, "invoke", function (this: FunctionIsolate, ...given) {
  entered += 1;
  return invoke.apply(this, given);
} satisfies typeof invoke);
const memories = new WeakMap<EventRequest, RunMemory | undefined>();

/** Runs on both sides, and compares. */
function runOnBoth(
  copy: FunctionCopy,
  event: FunctionEvent,
  store: KeyValueReader | undefined,
  what: string,
): void {
  const before = entered;
  const { request } = event;
  // Half of the requests are the very same object each time that they come.
  if (!memories.has(request)) memories.set(request, below(2) === 0 ? undefined : new RunMemory());
  const memory = memories.get(request);
  const remembered = remembering.run(copy, event, store, undefined, memory);
  const between = entered;
  assert.deepEqual(asIfRun(remembered), asIfRun(plain.run(copy, event, store)), what);
  runs.remembering += between - before;
  runs.plain += entered - between;
}
after(() => Promise.all([remembering.close(), plain.close()]));

test("a remembered answer is the one that a run would have given", () => {
  for (let round = 0; round < rounds; round += 1) {
    const sources = Array.from({ length: 5 }, makeSource);
    const copies: FunctionCopy[] = sources.map((source) => copyOf(source));
    const events = Array.from({ length: 10 }, () => makeEvent(pick(headerSets)));
    let revision = 0;
    const check = (index: number, event: FunctionEvent): void => {
      const copy = copies[index] as FunctionCopy;
      const given = { ...event, requestId: `id-${time}` };
      // A request that began before a change goes on with what there was.
      const seen = below(4) === 0 ? Math.max(0, revision - 1) : revision;
      const store = seen === 0 ? undefined : storeOf(seen);
      runOnBoth(copy, given, store, `${sources[index]}\n${JSON.stringify(given)}`);
    };
    for (let i = 0; i < 150; i += 1) {
      time += 1000;
      if (below(20) === 0) revision += 1;
      const index = below(copies.length);
      if (below(40) === 0) {
        // Published again: the text is the same, and nothing of the copy is.
        for (const runtime of [remembering, plain]) runtime.retire(copies[index] as FunctionCopy);
        if (below(2) === 0) copies[index] = copyOf(sources[index] as string);
        for (const runtime of [remembering, plain]) runtime.prepare(copies[index] as FunctionCopy);
      }
      // Two in a row, so that isolates are not made anew for nearly every run.
      check(index, pick(events));
      check(index, pick(events));
    }
  }
  // So many that the comparison says something.
  assert.ok(runs.remembering < 0.7 * runs.plain, JSON.stringify(runs));
});

test("a remembered answer belongs to its headers' names, of however many shapes they are", () => {
  runs = { remembering: 0, plain: 0 };
  const sources = [
    "function handler(e) { return { statusCode: 200, body: JSON.stringify(e.request.headers) } }",
    "function handler(e) { var h = e.request.headers; h.b = { value: h.a ? h.a.value : 'none' }; return e.request }",
    "function handler(e) { e.request.headers = { host: e.request.headers.host }; return e.request }",
  ];
  const copies = sources.map((source) => copyOf(source));
  const others = Array.from({ length: 4 }, () => copyOf(sources[1] as string));
  for (let turn = 0; turn < 12; turn += 1) {
    // Every few turns the isolates go, and know no shape when they come back.
    if (turn % 4 === 3) for (const other of others) remembering.run(other, sampleEvent);
    for (const names of manyShapes) {
      const headers = names.flatMap((name) => [name, name.length % 2 === 0 ? "even" : "odd"]);
      const event = { ...sampleEvent, request: { ...sampleEvent.request, headers } };
      for (const copy of copies) {
        // Twice, since no number comes again when there are more shapes than numbers.
        runOnBoth(copy, event, undefined, String(names));
        runOnBoth(copy, event, undefined, String(names));
      }
    }
  }
  assert.ok(runs.remembering < 0.55 * runs.plain, JSON.stringify(runs));
});

test("a generated response that is remembered is the same object, and says so", () => {
  const copy = copyOf("function handler(e) { return { statusCode: 302 } }");
  remembering.run(copy, sampleEvent);
  const again = remembering.run(copy, sampleEvent);
  assert.ok(again.outcome.type === "response" && again.outcome.recurs);
  assert.equal(remembering.run(copy, { ...sampleEvent, requestId: "another" }), again);
});

test("a changed response that is remembered is the same object for the same lines, and says so", () => {
  const source = "function handler(e) { e.response.headers.a = { value: '1' }; return e.response }";
  const copy = copyOf(source);
  const run = (headers: readonly string[]) => {
    const response = { statusCode: 200, statusDescription: "OK", headers };
    return remembering.run(copy, { ...sampleEvent, eventType: "viewer-response", response });
  };
  const lines = ["X-B", "1"];
  run(lines);
  const again = run(lines);
  assert.ok(again.outcome.type === "response" && again.outcome.recurs);
  assert.equal(run(lines), again);
  assert.notEqual(run([...lines]), again);
  const others = run(["X-B", "2"]).outcome;
  assert.ok(others.type === "response");
  assert.deepEqual(others.response.headers, ["X-B", "2", "A", "1"]);
  const long = ["X-B", "b".repeat(2000)];
  run(long);
  const { outcome } = run(long);
  assert.ok(outcome.type === "response" && outcome.recurs === undefined);
});

test("a changed response that is remembered has the headers of its own event", () => {
  const source = "function handler(e) { e.response.headers.a = { value: '1' }; return e.response }";
  const copy = copyOf(source);
  for (const headers of [
    ["X-B", "1"],
    ["X-B", "2"],
    ["X-B", "3"],
  ]) {
    const response = { statusCode: 200, statusDescription: "OK", headers };
    const event = { ...sampleEvent, eventType: "viewer-response", response } as const;
    const { outcome } = remembering.run(copy, event);
    assert.ok(outcome.type === "response");
    assert.deepEqual(outcome.response.headers, [...headers, "A", "1"]);
  }
});

test("a changed request that is remembered is the same object for the same recurring lines, and says so", () => {
  const source = "function handler(e) { e.request.headers.a = { value: '1' }; return e.request }";
  const copy = copyOf(source);
  const run = (changed: Partial<EventRequest>) => {
    const request = { ...sampleEvent.request, uri: "/a", querystring: "b=1", ...changed };
    const invocation = remembering.run(copy, { ...sampleEvent, request });
    const { outcome } = invocation;
    assert.ok(outcome.type === "request");
    const headers = [...(changed.headers ?? sampleEvent.request.headers), "A", "1"];
    const { uri, querystring } = request;
    assert.deepEqual(outcome.request, { uri, querystring, headers });
    return { invocation, recurs: outcome.recurs };
  };
  const headers = ["X-B", "1"];
  const others = ["X-B", "2"];
  for (const lines of [headers, others]) markRecurring(lines);
  run({ headers });
  const again = run({ headers });
  assert.equal(again.recurs, true);
  assert.equal(run({ headers }).invocation, again.invocation);
  for (const changed of [
    { headers: others },
    { headers, uri: "/b" },
    { headers, querystring: undefined },
    { headers, querystring: "b=2" },
  ]) {
    run(changed);
    assert.notEqual(run(changed).invocation, again.invocation);
  }
  const once = ["X-B", "1"];
  assert.equal(run({ headers: once }).recurs, undefined);
  const long = ["X-B", "b".repeat(2000)];
  markRecurring(long);
  run({ headers: long });
  assert.equal(run({ headers: long }).recurs, undefined);
});

test("what a request that comes again was answered last is found without its text, until that is forgotten", () => {
  const source = "function handler(e) { e.request.headers.a = { value: '1' }; return e.request }";
  const copy = copyOf(source);
  const request: EventRequest = { ...sampleEvent.request, uri: "/again" };
  const memory = new RunMemory();
  let texts = 0;
  const counted = (changed: Partial<FunctionEvent> = {}) => {
    const event = { ...sampleEvent, request, ...changed };
    const headers = { get: () => ((texts += 1), request.headers), enumerable: true };
    const watched = Object.defineProperty({ ...request }, "headers", headers) as EventRequest;
    return remembering.run(copy, { ...event, request: watched }, undefined, undefined, memory);
  };
  for (let time = 0; time < 3; time += 1) counted();
  texts = 0;
  const again = counted();
  assert.equal(texts, 0);
  assert.ok(again.outcome.type === "request" && again.outcome.recurs);
  assert.equal(counted({ requestId: "another", viewerIp: "198.51.100.9" }), again);
  assert.equal(texts, 0);
  // What the request does not tell.
  counted({ distributionId: "EOTHER" });
  assert.ok(texts > 0);
  texts = 0;
  for (let time = 0; time < 3; time += 1) counted({ tenant: tenants[1]! });
  assert.ok(texts > 2);
  counted();
  texts = 0;
  remembering.retire(copy);
  counted();
  assert.ok(texts > 0);
});

test("what reads who asks is not found by the request alone", () => {
  const copy = copyOf("function handler(e) { return { statusCode: 200, body: e.viewer.ip } }");
  const memory = new RunMemory();
  for (const viewerIp of ["198.51.100.7", "198.51.100.7", "198.51.100.7", "198.51.100.8"]) {
    const event = { ...sampleEvent, viewerIp };
    const { outcome } = remembering.run(copy, event, undefined, undefined, memory);
    assert.ok(outcome.type === "response");
    assert.equal(Buffer.from(outcome.response.body!).toString(), viewerIp);
  }
});
