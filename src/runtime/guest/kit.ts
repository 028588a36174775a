/* oxlint-disable typescript/unbound-method -- methods are taken off their objects here on purpose */
/**
 * What the guest's own code works with: the isolate's built-ins as they were before any customer
 * code ran, and the meter.
 *
 * Every function in this folder is turned into text and evaluated inside an isolate
 * (guest-source.ts), so it may use nothing but its parameters and the language. After customer
 * code has run, a built-in's property can't be trusted any more: guest code calls the captured
 * ones, and uses no iterator, spread or pattern, which would read them implicitly.
 */

/** Counts down; customer code never sees it. */
export interface Meter {
  /** Steps left of the slice that is being spent; negative once the limit was passed. */
  steps: number;
  /** Steps left behind that slice. */
  rest: number;
  /** Bytes left that may be allocated. */
  bytes: number;
  /** Takes steps, and throws when none are left. */
  spend(steps: number): void;
  /** Takes bytes, and the steps that njs needs to write them. */
  allocate(bytes: number): void;
  /** Goes on with the next slice; throws what customer code cannot keep when none is left. */
  stop(): void;
  /** Charges for the names that a for-in loop is about to list, and returns the value. */
  walk(value: unknown): unknown;
  /** What `walk` charges; the charging sets it. */
  walked(value: unknown): void;
  /** Returns the name of what is about to be called, and keeps it for the error that may follow. */
  key(call: number, name: unknown): unknown;
  /** Returns the value. The call lets V8 see, in the middle of straight code, that it is to stop. */
  look(value: unknown): unknown;
}

export interface Clock {
  /** The start of the invocation, in milliseconds since the epoch. */
  now: number;
}

