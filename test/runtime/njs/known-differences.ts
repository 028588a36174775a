/**
 * Where our runtime and njs 0.7.9 disagree, each with its reason. A listed snippet that starts to
 * agree fails the run, so the list only shrinks honestly.
 */
const acornStopsElsewhere =
  "both refuse it; acorn, which reads the source for us, stops at another token of this error";
const lexer = "njs's lexer takes what ES2015 forbids in strict code; no function is written so";
const v8Message = "V8's message does not say what the value was, only what the source text was";
const keyOrder = "V8 lists integer-like names first and forgets a deleted name's place";
const nothingDecoded = "njs before 0.8 takes the text itself where nothing of it can be decoded";
const takenAway = "the njs command has it, CloudFront took it out";

export const syntaxDifferences: Readonly<Record<string, string>> = {
  "/a/gg": acornStopsElsewhere,
  '"\\07"': lexer,
  "'\\08'": lexer,
  yield: lexer,
  "arguments = 1": acornStopsElsewhere,
  "a++ = 1": acornStopsElsewhere,
  "++a++": acornStopsElsewhere,
  "function f( {": acornStopsElsewhere,
  "#": acornStopsElsewhere,
  "#x": acornStopsElsewhere,
  "\\": acornStopsElsewhere,
  "var a = 1__000": acornStopsElsewhere,
  "var a = 0b12": acornStopsElsewhere,
  "var a = 0o8": acornStopsElsewhere,
  "var a = 0x": lexer,
  "var a = 1e": acornStopsElsewhere,
  "var a = 3in []": lexer,
  "if (a) let b": acornStopsElsewhere,
  "for (var i = 0 in {}) ;": acornStopsElsewhere,
  "var a = { if }": acornStopsElsewhere,
  "async function f(a = await 1) {}": acornStopsElsewhere,
  "-a ** b": acornStopsElsewhere,
  'b"': acornStopsElsewhere,
  "import from 'crypto'": acornStopsElsewhere,
  import: acornStopsElsewhere,
  let: acornStopsElsewhere,
  const: acornStopsElsewhere,
  "async x": acornStopsElsewhere,
  "x = {a = 1}": acornStopsElsewhere,
  "let undefined": lexer,
  "for (1 in c) d": acornStopsElsewhere,
};

export const expressionDifferences: Readonly<Record<string, string>> = {
  "delete u.x": v8Message,
  "encodeURIComponent('\\ud800')": "njs 0.7.9 encodes a lone surrogate; the standard throws",
  "(function f() { return f() })()":
    "V8's stack is deeper than njs's, so that the compute limit is reached first; both fail",
  "'str'()": v8Message,
  "return Object.getOwnPropertyNames(Buffer.prototype).sort().join()":
    "Buffer.prototype has a length of its own in njs, ours inherits it",
  "return JSON.stringify({ a: [], b: {}, c: [1, { d: 2 }] }, null, 2)":
    "njs breaks the line inside an empty array; later versions don't",
  "return (1234.5678).toFixed(2) + (0.00001).toString() + (255).toString(16) + (1e21).toString() + (25).toPrecision(1) + (5).toExponential()":
    "toPrecision rounds halves down in njs",
  "return Object.keys({ b: 1, 2: 1, 1: 1 }).join()": keyOrder,
  "var q = { a: 1, b: 2 }; delete q.a; q.a = 3; return Object.keys(q).join()": keyOrder,
  "return '😀'.length + '😀x'.indexOf('x') + '😀'.split('').length":
    "njs counts characters, V8 halves of surrogate pairs: an emoji is two",
  "return JSON.stringify('abc'.match(/z/g))": "njs 0.7.9 gives an empty list; the standard, null",
  "return (0.1 + 0.2) + ''": "njs writes a last digit that reads back as another number",
  "return Number('0b11') + Number('0o17')": "njs reads no other base than 16 in a text",
  "return 'ß'.toUpperCase() + 'İ'.toLowerCase().length":
    "njs changes the case of each character into one other",
  "new Uint8Array(1e10)": "ours counts the memory before it looks at the length; both fail",
  "return ((s) => s.raw)`x\\n` + ''": "njs's template objects have no raw texts",
  "return Buffer.from('--__', 'base64').toString('hex')": nothingDecoded,
  "return Buffer.alloc(4, '-_', 'base64').toString('hex')": nothingDecoded,
  "return Buffer.alloc(6).write('YWJj-YWJ', 'base64')":
    "njs copies as many bytes as the text has, the last ones from behind what it decoded",
  "o[[1, 2]]()": "what an object says of itself is not asked for a second time",
  "return typeof setTimeout": takenAway,
  "return typeof process": takenAway,
};
