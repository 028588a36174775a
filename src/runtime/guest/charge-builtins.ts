/* oxlint-disable typescript/unbound-method -- methods are taken off their objects here on purpose */
/** What the generated wrappers of charges.ts are handed: how large a value is, and how to replace a built-in. */
import type { GuestKit } from "./kit.ts";

type Method = (this: unknown, ...parameters: unknown[]) => unknown;

type Install = (
  kit: GuestKit,
  wrap: (on: object, name: string, make: (original: Method) => Method) => void,
  size: (value: unknown) => number,
  many: (value: unknown) => number,
  weigh: (value: unknown) => number,
  text: (value: unknown) => unknown,
  search: (self: unknown, part: unknown) => void,
  spread: (value: unknown) => number,
  given: (value: unknown) => void,
  texts: (list: unknown) => void,
) => void;

export function guestChargeBuiltins(kit: GuestKit, install: Install): void {
  "use strict";
  const { meter, isArray, keys, defineProperty, getOwnPropertyDescriptor, getPrototypeOf } = kit;
  const isView = ArrayBuffer.isView;
  const readerOf = (on: object, name: string): ((value: unknown) => number | undefined) => {
    const own = getOwnPropertyDescriptor(on, name) as PropertyDescriptor;
    const read = kit.uncurry(own.get as (this: unknown) => number);
    return (value) => {
      try {
        return read(value);
      } catch {
        return undefined;
      }
    };
  };
  /** Undefined for what is no typed array, whatever it says it is; likewise below. */
  const lengthOfView = readerOf(getPrototypeOf(Uint8Array.prototype) as object, "length");
  const lengthOfBuffer = readerOf(ArrayBuffer.prototype, "byteLength");
  kit.bytesIn = (value) => lengthOfBuffer(value) ?? 0;

  /**
   * The length of a string, an array, a view or whatever says it has one.
   *
   * The built-in reads the length again, so one that is computed could be another by then, and
   * some of V8's loops over it are in C++, where not even the watchdog's end of an isolate reaches.
   */
  const size = (value: unknown): number => {
    if (typeof value === "string") return value.length;
    if ((typeof value !== "object" && typeof value !== "function") || value === null) return 0;
    if (isArray(value)) return value.length;
    for (let holder: object | null = value; holder !== null; holder = getPrototypeOf(holder)) {
      const own = getOwnPropertyDescriptor(holder, "length");
      if (own === undefined) continue;
      if ("value" in own && (typeof own.value !== "object" || own.value === null)) {
        return typeof own.value === "symbol" ? 0 : kit.toLength(own.value);
      }
      if (isView(value) && typeof own.value !== "object" && holder !== value) {
        return lengthOfView(value) ?? 0;
      }
      throw new kit.TypeError("the length of an array-like object must be a plain value");
    }
    return 0;
  };

  const many = (value: unknown): number => {
    const count = kit.Number(value);
    return count > 0 ? count : 0;
  };

  /** How many characters a String object has, each a property of its own; 0 for any other object. */
  const textLength = (value: object): number => {
    const own = getOwnPropertyDescriptor(value, "length");
    if (own === undefined || own.writable !== false || own.configurable === true) return 0;
    return typeof own.value === "number" ? own.value : 0;
  };

  /** The number of own enumerable properties. */
  const weigh = (value: unknown): number => {
    if (typeof value === "string") return value.length;
    if (typeof value !== "object" || value === null) return 0;
    if (isArray(value) || isView(value)) return size(value);
    const characters = textLength(value);
    return characters > 64 ? characters : keys(value).length;
  };

  /** What a receiver, or an argument that must be text, is as text; read once, so that it can't change. */
  const text = (value: unknown): unknown =>
    (typeof value === "object" && value !== null) || typeof value === "function"
      ? kit.toText(value)
      : value;

  const spreadable = Symbol.isConcatSpreadable;
  /** How many elements concat takes out of a value. */
  const spread = (value: unknown): number =>
    typeof value !== "object" || value === null
      ? 0
      : isArray(value) || spreadable in value
        ? size(value)
        : 0;

  /** Looking for a long text in a long text can take the product of their lengths, all in C++. */
  const search = (self: unknown, part: unknown): void => {
    const product = size(self) * (typeof part === "string" ? part.length : 0);
    if (product > 1_000_000) meter.spend(product / 100);
  };

  /**
   * A built-in that goes through a list may turn each text into a number, or compare it, and V8
   * stops for nothing on the way. What a getter makes is not looked at: that is a call.
   */
  const texts = (list: unknown): void => {
    // A run that has allocated little so far has no text that is worth the look.
    if (meter.bytes > kit.byteLimit - 8192 || typeof list !== "object" || list === null) return;
    const length = isView(list) ? 0 : size(list);
    let total = 0;
    for (let i = 0; i < length; i += 1) {
      const own = getOwnPropertyDescriptor(list, i);
      const value: unknown = own === undefined ? undefined : own.value;
      if (typeof value === "string" && value.length > 64) total += value.length;
      if (total > 10_000_000) break;
    }
    meter.spend(total / 4);
  };
  kit.chargeTexts = texts;

  const given = (value: unknown): void => {
    if (value === undefined || value === null) {
      throw new kit.TypeError(`cannot convert ${kit.toText(value)} argument to object`);
    }
  };

  // A view's and a text's names are made when they are listed; an object's are there already.
  meter.walked = (value: unknown): void => {
    if (typeof value === "string") {
      if (value.length > 64) meter.allocate(16 * value.length);
      return;
    }
    if (typeof value !== "object" && typeof value !== "function") return;
    for (let holder: object | null = value; holder !== null; holder = getPrototypeOf(holder)) {
      if (isArray(holder)) continue;
      const names = isView(holder) ? (lengthOfView(holder) ?? 0) : textLength(holder);
      if (names > 64) meter.allocate(16 * names);
    }
  };

  const wrap = (on: object, name: string, make: (original: Method) => Method): void => {
    const own = getOwnPropertyDescriptor(on, name);
    if (own === undefined) throw new kit.Error(`There is no built-in ${name} to charge for`);
    const original = own.value as Method;
    const wrapper = make(original);
    defineProperty(wrapper, "length", { value: original.length, configurable: true });
    defineProperty(on, name, { ...own, value: wrapper });
  };

  kit.sizeOf = size;
  install(kit, wrap, size, many, weigh, text, search, spread, given, texts);

  // Constructors that allocate as much as they are told.
  const bytesPerElement = (on: { BYTES_PER_ELEMENT?: number }): number => on.BYTES_PER_ELEMENT ?? 1;
  const sized = [
    Array,
    ArrayBuffer,
    Int8Array,
    Uint8Array,
    Uint8ClampedArray,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array,
    Float32Array,
    Float64Array,
  ];
  // The loop below puts others in their places.
  const NativeArray = Array;
  const NativeArrayBuffer = ArrayBuffer;
  /** The parameters as the constructor may have them: a length as a number, elements in a plain array. */
  const sizedParameters = (original: object, each: number, given: unknown[]): unknown[] => {
    const first = given[0];
    if (original === NativeArray) {
      meter.allocate(each * (typeof first === "number" ? first : given.length));
      return given;
    }
    if (typeof first !== "object" && typeof first !== "function") {
      if (first === undefined || typeof first === "symbol") return [first];
      const length = kit.toInteger(first);
      meter.allocate(each * length);
      return [length];
    }
    if (first === null) return [0];
    if (original === NativeArrayBuffer) {
      const length = kit.toInteger(first);
      meter.allocate(length);
      return [length];
    }
    const inView = isView(first) ? lengthOfView(first) : undefined;
    if (inView !== undefined) {
      meter.allocate(each * inView);
      return [first];
    }
    if (!isArray(first) && lengthOfBuffer(first) !== undefined) return given;
    const length = size(first);
    meter.allocate(each * length);
    texts(first);
    // A copy without an iterator: V8 would ask one, and an iterator need not end.
    meter.spend(20 * length);
    const copy: unknown[] = [];
    for (let i = 0; i < length; i += 1) copy[i] = (first as ArrayLike<unknown>)[i];
    defineProperty(copy, Symbol.iterator, { value: undefined });
    return [copy];
  };

  for (const original of sized) {
    const each = original === NativeArray ? 16 : bytesPerElement(original as never);
    const { name } = original;
    const wrapper = {
      [name]: function (this: unknown, ...parameters: unknown[]): unknown {
        meter.spend(300);
        const given = sizedParameters(original, each, parameters);
        if (new.target === undefined)
          return kit.apply(original as never, undefined, given as never);
        return kit.construct(
          original as never,
          given,
          new.target === wrapper ? original : new.target,
        );
      },
    }[name] as unknown as object;
    for (const key of kit.ownKeys(original)) {
      // Without a species, what map() and slice() make is a plain array, made without us.
      if (key === Symbol.species) continue;
      const own = getOwnPropertyDescriptor(original, key) as PropertyDescriptor;
      defineProperty(
        wrapper,
        key,
        key === "prototype" ? { value: own.value, writable: false } : own,
      );
    }
    defineProperty(original.prototype, "constructor", {
      value: wrapper,
      writable: true,
      enumerable: false,
      configurable: true,
    });
    kit.setPrototypeOf(wrapper, kit.getPrototypeOf(original));
    defineProperty(globalThis, name, {
      value: wrapper,
      writable: true,
      enumerable: false,
      configurable: true,
    });
  }
}
