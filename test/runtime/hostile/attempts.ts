/**
 * Functions that try to get out, to stay, to take what is not theirs, or to make a mess.
 *
 * `ends` is how the first run must end: an outcome's type, or the text of a response's body. Every
 * one is run twice, and must end the same way both times.
 */
export interface Attempt {
  readonly what: string;
  readonly source: string;
  readonly ends:
    | "execution-error"
    | "validation-error"
    | "no-result"
    | "request"
    | { readonly body: string };
}

const handler = (body: string): string => `function handler(event) { ${body} }`;
const answer = (expression: string): string =>
  handler(`return { statusCode: 200, body: String(${expression}) }`);
const attempts: Attempt[] = [];
const add = (what: string, ends: Attempt["ends"], source: string): void => {
  attempts.push({ what, ends, source });
};
const refusal = 'function constructor is disabled in "safe" mode';
const tried = (expression: string): string =>
  answer(`(function () { try { return ${expression} } catch (e) { return e.message } })()`);

// Out of the realm.
add("Function from text", { body: refusal }, tried("Function('return globalThis')()"));
add(
  "Function from the one text that njs lets pass",
  { body: "true" },
  tried("Function('return this')() === globalThis"),
);
add("Function with a parameter", { body: refusal }, tried("Function('a', 'return this')()"));
add(
  "a function's constructor",
  { body: refusal },
  tried("(function () {}).constructor('return process')()"),
);
add(
  "an async function's constructor",
  { body: refusal },
  tried("(async function () {}).constructor('return 1')()"),
);
add("an arrow's constructor", { body: refusal }, tried("(() => 1).constructor('return 1')()"));
add(
  "the constructor's constructor of an array",
  { body: refusal },
  tried("[].constructor.constructor('return 1')()"),
);
add(
  "the constructor's constructor of the event",
  { body: refusal },
  tried("event.constructor.constructor('return 1')()"),
);
add("a method's constructor", { body: refusal }, tried("console.log.constructor('return 1')()"));
add(
  "a module's constructor",
  { body: refusal },
  tried("require('crypto').createHash.constructor('return 1')()"),
);
add(
  "a caught error's constructor",
  { body: refusal },
  tried(
    "(function () { try { null.x } catch (e) { return e.constructor.constructor('return 1')() } })()",
  ),
);
add(
  "a stack overflow's constructor",
  "execution-error",
  tried(
    "(function () { try { (function f() { f() })() } catch (e) { return e.constructor.constructor('return 1')() } })()",
  ),
);
add(
  "a KVS error's constructor",
  { body: refusal },
  `import cf from 'cloudfront'; ${tried("(function () { try { cf.kvs() } catch (e) { return e.constructor.constructor('return 1')() } })()")}`,
);
add(
  "the prototype chain of Function",
  { body: refusal },
  tried("Object.getPrototypeOf(Function).constructor('return 1')()"),
);
add(
  "a subclassed Function",
  { body: refusal },
  tried("Function.bind.call(Function, null, 'return 1')()()"),
);
add("eval", { body: "Not implemented" }, tried("eval('1')"));
add("indirect eval", { body: "Not implemented" }, tried("(0, eval)('1')"));
add("eval through globalThis", { body: "Not implemented" }, tried("globalThis['ev' + 'al']('1')"));
add(
  "what Node has",
  { body: "undefined".repeat(6) },
  answer(
    "typeof process + typeof module + typeof exports + typeof global + typeof __dirname + typeof Deno",
  ),
);
add(
  "what isolated-vm has",
  { body: "undefined".repeat(3) },
  answer("typeof ivm + typeof globalThis.$0 + typeof globalThis._ivm"),
);
add(
  "WebAssembly and shared memory",
  { body: "undefined".repeat(3) },
  answer("typeof WebAssembly + typeof SharedArrayBuffer + typeof Atomics"),
);
add(
  "names of the harness",
  { body: "undefined".repeat(5) },
  answer("typeof $m + typeof $t + typeof $c + typeof $g + typeof $r"),
);
add("names of the harness, spelled otherwise", "execution-error", handler("return \\u0024m.steps"));
add(
  "this of a plain call",
  { body: "undefined" },
  answer("(function () { return typeof this })()"),
);
add(
  "arguments of the factory",
  "execution-error",
  "var outer = arguments; function handler() { return outer.callee }",
);
add(
  "the caller of the handler",
  { body: '"caller", "callee", "arguments" properties may not be accessed' },
  tried("handler.caller"),
);
add("a function's source", { body: "[object Function]" }, answer("handler.toString()"));
add("a built-in's source", { body: "[object Function]" }, answer("''.split.toString()"));
add(
  "the source through Function.prototype",
  { body: "undefined" },
  answer("typeof Object.getOwnPropertyDescriptor(Object.getPrototypeOf(handler), 'toString')"),
);
add(
  "Error.prepareStackTrace",
  { body: "untouched" },
  `var seen = 'untouched'; Error.prepareStackTrace = function (e, sites) { seen = typeof sites[0].getFunction(); return seen };
  ${handler("try { null.x } catch (e) { String(e.stack) } return { statusCode: 200, body: seen }")}`,
);
add("Error.captureStackTrace", { body: "undefined" }, answer("typeof Error.captureStackTrace"));
add(
  "a stack that names our files",
  { body: "false" },
  answer("/isolated|guest|node:/.test(String(new Error('x').stack))"),
);
add(
  "Promise.prototype.then in between",
  "request",
  `Promise.prototype.then = function () { throw new Error('stolen') }; async function handler(e) { return e.request }`,
);
add("a promise's constructor", { body: "Promise" }, answer("Promise.resolve().constructor.name"));
add(
  "a species that throws at the end of every job",
  "execution-error",
  `function Mine(f) { f(function () {}, function () {}) } Mine[Symbol.species] = Mine;
  function handler() { var p = Promise.resolve(1); p.constructor = Mine; for (;;) p.then() }`,
);
add(
  "a prototype of promises with such a species",
  "execution-error",
  `function Mine(f) { f(function () {}, function () {}) } Mine[Symbol.species] = Mine;
  function handler() { var p = Promise.resolve(1); Object.setPrototypeOf(p, { constructor: Mine, then: p.then }); for (;;) p.then() }`,
);
add(
  "an iterable of errors that never ends",
  "execution-error",
  handler(
    "var it = {}; it[Symbol.iterator] = function () { return { next: Object } }; return new AggregateError(it)",
  ),
);
add(
  "a thenable that waits for itself",
  "execution-error",
  `async function handler() { function T() {} T.then = function (f) { Promise.resolve().then(function () { f(T) }) }; await T }`,
);
add(
  "jobs that go on behind the answer",
  "execution-error",
  `function handler(e) { (function f() { Promise.resolve().then(f) })(); return e.request }`,
);
add(
  "a key that reads the store to become text",
  "execution-error",
  `import cf from 'cloudfront'; async function handler(e) { var k = cf.kvs(); await k.get({ toString: function () { return k.get(this) } }) }`,
);
add(
  "an origin that is a bomb",
  "execution-error",
  `import cf from 'cloudfront'; function handler(e) { var s = 'x'.repeat(200000); for (;;) cf.updateRequestOrigin({ domainName: s, a: [s, s, s] }) }`,
);
add(
  "a token of shared parts",
  "execution-error",
  `import cf from 'cloudfront'; function handler(e) { var o = [1]; for (var i = 0; i < 14; i++) o = [o, o]; cf.cwt.generateToken({ coseTag: 'MAC0', key: 'k' }, { 1: o }) }`,
);
add(
  "a token that says it holds 2 ** 64 items",
  { body: "malformed CBOR" },
  `import cf from 'cloudfront'; ${tried("cf.cwt.validateToken(Buffer.from('d1849bffffffffffffffff', 'hex'), { key: 'k' })")}`,
);
add(
  "what a tagged template keeps",
  { body: "undefined" },
  `function tag(parts) { return parts } function get() { return tag\`x\` }
  function handler() { var parts = get(), seen = typeof parts.seen; try { parts.seen = 1 } catch (e) {} return { statusCode: 200, body: seen } }`,
);
add(
  "where a regular expression stopped",
  { body: "0" },
  `function get() { return /a/g } function handler() { var at = get().lastIndex; get().lastIndex = 5; return { statusCode: 200, body: String(at) } }`,
);
add(
  "operators on the end of a long chain of prototypes",
  "execution-error",
  handler(
    "function F() {} var o = {}; for (var i = 0; i < 5000; i++) o = Object.create(o); for (;;) { o instanceof F; 'x' in o; o.x }",
  ),
);
add(
  "a species of promises",
  "request",
  `async function handler(e) { var p = Promise.resolve(e.request); p.constructor = { [Symbol.species]: function (f) { f(function () {}, function () {}) } }; return p }`,
);

