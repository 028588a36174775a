/**
 * What a call of a built-in costs, in steps (njs instructions) and bytes.
 *
 * Each row becomes a wrapper of its own inside the isolate, generated as text so that the
 * just-in-time compiler sees one call site per built-in and inlines both. `self` is the receiver,
 * `a`, `b` and `c` the arguments, `size(x)` the length of a string or array, `many(x)` a count
 * that was passed, `text(x)` what an object is as text, `given(x)` refuses null and undefined, `texts(x)` charges for a list's long texts, `number(x)` for one that becomes a number,
 * `long(x)` for one that is made. The arguments may be assigned. `before` runs ahead of the built-in, so that work too large never starts;
 * `after` sees the `result`.
 */
export interface Charge {
  readonly on: string;
  readonly name: string;
  readonly before: string;
  readonly after?: string;
  /** Called without a receiver, with two arguments: the fastest way there is. */
  readonly direct?: true;
}

const rows = (on: string, table: Record<string, string | readonly [string, string]>): Charge[] =>
  Object.entries(table).map(([name, cost]) =>
    typeof cost === "string"
      ? { on, name, before: cost }
      : { on, name, before: cost[0], after: cost[1] },
  );

/** Built-ins that do next to nothing but make numbers of what they are passed. */
const direct = (on: string, names: string): Charge[] =>
  names.split(" ").map((name) => ({ on, name, before: "number(a); number(b)", direct: true }));
const each = (names: string, cost: string): Record<string, string> =>
  Object.fromEntries(names.split(" ").map((name) => [name, cost]));

const grownText = "allocate(size(result))";
const perElement = "spend(200 + 40 * size(self)); texts(self)";
const copiesElements = "spend(250); allocate(16 * size(self)); texts(self)";
const numbers = "number(a); number(b); number(c)";
const fromPlace = `number(b); ${perElement}`;
const manyNumbers = "texts(arguments)";

