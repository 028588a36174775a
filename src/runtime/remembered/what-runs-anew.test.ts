/**
 * Whatever a function can read that is not in its event, by whatever way, makes each run a new one.
 *
 * FOOTLIGHT_BUILT_INS=all calls every built-in, which takes half a minute, in place of some of them.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { after, mock, test } from "node:test";
import { FunctionIsolate } from "../function-isolate.ts";
import type { FunctionEvent, Invocation, KeyValueReader } from "../function-runtime.ts";
import { createRuntime } from "../isolate-runtime.ts";
import { asIfRun } from "../../../test/support/as-if-run.ts";
import { copyOf, patientWatchdogMs, sampleEvent } from "../../../test/support/sample-copy.ts";

let time = 0;
let runs = 0;
const now = (): Date => new Date(time);
// What is remembered asks the clock as well, so runs are counted where the isolate is entered.
// oxlint-disable-next-line typescript/unbound-method -- called with its isolate below
const { invoke } = FunctionIsolate.prototype;
mock.method(FunctionIsolate.prototype, "invoke", function (this: FunctionIsolate, ...given) {
  runs += 1;
  return invoke.apply(this, given);
} satisfies typeof invoke);
const options = { watchdogMs: patientWatchdogMs, now };
const remembering = createRuntime({ ...options, remembers: true });
const plain = createRuntime(options);
after(() => Promise.all([remembering.close(), plain.close()]));

const storeOf = (revision: number): KeyValueReader => ({
  id: `s-${revision}`,
  get: (key) => (key === `k${revision}` || key === "k" ? `v${revision}` : undefined),
  keyCount: revision,
  createdTime: new Date(revision).toISOString(),
  lastUpdatedTime: new Date(revision).toISOString(),
});

/** How many of four runs on the same event were runs. */
function runsOf(source: string, runtime?: "cloudfront-js-1.0"): number {
  const copy = copyOf(source, runtime);
  const before = runs;
  for (let i = 0; i < 4; i += 1) {
    time += 60_000;
    remembering.run(copy, { ...sampleEvent, requestId: `id-${time}` }, storeOf(time));
  }
  return runs - before;
}

const showing = (expression: string): string =>
  `function handler(e) { return { statusCode: 200, body: '' + ${expression} } }`;
const withModules = (expression: string): string =>
  `import cf from 'cloudfront'; async function handler(e) { ${expression} }`;

const readers: readonly string[] = [
  // The clock.
  ...["Date.now()", "Date()", "new Date()", "new Date", "+new Date()", "new Date().toISOString()"],
  ...["Date['n' + 'ow']()", "globalThis.Date.now()", "globalThis['Da' + 'te'].now()"],
  "new (new Date(0).constructor)()",
  "new Date(0)['con' + 'structor'].now()",
  "Date.prototype.constructor.now()",
  "[].constructor.constructor('return this')().Date.now()",
  "[]['con' + 'structor']['con' + 'structor']('return this')()['Da' + 'te']['now']()",
  "Function('return this')().Date()",
  "(function () { var D = Date; return new D().getTime() })()",
  "(function () { var n = Date.now; return n() })()",
  "Date.now.call(null)",
  "Date.now.apply(undefined, [])",
  "Date.now.bind(null)()",
  "Date.bind(null)()",
  "new (Date.bind(null))()",
  "Date.call(new Date(0))",
  "[Date][0].now()",
  "[1].map(Date.now)[0]",
  "[1].map(Date)[0]",
  "{ valueOf: Date.now }",
  "{ toString: Date }",
  "'a'.replace('a', Date.now)",
  "'a'.replace(/a/, Date)",
  "JSON.stringify({ toJSON: Date.now })",
  "[2, 1].sort(Date.now).concat(Date.now())",
  "Object.getOwnPropertyDescriptor(Date, 'now').value()",
  "Object.getOwnPropertyDescriptor(globalThis, 'Date').value.now()",
  "Object.values(Object.getOwnPropertyDescriptors(Date)).map(function (d) { return typeof d.value === 'function' && d.value.name === 'now' ? d.value() : 0 }).join()",
  "Object.getOwnPropertyNames(globalThis).map(function (n) { return n === 'Date' ? globalThis[n].now() : 0 }).join()",
  "Object.create({ get x() { return Date.now() } }).x",
  // Chance.
  ...["Math.random()", "Math['ran' + 'dom']()", "globalThis.Math.random()"],
  "(function () { var r = Math.random; return r() })()",
  "[2, 1, 3].sort(Math.random).length",
  "[1].map(Math.random)[0]",
  "Math.random.call(null)",
  "Math.random.bind(0)()",
  "{ toString: Math.random }",
  "'a'.replace('a', Math.random)",
  "Object.getOwnPropertyDescriptor(Math, 'random').value()",
  // The request's id.
  ...[
    "e.context.requestId",
    "e['context']['requestId']",
    "JSON.stringify(e)",
    "arguments[0].context",
  ],
  "JSON.stringify(e.context)",
  "e.context['request' + 'Id']",
  "Object.values(e.context).join()",
  "(function (x) { return x.context.requestId })(e)",
].map(showing);