// Import and require.
add(
  "import of a file",
  "execution-error",
  "import fs from 'fs'; function handler(e) { return e.request }",
);
add(
  "import of a relative file",
  "execution-error",
  "import x from './isolate-runtime.ts'; function handler(e) { return e.request }",
);
add("a dynamic import", "execution-error", "async function handler(e) { return import('fs') }");
add("require of fs", { body: 'Cannot find module "fs"' }, tried("require('fs')"));
add(
  "require of __proto__",
  { body: 'Cannot find module "__proto__"' },
  tried("require('__proto__')"),
);
add(
  "require of an object",
  { body: 'Cannot find module "crypto"' },
  tried("require({ toString: function () { return 'crypto' } })"),
);
add("import.meta", "execution-error", handler("return import.meta.url"));
add(
  "an HTML comment that hides code",
  "execution-error",
  "function handler(e) { return e.request } <!-- for (;;);\n",
);

// Objects that are not what they seem.
add(
  "a getter on the returned request that throws",
  "execution-error",
  handler(
    "Object.defineProperty(event.request, 'uri', { get: function () { throw new Error('x') } }); return event.request",
  ),
);
add(
  "a getter on the returned request that never ends",
  "execution-error",
  handler(
    "Object.defineProperty(event.request, 'uri', { get: function () { for (;;); } }); return event.request",
  ),
);
add(
  "a getter that answers differently each time",
  "validation-error",
  handler(
    "var n = 0; return { method: 'GET', uri: '/', querystring: {}, cookies: {}, get headers() { n++; return n > 1 ? {} : { 'x-edge-a': { value: '1' } } } }",
  ),
);
add(
  "a header whose value changes when it is read",
  "request",
  handler(
    "var n = 0; event.request.headers.host = { get value() { n++; return n > 1 ? 'evil' : 'shop.example' } }; event.request.headers.x = { value: '1' }; return event.request",
  ),
);
add(
  "a multiValue of a million",
  "execution-error",
  handler(
    "event.request.headers.x = { value: '1', multiValue: new Array(1000000) }; return event.request",
  ),
);
add(
  "a multiValue that lies about its length",
  "validation-error",
  handler(
    "event.request.headers.x = { value: '1', multiValue: { length: 1e9 } }; return event.request",
  ),
);
add(
  "a value that is an object",
  "validation-error",
  handler(
    "event.request.headers.x = { value: { toString: function () { return 'x' } } }; return event.request",
  ),
);
add(
  "a header with a line break",
  "validation-error",
  handler("event.request.headers.x = { value: 'a\\r\\nSet-Cookie: b' }; return event.request"),
);
add(
  "a cookie with a line break",
  "validation-error",
  handler("event.request.cookies.x = { value: 'a\\nHost: b' }; return event.request"),
);
add(
  "a URI with a line break",
  "validation-error",
  handler("event.request.uri = '/a\\r\\nHost: b'; return event.request"),
);
add(
  "a thenable as an answer",
  "validation-error",
  handler("return { then: function (f) { f({ statusCode: 200 }) } }"),
);
add("a forged promise", "execution-error", handler("return Object.create(Promise.prototype)"));
add("a returned function", "no-result", handler("return handler"));
add(
  "a cyclic answer",
  "validation-error",
  handler("var a = { statusCode: 200 }; a.headers = a; return a"),
);
add(
  "a thrown object with a toString that never ends",
  "execution-error",
  handler("throw { toString: function () { for (;;); } }"),
);
add(
  "a thrown object with a complaint",
  "execution-error",
  handler("throw { complaint: 'mine', stopped: true }"),
);
add("a thrown null", "execution-error", handler("throw null"));
add("a thrown symbol", "execution-error", handler("throw Symbol('x')"));
add(
  "an error whose message is a getter",
  "execution-error",
  handler(
    "var e = new Error('x'); Object.defineProperty(e, 'message', { get: function () { for (;;); } }); throw e",
  ),
);
add(
  "a rejection with a getter",
  "execution-error",
  "function handler(e) { Promise.reject({ get message() { for (;;); } }); return e.request }",
);
add(
  "a handler that is a getter",
  "execution-error",
  "Object.defineProperty(globalThis, 'handler', { get: function () { for (;;); } });",
);
add(
  "a handler that is not a function",
  "execution-error",
  "var handler = { call: function () {} };",
);
add(
  "console.log of an object that never ends",
  "execution-error",
  handler("console.log({ toString: function () { for (;;); } })"),
);

