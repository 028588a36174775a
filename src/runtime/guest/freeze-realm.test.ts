/**
 * Walks every object that customer code can reach, marks what can be marked, and looks for the
 * marks in the next run.
 *
 * The walk takes each object's prototype, own properties, and the functions of its accessors; it
 * reads every getter, and calls and constructs every function, so that promises, iterators, errors
 * and whatever else only a call gives are reached as well.
 */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { encodeEvent } from "../event/encode-event.ts";
import type { FunctionEvent } from "../function-runtime.ts";
import { BlankIsolate } from "../blank-isolate.ts";
import type { RuntimeName } from "../runtime-name.ts";
import { sampleEvent } from "../../../test/support/sample-copy.ts";

/** Runs inside the isolate, in place of a function's instrumented source, and so is never stopped by the counters. */
const walker = `(function (meter, tick, caught, grown, required) {
  "use strict";
  const own = Object.getOwnPropertyDescriptor, names = Object.getOwnPropertyNames;
  const symbols = Object.getOwnPropertySymbols, define = Object.defineProperty;
  const protoOf = Object.getPrototypeOf, setProto = Object.setPrototypeOf;
  const isExtensible = Object.isExtensible, write = JSON.stringify, toText = String;
  const indexOf = Array.prototype.indexOf, apply = indexOf.apply, isView = ArrayBuffer.isView;
  const { then } = Promise.prototype, call = apply.bind(Function.prototype.call);
  const callOn = (f, self, given) => call(f, given === undefined ? [self] : [self, given, given]);
  const textOf = (value) => { try { return toText(value) } catch (e) { return "?" } };
  const mark = "left behind";
  /** Every own key; no iterator is used here, as the second walk may find the first one's mark on it. */
  const keysOf = (value) => {
    const keys = names(value), more = symbols(value);
    for (let i = 0; i < more.length; i += 1) define(keys, keys.length, { value: more[i] });
    return keys;
  };
  const each = (list, use) => { for (let i = 0; i < list.length; i += 1) use(list[i]) };

  return () => async function handler(event) {
    const endless = () => { meter.steps = 1e12; meter.rest = 0; meter.bytes = 1e12 };
    endless();
    const objects = [], paths = [], depths = [];
    const reach = (value, path, depth) => {
      if (value === null || (typeof value !== "object" && typeof value !== "function")) return;
      for (let i = objects.length - 1; i >= 0; i -= 1) if (objects[i] === value) return;
      const at = objects.length;
      define(objects, at, { value, writable: true, configurable: true, enumerable: true });
      define(paths, at, { value: path, writable: true, configurable: true, enumerable: true });
      define(depths, at, { value: depth, writable: true, configurable: true, enumerable: true });
    };
    const attempt = (make, path, depth) => {
      try { reach(make(), path, depth) } catch (error) { reach(error, path + " throws", depth) }
    };

    reach(globalThis, "globalThis", 0);
    each(["crypto", "querystring", "buffer", "cloudfront"], (name) => attempt(() => required(name), name, 0));
    reach(event, "event", 0);
    reach(event.request, "event.request", 0);
    reach(arguments, "arguments", 0);
    const tag = (parts) => parts;
    const made = {
      regexp: () => /(?<a>b)/g, match: () => /(?<a>b)/g.exec("b"), template: () => tag\`x\${1}y\`,
      arrow: () => () => 1, generator: () => (function* () {})(), generatorFunction: () => function* () {},
      asyncGenerator: () => (async function* () {})(), asyncFunction: () => async function () {},
      asyncResult: () => (async () => 1)(), bound: () => tag.bind(null, 1), accessor: () => ({ get a() { return 1 } }),
      strings: () => new String("x"), numbers: () => new Number(1), symbolObject: () => Object(Symbol.iterator),
      arrayIterator: () => []["va" + "lues"]?.(), stringIterator: () => ""[Symbol.iterator](),
      spread: () => [..."ab"], rest: () => ((...list) => list)(1), classes: () => class { static #x = 1 },
      ofNull: () => null.x, ofUndefined: () => undefined.x(), notDefined: () => notDefinedAnywhere,
      constant: () => { const a = 1; a = 2 }, notCallable: () => (1)(), notConstructor: () => new (() => 1)(),
      early: () => { late; let late }, badUri: () => decodeURI("%"), badLength: () => new Array(-1),
      badRadix: () => (1).toString(99), badPattern: () => new RegExp("("), badJson: () => JSON.parse("{"),
      deep: () => { const f = () => f(); f() }, frozen: () => { Object.freeze([]).push(1) },
      symbolText: () => \`\${Symbol()}\`, badThis: () => Date.prototype.getTime.call(1), callee: () => arguments.callee,
      calleeGetter: () => own((function () { return arguments })(), "callee"), aggregate: () => new AggregateError([1]),
      view: () => new Float64Array(2), buffer: () => new ArrayBuffer(8), dataView: () => new DataView(new ArrayBuffer(8)),
      date: () => new Date(0), hash: () => required("crypto").createHash("md5"),
      hmac: () => required("crypto").createHmac("md5", "k"), query: () => required("querystring").parse("a=1&a=2"),
      bytes: () => Buffer.from("x"), slice: () => Buffer.from("x").subarray(0, 1), mapped: () => Buffer.from("x").map((x) => x),
      encoder: () => new TextEncoder(), encoded: () => new TextEncoder().encode("x"), decoder: () => new TextDecoder(),
      store: () => required("cloudfront").kvs(), origin: () => required("cloudfront").updateRequestOrigin({ domainName: "a.b" }),
      token: () => required("cloudfront").cwt.generateToken({ 1: "x" }, { coseTag: "MAC0", key: "k" }),
      tagged: () => required("cloudfront").cwt.validateToken(Buffer.from("d1", "hex"), { key: "k" }),
      overLimit: () => { meter.bytes = -1; meter.allocate(1) },
      overSteps: () => { meter.steps = -1; meter.rest = 0; meter.stop() },
      deepStore: () => { const f = () => { required("cloudfront").kvs(); f() }; f() },
      deepLog: () => { const f = () => { console.log("x"); f() }; f() },
    };
    each(names(made), (name) => { attempt(made[name], name, 0); endless() });
    const waits = [() => Promise.any([]), () => Promise.all(5), () => Promise.allSettled([1]), () => Promise.race([1]),
      () => Promise.reject(new TypeError("x")), () => ({ then: 1 }), () => ({ then(f, g) { reach(f, "then's f", 0); reach(g, "then's g", 0); f(1) } })];
    each(["get", "exists", "meta"], (name) => { define(waits, waits.length, { value: () => required("cloudfront").kvs()[name]("a") }) });
    for (let i = 0; i < waits.length; i += 1) {
      try { reach(await waits[i](), "await", 0) } catch (error) { reach(error, "await throws", 0) }
    }

    for (let at = 0; at < objects.length; at += 1) {
      const value = objects[at], path = paths[at], depth = depths[at];
      reach(protoOf(value), path + ".__proto__", depth);
      each(isView(value) ? [] : keysOf(value), (key) => {
        const part = own(value, key);
        const below = path + "[" + textOf(key) + "]";
        if (part === undefined) return;
        reach(part.value, below, depth);
        reach(part.get, below + " get", depth);
        reach(part.set, below + " set", depth);
        if (part.get !== undefined && depth < 3) attempt(() => value[key], below + " read", depth + 1);
      });
      if (typeof value === "function" && depth < 3) {
        attempt(() => callOn(value, undefined), path + "()", depth + 1);
        endless();
        attempt(() => callOn(value, {}, {}), path + "({},{})", depth + 1);
        endless();
        attempt(() => new value(), "new " + path, depth + 1);
        endless();
      }
    }
    // What the calls left to be rejected is not what this is about.
    each(objects, (value) => { if (value instanceof Promise) call(then, [value, () => {}, () => {}]) });

    const found = [], free = [];
    const toFind = (at) => { define(found, found.length, { value: paths[at], writable: true, enumerable: true, configurable: true }) };
    for (let at = 0; at < objects.length; at += 1) {
      const value = objects[at];
      if (value === found || value === paths || value === objects || value === depths) continue;
      if (isView(value) && value[0] === 77 && value.length > 0) toFind(at);
      each(isView(value) ? [] : keysOf(value), (key) => {
        const part = own(value, key);
        if (key === mark || (part !== undefined && part.value === mark)) toFind(at);
      });
      if (protoOf(value) !== null && own(protoOf(value), "is left") !== undefined) toFind(at);
    }
    const report = write({ found, count: objects.length });
    const answer = { statusCode: 200, body: report };
    for (let at = objects.length - 1; at >= 0; at -= 1) {
      const value = objects[at];
      if (value === meter) continue;
      if (isView(value) && value.length > 0) { try { value[0] = 77 } catch (e) {} }
      each(isView(value) ? [] : keysOf(value), (key) => {
        const part = own(value, key);
        if (part !== undefined && (part.configurable === true || part.writable === true)) {
          try { define(value, key, { value: mark }) } catch (e) {}
        }
      });
      if (isExtensible(value)) {
        try { define(value, mark, { value: mark }) } catch (e) {}
        try { setProto(value, { __proto__: null, "is left": 1 }) } catch (e) {}
      }
    }
    return answer;
  };
})`;