const storeReaders: readonly string[] = [
  "var v = await cf.kvs().get('k'); return { statusCode: 200, body: v }",
  "var v = await cf['kv' + 's']()['g' + 'et']('k'); return { statusCode: 200, body: v }",
  "var v = await cf.kvs().exists('k'); return { statusCode: 200, body: '' + v }",
  "var v = await cf.kvs().meta(); return { statusCode: 200, body: JSON.stringify(v) }",
  "try { cf.kvs('none'); } catch (error) { return { statusCode: 200, body: '' + error } }",
  "cf.kvs(); return e.request",
  "var k = cf.kvs; var g = k().get; var v = await g('k'); return { statusCode: 200, body: v }",
  "var v = await require('cloudfront').kvs().get('k'); return { statusCode: 200, body: v }",
  "for (var n in cf) if (n.length === 3 && n[0] === 'k') cf[n](); return e.request",
].map(withModules);

test("a run that read the clock, chance, the request's id or what a store has no more is never remembered", () => {
  for (const source of [...readers, ...storeReaders]) assert.equal(runsOf(source), 4, source);
  for (const source of readers) {
    if (!source.includes("=>")) assert.equal(runsOf(source, "cloudfront-js-1.0"), 4, source);
  }
});

test("a run that read the clock in another way of ending is never remembered either", () => {
  for (const source of [
    "function handler(e) { throw new Error(Date.now()) }",
    "function handler(e) { Date.now(); }",
    "function handler(e) { Date.now(); return { statusCode: 1 } }",
    "function handler(e) { Date.now(); e.request.uri = '/x'; return e.request }",
    "function handler(e) { while (Date.now()) ; }",
    "async function handler(e) { await Date.now(); throw 1 }",
    "async function handler(e) { await 1; Date.now(); return e.request }",
    "function handler(e) { Promise.resolve(1).then(Date.now); return e.request }",
    "function handler(e) { Promise.reject(new Error(Date.now())); return e.request }",
    "function handler(e) { var r = e.request; return { statusCode: 200, get body() { return '' + Date.now() } } }",
    "function handler(e) { e.request.headers.a = { get value() { return '' + Date.now() } }; return e.request }",
    "var at = Date.now(); function handler(e) { return e.request }",
    "function handler(e) { console.log({ toString: Date.now }); return e.request }",
  ]) {
    assert.equal(runsOf(source), 4, source);
  }
});

test("a run in a realm of its own, one that overflowed the stack, and one that did not begin run anew", () => {
  for (const source of [
    "function handler(e) { String.prototype.x = function () { return 'y' }; return { statusCode: 200, body: 'z'.x() } }",
    "function handler(e) { var o = { toString: function () { return '' + o } }; try { '' + o } catch (error) {} return e.request }",
    "function handler(e) { var o = { toString: function () { return '' + o } }; return '' + o }",
  ]) {
    assert.ok(runsOf(source) >= 4, source);
  }
  const [first, second] = [1, 2].map(() => remembering.run(copyOf("class A {}"), sampleEvent));
  assert.deepEqual(first, second);
});

