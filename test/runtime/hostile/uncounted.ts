/**
 * Functions that once found work that nobody counted: loops and texts inside V8's own built-ins,
 * most of them in C++, where even ending the isolate does not reach. Each either hung the
 * process, ended it, or took hundreds of megabytes; uncounted.test.ts runs them in a child.
 *
 * `ends` is how the run must end: over its limits, or with the text of a response's body.
 */
export interface UncountedAttempt {
  readonly what: string;
  readonly source: string;
  readonly ends: "limit" | "error" | { readonly body: string };
}

const attempts: UncountedAttempt[] = [];
const add = (what: string, ends: UncountedAttempt["ends"], body: string): void => {
  const source = `function handler(event) { ${body}; return { statusCode: 200, body: String(r) } }`;
  attempts.push({ what, ends, source });
};

// Numbers that give something back.
add(
  "a repeat of nothing, infinitely often, that makes the bytes NaN",
  "limit",
  "try { ''.repeat(Infinity) } catch (e) {} for (var r = 0, k = []; r < 200; r++) k.push('x'.repeat(1e6) + r)",
);
add(
  "a lastIndex that makes a match give steps back",
  "limit",
  "var re = /a/; Object.defineProperty(re, 'global', { value: true }); re.lastIndex = 1e15; re.exec('a'); for (var r = 0; r < 1e6; r++);",
);
add(
  "an infinite length, which JSON cannot say",
  "limit",
  "var r = Array.prototype.map.call({ length: Infinity }, function () {})",
);

// Lengths that are not what they seem.
add(
  "a length that is text",
  "limit",
  "var r = Array.prototype.indexOf.call({ length: '9007199254740991' }, 1)",
);
add(
  "a length that grows when it is read again",
  "error",
  "var n = 0; var r = Array.prototype.includes.call({ get length() { return n++ ? 9007199254740991 : 0 } }, 1)",
);
add(
  "a length that is an object",
  "error",
  "var n = 0; var r = Array.prototype.indexOf.call({ length: { valueOf: function () { return n++ ? 9007199254740991 : 0 } } }, 1)",
);
add(
  "a function's length",
  "limit",
  "var f = function () {}; Object.defineProperty(f, 'length', { value: 1e10 }); var r = Array.prototype.indexOf.call(f, 1)",
);
add(
  "a typed array with a length of its own",
  "limit",
  "var t = new Uint8Array(1); Object.defineProperty(t, 'length', { value: '9007199254740991' }); var r = Array.prototype.indexOf.call(t, 1)",
);
add(
  "a spreadable object whose length is text",
  "limit",
  "var r = [].concat({ length: '4294967295', [Symbol.isConcatSpreadable]: true }).length",
);
add(
  "apply with a length that is text",
  "limit",
  "var r = Math.max.apply(null, { length: '100000000' })",
);
add("shift of an array-like", "limit", "var r = Array.prototype.shift.call({ length: 4000000 })");
add(
  "a receiver that becomes a long text",
  "limit",
  "var s = 'x'.repeat(100000); var r = String.prototype.repeat.call({ toString: function () { return s } }, 4000); r = r.charCodeAt(5)",
);
add(
  "a pad length that grows when it is read again",
  { body: "1" },
  "var n = 0; var r = 'x'.padEnd({ valueOf: function () { return n++ ? 5e8 : 1 } }).length",
);

// Protocols that V8 follows in C++.
add(
  "an exec that answers four thousand million captures",
  "limit",
  "var re = /a/; Object.defineProperty(re, 'exec', { value: function () { return { length: 4294967295, index: 0, 0: 'a' } } }); var r = 'a'.replace(re, 'x')",
);
add(
  "a match with a built-in as exec",
  "limit",
  "var re = /a/g; Object.defineProperty(re, 'exec', { value: Object }); var r = 'abc'.match(re)",
);
add(
  "a replace with a built-in as exec",
  "limit",
  "var re = /a/g; Object.defineProperty(re, 'exec', { value: Object }); var r = 'abc'.replace(re, 'x')",
);
add(
  "a typed array of an endless iterable",
  { body: "0" },
  "var it = {}; it[Symbol.iterator] = function () { return { next: Object } }; var r = new Uint8Array(it).length",
);
add(
  "a typed array from an endless iterable",
  { body: "0" },
  "var it = {}; it[Symbol.iterator] = function () { return { next: Object } }; var r = Uint8Array.from(it).length",
);
add(
  "an endless iterator's toArray",
  { body: "undefined" },
  "var r = typeof Object.getPrototypeOf(Object.getPrototypeOf([].values())).toArray",
);
add(
  "names of a typed array, listed without end",
  "limit",
  "var t = new Uint8Array(1000000); for (var r = 0; ;) { for (var k in t) { r++; break } }",
);
add(
  "names of a typed array that is a prototype",
  "limit",
  "var t = Object.create(new Uint8Array(1000000)); for (var r = 0; ;) { for (var k in t) { r++; break } }",
);
add(
  "names of a text",
  "limit",
  "var s = new String('x'.repeat(1000000)); for (var r = 0; ;) { for (var k in s) { r++; break } }",
);
add(
  "a typed array as property descriptors",
  "limit",
  "var t = new Uint8Array(1500000), r = 0; try { Object.defineProperties({}, t) } catch (e) {}",
);
add(
  "a long text looked for in a long text",
  "limit",
  "var s = 'a'.repeat(100000), r = s.lastIndexOf('a'.repeat(50000) + 'b')",
);
add(
  "a long text split by a long text",
  "limit",
  "var s = 'a'.repeat(100000), r = s.split('b' + 'a'.repeat(50000)).length",
);
add(
  "a separator that turns out to be empty",
  { body: "1" },
  "var r = require('querystring').parse('a=1&b=2', { toString: function () { return '' } }).a",
);
add(
  "an error message that keeps our expressions busy",
  { body: "1" },
  "var m = \"Cannot assign to read only property '\" + \"' of object '\".repeat(50000) + 'x'; try { throw new Error(m) } catch (e) {} var r = 1",
);

