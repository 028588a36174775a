/** The methods of a Buffer: reading and writing numbers, searching, copying, converting to text. */
import type { GuestBuffer } from "./buffer.ts";
import type { GuestBytes } from "./bytes.ts";
import type { GuestKit } from "./kit.ts";

export function guestBufferMethods(kit: GuestKit, bytes: GuestBytes, buffers: GuestBuffer): void {
  "use strict";
  const { meter, TypeError, RangeError, toInteger, defineProperty } = kit;
  const { prototype, encodingOf } = buffers;
  const View = DataView;
  const Bytes = Uint8Array;

  const define = (name: string, method: (this: Uint8Array, ...given: never[]) => unknown): void => {
    defineProperty(method, "name", { value: name, configurable: true });
    defineProperty(prototype, name, {
      value: method,
      writable: true,
      enumerable: false,
      configurable: true,
    });
  };

  /** The place of a number of `size` bytes, which must lie inside. */
  const placeOf = (buffer: Uint8Array, given: unknown, size: number): number => {
    meter.spend(120);
    const offset = given === undefined ? 0 : toInteger(given);
    if (!(offset >= 0) || offset + size > buffer.length) {
      throw new RangeError(`index ${offset} is outside the bound of the buffer`);
    }
    return offset;
  };
  const dataOf = (buffer: Uint8Array): DataView =>
    new View(buffer.buffer, buffer.byteOffset, buffer.byteLength);

  type Kind = "Int8" | "Uint8" | "Int16" | "Uint16" | "Int32" | "Uint32" | "Float32" | "Float64";
  const kinds: [name: string, kind: Kind, size: number][] = [
    ["Int8", "Int8", 1],
    ["UInt8", "Uint8", 1],
    ["Int16", "Int16", 2],
    ["UInt16", "Uint16", 2],
    ["Int32", "Int32", 4],
    ["UInt32", "Uint32", 4],
    ["Float", "Float32", 4],
    ["Double", "Float64", 8],
  ];
  for (const [name, kind, size] of kinds) {
    for (const little of [true, false]) {
      const suffix = size === 1 ? "" : little ? "LE" : "BE";
      define(`read${name}${suffix}`, function (offset?: unknown) {
        return dataOf(this)[`get${kind}`](placeOf(this, offset, size), little);
      });
      define(`write${name}${suffix}`, function (value?: unknown, offset?: unknown) {
        const at = placeOf(this, offset, size);
        dataOf(this)[`set${kind}`](at, kit.Number(value), little);
        return at + size;
      });
    }
  }

  const widthOf = (given: unknown): number => {
    const width = toInteger(given);
    if (!(width >= 1)) throw new TypeError('"byteLength" must be >= 1');
    if (width > 6) throw new TypeError('"byteLength" must be <= 6');
    return width;
  };
  for (const little of [true, false]) {
    for (const signed of [true, false]) {
      const name = `${signed ? "Int" : "UInt"}${little ? "LE" : "BE"}`;
      define(`read${name}`, function (offset?: unknown, byteLength?: unknown) {
        const width = widthOf(byteLength);
        const at = placeOf(this, offset, width);
        let value = 0;
        for (let i = 0; i < width; i += 1) {
          value = value * 256 + (this[little ? at + width - 1 - i : at + i] as number);
        }
        const limit = 2 ** (8 * width);
        return signed && value >= limit / 2 ? value - limit : value;
      });
      define(`write${name}`, function (value?: unknown, offset?: unknown, byteLength?: unknown) {
        const width = widthOf(byteLength);
        const at = placeOf(this, offset, width);
        let rest = toInteger(value);
        for (let i = 0; i < width; i += 1) {
          const byte = ((rest % 256) + 256) % 256;
          this[little ? at + i : at + width - 1 - i] = byte;
          rest = (rest - byte) / 256;
        }
        return at + width;
      });
    }
  }

  /** A start or end that was passed, inside the buffer; negative counts from the end where `wraps`. */
  const bound = (given: unknown, otherwise: number, length: number, wraps: boolean): number => {
    if (given === undefined) return otherwise;
    let at = toInteger(given);
    if (at < 0) at = wraps ? at + length : 0;
    return at < 0 ? 0 : at > length ? length : at;
  };
  const strictBound = (given: unknown, otherwise: number, length: number, what: string): number => {
    if (given === undefined) return otherwise;
    const at = toInteger(given);
    if (!(at >= 0) || at > length) throw new RangeError(`"${what}" is out of range: ${at}`);
    return at;
  };

  define("toString", function (encoding?: unknown, start?: unknown, end?: unknown) {
    const from = bound(start, 0, this.length, false);
    const to = bound(end, this.length, this.length, false);
    return bytes.encode(this, from, to < from ? from : to, encodingOf(encoding));
  });
  define("toJSON", function () {
    const data: number[] = [];
    meter.spend(30 * this.length);
    for (let i = 0; i < this.length; i += 1) data[i] = this[i] as number;
    return { type: "Buffer", data };
  });
  define("equals", function (other?: unknown) {
    const target = buffers.requireBytes(other, "buffer");
    return buffers.compareBytes(this, 0, this.length, target, 0, target.length) === 0;
  });
  define(
    "compare",
    function (
      other?: unknown,
      targetStart?: unknown,
      targetEnd?: unknown,
      sourceStart?: unknown,
      sourceEnd?: unknown,
    ) {
      const target = buffers.requireBytes(other, "target");
      return buffers.compareBytes(
        this,
        strictBound(sourceStart, 0, this.length, "sourceStart"),
        strictBound(sourceEnd, this.length, this.length, "sourceEnd"),
        target,
        strictBound(targetStart, 0, target.length, "targetStart"),
        strictBound(targetEnd, target.length, target.length, "targetEnd"),
      );
    },
  );
  define("copy", function (other?: unknown, targetStart?: unknown, start?: unknown, end?: unknown) {
    const target = buffers.requireBytes(other, "target");
    const at = strictBound(targetStart, 0, target.length, "targetStart");
    const from = strictBound(start, 0, this.length, "sourceStart");
    const to = strictBound(end, this.length, this.length, "sourceEnd");
    const room = target.length - at;
    const count = to - from < room ? to - from : room;
    meter.spend(count > 0 ? count : 0);
    if (at <= from) for (let i = 0; i < count; i += 1) target[at + i] = this[from + i] as number;
    else for (let i = count - 1; i >= 0; i -= 1) target[at + i] = this[from + i] as number;
    return count > 0 ? count : 0;
  });
  const part = function (this: Uint8Array, start?: unknown, end?: unknown): Uint8Array {
    const from = bound(start, 0, this.length, true);
    const to = bound(end, this.length, this.length, true);
    return buffers.view(new Bytes(this.buffer, this.byteOffset + from, to > from ? to - from : 0));
  };
  define("subarray", part);
  define("slice", function (start?: unknown, end?: unknown) {
    return kit.apply(part, this, [start, end]);
  });
  define("fill", function (value?: unknown, second?: unknown, third?: unknown, fourth?: unknown) {
    const byEncoding = typeof second === "string";
    const start = byEncoding ? 0 : strictBound(second, 0, this.length, "offset");
    const endGiven = typeof third === "string" ? undefined : third;
    const end = byEncoding ? this.length : strictBound(endGiven, this.length, this.length, "end");
    const encoding = byEncoding ? second : typeof third === "string" ? third : fourth;
    buffers.fillWith(this, value, start, end, encoding);
    return this;
  });
  define("write", function (text?: unknown, second?: unknown, third?: unknown, fourth?: unknown) {
    if (typeof text !== "string") throw new TypeError("first argument must be a string");
    const secondIsText = typeof second === "string";
    const thirdIsText = typeof third === "string";
    const offset = secondIsText ? 0 : strictBound(second, 0, this.length, "offset");
    const encoding = secondIsText ? second : thirdIsText ? third : fourth;
    const source = bytes.decode(text, encodingOf(encoding)) as Uint8Array;
    const room = this.length - offset;
    const most = secondIsText || thirdIsText || third === undefined ? room : toInteger(third);
    let count = source.length;
    if (count > most) count = most;
    if (count > room) count = room;
    for (let i = 0; i < count; i += 1) this[offset + i] = source[i] as number;
    return count > 0 ? count : 0;
  });

  const search = (
    buffer: Uint8Array,
    value: unknown,
    offset: unknown,
    encoding: unknown,
    backwards: boolean,
  ): number => {
    const isEncoding = typeof offset === "string";
    const chosen = encodingOf(isEncoding ? offset : encoding);
    const needle =
      typeof value === "number"
        ? new Bytes([value & 255])
        : typeof value === "string"
          ? (bytes.decode(value, chosen) as Uint8Array)
          : buffers.requireBytes(value, "value");
    const last = buffer.length - needle.length;
    let at = isEncoding || offset === undefined ? (backwards ? last : 0) : toInteger(offset);
    if (at < 0) at += buffer.length;
    if (at > last && backwards) at = last;
    if (at < 0 && !backwards) at = 0;
    meter.spend(4 * buffer.length + needle.length);
    for (; backwards ? at >= 0 : at <= last; at += backwards ? -1 : 1) {
      let matched = 0;
      while (matched < needle.length && buffer[at + matched] === needle[matched]) matched += 1;
      meter.spend(matched);
      if (matched === needle.length) return at;
    }
    return -1;
  };
  define("indexOf", function (value?: unknown, offset?: unknown, encoding?: unknown) {
    return search(this, value, offset, encoding, false);
  });
  define("lastIndexOf", function (value?: unknown, offset?: unknown, encoding?: unknown) {
    return search(this, value, offset, encoding, true);
  });
  define("includes", function (value?: unknown, offset?: unknown, encoding?: unknown) {
    return search(this, value, offset, encoding, false) >= 0;
  });

  for (const [bits, width] of [
    [16, 2],
    [32, 4],
    [64, 8],
  ] as const) {
    define(`swap${bits}`, function () {
      if (this.length % width !== 0) {
        throw new RangeError(`Buffer size must be a multiple of ${bits}-bits`);
      }
      meter.spend(4 * this.length);
      for (let i = 0; i < this.length; i += width) {
        for (let j = 0; j < width / 2; j += 1) {
          const low = this[i + j] as number;
          this[i + j] = this[i + width - 1 - j] as number;
          this[i + width - 1 - j] = low;
        }
      }
      return this;
    });
  }
}