test("a run whose stack was full just as its steps were to be looked at runs anew", () => {
  // So many parameters fill it long before the limit. The steps before it decide which calls look.
  const names = Array.from({ length: 200 }, (_none, index) => `p${index}`);
  const copy = copyOf(`function deeper(${names.join()}) { return deeper(1) + 1; }
function handler(e) {
  for (var i = 0; i < e.request.uri.length; i++) {}
  return deeper();
}`);
  const before = runs;
  for (let length = 0; length < 200; length += 1) {
    const uri = `/${"x".repeat(length)}`;
    const event = { ...sampleEvent, request: { ...sampleEvent.request, uri } };
    for (let i = 0; i < 2; i += 1) remembering.run(copy, event);
  }
  assert.equal(runs - before, 400);
});

test("a run that read nothing but its event is remembered, whatever the source could read", () => {
  for (const source of [
    showing("e.request.uri"),
    showing("e.context.distributionId + e.viewer.ip"),
    showing("new Date(0).toISOString() + Date.UTC(2020, 1) + Date.parse('2020-01-01')"),
    showing("(e.request.uri === '/now' ? Date.now() : 1)"),
    showing("Math.max(1, 2)"),
    "function handler(e) { throw new Error('x') }",
    "function handler(e) { while (true) ; }",
    "function handler(e) {}",
    "function handler(e) { return { statusCode: 1 } }",
    "async function handler(e) { await 1; return e.request }",
    withModules("cf.updateRequestOrigin({ domainName: 'x.example' }); return e.request"),
    withModules("return { statusCode: 200, body: JSON.stringify(cf.edgeLocation) }"),
    "import crypto from 'crypto'; function handler(e) { return { statusCode: 200, body: crypto.createHash('md5').update('x').digest('hex') } }",
    "function handler(e) { e.request.headers = { host: e.request.headers.host }; return e.request }",
  ]) {
    assert.equal(runsOf(source), 1, source);
  }
});

/** A store as the state holds one: another object after each change. */
function revisionOf(pairs: Readonly<Record<string, string>>, revision: number): KeyValueReader {
  return {
    id: "s",
    get: (key) => (Object.hasOwn(pairs, key) ? pairs[key] : undefined),
    keyCount: Object.keys(pairs).length,
    createdTime: "2026-01-01T00:00:00.000Z",
    lastUpdatedTime: new Date(revision).toISOString(),
  };
}

/** The answers to the same event with each store in turn, and how many of them took a run. */
function answersWith(source: string, stores: readonly (KeyValueReader | undefined)[]) {
  const copy = copyOf(source);
  const before = runs;
  const bodies = stores.map((store) => {
    const { outcome } = remembering.run(copy, sampleEvent, store);
    return outcome.type === "response"
      ? Buffer.from(outcome.response.body ?? "").toString()
      : outcome.type;
  });
  return { bodies, runs: runs - before };
}

test("a run that read a store is remembered until the store has another answer", () => {
  const first = revisionOf({ k: "1", l: "2" }, 1);
  const other = revisionOf({ k: "1", l: "changed" }, 2);
  const changed = revisionOf({ k: "changed", l: "2" }, 3);
  const without = revisionOf({ l: "2" }, 4);
  const reads = withModules(
    "var v; try { v = await cf.kvs().get('k') } catch (error) { v = 'none' } return { statusCode: 200, body: v }",
  );
  const { bodies, runs } = answersWith(reads, [
    ...[first, first, other, first, other],
    ...[changed, changed, first, without, without, undefined, undefined, first],
  ]);
  assert.deepEqual(bodies, [
    ...["1", "1", "1", "1", "1"],
    ...["changed", "changed", "1", "none", "none", "none", "none", "1"],
  ]);
  assert.equal(runs, 6);
});

