/* oxlint-disable typescript/unbound-method -- methods are taken off their objects here on purpose */
/**
 * 1.0's string methods for bytes: String.bytesFrom, toBytes, fromBytes, toUTF8, fromUTF8 and
 * toString(encoding).
 *
 * In njs a byte string is a string with a flag; here its bytes beyond ASCII are characters that no
 * text has (bytes.ts). What reads characters or sends them is told about these here.
 */
import type { GuestBytes } from "./bytes.ts";
import type { GuestKit } from "./kit.ts";

export function guestByteStrings(kit: GuestKit, bytes: GuestBytes): void {
  "use strict";
  const { meter, toText, slice, charCodeAt, TypeError, defineProperty, isArray } = kit;
  const { apply } = kit;
  const nativeToString = kit.uncurry(String.prototype.toString);
  const nativeCodePointAt = kit.uncurry(String.prototype.codePointAt);
  const { quote } = kit;
  const hex = "0123456789ABCDEF";

  const define = (on: object, name: string, value: unknown): void => {
    defineProperty(on, name, { value, writable: true, enumerable: false, configurable: true });
  };
  /** A character's byte; characters above 255 have none. */
  const byteOf = (unit: number): number => (bytes.isByte(unit) ? unit & 255 : unit);

  /** One byte a character, or nothing when a character is above 255. */
  const toByteArray = (text: string): Uint8Array | undefined => {
    const result = bytes.make(text.length);
    for (let i = 0; i < text.length; i += 1) {
      const byte = byteOf(charCodeAt(text, i));
      if (byte > 255) return undefined;
      result[i] = byte;
    }
    return result;
  };
  const cut = (text: string, start: unknown, end: unknown): string =>
    slice(text, kit.toInteger(start), end === undefined ? text.length : kit.toInteger(end));
  const textOf = (receiver: unknown): string => {
    const text = toText(receiver);
    meter.spend(200 + 4 * text.length);
    return text;
  };

  const methods = {
    fromBytes(this: unknown, start?: unknown, end?: unknown): string {
      const text = cut(textOf(this), start, end);
      if (!bytes.hasBytes(text)) return text;
      return bytes.encodeLatin1(toByteArray(text) ?? bytes.encodeUtf8(text));
    },
    toBytes(this: unknown, start?: unknown, end?: unknown): string | null {
      const source = toByteArray(cut(textOf(this), start, end));
      return source === undefined ? null : bytes.byteString(source);
    },
    fromUTF8(this: unknown, start?: unknown, end?: unknown): string | null {
      const text = cut(textOf(this), start, end);
      if (!bytes.hasBytes(text)) return text;
      const source = bytes.encodeUtf8(text);
      return bytes.decodeUtf8(source, 0, source.length, true);
    },
    toUTF8(this: unknown, start?: unknown, end?: unknown): string {
      return cut(bytes.byteString(bytes.encodeUtf8(textOf(this))), start, end);
    },
    toString(this: unknown, encoding?: unknown): string {
      const text = nativeToString(this);
      if (encoding === undefined) return meter.returned(text) as string;
      const source = bytes.encodeUtf8(text);
      const name = toText(encoding);
      const written = name === "utf8" ? undefined : bytes.encode(source, 0, source.length, name);
      if (written === undefined) throw new TypeError(`Unknown encoding: "${name}"`);
      return written;
    },
    charCodeAt(this: unknown, at?: unknown): number {
      const unit = charCodeAt(this, at as number);
      if (!bytes.isByte(unit)) return unit;
      const before = charCodeAt(this, kit.toInteger(at) - 1);
      return before >= 0xd800 && before < 0xdc00 ? unit : unit & 255;
    },
    codePointAt(this: unknown, at?: unknown): number | undefined {
      const code = nativeCodePointAt(this, at as number);
      return code !== undefined && bytes.isByte(code)
        ? apply(methods.charCodeAt, this, [at])
        : code;
    },
  };
  for (const name of kit.keys(methods)) {
    define(String.prototype, name, methods[name as keyof typeof methods]);
  }
  define(
    String,
    "bytesFrom",
    {
      bytesFrom(value?: unknown, encoding?: unknown): string {
        if (typeof value === "string") {
          if (typeof encoding !== "string") throw new TypeError('"encoding" must be a string');
          const decoded = encoding === "utf8" ? undefined : bytes.decode(value, encoding);
          if (decoded === undefined) throw new TypeError(`Unknown encoding: "${encoding}"`);
          return bytes.byteString(decoded);
        }
        if (!isArray(value)) throw new TypeError("value must be a string or array");
        const result = bytes.make(value.length);
        for (let i = 0; i < value.length; i += 1) result[i] = kit.Number(value[i]) & 255;
        return bytes.byteString(result);
      },
    }.bytesFrom,
  );

  kit.asText = bytes.asText;
  kit.quote = (text: string): string => quote(bytes.asText(text));

  /** Bytes are percent-encoded as they are, where V8 refuses a lone surrogate. */
  for (const name of ["encodeURI", "encodeURIComponent"] as const) {
    const native = globalThis[name];
    const encoders = {
      [name](given?: unknown): string {
        const text = toText(given);
        if (!bytes.hasBytes(text)) return native(text);
        const source = bytes.encodeUtf8(text);
        let encoded = "";
        for (let i = 0; i < source.length; i += 1) {
          const byte = source[i] as number;
          encoded +=
            byte < 0x80
              ? native(kit.fromCharCode(byte))
              : `%${hex[byte >> 4] as string}${hex[byte & 15] as string}`;
        }
        meter.allocate(encoded.length);
        return encoded;
      },
    };
    define(globalThis, name, encoders[name]);
  }
}