// Too much.
add(
  "a catch that swallows the end",
  "execution-error",
  handler("while (true) { try { while (true) {} } catch (e) { continue } }"),
);
add(
  "a finally that returns",
  "execution-error",
  handler("for (;;) { try { for (;;) {} } finally { continue } }"),
);
add(
  "promises that catch the end",
  "execution-error",
  `async function f() { try { for (;;) await 1 } catch (e) { return f() } } async function handler() { return f() }`,
);
add(
  "then chains without end",
  "execution-error",
  `function f() { return Promise.resolve().then(f, f) } async function handler() { return f() }`,
);
add(
  "a thenable that resolves with itself",
  "execution-error",
  `async function handler() { var t = { then: function (r) { r(t) } }; return await t }`,
);
add(
  "a thenable made of built-ins",
  "execution-error",
  `async function handler() { var t = []; t[0] = t; t.then = Array.prototype.forEach; return await t }`,
);
add(
  "endless getters",
  "execution-error",
  handler("var o = { get a() { return o.a } }; return o.a"),
);
add(
  "recursion through JSON",
  "execution-error",
  handler("var o = { toJSON: function () { return JSON.stringify(o) } }; return JSON.stringify(o)"),
);
add(
  "recursion through toString",
  "execution-error",
  handler("var o = { toString: function () { return o + '' } }; return o + ''"),
);
add("recursion through sort", "execution-error", handler("(function f() { [1, 2, 3].sort(f) })()"));
add(
  "recursion through replace",
  "execution-error",
  handler("(function f() { return 'a'.replace(/a/, f) })()"),
);
add(
  "a comparator that never ends",
  "execution-error",
  handler("[1, 2, 3].sort(function () { for (;;); })"),
);
add(
  "a comparator that grows the array",
  "execution-error",
  handler(
    "var a = [3, 2, 1]; a.sort(function () { for (var i = 0; i < 1e5; i++) a.push(i); return 1 })",
  ),
);
add(
  "a catastrophic expression",
  "execution-error",
  handler("/^(\\w+\\s?)*$/.test('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!')"),
);
add(
  "a catastrophic replace",
  "execution-error",
  handler("'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab'.replace(/(a*)*c/g, '')"),
);
add(
  "a regular expression of 100,000 groups",
  "execution-error",
  handler("new RegExp('(a'.repeat(100000)).test('a')"),
);
add("a repeat of half a gigabyte", "execution-error", handler("'x'.repeat(536870000)"));
add("a pad of half a gigabyte", "execution-error", handler("'x'.padEnd(536870000)"));
add(
  "doubling by concatenation",
  "execution-error",
  handler("var s = 'xx'; for (var i = 0; i < 40; i++) s = s + s; return s.length"),
);
add(
  "doubling by template",
  "execution-error",
  handler("var s = 'xx'; for (var i = 0; i < 40; i++) s = `${s}${s}`; return s.length"),
);
add(
  "doubling by concat",
  "execution-error",
  handler("var s = 'xx'; for (var i = 0; i < 40; i++) s = s.concat(s); return s.length"),
);
add(
  "doubling by replacement",
  "execution-error",
  handler("var s = 'xx'; for (var i = 0; i < 40; i++) s = s.replace(/^/, '$\\''); return s.length"),
);
add(
  "cubing by replacement",
  "execution-error",
  handler("var s = 'x'.repeat(2000); return s.replace(/x/g, '$`'.repeat(500)).length"),
);
add(
  "doubling by join",
  "execution-error",
  handler("var a = ['xx']; for (var i = 0; i < 40; i++) a = [a, a]; return String(a).length"),
);
add(
  "doubling an array",
  "execution-error",
  handler("var a = [1, 2]; for (var i = 0; i < 40; i++) a = a.concat(a); return a.length"),
);
add(
  "an array pushed into itself",
  "execution-error",
  handler("var a = [1, 2]; for (var i = 0; i < 40; i++) a.push.apply(a, a); return a.length"),
);
add(
  "a sparse array walked",
  "execution-error",
  handler("var a = []; a.length = 4294967295; a.forEach(function () {}); return 1"),
);
add(
  "a sparse array joined",
  "execution-error",
  handler("var a = []; a[4294967294] = 1; return a.join('x').length"),
);
add(
  "an array-like of great length",
  "execution-error",
  handler("return Array.prototype.map.call({ length: 9007199254740991 }, function () {}).length"),
);
add(
  "apply with a great length",
  "execution-error",
  handler("return Math.max.apply(null, { length: 100000000 })"),
);
add(
  "a JSON bomb of shared objects",
  "execution-error",
  handler(
    "var o = {}; for (var i = 0; i < 31; i++) o = { a: o, b: o }; return JSON.stringify(o).length",
  ),
);
add(
  "a JSON bomb behind a getter",
  "execution-error",
  handler(
    "var o = {}; for (var i = 0; i < 25; i++) o = [o, o]; return JSON.stringify({ get x() { return o } }).length",
  ),
);
add("a JSON text of many brackets", "execution-error", handler("JSON.parse('['.repeat(100000))"));
add(
  "a typed array of a gigabyte",
  "execution-error",
  handler("return new Float64Array(134217728).length"),
);
add(
  "an ArrayBuffer of a gigabyte",
  "execution-error",
  handler("return new ArrayBuffer(1073741824).byteLength"),
);
add(
  "typed arrays by the thousand",
  "execution-error",
  handler("var a = []; for (;;) a.push(new Uint8Array(100000))"),
);
add(
  "a Buffer of two gigabytes",
  "execution-error",
  handler("return Buffer.alloc(2147483647).length"),
);
add(
  "arrays that are kept",
  "execution-error",
  handler("var a = []; for (;;) a.push([1, 2, 3, 4, 5, 6, 7, 8])"),
);
add(
  "objects with ever new names",
  "execution-error",
  handler("var o = {}; for (var i = 0; ; i++) o['k' + i] = {}"),
);
add(
  "closures that are kept",
  "execution-error",
  handler(
    "var f = function () {}; for (;;) f = (function (g) { return function () { return g } })(f)",
  ),
);
add("a log flood", "execution-error", handler("for (;;) console.log('x'.repeat(1000))"));
add(
  "a log of ten megabytes",
  "execution-error",
  handler("var s = 'x'.repeat(100000); for (var i = 0; i < 100; i++) console.log(s + i)"),
);
add(
  "digests without end",
  "execution-error",
  handler(
    "var c = require('crypto'); for (;;) c.createHash('sha256').update('x'.repeat(1000)).digest()",
  ),
);
add(
  "one response of many megabytes",
  "execution-error",
  handler(
    "var s = 'x'.repeat(200000), h = {}; for (var i = 0; i < 100; i++) h['x-' + i] = { value: s }; return { statusCode: 200, headers: h }",
  ),
);

