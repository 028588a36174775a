/* oxlint-disable typescript/unbound-method -- methods are taken off their objects here on purpose */
/** Buffer: making, comparing and joining them, with njs's four encodings and its error texts. */
import type { GuestBytes } from "./bytes.ts";
import type { GuestKit } from "./kit.ts";

// oxlint-disable-next-line typescript/explicit-module-boundary-types -- its type is its shape
export function guestBuffer(kit: GuestKit, bytes: GuestBytes) {
  "use strict";
  const { meter, TypeError, RangeError, toText, isArray, defineProperty } = kit;
  const Bytes = Uint8Array;
  const NativeArrayBuffer = ArrayBuffer;
  const isBufferSource = (value: unknown): value is ArrayBuffer =>
    typeof value === "object" && value !== null && value instanceof NativeArrayBuffer;

  class FastBuffer extends Bytes {}
  const prototype = FastBuffer.prototype;

  const view = (of: Uint8Array): Uint8Array =>
    new FastBuffer(of.buffer as ArrayBuffer, of.byteOffset, of.byteLength);

  const encodingOf = (given: unknown): string => {
    if (given === undefined) return "utf8";
    const name = toText(given);
    if (bytes.decode("", name) === undefined) {
      throw new TypeError(`"${name}" encoding is not supported`);
    }
    return name;
  };

  const fromText = (text: string, encoding: unknown): Uint8Array =>
    view(bytes.decode(text, encodingOf(encoding)) as Uint8Array);

  const alloc = (size: unknown): Uint8Array => {
    if (typeof size !== "number") throw new TypeError('"size" argument must be of type number');
    if (!(size >= 0) || size > 0x7fffffff) throw new RangeError("invalid size");
    meter.allocate(size);
    return new FastBuffer(size);
  };

  const isView = (value: unknown): value is Uint8Array => bytes.bytesOfView(value) !== undefined;

  const copyOf = (source: ArrayLike<unknown>): Uint8Array => {
    const length = kit.toLength(source.length);
    meter.spend(20 * length);
    kit.chargeTexts(source);
    const copy = alloc(length);
    for (let i = 0; i < length; i += 1) copy[i] = kit.Number(source[i]);
    return copy;
  };

  const from = function from(value?: unknown, second?: unknown, third?: unknown): Uint8Array {
    meter.spend(500);
    if (typeof value === "string") return fromText(value, second);
    if (isBufferSource(value)) {
      const offset = second === undefined ? 0 : kit.toInteger(second);
      if (offset < 0 || offset > value.byteLength) {
        throw new RangeError('"offset" is outside of buffer bounds');
      }
      const length = third === undefined ? value.byteLength - offset : kit.toInteger(third);
      if (length < 0 || offset + length > value.byteLength) {
        throw new RangeError('"length" is outside of buffer bounds');
      }
      return new FastBuffer(value, offset, length);
    }
    if (isView(value) || isArray(value)) return copyOf(value as ArrayLike<unknown>);
    if (typeof value === "object" && value !== null) {
      const given = value as {
        valueOf?: unknown;
        type?: unknown;
        data?: unknown;
        length?: unknown;
      };
      if (given.type === "Buffer" && isArray(given.data)) return copyOf(given.data);
      if (typeof given.valueOf === "function") {
        const primitive = kit.apply(given.valueOf as () => unknown, given, []);
        if (primitive !== value && primitive !== undefined && primitive !== null) {
          return from(primitive, second, third);
        }
      }
      if (typeof given.length === "number") return copyOf(value as ArrayLike<unknown>);
    }
    throw new TypeError(
      `first argument ${value === null ? "null" : typeof value} is not a string or Buffer-like object`,
    );
  };

  const requireBytes = (value: unknown, what: string): Uint8Array => {
    if (!isView(value)) {
      throw new TypeError(`"${what}" argument must be an instance of Buffer or Uint8Array`);
    }
    return value;
  };

  const compareBytes = (
    one: Uint8Array,
    oneStart: number,
    oneEnd: number,
    other: Uint8Array,
    otherStart: number,
    otherEnd: number,
  ): number => {
    const common =
      oneEnd - oneStart < otherEnd - otherStart ? oneEnd - oneStart : otherEnd - otherStart;
    meter.spend(common);
    for (let i = 0; i < common; i += 1) {
      const difference = (one[oneStart + i] as number) - (other[otherStart + i] as number);
      if (difference !== 0) return difference < 0 ? -1 : 1;
    }
    const longer = oneEnd - oneStart - (otherEnd - otherStart);
    return longer === 0 ? 0 : longer < 0 ? -1 : 1;
  };

  const fillWith = (
    target: Uint8Array,
    value: unknown,
    start: number,
    end: number,
    encoding: unknown,
  ): void => {
    meter.spend(end > start ? end - start : 0);
    const pattern =
      typeof value === "string"
        ? (bytes.decode(value, encodingOf(encoding)) as Uint8Array)
        : bytes.bytesOfView(value);
    if (pattern === undefined || pattern.length === 0) {
      const byte = pattern === undefined ? kit.Number(value) & 255 : 0;
      for (let i = start; i < end; i += 1) target[i] = byte;
      return;
    }
    for (let i = start; i < end; i += 1)
      target[i] = pattern[(i - start) % pattern.length] as number;
  };

  const concat = function concat(list?: unknown, total?: unknown): Uint8Array {
    if (!isArray(list)) throw new TypeError('"list" argument must be an instance of Array');
    let length = 0;
    for (let i = 0; i < list.length; i += 1) {
      length += requireBytes(list[i], `list[${i}]`).length;
    }
    if (total !== undefined) length = kit.toInteger(total);
    const joined = alloc(length);
    let at = 0;
    for (let i = 0; i < list.length; i += 1) {
      const part = list[i] as Uint8Array;
      meter.spend(part.length);
      for (let j = 0; j < part.length && at < length; j += 1) joined[at++] = part[j] as number;
    }
    return joined;
  };

  const statics = {
    from,
    concat,
    alloc: function alloc_(size?: unknown, fill?: unknown, encoding?: unknown): Uint8Array {
      const made = alloc(size);
      if (fill !== undefined) fillWith(made, fill, 0, made.length, encoding);
      return made;
    },
    allocUnsafe: function allocUnsafe(size?: unknown): Uint8Array {
      return alloc(size);
    },
    allocUnsafeSlow: function allocUnsafeSlow(size?: unknown): Uint8Array {
      return alloc(size);
    },
    byteLength: function byteLength(value?: unknown, encoding?: unknown): number {
      if (typeof value === "string") {
        // njs does not look at the digits.
        if (encoding === "hex") return value.length >> 1;
        return (bytes.decode(value, encodingOf(encoding)) as Uint8Array).length;
      }
      if (isBufferSource(value)) return value.byteLength;
      if (isView(value)) return value.byteLength;
      throw new TypeError(`first argument ${typeof value} is not a string or Buffer-like object`);
    },
    compare: function compare(one?: unknown, other?: unknown): number {
      const source = requireBytes(one, "source");
      const target = requireBytes(other, "target");
      return compareBytes(source, 0, source.length, target, 0, target.length);
    },
    isBuffer: function isBuffer(value?: unknown): boolean {
      return typeof value === "object" && value !== null && value instanceof FastBuffer;
    },
    isEncoding: function isEncoding(value?: unknown): boolean {
      return typeof value === "string" && bytes.decode("", value) !== undefined;
    },
  };

  const Buffer = function Buffer(): never {
    throw new TypeError("Buffer is not a constructor");
  };
  defineProperty(statics.alloc, "name", { value: "alloc", configurable: true });
  for (const name of kit.keys(statics)) {
    defineProperty(Buffer, name, {
      value: statics[name as keyof typeof statics],
      writable: true,
      enumerable: false,
      configurable: true,
    });
  }
  defineProperty(Buffer, "prototype", { value: prototype, writable: false });
  defineProperty(prototype, "constructor", {
    value: Buffer,
    writable: true,
    enumerable: false,
    configurable: true,
  });
  defineProperty(prototype, Symbol.toStringTag, { value: "Buffer", configurable: true });
  defineProperty(globalThis, "Buffer", {
    value: Buffer,
    writable: true,
    enumerable: false,
    configurable: true,
  });
  kit.bytesOf = (text: string): unknown => view(bytes.encodeUtf8(text));

  return {
    Buffer,
    module: { Buffer, constants: { MAX_LENGTH: 0x7fffffff }, kMaxLength: 0x7fffffff },
    prototype,
    view,
    encodingOf,
    fillWith,
    compareBytes,
    requireBytes,
  };
}

export type GuestBuffer = ReturnType<typeof guestBuffer>;