// oxlint-disable-next-line typescript/explicit-module-boundary-types -- its type is its shape
export function guestKit(stepLimit: number, byteLimit: number) {
  "use strict";
  const call = Function.prototype.call;
  const bind = Function.prototype.bind;
  /** Turns a method into a function that takes the receiver first. */
  const uncurry = bind.bind(call) as <Receiver, Parameters extends unknown[], Result>(
    method: (this: Receiver, ...parameters: Parameters) => Result,
  ) => (receiver: Receiver, ...parameters: Parameters) => Result;

  const stopped = Object.freeze({ __proto__: null, stopped: true });

  /**
   * Steps are handed out in slices of this many. V8 sees that the watchdog ended the isolate when a
   * function is called, but in a short loop only every thousand turns or so, and one turn may turn
   * a text of a megabyte into a number.
   */
  const slice = 2048;

  /** Calls itself, so that V8 makes a call of it wherever it is compiled into. */
  const lookUp = (depth: number): number => (depth > 0 ? lookUp(depth - 1) : depth);

  const meter: Meter = {
    // Setting up costs nobody anything; an invocation begins with a reset.
    steps: 1_000_000_000,
    rest: 0,
    bytes: 1_000_000_000,
    // Customers choose some of the numbers: none may give anything back, and NaN is too much.
    spend(steps) {
      if ((meter.steps -= steps > 0 ? steps : steps <= 0 ? 0 : Infinity) < 0) meter.stop();
    },
    allocate(bytes) {
      if ((meter.bytes -= bytes > 0 ? bytes : bytes <= 0 ? 0 : Infinity) < 0) throw stopped;
      if (bytes > 0 && (meter.steps -= bytes >> 2) < 0) meter.stop();
    },
    walk(value) {
      meter.walked(value);
      return value;
    },
    walked() {},
    key(call, name) {
      calledNames[call] = name;
      return name;
    },
    look: (value) => value,
    stop() {
      lookUp(3);
      const wanted = slice - meter.steps;
      const granted = wanted < meter.rest ? wanted : meter.rest;
      meter.rest -= granted;
      if ((meter.steps += granted) < 0) throw stopped;
    },
  };

  /** The names behind computed calls, by the number that the compiler gave the call. */
  const calledNames: unknown[] = [];

  /** Messages of errors that this run made. */
  const ownMessages: unknown[] = [];

  const reset = (): void => {
    if (ownMessages.length > 0) ownMessages.length = 0;
    if (calledNames.length > 0) calledNames.length = 0;
    meter.steps = slice;
    meter.rest = stepLimit - slice;
    meter.bytes = byteLimit;
  };

  /** Charges what an addition made, if that is a string; the compiler puts it around additions. */
  const grown = (value: unknown): unknown => {
    if (typeof value === "string") {
      meter.spend(190);
      if (value.length > 64) meter.allocate(value.length);
    }
    return value;
  };

  const getterOf = (name: string): ((expression: RegExp) => unknown) =>
    uncurry(
      (Object.getOwnPropertyDescriptor(RegExp.prototype, name) as PropertyDescriptor).get as (
        this: RegExp,
      ) => unknown,
    );
  const isGlobal = getterOf("global");
  const isSticky = getterOf("sticky");

  const { trunc } = Math;
  const { Number } = globalThis;
  const { defineProperty } = Object;
  const clock: Clock = { now: 0 };

  return {
    meter,
    grown,
    stopped,
    byteLimit,
    ownMessages,
    calledNames,
    /** What was handed out to this run so far; with what is left of it taken off, what it spent. */
    get stepLimit(): number {
      return stepLimit - meter.rest;
    },
    reset,
    clock,
    uncurry,
    apply: Reflect.apply,
    construct: Reflect.construct,
    ownKeys: Reflect.ownKeys,
    deleteProperty: Reflect.deleteProperty,
    freeze: Object.freeze,
    preventExtensions: Object.preventExtensions,
    keys: Object.keys,
    create: Object.create,
    defineProperty,
    /** Puts a method where a built-in one stands, with the attributes that those have. */
    defineMethod: (on: object, name: string | symbol, method: unknown): void => {
      defineProperty(on, name, {
        value: method,
        writable: true,
        enumerable: false,
        configurable: true,
      });
    },
    getOwnPropertyDescriptor: Object.getOwnPropertyDescriptor,
    getPrototypeOf: Object.getPrototypeOf,
    setPrototypeOf: Object.setPrototypeOf,
    hasOwn: Object.hasOwn,
    isArray: Array.isArray,
    isInteger: Number.isInteger,
    toText: String,
    Number,
    toInteger: (value: unknown): number => {
      const number = Number(value);
      return number === number ? trunc(number) : 0;
    },
    toLength: (value: unknown): number => {
      const number = Number(value);
      return number > 0 ? trunc(number) : 0;
    },
    quote: JSON.stringify as (text: string) => string,
    /** A text as it is read outside the function; 1.0's byte strings set it. */
    asText: (text: string): string => text,
    /** Compiles text of our own making. */
    compile: Function as unknown as (
      parameters: string,
      body: string,
    ) => (...values: unknown[]) => unknown,
    parseJson: JSON.parse as (text: string) => unknown,
    indexOf: uncurry<string, [part: string, from?: number], number>(String.prototype.indexOf),
    slice: uncurry(String.prototype.slice) as (text: string, start: number, end?: number) => string,
    trim: uncurry(String.prototype.trim),
    split: uncurry(String.prototype.split as (this: string, separator: string) => string[]),
    fromCharCode: String.fromCharCode,
    charCodeAt: uncurry(String.prototype.charCodeAt),
    startsWith: uncurry(String.prototype.startsWith),
    toLowerCase: uncurry(String.prototype.toLowerCase),
    regExpExec: uncurry(RegExp.prototype.exec),
    objectToString: uncurry(Object.prototype.toString),
    // oxlint-disable-next-line unicorn/no-thenable -- the kit is never awaited
    then: uncurry(Promise.prototype.then) as (
      promise: Promise<unknown>,
      fulfilled: (value: unknown) => void,
      rejected: (reason: unknown) => void,
    ) => Promise<unknown>,
    Promise,
    WeakSet,
    booleanOf: uncurry<unknown, [], boolean>(Boolean.prototype.valueOf),
    /** JSON.parse as customer code has it, with njs's errors; json.ts sets it. */
    readJson: JSON.parse as (text: string) => unknown,
    /** JSON.stringify as customer code has it, charged for; the charging sets it. */
    writeJson: JSON.stringify as (value: unknown) => string | undefined,
    /** A Buffer of a text's UTF-8 bytes; the buffer module sets it. */
    bytesOf: (text: string): unknown => text,
    /** The length that a built-in would take a value to have; the charging sets it. */
    sizeOf: (value: unknown): number => (value as { length: number }).length,
    /** Charges for the long texts of a list that is about to be read whole; the charging sets it. */
    chargeTexts: (_list: unknown): void => {},
    /** The length of an ArrayBuffer, 0 for anything else; the charging sets it. */
    bytesIn: (value: unknown): number => (value as ArrayBuffer).byteLength,
    /** Whether an expression goes on from lastIndex; its own properties have no say. */
    goesOn: (expression: RegExp): boolean =>
      isGlobal(expression) === true || isSticky(expression) === true,
    /** Objects that customer code meets only as a prototype, to be frozen with the rest. */
    hidden: [] as object[],
    TypeError,
    RangeError,
    ReferenceError,
    SyntaxError,
    URIError,
    Error,
  };
}

export type GuestKit = ReturnType<typeof guestKit>;