// Operators, in loops so short that V8 seldom looks whether it was told to stop.
add(
  "a long text that becomes a number, again and again",
  "limit",
  "var r, s = '9'.repeat(1500000); (async function () { for (;;) r = -s })()",
);
add(
  "a long text that becomes a number a thousand times in straight code",
  "limit",
  `var s = '9'.repeat(1500000), r = 0; ${"-s;".repeat(3000)}`,
);
add(
  "a long text as each of a list's elements, which all become numbers",
  "limit",
  "var s = '9'.repeat(700000), r = Math.max.apply(null, new Array(2500).fill(s))",
);
add(
  "a long text as each of many arguments",
  "limit",
  `var s = '9'.repeat(1500000), r = Math.max(${"s,".repeat(4000)}1)`,
);
add(
  "long texts and a built-in as callback",
  "limit",
  "var s = '9'.repeat(700000), r = new Array(2500).fill(s).map(isNaN).length",
);

// The child's output is lines of JSON, and V8 must add none of its own.
add(
  "a species that throws at the end of every job",
  "limit",
  "function Mine(f) { f(function () {}, function () {}) } Mine[Symbol.species] = Mine; var r, p = Promise.resolve(1); p.constructor = Mine; for (;;) p.then()",
);

// Much from little.
add(
  "one long text joined 300 times",
  "limit",
  "var s = 'x'.repeat(1e6), k = []; for (var i = 0; i < 300; i++) k.push(s); var r = k.join('').length",
);
add(
  "one long text of an object joined 300 times",
  "limit",
  "var s = 'x'.repeat(1e6), k = [], o = { toString: function () { return s } }; for (var i = 0; i < 300; i++) k.push(o); var r = k.join('').length",
);
add(
  "a typed array joined by a long text",
  "limit",
  "var r = new Uint8Array(1000).join('x'.repeat(300000)).length",
);
add(
  "a query joined by a long text",
  "limit",
  "var o = {}; for (var i = 0; i < 200; i++) o['k' + i] = 1; var r = require('querystring').stringify(o, 'x'.repeat(1000000)).length",
);
add(
  "a replacement function that answers a long text",
  "limit",
  "var s = 'y'.repeat(1e6); var r = 'x'.repeat(400).replaceAll('x', function () { return s }).length",
);
add(
  "a replacement that becomes text",
  "limit",
  "var s = 'x'.repeat(500000); var r = s.replace('x', { toString: function () { return \"$'\".repeat(500) } }).length",
);
add(
  "replaceAll with what stands before",
  "limit",
  "var r = 'x'.repeat(10000).replaceAll('x', '$`$`$`$`').length",
);
add(
  "an array literal in a loop's head",
  "limit",
  `var k = 0, r = 0; for (;; k = [k, ${".1,".repeat(2500)}]) r++`,
);
add("an array of holes", "limit", `var k = 0, r = 0; for (;;) { r++; k = [k${",".repeat(8000)}] }`);
add(
  "a long literal added again and again",
  "limit",
  `var s = '', r = 0; for (; r < 4000; r++) s = s + '${"y".repeat(9000)}'; r = s.charCodeAt(3)`,
);
add(
  "a typed array whose length is text",
  "limit",
  "for (var r = 0, k = []; r < 3; r++) k.push(new Uint8Array('500000000'))",
);
add("a typed array of an array-like", "limit", "var r = new Uint8Array({ length: '1e9' }).length");
add(
  "an ArrayBuffer whose length is an object",
  "limit",
  "var r = new ArrayBuffer({ valueOf: function () { return 1e9 } }).byteLength",
);
add(
  "slices of an ArrayBuffer",
  "limit",
  "var k = [], b = new ArrayBuffer(1e6); for (var r = 0; r < 300; r++) k.push(b.slice(0))",
);

export const uncountedAttempts: readonly UncountedAttempt[] = attempts;

/** Functions that are run many times: what one run leaves in the isolate must not add up. */
export const repeatedAttempts: readonly UncountedAttempt[] = [
  {
    what: "symbols that are registered under ever new names",
    ends: { body: "18" },
    source: `function handler(event) { var id = event.context.requestId;
      for (var r = 0; r < 18; r++) Symbol.for(id + 'x'.repeat(30000) + r + Math.random()); return { statusCode: 200, body: String(r) } }`,
  },
  {
    what: "a changed built-in, which takes a realm of its own each time",
    ends: { body: "1" },
    source: `Array.prototype.mine = 1; function handler() { return { statusCode: 200, body: String([].mine) } }`,
  },
];