test("each question to a store is remembered with its answer, whatever became of it", () => {
  const [k, l, both] = [{ k: "1" }, { l: "1" }, { k: "1", l: "1" }].map((pairs, index) =>
    revisionOf(pairs, index),
  );
  const again = revisionOf({ k: "1" }, 9);
  for (const [source, stores, expected] of [
    ["await cf.kvs().exists('k'); return e.request", [k, k, both, l, l, k], 3],
    ["await cf.kvs().meta(); return e.request", [k, k, again, again, k], 3],
    ["cf.kvs(); return e.request", [k, k, l, both], 1],
    // With l it ends in a rejection that nobody handles, which is not kept, so that the answer for k stays.
    ["cf.kvs().get('k'); return e.request", [k, both, l, k], 2],
    [
      "if (await cf.kvs().exists('k')) await cf.kvs().get('l'); return e.request",
      [k, l, l, k, both],
      4,
    ],
    ["await cf.kvs().get('none')", [k, k, l], 1],
    ["while (true) await cf.kvs().exists('k')", [k, k], 2],
    ["for (var i = 0; i < 20; i++) await cf.kvs().exists('k' + i); return e.request", [k, k], 2],
    ["for (var i = 0; i < 10; i++) await cf.kvs().exists('k' + i); return e.request", [k, k], 1],
    ["await cf.kvs().exists('x'.repeat(20000)); return e.request", [k, k], 2],
  ] as const) {
    assert.equal(answersWith(withModules(source), stores).runs, expected, source);
  }
});

/** The bodies that a function answers at times in turn, and how many of them took a run. */
function answersAt(source: string, times: readonly number[]) {
  const [copy, other] = [copyOf(source), copyOf(source)];
  const before = runs;
  const bodies = times.map((at) => {
    time = at;
    const invocation = remembering.run(copy, sampleEvent);
    assert.deepEqual(asIfRun(invocation), asIfRun(plain.run(other, sampleEvent)), source);
    const { outcome } = invocation;
    return outcome.type === "response" ? Buffer.from(outcome.response.body ?? "").toString() : "";
  });
  return { bodies, runs: runs - before - times.length };
}

test("a run that only compared the clock is remembered until it compares otherwise", () => {
  const when = (...expressions: string[]): string[] =>
    expressions.map((expression) => showing(expression));
  for (const source of [
    ...when("(Date.now() > 5000)", "(Date.now() <= 5000)", "(5000 < Date.now())"),
    ...when("(5001 > Date.now())", "(5000.5 >= Date.now())", "(/**/Date.now()/**/>/**/(5000))"),
    ...when("(Date.now() / 1000 > 5)", "(Math.floor(Date.now() / 1000) > 5)"),
    ...when("(5 >= Math.ceil(Date.now() / 1e3))", "(Math.trunc(new Date().getTime() / 1000) < 6)"),
    ...when("(5 < parseInt(Date.now() / 1000))"),
    ...when("(+new Date() > 5000)", "(((Date.now())) > (e.request.uri.length * 5000))"),
    ...when("(Date.now() > 5000 ? Date.now() > 1 : Date.now() < 9e9)"),
    "function handler(e) { var now = Date.now(); return { statusCode: 200, body: '' + (now > 5000) } }",
    "var now = Date.now(), is = 0; function handler(e) { is += now < 5001; return { statusCode: 200, body: '' + is } }",
    "function handler(e) { const now = Math.floor(Date.now() / 1000); return { statusCode: 200, body: [4, 5].map(function (x) { return x < now }).join() } }",
    "function handler(e) { if (e.none && Date.now() > 1) throw 1; if (Date.now() > 5000) throw new Error('late'); return e.request }",
    "async function handler(e) { const now = Date.now(); await 1; return { statusCode: 200, body: '' + (now >= 5001) } }",
  ]) {
    const isFloored = /floor|trunc|parseInt/.test(source);
    const last = isFloored ? 5999 : 5000;
    const { runs } = answersAt(source, [4600, 4600, last, last + 1, last + 1, 8000, 4600, 4600]);
    assert.ok(runs === 3 || (runs === 4 && source.includes("map")), `${runs} ${source}`);
  }
  const expires = showing("(Date.now() > 5000 ? 'over' : 'valid')");
  assert.deepEqual(answersAt(expires, [1, 5000, 5001, 5002, 5000]), {
    bodies: ["valid", "valid", "over", "over", "valid"],
    runs: 3,
  });
  const tested = plain.test(
    copyOf(expires),
    '{"context":{"eventType":"viewer-request"},"request":{"method":"GET","uri":"/"}}',
  );
  assert.match(tested.output, /"valid"/);
  const unset = showing("(Date.now() > e.exp || e.exp <= Date.now())");
  assert.equal(answersAt(unset, [1, 9e12, 1]).runs, 1);
});

