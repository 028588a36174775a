/** For each rule of the dialect, what to write instead. */
import type { RuleName } from "../dialect/refusal.ts";
import type { RuntimeName } from "../runtime-name.ts";

export interface Advice {
  /** Completes "… is not supported by cloudfront-js-2.0". Absent where the engine's message says it all. */
  readonly what?: string;
  readonly rewrite: string;
}

export const advice: Readonly<Record<RuleName, Advice>> = {
  syntax: { rewrite: "correct the syntax; the engine stops reading here" },
  class: {
    what: "class",
    rewrite: "write a function that returns an object, or a constructor function with a prototype",
  },
  generator: { what: "a generator function", rewrite: "return an array, or pass a callback" },
  "for-of": {
    what: "for…of",
    rewrite: "write for (let i = 0; i < list.length; i++), or list.forEach(function (item) { … })",
  },
  destructuring: { what: "destructuring", rewrite: "write const a = event.a" },
  "default-parameter": {
    what: "a default parameter",
    rewrite: "write if (a === undefined) a = …, in the function's body",
  },
  spread: {
    what: "spread",
    rewrite: "write f.apply(null, list), list.concat(other) or Object.assign({}, a, b)",
  },
  "optional-chaining": { what: "optional chaining", rewrite: "write a && a.b" },
  "logical-assignment": { what: "logical assignment", rewrite: "write a = a || b" },
  "catch-binding": { what: "catch without a binding", rewrite: "write catch (e) { … }" },
  bigint: { what: "BigInt", rewrite: "use numbers up to 2 ** 53, or strings" },
  "new-target": { what: "new.target", rewrite: "test this instanceof instead" },
  with: { what: "with", rewrite: "name the object at each use" },
  "await-in-arguments": {
    what: "await inside arguments",
    rewrite: "write const value = await …; on a line before, and pass value",
  },
  "await-outside-async": {
    what: "await outside an async function",
    rewrite: "move it into async function handler(event)",
  },
  import: {
    rewrite:
      "write import name from 'crypto' or 'querystring', or on cloudfront-js-2.0 'buffer' or 'cloudfront', at the top level",
  },
  export: {
    what: "export",
    rewrite: "leave it out; the runtime finds the function by its name, handler",
  },
  "regexp-flags": {
    what: "this regular expression flag",
    rewrite: "use only g, i, m and, on cloudfront-js-2.0, y",
  },
  "regexp-pattern": {
    rewrite:
      "write it as PCRE reads it: - last in [\\w-], [\\s\\S] for [^], no \\1 without a group, lookbehinds of a fixed length",
  },
  "html-comment": { what: "an HTML-like comment", rewrite: "write // or /* */" },
  "since-2.0": { rewrite: "use cloudfront-js-2.0, or var and plain functions" },
};

/** Globals that people reach for and neither runtime has. */
export const absentGlobals: Readonly<Record<string, string>> = {
  Map: "use an object",
  Set: "use an object's keys",
  WeakMap: "use a property",
  WeakSet: "use a property",
  Proxy: "use functions",
  Reflect: "use Object's functions",
  Intl: "format by hand",
  BigInt: "use numbers up to 2 ** 53, or strings",
  URL: "take request.uri and request.querystring apart",
  URLSearchParams: "use request.querystring, or require('querystring')",
  fetch: "a function has no network; read a key value store, or let the origin answer",
  XMLHttpRequest: "a function has no network",
  WebSocket: "a function has no network",
  structuredClone: "use JSON.parse(JSON.stringify(value))",
  queueMicrotask: "use Promise.resolve().then(…)",
  setTimeout: "a function has no timers",
  setInterval: "a function has no timers",
  setImmediate: "a function has no timers",
  process: "a function has no environment; use a key value store",
  module: "leave it out; the runtime finds the function by its name, handler",
  exports: "leave it out; the runtime finds the function by its name, handler",
  escape: "use encodeURIComponent",
  unescape: "use decodeURIComponent",
  performance: "use Date.now(), which stands still during a run",
  crypto: "write import crypto from 'crypto' or const crypto = require('crypto')",
};

export const absentIn10: Readonly<Record<string, string>> = {
  Buffer: "use cloudfront-js-2.0, or String.bytesFrom",
  atob: "use cloudfront-js-2.0, or String.bytesFrom(text, 'base64')",
  btoa: "use cloudfront-js-2.0",
  DataView: "use cloudfront-js-2.0",
};

/** Static functions that V8 has and the runtimes lack. */
export const absentStatics: Readonly<Record<string, string>> = {
  "Object.fromEntries": "build the object in a loop",
  "Object.hasOwn": "use Object.prototype.hasOwnProperty.call(o, name)",
  "Object.groupBy": "build the object in a loop",
  "Array.from": "use a loop, or Array.prototype.slice.call(list)",
  "String.raw": "write a plain string",
  "String.bytesFrom": "use Buffer.from(text, encoding)",
  "Promise.withResolvers": "use new Promise(…)",
};

/** Methods that only V8's built-ins have; an object of the function's own may have one. */
export const absentMethods: Readonly<Record<string, string>> = {
  at: "use an index",
  flat: "use concat",
  flatMap: "use map and concat",
  findLast: "loop from the end",
  findLastIndex: "loop from the end",
  toSorted: "use slice().sort()",
  toReversed: "use slice().reverse()",
  toSpliced: "use slice() and splice()",
  matchAll: "use exec in a loop",
  normalize: "not available",
  localeCompare: "compare with < and >",
};

/** Methods of strings that only cloudfront-js-1.0 has. */
export const absentMethodsIn20: Readonly<Record<string, string>> = {
  fromBytes: "use Buffer.from(text, 'latin1')",
  fromUTF8: "use Buffer.from(text, 'latin1').toString()",
  toBytes: "use Buffer.from(text, 'latin1')",
  toUTF8: "use Buffer.from(text)",
};

/** Methods of strings that only cloudfront-js-2.0 has. */
export const absentMethodsIn10: Readonly<Record<string, string>> = {
  replaceAll: "use replace with a g flag",
};

export function unsupported(what: string, runtime: RuntimeName, rewrite: string): string {
  return `${what} is not supported by ${runtime}; ${rewrite}`;
}