// Left for the next invocation.
add(
  "a poisoned Object.prototype",
  { body: "1undefined" },
  `var was = typeof ({}).poison; Object.prototype.poison = 1; ${answer("({}).poison + was")}`,
);
add(
  "a poisoned Array.prototype.push",
  { body: "undefined0" },
  `var was = typeof [].poison; Array.prototype.poison = 0; Array.prototype.push = function () { return 0 }; ${answer("was + [].push(1)")}`,
);
add(
  "a replaced JSON.stringify",
  { body: "undefinedx" },
  `var was = typeof JSON.mine; JSON.mine = 1; JSON.stringify = function () { return 'x' }; ${answer("was + JSON.stringify({})")}`,
);
add(
  "a replaced console.log",
  { body: "undefined" },
  `var was = typeof console.mine; console.mine = 1; console.log = function () {}; ${answer("was")}`,
);
add(
  "a poisoned module",
  { body: "undefined" },
  `var c = require('crypto'); var was = typeof c.mine; c.mine = 1; ${answer("was")}`,
);
add(
  "a global left behind",
  { body: "undefined" },
  `var was = typeof globalThis.left; globalThis.left = 1; ${answer("was")}`,
);
add(
  "RegExp's last match",
  { body: "undefined" },
  `var was = typeof RegExp.$1; /(secret)/.test('secret'); ${answer("was")}`,
);
add(
  "a property on a built-in function",
  { body: "undefined" },
  `var was = typeof ''.trim.mine; try { ''.trim.mine = 1 } catch (e) {} ${answer("was")}`,
);
add(
  "a changed prototype of a built-in",
  { body: "false" },
  `var was = [].mine === 1; try { Object.setPrototypeOf(Array.prototype, { mine: 1 }) } catch (e) {} ${answer("was")}`,
);
add(
  "a symbol property on Object",
  { body: "false" },
  `var s = Symbol.for('mine'); var was = Object[s] === 1; try { Object[s] = 1 } catch (e) {} ${answer("was")}`,
);

