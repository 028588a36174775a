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
  /** Keeps what is thrown, in case that nobody handles it; returns it. */
  thrown(value: unknown): unknown;
  /** What is given to Promise, so that it keeps what it rejects with. */
  executor(value: unknown): unknown;
  /** Returns the value. The call lets V8 see, in the middle of straight code, that it is to stop. */
  look(value: unknown): unknown;
  /** Charges for a long text that is about to become a number or to be compared; returns it. */
  number(value: unknown): unknown;
  /** Charges for a text that has grown by a constant, if it is long; returns it. */
  long(value: unknown): unknown;
  /** Charges for a long text that a function returns, perhaps as a number; returns it. */
  returned(value: unknown): unknown;
  /** `on[key] += by`, charging for a text; returns the number from before or behind it. */
  step(on: unknown, key: unknown, by: number, isPrefix: boolean): number;
  /** Reads on[key] into `value`, charging for a text; what it returns puts a new value there. */
  at(on: unknown, key: unknown): { put(value: unknown): unknown };
  /** Sets a length, charging for a long text, and for what a long array may lose. */
  resize(on: unknown, length: unknown): unknown;
  /** Charges for a computed name that may be an array's length; returns it. */
  name(key: unknown): unknown;
  /** What `at` has read, as a number. */
  value: number;
  /** Whether this run has read more than its event. */
  wasRead(): boolean;
  /** Takes back that the clock was read: all that becomes of it is compared. Returns the value. */
  unread(before: boolean, value: unknown): unknown;
  /**
   * `left operator right`, one of which is to be the clock, divided and rounded; notes how it ended.
   *
   * @param isRight whether it is the right one
   */
  compare(
    operator: string,
    divisor: number,
    rounding: string,
    isRight: boolean,
    left: unknown,
    right: unknown,
  ): boolean;
}

/** What a run's answer may depend on beside the event that was sent, and what the host answers. */
export interface Outside {
  /** The start of the invocation, in milliseconds since the epoch. */
  now: number;
  /** Whether this run read the clock or chance, or the engine's stack was full. */
  wasRead: boolean;
  /** How the clock compared where it was not read for more; remembered/clock-answers.ts reads it. */
  compared: string;
  /** How many comparisons that are. */
  comparisons: number;
  /** What this run's chance follows from: given beforehand, or drawn when it is first asked for; 0 for none yet. */
  seed: number;
  /** Whether that is what the next draw follows from. */
  hasDrawn: boolean;
  /** Whether what is hidden in the event is built so that reading it shows. */
  marksHidden: boolean;
  /** Whether it is the handler that reads, and not the guest itself. */
  tracks: boolean;
  /** The hidden values that the handler has read, a line each. */
  touched: string;
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

  /**
   * V8 needs 2 ns a character to make a number of a text, all in C++, and njs some instructions; a
   * text must be this long to matter.
   */
  const longText = 512;
  const chargeText = (value: string): void => {
    if (value.length > longText) meter.spend(value.length >> 4);
  };

  const { ownKeys } = Reflect;
  type Holder = Record<PropertyKey, unknown>;
  /** A property's key, made once of an object that is to become one. */
  const keyOf = (key: unknown): PropertyKey =>
    (typeof key === "object" && key !== null) || typeof key === "function"
      ? (ownKeys({ [key as unknown as string]: 0 })[0] as PropertyKey)
      : (key as PropertyKey);
  /** V8 goes through all of a sparse array to make it shorter. */
  const chargeResize = (on: unknown, key: PropertyKey): void => {
    if (key !== "length" || !isArray(on) || on.length < 1024) return;
    meter.spend((on.length < 131_072 ? on.length : 131_072) >> 2);
  };
  const numberAt = (on: unknown, key: PropertyKey): number => toNumber((on as Holder)[key]);

