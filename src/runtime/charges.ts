/**
 * What a call of a built-in costs, in steps (njs instructions) and bytes.
 *
 * Each row becomes a wrapper of its own inside the isolate, generated as text so that the
 * just-in-time compiler sees one call site per built-in and inlines both. `self` is the receiver,
 * `a`, `b` and `c` the arguments, `size(x)` the length of a string or array, `many(x)` a count
 * that was passed, `text(x)` what an object is as text, `given(x)` refuses null and undefined, `texts(x)` charges for a list's long texts. The arguments may be assigned. `before` runs ahead of the built-in, so that work too large never starts;
 * `after` sees the `result`.
 */
export interface Charge {
  readonly on: string;
  readonly name: string;
  readonly before: string;
  readonly after?: string;
}

const rows = (on: string, table: Record<string, string | readonly [string, string]>): Charge[] =>
  Object.entries(table).map(([name, cost]) =>
    typeof cost === "string"
      ? { on, name, before: cost }
      : { on, name, before: cost[0], after: cost[1] },
  );

const grownText = "allocate(size(result))";
const perElement = "spend(200 + 40 * size(self)); texts(self)";
const copiesElements = "spend(250); allocate(16 * size(self)); texts(self)";
const manyNumbers = "texts(arguments)";

export const builtinCharges: readonly Charge[] = [
  ...rows("String.prototype", {
    charAt: "spend(300)",
    charCodeAt: "spend(330)",
    codePointAt: "spend(130)",
    concat: ["self = text(self); spend(200)", grownText],
    endsWith: "a = text(a); spend(150 + size(a))",
    startsWith: "a = text(a); spend(150 + size(a))",
    includes: "self = text(self); a = text(a); spend(180 + 5 * size(self)); search(self, a)",
    indexOf: "self = text(self); a = text(a); spend(180 + 5 * size(self)); search(self, a)",
    lastIndexOf: "self = text(self); a = text(a); spend(180 + 5 * size(self)); search(self, a)",
    match: "spend(300)",
    search: "spend(300)",
    padEnd: "a = many(a); spend(250); allocate(a)",
    padStart: "a = many(a); spend(250); allocate(a)",
    repeat:
      "self = text(self); a = kit.toInteger(a); spend(200); if (a < Infinity) allocate(size(self) * a)",
    slice: ["spend(220)", grownText],
    substr: ["spend(220)", grownText],
    substring: ["spend(220)", grownText],
    split: [
      "self = text(self); spend(300 + 2 * size(self)); search(self, a); if (size(self) > 4096) allocate(16 * size(self))",
      "spend(120 * size(result)); allocate(16 * size(result))",
    ],
    toLowerCase: "self = text(self); spend(150 + 6 * size(self)); allocate(size(self))",
    toUpperCase: "self = text(self); spend(150 + 6 * size(self)); allocate(size(self))",
    trim: "spend(180 + size(self))",
    trimEnd: "spend(180 + size(self))",
    trimStart: "spend(180 + size(self))",
  }),
  ...rows("Array.prototype", {
    concat:
      "spend(250); allocate(16 * size(self)); for (let i = 0; i < arguments.length; i += 1) allocate(16 * spread(arguments[i]))",
    copyWithin: perElement,
    every: perElement,
    fill: perElement,
    filter: perElement,
    find: perElement,
    findIndex: perElement,
    forEach: perElement,
    includes: perElement,
    indexOf: perElement,
    lastIndexOf: perElement,
    map: copiesElements,
    pop: "spend(100)",
    push: "spend(120); allocate(16 * arguments.length)",
    reduce: perElement,
    reduceRight: perElement,
    reverse: perElement,
    shift: "spend(120 + (size(self) > 4096 ? 20 : 1 / 8) * size(self))",
    slice: copiesElements,
    some: perElement,
    sort: "spend(500 + 700 * size(self)); texts(self); texts(self); texts(self)",
    splice: copiesElements,
    toString: "spend(100)",
    unshift: copiesElements,
  }),
  ...rows("Object", {
    assign:
      "spend(300); for (let i = 0; i < arguments.length; i += 1) spend(90 * weigh(arguments[i]))",
    create: "spend(200 + (b === undefined ? 0 : 100 * weigh(b)))",
    defineProperties: "spend(200 + 100 * weigh(b))",
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
  ...rows("Function.prototype", {
    apply: "spend(120 + 10 * size(b)); if (size(b) > 64) allocate(16 * size(b)); texts(b)",
  }),
  ...rows("RegExp.prototype", {
    // What was scanned: from where the last match ended to the end of this one.
    exec: [
      "spend(2200); a = kit.toText(a); const start = startOf(self)",
      "spend(result === null ? 8 * (size(a) > start ? size(a) - start : 0) : 8 * (result.index + size(result[0]) - start) + 400 * size(result))",
    ],
  }),
  ...rows("Math", { hypot: manyNumbers, max: manyNumbers, min: manyNumbers }),
  ...rows("String", { fromCharCode: manyNumbers, fromCodePoint: manyNumbers }),
  ...rows("ArrayBuffer.prototype", {
    slice: "spend(200); allocate(kit.bytesIn(self))",
  }),
  ...rows("globalThis", {
    decodeURI: "spend(300 + 20 * size(a)); allocate(size(a))",
    decodeURIComponent: "spend(300 + 20 * size(a)); allocate(size(a))",
    encodeURI: "spend(300 + 20 * size(a)); allocate(3 * size(a))",
    encodeURIComponent: "spend(300 + 20 * size(a)); allocate(3 * size(a))",
    parseFloat: "spend(200 + size(a))",
    parseInt: "spend(500 + size(a))",
  }),
  ...rows("Int8Array.prototype.__proto__", {
    every: perElement,
    fill: perElement,
    filter: perElement,
    find: perElement,
    findIndex: perElement,
    forEach: perElement,
    includes: perElement,
    indexOf: perElement,
    lastIndexOf: perElement,
    map: perElement,
    reduce: perElement,
    reduceRight: perElement,
    reverse: perElement,
    copyWithin: perElement,
    set: "spend(200 + 10 * size(a)); texts(a)",
    slice: "spend(250); allocate(8 * size(self))",
    some: perElement,
    sort: "spend(500 + 700 * size(self))",
  }),
];

/** @returns an expression's text: a function of the kit that puts every wrapper in its place */
export function chargesSource(charges: readonly Charge[]): string {
  // In strict code, assigning a parameter leaves `arguments` as it was. None of these takes a third.
  const assigned = /\ba = /;
  const wrappers = charges.map(({ on, name, before, after }) => {
    const call = assigned.test(before)
      ? `apply(original, self, [a, b])`
      : `apply(original, self, arguments)`;
    const body =
      after === undefined
        ? `${before}; return ${call};`
        : `${before}; const result = ${call}; ${after}; return result;`;
    return `wrap(${on}, "${name}", (original) => ({ ${name}(a, b, c) { let self = this; ${body} } }).${name});`;
  });
  return `(function (kit, wrap, size, many, weigh, text, search, spread, given, texts) {
  "use strict";
  const { apply } = kit;
  const { spend, allocate } = kit.meter;
  const startOf = (expression) => {
    if (!kit.goesOn(expression)) return 0;
    const { lastIndex } = expression;
    return typeof lastIndex === "number" && lastIndex > 0 ? lastIndex : 0;
  };
  ${wrappers.join("\n  ")}
})`;
}