test("a run that did more with the clock than compare it is never remembered", () => {
  const compares = "(Date.now() > 5)";
  for (const source of [
    ...["(Date.now() + 1 > 5)", "(Date.now() > Date.now())", "(Date.now() > '5')"].map(showing),
    ...["(Date.now() > { valueOf: Date.now })", "(Date.now() > [5])", "(Date.now() == 5)"].map(
      showing,
    ),
    ...["(Date.now() > null)", "(new Date() > 5)", "(Date.now(1) > 5)"].map(showing),
    ...["(Math.floor(Date.now() / 1000, 1) > 5)", "(Date.now() / -1 > 5)"].map(showing),
    ...["(Date.now() / 7 / 1000 > 5)", "(Math.floor(Math.ceil(Date.now())) > 5)"].map(showing),
    ...["(Date.now() / e > 5)", "(Math.max(Date.now()) > 5)", "(5 > Date['now']())"].map(showing),
    showing(`${compares} + Date.now()`),
    showing(`${compares} + 0 * Math.random()`),
    showing(`${compares} + (function () { return Date.now() })()`),
    showing(`${compares} + (function (Date) { return 1 })()`),
    ...[
      "var now = Date.now(); return [now > 5, now]",
      "var now = Date.now(); now += 1; return now > 5",
      "var now = Date.now(); return (now > 5) + `${now}`",
      "var now = Date.now(); return (function (now) { return now > 5 })(1)",
      "var now = Date.now(), now = 4; return now > 5",
      "var now = Date.now(); return { now }.now > 5",
      "var now = Date.now(); return eval('now > 5')",
      "var now = Date.now(), then = Date.now(); return now > then",
      "var is = now > 5; var now = Date.now(); return is || now > 5",
      "var now = Date.now(); for (var now in { a: 1 }) if (now > 5) return 1; return now > 5",
      "for (var i = 0; i < 20; i++) if (Date.now() < i) break; return i",
    ].map((text) => showing(`(function () { ${text} })()`)),
    "function handler(e) { var Date = { now: function () { return 7 } }; var now = globalThis.Date.now(); return { statusCode: 200, body: '' + (Date.now() > 6) + now } }",
  ]) {
    assert.equal(answersAt(source, [1000, 2000, 3000]).runs, 3, source);
  }
});

test("a replaced copy is remembered no more", () => {
  const copy = copyOf(showing("e.request.uri"));
  const count = (work: () => void): number => {
    const before = runs;
    work();
    return runs - before;
  };
  const twice = () => {
    remembering.run(copy, sampleEvent);
    remembering.run(copy, sampleEvent);
  };
  assert.equal(count(twice), 1);
  remembering.retire(copy);
  assert.equal(count(twice), 2);
  remembering.prepare(copy);
  assert.equal(count(twice), 1);
});