  const toText = String;
  const { floor, round: roundHalf, ceil, trunc } = Math;
  const nativeParseInt = parseInt;
  const round: Record<string, (x: number) => number> = {
    floor,
    round: roundHalf,
    ceil,
    trunc,
    parseInt: (x) => nativeParseInt(toText(x)),
  };
  const isLess = (operator: string, left: number, right: number): boolean =>
    operator === "<"
      ? left < right
      : operator === ">"
        ? left > right
        : operator === "<="
          ? left <= right
          : left >= right;
  /** What a comparison is with its operands in the other order. */
  const mirrored: Record<string, string> = { "<": ">", ">": "<", "<=": ">=", ">=": "<=" };

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
    thrown(value) {
      reasons[reasons.length < mostReasons ? reasons.length : mostReasons - 1] = value;
      return value;
    },
    executor: (value) =>
      typeof value !== "function"
        ? value
        : (fulfill: unknown, reject: (reason: unknown) => void): unknown =>
            (value as (fulfill: unknown, reject: unknown) => unknown)(
              fulfill,
              (reason: unknown): void => reject(meter.thrown(reason)),
            ),
    look: (value) => value,
    number(value) {
      if (typeof value === "string") chargeText(value);
      return value;
    },
    long(value) {
      if (typeof value === "string" && value.length > longText) meter.allocate(value.length);
      return value;
    },
    returned(value) {
      if (typeof value === "string" && value.length > 4096) chargeText(value);
      return value;
    },
    resize(on, length) {
      chargeResize(on, "length");
      meter.number(length);
      (on as { length: unknown }).length = length;
      return length;
    },
    name(key) {
      if (key === "length" || typeof key === "object") meter.spend(4000);
      return key;
    },
    step(on, given, by, isPrefix) {
      const key = keyOf(given);
      chargeResize(on, key);
      const before = numberAt(on, key);
      (on as Holder)[key] = before + by;
      return isPrefix ? before + by : before;
    },
    at(on, given) {
      const key = keyOf(given);
      chargeResize(on, key);
      meter.value = numberAt(on, key);
      return {
        put(value) {
          (on as Holder)[key] = value;
          return value;
        },
      };
    },
    value: 0,
    wasRead: () => outside.wasRead,
    unread(before, value) {
      outside.wasRead = before;
      return value;
    },
    compare(operator, divisor, rounding, isRight, left, right) {
      const clock = isRight ? right : left;
      const other = isRight ? left : right;
      const exact = outside.now / divisor;
      const rounded = rounding === "" ? exact : (round[rounding] as (x: number) => number)(exact);
      const result = isLess(operator, left as number, right as number);
      // Nothing compares with what is missing, at any time.
      if (other === undefined || other !== other) return result;
      outside.comparisons += 1;
      const isTold = typeof other === "number" && outside.comparisons <= mostComparisons;
      if (!isTold || clock !== rounded) outside.wasRead = true;
      else {
        const asked = isRight ? (mirrored[operator] as string) : operator;
        outside.compared += `${asked} ${divisor} ${rounding} ${toText(other)} ${result ? 1 : 0};`;
      }
      return result;
    },
    stop() {
      const wanted = slice - meter.steps;
      const granted = wanted < meter.rest ? wanted : meter.rest;
      meter.rest -= granted;
      if ((meter.steps += granted) < 0) throw stopped;
      // Last, as the stack may have no room for it, and steps that lack would look like the limit.
      lookUp(3);
    },
  };

  /** The names behind computed calls, by the number that the compiler gave the call. */
  const calledNames: unknown[] = [];

  /** Messages of errors that this run made. */
  const ownMessages: unknown[] = [];
  /** What this run threw or rejected with, as V8 tells no more of an unhandled rejection than its text. */
  const reasons: unknown[] = [];
  const mostReasons = 64;

  let limit = stepLimit;

  const reset = (): void => {
    if (ownMessages.length > 0) ownMessages.length = 0;
    if (reasons.length > 0) reasons.length = 0;
    if (calledNames.length > 0) calledNames.length = 0;
    meter.steps = slice;
    meter.rest = limit - slice;
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

  const { defineProperty, keys, getOwnPropertyDescriptor, getPrototypeOf } = Object;
  const { isArray } = Array;
  const NativeNumber = Number;
  const toNumber = (value: unknown): number => {
    if (typeof value === "string") chargeText(value);
    return NativeNumber(value);
  };
  const { isView } = ArrayBuffer;
  const viewLength = uncurry(
    (
      getOwnPropertyDescriptor(
        getPrototypeOf(Uint8Array.prototype) as object,
        "length",
      ) as PropertyDescriptor
    ).get as (this: unknown) => number,
  );

  /** How many properties a view, a String object or an array has whose names are made when they are listed. */
  const elementCount = (value: object): number => {
    if (isArray(value)) return value.length < 131_072 ? value.length : 131_072;
    if (isView(value)) {
      try {
        return viewLength(value);
      } catch {
        return 0;
      }
    }
    const own = getOwnPropertyDescriptor(value, "length");
    if (own === undefined || own.writable !== false || own.configurable === true) return 0;
    return typeof own.value === "number" ? own.value : 0;
  };
  const outside: Outside = {
    now: 0,
    wasRead: false,
    compared: "",
    comparisons: 0,
    seed: 0,
    hasDrawn: false,
    marksHidden: false,
    tracks: false,
    touched: "",
  };
  const mostComparisons = 16;

  return {
    meter,
    grown,
    stopped,
    byteLimit,
    ownMessages,
    reasons,
    calledNames,
    /** What was handed out to this run so far; with what is left of it taken off, what it spent. */
    get stepLimit(): number {
      return limit - meter.rest;
    },
    /** How many steps a run may take from now on, in those of a viewer's function. */
    allow(times: number): void {
      limit = stepLimit * times;
    },
    reset,
    outside,
    readClock: (): number => {
      outside.wasRead = true;
      return outside.now;
    },
    uncurry,
    apply: Reflect.apply,
    construct: Reflect.construct,
    ownKeys,
    deleteProperty: Reflect.deleteProperty,
    /** Says whether it could, in place of throwing. */
    defineOwn: Reflect.defineProperty,
    freeze: Object.freeze,
    preventExtensions: Object.preventExtensions,
    keys,
    elementCount,
    /** What Object.keys answers, charged for where the names have yet to be made. */
    keysOf: (value: object): string[] => {
      const count = elementCount(value);
      if (count > 64) meter.allocate(16 * count);
      return keys(value);
    },
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
    getOwnPropertyDescriptor,
    getPrototypeOf,
    setPrototypeOf: Object.setPrototypeOf,
    hasOwn: Object.hasOwn,
    isArray,
    isInteger: NativeNumber.isInteger,
    toText,
    /** A value as a number; a long text is charged for. */
    Number: toNumber,
    toInteger: (value: unknown): number => {
      const number = toNumber(value);
      return number === number ? trunc(number) : 0;
    },
    toLength: (value: unknown): number => {
      const number = toNumber(value);
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
    WeakMap,
    WeakSet,
    sourceOf: getterOf("source") as (expression: unknown) => string,
    isGlobal,
    isSticky,
    ignoresCase: getterOf("ignoreCase"),
    isMultiline: getterOf("multiline"),
    booleanOf: uncurry<unknown, [], boolean>(Boolean.prototype.valueOf),
    /** JSON.parse as customer code has it, with njs's errors; json.ts sets it. */
    readJson: JSON.parse as (text: string) => unknown,
    /** JSON.stringify as customer code has it, charged for; the charging sets it. */
    writeJson: JSON.stringify as (value: unknown) => string | undefined,
    /** A Buffer of a text's UTF-8 bytes; the buffer module sets it. */
    bytesOf: (text: string): unknown => text,
    /** An expression of a text, as `new RegExp` makes it; regexp.ts sets it. */
    newRegExp: (pattern: string): RegExp => new RegExp(pattern),
    /** An iterable each turn of which is charged; the charging sets it. */
    counted: (given: unknown): unknown => given,
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