add(
  "a mark on the prototype of a hash",
  { body: "undefined" },
  `var p = Object.getPrototypeOf(require('crypto').createHash('md5')); var was = typeof p.mark; try { p.mark = 1 } catch (e) {} ${answer("was")}`,
);
add(
  "a mark on the getter of an error's stack",
  { body: "undefined" },
  `var d = Object.getOwnPropertyDescriptor(new Error('x'), 'stack'); var g = d && d.get || {}; var was = typeof g.mark; try { g.mark = 1 } catch (e) {} ${answer("was")}`,
);
add(
  "a mark on what iterators share",
  { body: "undefined" },
  `var p = Object.getPrototypeOf(Object.getPrototypeOf([].values())); var was = typeof p.mark + (p.constructor === Object ? '' : 'Iterator'); try { p.mark = 1 } catch (e) {} ${answer("was")}`,
);
add(
  "a mark on a method that only a getter holds",
  { body: "none" },
  `var f = ({}).toString; function handler(event) { var was = f.last ? f.last.viewer.ip : 'none'; f.last = event; return { statusCode: 200, body: was } }`,
);
add(
  "a mark on a method that errors inherit",
  { body: "none" },
  `var f = Error.prototype.toString; function handler(event) { var was = f.last || 'none'; f.last = 'mark'; return { statusCode: 200, body: was } }`,
);
add("the iterator of matches", { body: "undefined" }, answer("typeof /a/g[Symbol.matchAll]"));
add(
  "a symbol that is registered",
  { body: "truex" },
  answer("(Symbol.for('x') === Symbol.for('x')) + Symbol.keyFor(Symbol.for('x'))"),
);

add(
  "for-in over the last of a sequence",
  { body: "01" },
  "function handler() { var r = ''; for (var k in { a: 1 }, [7, 8]) r += k; for (var j in null) r += j; return { statusCode: 200, body: r } }",
);
add(
  "built-ins that are taken away from ours",
  { body: "3-1b" },
  "var R = RegExp; Symbol = null; Array = null; ArrayBuffer = null; RegExp = null; function handler() { return { statusCode: 200, body: [3].concat([1]).join('-') + 'a'.replace(/a/, 'b') } }",
);

export const hostileAttempts: readonly Attempt[] = attempts;
