/**
 * Every built-in of V8's that customer code can reach is either behind a wrapper of ours, which
 * charges for it, or stands here as free, with its reason. A new one of V8's fails here first.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import ivm from "isolated-vm";
import "./collect-at-exit.ts";
import { builtinCharges } from "./charges.ts";
import { guestSource } from "./guest-source.ts";
import type { RuntimeName } from "./runtime-name.ts";

/** Paths of functions that are V8's own in a finished realm, by why a call of them need not be counted. */
const free: Readonly<Record<string, readonly string[]>> = {
  "reads one thing of its receiver or argument": [
    "Array.isArray",
    "ArrayBuffer.isView",
    "ArrayBuffer.prototype.byteLength get",
    "DataView.prototype.buffer get",
    "DataView.prototype.byteLength get",
    "DataView.prototype.byteOffset get",
    "Number.isFinite",
    "Number.isInteger",
    "Number.isNaN",
    "Number.isSafeInteger",
    "Object.isExtensible",
    "RegExp.prototype.flags get",
    "RegExp.prototype.global get",
    "RegExp.prototype.ignoreCase get",
    "RegExp.prototype.multiline get",
    "RegExp.prototype.source get",
    "RegExp.prototype.sticky get",
    "Symbol.prototype.description get",
    "TypedArray.Symbol(Symbol.species) get",
    "TypedArray.prototype.Symbol(Symbol.toStringTag) get",
    "TypedArray.prototype.buffer get",
    "TypedArray.prototype.byteLength get",
    "TypedArray.prototype.byteOffset get",
    "TypedArray.prototype.length get",
    "Promise.Symbol(Symbol.species) get",
    "Object.prototype.__proto__ get",
    "Object.prototype.hasOwnProperty",
    "Object.prototype.propertyIsEnumerable",
    "Object.prototype.valueOf",
  ],
  "walks a chain of prototypes, which took more steps to make": [
    "Object.prototype.isPrototypeOf",
    "Object.prototype.__proto__ set",
    "Function.prototype.Symbol(Symbol.hasInstance)",
  ],
  "answers a number, a boolean, a symbol or a text of some 30 characters": [
    ..."toString valueOf".split(" ").map((name) => `Boolean.prototype.${name}`),
    ..."Symbol(Symbol.toPrimitive) getTime getUTCDate getUTCDay getUTCFullYear getUTCHours getUTCMilliseconds getUTCMinutes getUTCMonth getUTCSeconds toISOString toUTCString valueOf"
      .split(" ")
      .map((name) => `Date.prototype.${name}`),
    "Number.prototype.valueOf",
    "Symbol.prototype.Symbol(Symbol.toPrimitive)",
    "Symbol.prototype.valueOf",
  ],
  "makes an object around what is there": [
    "Object",
    "Object.preventExtensions",
    "Boolean",
    "Array.prototype.Symbol(Symbol.iterator)",
    "Array.prototype.entries",
    "Array.prototype.keys",
    "Array.prototype.values",
    "String.prototype.Symbol(Symbol.iterator)",
    "TypedArray.prototype.Symbol(Symbol.iterator)",
    "TypedArray.prototype.entries",
    "TypedArray.prototype.keys",
    "TypedArray.prototype.values",
    "Iterator.prototype.Symbol(Symbol.iterator)",
  ],
  "only calls what is counted itself": [
    "Function.prototype.call",
    "Promise",
    "RegExp.prototype.test",
    "RegExp.prototype.Symbol(Symbol.search)",
    "TypedArray.prototype.toString",
  ],
  "throws, or does nothing": [
    "Function.prototype",
    "Function.prototype.arguments get",
    "TypedArray",
  ],
  "belongs to generators, which the dialect does not have": [
    "Generator.prototype.next",
    "Generator.prototype.return",
    "Generator.prototype.throw",
  ],
};

/** Evaluated inside an isolate: lists the functions whose text says that they are V8's. */
const listing = (runtime: RuntimeName): string => `(function () {
  const text = Function.prototype.toString.call.bind(Function.prototype.toString);
  const { ownKeys } = Reflect, own = Object.getOwnPropertyDescriptor, protoOf = Object.getPrototypeOf;
  const named = String, { stringify } = JSON, seen = new Set();
  const has = Set.prototype.has.bind(seen), add = Set.prototype.add.bind(seen);
  const test = RegExp.prototype.exec.bind(/\\[native code\\]/);
  (${guestSource(runtime)})(true, () => "");
  const found = [], pending = [];
  const push = (value, path) => { pending[pending.length] = [value, path] };
  push(globalThis, "");
  push(Object.prototype, "Object.prototype");
  push(protoOf(Uint8Array), "TypedArray");
  push(protoOf(function () {}), "Function.prototype");
  push(protoOf(protoOf((function* () {})())), "Generator.prototype");
  push(protoOf(protoOf([][Symbol.iterator]())), "Iterator.prototype");
  for (const path of ["crypto", "querystring", "buffer", "cloudfront"]) { try { push(require(path), path) } catch {} }
  push(protoOf([][Symbol.iterator]()), "ArrayIterator.prototype");
  push(protoOf(""[Symbol.iterator]()), "StringIterator.prototype");
  while (pending.length > 0) {
    // The nearest first, so that paths are the ones that people know.
    const [[value, path]] = [pending[0]];
    for (let i = 1; i < pending.length; i += 1) pending[i - 1] = pending[i];
    pending.length -= 1;
    if ((typeof value !== "object" && typeof value !== "function") || value === null || has(value)) continue;
    add(value);
    if (typeof value === "function" && test(text(value))) found[found.length] = path;
    for (const key of ownKeys(value)) {
      const part = own(value, key), below = (path === "" ? "" : path + ".") + named(key);
      push(part.value, below);
      push(part.get, below + " get");
      push(part.set, below + " set");
      if (part.get !== undefined) { try { push(value[key], below) } catch {} }
    }
    push(protoOf(value), path + ".__proto__");
  }
  return stringify(found);
})()`;

const seen = new Set<string>();
const declared = new Set(Object.values(free).flat());
for (const runtime of ["cloudfront-js-1.0", "cloudfront-js-2.0"] as const) {
  test(`${runtime}: each of V8's built-ins is charged for, replaced, or free for a reason`, () => {
    const isolate = new ivm.Isolate({ memoryLimit: 64 });
    const text: unknown = isolate.createContextSync().evalSync(listing(runtime));
    isolate.dispose();
    const found = JSON.parse(text as string) as string[];
    for (const path of found) seen.add(path);
    assert.deepEqual(
      found.filter((path) => !declared.has(path)),
      [],
    );
  });
}

test("what is said to be free is there", () => {
  assert.deepEqual(
    [...declared].filter((path) => !seen.has(path)),
    [],
  );
});

test("no built-in is charged for twice", () => {
  const paths = builtinCharges.map(({ on, name }) => `${on}.${name}`);
  assert.deepEqual(
    paths.filter((path, at) => paths.indexOf(path) !== at),
    [],
  );
});