export const builtinCharges: readonly Charge[] = [
  ...rows("String.prototype", {
    charAt: "number(a); spend(300)",
    charCodeAt: "number(a); spend(330)",
    codePointAt: "number(a); spend(130)",
    concat: ["self = text(self); spend(200)", grownText],
    endsWith: "self = text(self); a = text(a); number(b); spend(150 + size(a))",
    startsWith: "self = text(self); a = text(a); number(b); spend(150 + size(a))",
    includes:
      "self = text(self); a = text(a); number(b); spend(180 + 5 * size(self)); search(self, a)",
    indexOf:
      "self = text(self); a = text(a); number(b); spend(180 + 5 * size(self)); search(self, a)",
    lastIndexOf:
      "self = text(self); a = text(a); number(b); spend(180 + 5 * size(self)); search(self, a)",
    match: "spend(300); a = pattern(a, more.matchKey)",
    search: "spend(300); a = pattern(a, more.searchKey)",
    padEnd: "a = many(a); spend(250); allocate(a)",
    padStart: "a = many(a); spend(250); allocate(a)",
    repeat:
      "self = text(self); a = kit.toInteger(a); spend(200); if (a < Infinity) allocate(size(self) * a)",
    slice: ["number(a); number(b); spend(220)", grownText],
    substr: ["number(a); number(b); spend(220)", grownText],
    substring: ["number(a); number(b); spend(220)", grownText],
    split: [
      "self = text(self); a = separator(a); number(b); spend(300 + 2 * size(self)); search(self, a); if (size(self) > 4096) allocate(16 * size(self))",
      "spend(120 * size(result)); allocate(16 * size(result))",
    ],
    toString: ["", "returned(result)"] as const,
    valueOf: ["", "returned(result)"] as const,
    toLowerCase: "self = text(self); spend(150 + 6 * size(self)); allocate(size(self))",
    toUpperCase: "self = text(self); spend(150 + 6 * size(self)); allocate(size(self))",
    trim: "self = text(self); spend(180 + size(self))",
    trimEnd: "self = text(self); spend(180 + size(self))",
    trimStart: "self = text(self); spend(180 + size(self))",
  }),
  ...rows("Array.prototype", {
    concat:
      "spend(250); allocate(16 * size(self)); for (let i = 0; i < arguments.length; i += 1) allocate(16 * spread(arguments[i]))",
    copyWithin: `${numbers}; ${perElement}`,
    every: perElement,
    fill: `number(b); number(c); ${perElement}; stored(self, a)`,
    filter: perElement,
    find: perElement,
    findIndex: perElement,
    forEach: perElement,
    includes: `${fromPlace}; compared(self, a)`,
    indexOf: `${fromPlace}; compared(self, a)`,
    lastIndexOf: `${fromPlace}; compared(self, a)`,
    map: copiesElements,
    pop: "spend(100 + (size(self) > 8192 ? size(self) / 4 : 0))",
    push: "spend(120); allocate(16 * arguments.length); if (!kit.isArray(self)) texts(arguments)",
    reduce: perElement,
    reduceRight: perElement,
    reverse: perElement,
    shift: "spend(120 + (size(self) > 4096 ? 20 : size(self) > 512 ? 2 : 1 / 8) * size(self))",
    slice: `number(a); number(b); ${copiesElements}`,
    some: perElement,
    sort: "spend(500 + 700 * size(self)); texts(self); texts(self); texts(self)",
    splice: `${copiesElements}; texts(arguments)`,
    toString: "spend(100)",
    unshift: `${copiesElements}; if (!kit.isArray(self)) texts(arguments)`,
  }),
  ...rows("Array", { of: "spend(300); allocate(16 * arguments.length)" }),
  ...rows("Object", {
    assign:
      "spend(300); for (let i = 0; i < arguments.length; i += 1) { spend(90 * weigh(arguments[i])); if (i > 0) assigned(a, arguments[i]) }",
    create: "spend(200 + (b === undefined ? 0 : 100 * weigh(b)))",
    defineProperties: "spend(200 + 100 * weigh(b)); described(b, true)",
    defineProperty: "described(c, false)",
    is: "number(a)",
    entries: ["given(a); spend(300 + 120 * weigh(a))", "allocate(64 * size(result))"],
    freeze: "spend(150 + 30 * weigh(a))",
    getOwnPropertyDescriptors: "given(a); spend(300 + 200 * weigh(a))",
    getOwnPropertyNames: ["given(a); spend(300 + 60 * weigh(a))", "allocate(16 * size(result))"],
    getOwnPropertyDescriptor: "given(a)",
    getOwnPropertySymbols: "given(a)",
    getPrototypeOf: "given(a)",
    isFrozen: "spend(150 + 30 * weigh(a))",
    isSealed: "spend(150 + 30 * weigh(a))",
    keys: ["given(a); spend(300 + 60 * weigh(a))", "allocate(16 * size(result))"],
    seal: "spend(150 + 30 * weigh(a))",
    setPrototypeOf: "given(a)",
    values: ["given(a); spend(300 + 60 * weigh(a))", "allocate(16 * size(result))"],
  }),
  ...rows("Object.prototype", { toString: ["", "long(result)"] as const }),
  ...rows("Error.prototype", { toString: ["", "long(result)"] as const }),
  ...rows("Symbol.prototype", { toString: ["", "long(result)"] as const }),
  ...rows("Function.prototype", {
    bind: "named(self)",
    apply: "spend(120 + 10 * size(b)); if (size(b) > 64) allocate(16 * size(b)); texts(b)",
  }),
  ...rows("RegExp.prototype", {
    // What was scanned: from where the last match ended to the end of this one.
    exec: [
      "spend(2200); a = kit.toText(a); const start = startOf(self)",
      "spend(result === null ? 8 * (size(a) > start ? size(a) - start : 0) : 8 * (result.index + size(result[0]) - start) + 400 * size(result))",
    ],
  }),
  ...rows("RegExp.prototype", { toString: ["", "long(result)"] as const }),
  ...direct(
    "Math",
    "abs acos acosh asin asinh atan atan2 atanh cbrt ceil clz32 cos cosh exp expm1 floor fround imul log log10 log1p log2 pow round sign sin sinh sqrt tan tanh trunc",
  ),
  ...direct("globalThis", "isFinite isNaN"),
  ...rows("Math", { hypot: manyNumbers, max: manyNumbers, min: manyNumbers }),
  ...rows("Number.prototype", each("toExponential toFixed toPrecision toString", "number(a)")),
  ...rows("Date", { UTC: manyNumbers }),
  ...rows(
    "Date.prototype",
    each(
      "setTime setUTCDate setUTCFullYear setUTCHours setUTCMilliseconds setUTCMinutes setUTCMonth setUTCSeconds",
      manyNumbers,
    ),
  ),
  ...rows(
    "DataView.prototype",
    each(
      "getFloat32 getFloat64 getInt16 getInt32 getInt8 getUint16 getUint32 getUint8 setFloat32 setFloat64 setInt16 setInt32 setInt8 setUint16 setUint32 setUint8",
      numbers,
    ),
  ),
  ...rows("Promise", {
    all: "spend(300); a = counted(a)",
    allSettled: "spend(300); a = counted(a)",
    any: "spend(300); a = counted(a)",
    race: "spend(300); a = counted(a)",
    reject: "spend(100); kit.meter.thrown(a)",
    resolve: "spend(100)",
  }),
  ...rows("Promise.prototype", { catch: "spend(100)", finally: "spend(300)" }),
  ...rows("kit.getPrototypeOf([][Symbol.iterator]())", { next: "spend(20)" }),
  ...rows('kit.getPrototypeOf(""[Symbol.iterator]())', { next: "spend(20)" }),
  ...rows("String", { fromCharCode: manyNumbers, fromCodePoint: manyNumbers }),
  ...rows("ArrayBuffer.prototype", {
    slice: "number(a); number(b); spend(200); allocate(kit.bytesIn(self))",
  }),
  ...rows("globalThis", {
    decodeURI: "a = text(a); spend(300 + 20 * size(a)); allocate(size(a))",
    decodeURIComponent: "a = text(a); spend(300 + 20 * size(a)); allocate(size(a))",
    encodeURI: "a = text(a); spend(300 + 20 * size(a)); allocate(3 * size(a))",
    encodeURIComponent: "a = text(a); spend(300 + 20 * size(a)); allocate(3 * size(a))",
    parseFloat: "a = text(a); spend(200 + size(a))",
    parseInt: "a = text(a); number(b); spend(500 + size(a))",
  }),
  ...rows("Int8Array.prototype.__proto__", {
    every: perElement,
    fill: `${numbers}; ${perElement}`,
    filter: perElement,
    find: perElement,
    findIndex: perElement,
    forEach: perElement,
    includes: fromPlace,
    indexOf: fromPlace,
    lastIndexOf: fromPlace,
    map: perElement,
    reduce: perElement,
    reduceRight: perElement,
    reverse: perElement,
    copyWithin: `${numbers}; ${perElement}`,
    set: "number(b); spend(200 + 10 * size(a)); texts(a)",
    slice: "number(a); number(b); spend(250); allocate(8 * size(self))",
    some: perElement,
    sort: "spend(500 + 700 * size(self))",
    subarray: "number(a); number(b)",
  }),
];

