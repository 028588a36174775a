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
  more: object,
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
  const { elementCount } = kit;
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

  /** The number of own enumerable properties. */
  const weigh = (value: unknown): number => {
    if (typeof value === "string") return value.length;
    if (typeof value !== "object" || value === null) return 0;
    if (isArray(value) || isView(value)) return size(value);
    const characters = elementCount(value);
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

  /** An element that is no getter's, perhaps inherited. */
  const elementOf = (list: object, index: number): unknown => {
    let depth = 0;
    for (let holder: object | null = list; holder !== null; holder = getPrototypeOf(holder)) {
      const own = getOwnPropertyDescriptor(holder, index);
      if (own !== undefined) return own.value;
      depth += 1;
      if (depth > 3) meter.spend(2);
    }
    return undefined;
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
      const value = elementOf(list, i);
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
      const names = elementCount(holder);
      if (isArray(holder)) {
        if (names > 1024) meter.spend(2 * names);
      } else if (names > 64) meter.allocate(16 * names);
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

  /** A data property's value, perhaps inherited; what a getter makes is a call. */
  const valueOf = (on: object, name: string): unknown => {
    for (let holder: object | null = on; holder !== null; holder = getPrototypeOf(holder)) {
      const own = getOwnPropertyDescriptor(holder, name);
      if (own !== undefined) return own.value;
      meter.spend(1);
    }
    return undefined;
  };
  const isObject = (value: unknown): value is object =>
    (typeof value === "object" && value !== null) || typeof value === "function";
  const { match: matchKey, search: searchKey, split: splitKey } = Symbol;
  const iteratorKey = Symbol.iterator;
  const more = {
    /** A typed array makes a number of each element that it is given. */
    stored(self: unknown, value: unknown): void {
      if (typeof value === "string" && isView(self)) meter.spend((value.length / 16) * size(self));
    },
    /** A long text may have to be compared with each element of the same length. */
    compared(self: unknown, value: unknown): void {
      if (typeof value === "string" && value.length > 4096) texts(self);
    },
    /** An array's length, and a typed array's elements, are numbers. */
    assigned(target: unknown, source: unknown): void {
      if (!isObject(source) || !(isArray(target) || isView(target))) return;
      const names = keys(source);
      for (let i = 0; i < names.length; i += 1) meter.number(valueOf(source, names[i] as string));
    },
    /** Likewise for what is defined. */
    described(given: unknown, many: boolean): void {
      if (!isObject(given) || meter.bytes > kit.byteLimit - 8192) return;
      const names = many ? keys(given) : ["value"];
      for (let i = 0; i < names.length; i += 1) {
        const value = valueOf(given, names[i] as string);
        if (!many) meter.number(value);
        else if (isObject(value)) meter.number(valueOf(value, "value"));
      }
    },
    /** A bound function's name is made of the function's. */
    named(self: unknown): void {
      if (typeof self === "function") meter.long(valueOf(self, "name"));
    },
    /** What is iterated over in C++, each turn of it charged. */
    counted(given: unknown): unknown {
      if (!isObject(given)) return given;
      const iterate = (given as Record<symbol, unknown>)[iteratorKey];
      if (typeof iterate !== "function") return given;
      return {
        [iteratorKey](): object {
          const iterator: unknown = kit.apply(iterate as () => unknown, given, []);
          if (!isObject(iterator)) return iterator as never;
          const { next } = iterator as { next?: unknown };
          return {
            next(): unknown {
              meter.spend(100);
              return kit.apply(next as () => unknown, iterator, []);
            },
            get return() {
              const end = (iterator as { return?: unknown }).return;
              return typeof end === "function"
                ? () => kit.apply(end as () => unknown, iterator, [])
                : end;
            },
          };
        },
      };
    },
    /** A text's pattern as an expression that our constructor has charged for; left alone where it knows how itself. */
    pattern(given: unknown, key: symbol): unknown {
      if (isObject(given)) {
        const method = (given as Record<symbol, unknown>)[key];
        if (method !== undefined && method !== null) return given;
      }
      return given === undefined ? kit.newRegExp("") : kit.newRegExp(kit.toText(given));
    },
    separator(given: unknown): unknown {
      if (!isObject(given)) return given;
      const method = (given as Record<symbol, unknown>)[splitKey];
      return method === undefined || method === null ? kit.toText(given) : given;
    },
    matchKey,
    searchKey,
  };
  kit.counted = more.counted;
  install(kit, wrap, size, many, weigh, text, search, spread, given, texts, more);
  // The same functions, as everywhere.
  for (const name of ["parseFloat", "parseInt"] as const) {
    kit.defineMethod(Number, name, globalThis[name]);
  }

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
      // V8 refuses such a length; nothing is made.
      if (given.length === 1 && typeof first === "number" && first >>> 0 !== first) return given;
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

  /** Puts a constructor in a built-in one's place, which sees the parameters first. */
  const replaceConstructor = (
    original: { readonly name: string; readonly prototype: object },
    check: (parameters: unknown[]) => unknown[],
  ): void => {
    const { name } = original;
    const wrapper = {
      [name]: function (this: unknown, ...parameters: unknown[]): unknown {
        const given = check(parameters);
        if (new.target === undefined)
          return kit.apply(original as never, undefined, given as never);
        return kit.construct(
          original as never,
          given,
          (new.target === wrapper ? original : new.target) as never,
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
  };
  for (const original of sized) {
    const each = original === NativeArray ? 16 : bytesPerElement(original as never);
    replaceConstructor(original, (parameters) => {
      meter.spend(300);
      return sizedParameters(original, each, parameters);
    });
  }
  const chargeNumbers = (parameters: unknown[]): unknown[] => {
    for (let i = 0; i < parameters.length; i += 1) meter.number(parameters[i]);
    return parameters;
  };
  replaceConstructor(String, (parameters) => {
    // A symbol's text is made of its description.
    if (typeof parameters[0] === "symbol") meter.long(kit.toText(parameters[0]));
    return parameters;
  });
  replaceConstructor(Number, chargeNumbers);
  replaceConstructor(DataView, chargeNumbers);
}
