/** CBOR, RFC 8949, as far as CBOR Web Tokens need it: definite and indefinite items, no simple values but the four. */
import type { GuestBytes } from "./bytes.ts";
import type { GuestKit } from "./kit.ts";

/** A tag and what it stands on. */
export interface Tagged {
  tag: number;
  value: unknown;
}

// oxlint-disable-next-line typescript/explicit-module-boundary-types -- its type is its shape
export function guestCbor(kit: GuestKit, bytes: GuestBytes, bufferOf: (of: Uint8Array) => unknown) {
  "use strict";
  const { meter, Error, isArray, keysOf, toText } = kit;
  const Bytes = Uint8Array;
  const View = DataView;
  const deepest = 16;

  class TaggedItem implements Tagged {
    tag: number;
    value: unknown;
    constructor(tag: number, value: unknown) {
      this.tag = tag;
      this.value = value;
    }
  }

  kit.hidden[kit.hidden.length] = TaggedItem.prototype;

  const malformed = (): never => {
    throw new Error("malformed CBOR");
  };

  const decode = (source: Uint8Array): unknown => {
    let at = 0;
    const data = new View(source.buffer, source.byteOffset, source.byteLength);
    const need = (count: number): void => {
      if (at + count > source.length) malformed();
    };
    const readLength = (info: number): number => {
      if (info < 24) return info;
      const size =
        info === 24 ? 1 : info === 25 ? 2 : info === 26 ? 4 : info === 27 ? 8 : malformed();
      need(size);
      const start = at;
      at += size;
      if (size === 1) return source[start] as number;
      if (size === 2) return data.getUint16(start);
      if (size === 4) return data.getUint32(start);
      return data.getUint32(start) * 4294967296 + data.getUint32(start + 4);
    };
    const readFloat = (info: number): number => {
      const size = info === 25 ? 2 : info === 26 ? 4 : 8;
      need(size);
      const start = at;
      at += size;
      if (size === 4) return data.getFloat32(start);
      if (size === 8) return data.getFloat64(start);
      const half = data.getUint16(start);
      const exponent = (half >> 10) & 31;
      const fraction = half & 1023;
      const size16 =
        exponent === 0
          ? fraction * 2 ** -24
          : exponent === 31
            ? fraction === 0
              ? Infinity
              : NaN
            : (1024 + fraction) * 2 ** (exponent - 25);
      return half & 0x8000 ? -size16 : size16;
    };
    const read = (depth: number): unknown => {
      meter.spend(120);
      if (depth > deepest) malformed();
      need(1);
      const first = source[at] as number;
      at += 1;
      const major = first >> 5;
      const info = first & 31;
      if (major === 7) {
        if (info === 20) return false;
        if (info === 21) return true;
        if (info === 22) return null;
        if (info === 23) return undefined;
        if (info >= 25 && info <= 27) return readFloat(info);
        return malformed();
      }
      const length = readLength(info);
      if (major === 0) return length;
      if (major === 1) return -1 - length;
      if (major === 2 || major === 3) {
        need(length);
        const part = new Bytes(length);
        for (let i = 0; i < length; i += 1) part[i] = source[at + i] as number;
        at += length;
        meter.allocate(length);
        return major === 2 ? bufferOf(part) : bytes.decodeUtf8(part, 0, length, false);
      }
      if (major === 4) {
        const list: unknown[] = [];
        for (let i = 0; i < length; i += 1) list[i] = read(depth + 1);
        return list;
      }
      if (major === 5) {
        const map: Record<string, unknown> = {};
        for (let i = 0; i < length; i += 1) {
          const name = toText(read(depth + 1));
          kit.defineProperty(map, name, {
            value: read(depth + 1),
            writable: true,
            enumerable: true,
            configurable: true,
          });
        }
        return map;
      }
      return new TaggedItem(length, read(depth + 1));
    };
    const value = read(0);
    if (at !== source.length) malformed();
    return value;
  };

  const head = (major: number, length: number): Uint8Array => {
    const size =
      length < 24 ? 0 : length < 256 ? 1 : length < 65536 ? 2 : length < 4294967296 ? 4 : 8;
    const result = new Bytes(1 + size);
    const info = size === 0 ? length : size === 1 ? 24 : size === 2 ? 25 : size === 4 ? 26 : 27;
    result[0] = (major << 5) | info;
    let rest = length;
    for (let i = size; i > 0; i -= 1) {
      result[i] = rest % 256;
      rest = (rest - (rest % 256)) / 256;
    }
    return result;
  };
  const join = (parts: Uint8Array[]): Uint8Array => {
    let length = 0;
    for (let i = 0; i < parts.length; i += 1) length += (parts[i] as Uint8Array).length;
    const result = bytes.make(length);
    let at = 0;
    for (let i = 0; i < parts.length; i += 1) {
      const part = parts[i] as Uint8Array;
      for (let j = 0; j < part.length; j += 1) result[at++] = part[j] as number;
    }
    return result;
  };

  /** A map's integer-like names are written as integers, which is what CWT claims are. */
  const encode = (value: unknown, depth = 0): Uint8Array => {
    meter.spend(120);
    if (depth > deepest) throw new Error("nested too deep for CBOR");
    if (value === false || value === true) return new Bytes([value ? 0xf5 : 0xf4]);
    if (value === null || value === undefined) return new Bytes([value === null ? 0xf6 : 0xf7]);
    if (typeof value === "number") {
      if (kit.isInteger(value)) return value < 0 ? head(1, -1 - value) : head(0, value);
      const float = new Bytes(9);
      float[0] = 0xfb;
      new View(float.buffer).setFloat64(1, value);
      return float;
    }
    if (typeof value === "string") {
      const text = bytes.encodeUtf8(value);
      return join([head(3, text.length), text]);
    }
    if (value instanceof TaggedItem)
      return join([head(6, value.tag), encode(value.value, depth + 1)]);
    const view = bytes.bytesOfView(value);
    if (view !== undefined) return join([head(2, view.length), view]);
    if (isArray(value)) {
      const parts = [head(4, value.length)];
      for (let i = 0; i < value.length; i += 1) parts[i + 1] = encode(value[i], depth + 1);
      return join(parts);
    }
    if (typeof value !== "object") throw new kit.TypeError(`${typeof value} has no CBOR form`);
    const names = keysOf(value);
    const parts = [head(5, names.length)];
    for (let i = 0; i < names.length; i += 1) {
      const name = names[i] as string;
      const number = kit.Number(name);
      const isNumber = kit.isInteger(number) && toText(number) === name;
      parts[parts.length] = encode(isNumber ? number : name, depth + 1);
      parts[parts.length] = encode((value as Record<string, unknown>)[name], depth + 1);
    }
    return join(parts);
  };

  return {
    decode,
    encode: (value: unknown): Uint8Array => encode(value),
    tagged: (tag: number, value: unknown): Tagged => new TaggedItem(tag, value),
    isTagged: (value: unknown): value is Tagged => value instanceof TaggedItem,
  };
}

export type GuestCbor = ReturnType<typeof guestCbor>;