/** @returns an expression's text: a function of the kit that puts every wrapper in its place */
export function chargesSource(charges: readonly Charge[]): string {
  // In strict code, assigning a parameter leaves `arguments` as it was. None of these takes a third.
  const assigned = /(?:^|[^.\w])a = /;
  const wrappers = charges.map(({ on, name, before, after, direct: isDirect }) => {
    if (isDirect) {
      return `wrap(${on}, "${name}", (original) => ({ ${name}(a, b) { ${before}; return original(a, b); } }).${name});`;
    }
    const call = assigned.test(before)
      ? `apply(original, self, [a, b])`
      : `apply(original, self, arguments)`;
    const body =
      after === undefined
        ? `${before}; return ${call};`
        : `${before}; const result = ${call}; ${after}; return result;`;
    return `wrap(${on}, "${name}", (original) => ({ ${name}(a, b, c) { let self = this; ${body} } }).${name});`;
  });
  return `(function (kit, wrap, size, many, weigh, text, search, spread, given, texts, more) {
  "use strict";
  const { apply } = kit;
  const { spend, allocate, number, long, returned } = kit.meter;
  const { stored, compared, assigned, described, named, counted, pattern, separator } = more;
  const startOf = (expression) => {
    if (!kit.goesOn(expression)) return 0;
    const { lastIndex } = expression;
    return typeof lastIndex === "number" && lastIndex > 0 ? lastIndex : 0;
  };
  ${wrappers.join("\n  ")}
})`;
}