const event: FunctionEvent = {
  ...sampleEvent,
  eventType: "viewer-response",
  request: {
    ...sampleEvent.request,
    querystring: "a=1&a=2",
    headers: ["Host", "shop.example", "Cookie", "a=1; a=2", "Accept", "a", "Accept", "b"],
  },
  response: { statusCode: 200, statusDescription: "OK", headers: ["Set-Cookie", "a=1; Path=/"] },
};

interface Walk {
  readonly found: readonly string[];
  readonly count: number;
}

for (const runtime of ["cloudfront-js-1.0", "cloudfront-js-2.0"] as const) {
  const blank = new BlankIsolate(runtime, 128);
  after(() => blank.isolate.dispose());
  const walkIn = walkerOf(blank, runtime);

  test(`${runtime}: nothing that a run can mark is seen by the next, in the frozen realm or apart`, () => {
    const frozen = walkIn(true);
    const first = frozen();
    assert.ok(first.count > 700, `only ${first.count} objects were reached`);
    assert.deepEqual(first.found, []);
    assert.deepEqual(walkIn(false)().found, []);
    const second = frozen();
    assert.deepEqual(second.found, []);
    assert.equal(second.count, first.count);
    assert.deepEqual(walkIn(false)().found, []);
    assert.deepEqual(frozen().found, []);
  });

  test(`${runtime}: the walk finds marks where a realm is not frozen`, () => {
    const open = walkIn(false);
    open();
    let found: readonly string[] = [];
    try {
      ({ found } = open());
    } catch {
      // The marks are on what the second walk itself needs.
      found = ["a built-in"];
    }
    assert.ok(found.length > 0);
  });
}

/** @returns what makes a realm, and returns what walks through it in a run */
function walkerOf(blank: BlankIsolate, runtime: RuntimeName): (frozen: boolean) => () => Walk {
  return (frozen) => {
    const realm = blank.newRealm(frozen);
    const script = blank.isolate.compileScriptSync(walker);
    const compiled = script.runSync(realm.context, { reference: true });
    realm.load.applySync(undefined, [
      compiled.derefInto(),
      true,
      runtime === "cloudfront-js-2.0",
    ] as never);
    return () => {
      let reply = realm.invoke.applySync(undefined, [0, encodeEvent(event)]);
      if (reply === "?") reply = realm.settle.applySync(undefined, []);
      if (reply === "*") {
        [reply] = realm.take.applySync(undefined, [], { result: { copy: true } });
      }
      const { type, body, message } = JSON.parse(reply.replace(/^!.*\n/, "")) as {
        type: string;
        body?: { data: string };
        message?: string;
      };
      assert.equal(type, "response", message);
      return JSON.parse(body?.data ?? "") as Walk;
    };
  };
}