test("no built-in answers otherwise at another time, with another store, without being noticed", () => {
  const source = `import cf from 'cloudfront'; import crypto from 'crypto'; import qs from 'querystring';
import buffer from 'buffer';
var roots = { globalThis: globalThis, cf: cf, crypto: crypto, qs: qs, buffer: buffer };
function resolve(path) {
  return path.split('/').reduce(function (at, name) {
    if (at === null || at === undefined) return undefined;
    if (name === '^') return Object.getPrototypeOf(at);
    var own = Object.getOwnPropertyDescriptor(at, name);
    return own && ('value' in own ? own.value : own.get);
  }, roots);
}
function show(value) {
  var text = typeof value;
  try { text += ' ' + value } catch (error) { text += ' ' + error }
  try { text += JSON.stringify(value) } catch (error) {}
  return text;
}
var calls = [
  function (f) { return f() },
  function (f) { return new f() },
  function (f) { return f(0, 1) },
  function (f) { return f.call(new Date(0)) },
  function (f) { return f.call(cf, 'k', 'k') },
  function (f) { return f.call([3, 1, 2], function (x) { return x }) },
  function (f) { return f.call('text', 't') },
];
function handler(e) {
  var q = e.request.querystring, at = resolve(decodeURIComponent(q.path.value));
  if (q.call.value === 'list') {
    var isHolder = (typeof at === 'object' && at !== null) || typeof at === 'function';
    var names = isHolder ? Object.getOwnPropertyNames(at) : [];
    return { statusCode: 200, body: JSON.stringify({ type: typeof at, names: names }) };
  }
  var text;
  try { text = show(calls[+q.call.value](at)) } catch (error) { text = 'threw ' + error }
  return { statusCode: 200, body: text };
}`;
  const ask = (path: string, call: string): FunctionEvent => ({
    ...sampleEvent,
    request: {
      ...sampleEvent.request,
      querystring: `call=${call}&path=${encodeURIComponent(path)}`,
    },
  });
  const bodyOf = ({ outcome }: Invocation): string =>
    outcome.type === "response"
      ? Buffer.from(outcome.response.body ?? "").toString()
      : JSON.stringify(outcome);
  const functions: string[] = [];
  const lister = copyOf(source);
  const walk = (path: string, depth: number): void => {
    const found = JSON.parse(bodyOf(plain.run(lister, ask(path, "list")))) as {
      type: string;
      names: string[];
    };
    if (found.type === "function") functions.push(path);
    if (depth === 0) return;
    for (const name of found.names) {
      if (!["constructor", "globalThis", "caller", "arguments"].includes(name)) {
        walk(`${path}/${name}`, depth - 1);
      }
    }
  };
  for (const root of ["cf", "crypto", "qs", "buffer"]) walk(root, 1);
  for (const root of ["globalThis", "globalThis/Uint8Array/^"]) walk(root, 3);
  assert.ok(functions.length > 400, `${functions.length} functions were found`);
  const expected = ["cf/kvs", "globalThis/Date", "globalThis/Date/now", "globalThis/Math/random"];
  const changing = new Set<string>();
  const step = process.env["FOOTLIGHT_BUILT_INS"] === "all" ? 1 : 16;
  const tried = functions.filter((path, i) => i % step === 0 || expected.includes(path));
  for (const path of tried) {
    // One that tries to change a built-in runs in realms of its own from then on.
    const copy = copyOf(source);
    for (let call = 0; call < 7; call += 1) {
      const event = ask(path, `${call}`);
      time += 1000;
      const first = remembering.run(copy, event);
      time += 1000;
      const later = remembering.run(copy, event, storeOf(time));
      if (path.endsWith("/random")) {
        if (bodyOf(first) !== bodyOf(later)) changing.add(path);
        continue;
      }
      assert.deepEqual(
        asIfRun(later),
        asIfRun(plain.run(copy, event, storeOf(time))),
        `${path}, call ${call}`,
      );
      if (bodyOf(first) !== bodyOf(later)) changing.add(path);
    }
  }
  assert.deepEqual([...changing].toSorted(), expected);
});
