/* oxlint-disable typescript/unbound-method -- methods are taken off their objects here on purpose */
/**
 * 1.0's string methods for bytes: String.bytesFrom, toBytes, fromBytes, toUTF8, fromUTF8 and
 * toString(encoding).
 *
 * In njs a byte string is a string with a flag; here it is a string of characters up to 255, so
 * one that is not ASCII can't be told from text when it is hashed or sent.
 */
import type { GuestBytes } from "./bytes.ts";
import type { GuestKit } from "./kit.ts";

export function guestByteStrings(kit: GuestKit, bytes: GuestBytes): void {
  "use strict";
  const { meter, toText, slice, charCodeAt, TypeError, defineProperty, isArray } = kit;
  const nativeToString = kit.uncurry(String.prototype.toString);

  const define = (on: object, name: string, value: unknown): void => {
    defineProperty(on, name, { value, writable: true, enumerable: false, configurable: true });
  };
  /** The bytes of a byte string, or nothing when a character is above 255. */
  const toByteArray = (text: string): Uint8Array | undefined => {
    const result = bytes.make(text.length);
    for (let i = 0; i < text.length; i += 1) {
      const code = charCodeAt(text, i);
      if (code > 255) return undefined;
      result[i] = code;
    }
    return result;
  };
  const part = (receiver: unknown, start: unknown, end: unknown): string => {
    const text = toText(receiver);
    meter.spend(200 + 4 * text.length);
    return slice(text, kit.toInteger(start), end === undefined ? text.length : kit.toInteger(end));
  };

  const methods = {
    fromBytes(this: unknown, start?: unknown, end?: unknown): string {
      return part(this, start, end);
    },
    toBytes(this: unknown, start?: unknown, end?: unknown): string | null {
      const text = part(this, start, end);
      return toByteArray(text) === undefined ? null : text;
    },
    fromUTF8(this: unknown, start?: unknown, end?: unknown): string | null {
      const source = toByteArray(part(this, start, end));
      return source === undefined ? null : bytes.decodeUtf8(source, 0, source.length, true);
    },
    toUTF8(this: unknown, start?: unknown, end?: unknown): string {
      return bytes.encodeLatin1(bytes.encodeUtf8(part(this, start, end)));
    },
    toString(this: unknown, encoding?: unknown): string {
      const text = nativeToString(this);
      if (encoding === undefined) return text;
      const source = toByteArray(text) ?? bytes.encodeUtf8(text);
      const name = toText(encoding);
      const written = name === "utf8" ? undefined : bytes.encode(source, 0, source.length, name);
      if (written === undefined) throw new TypeError(`Unknown encoding: "${name}"`);
      return written;
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
          const name = encoding === undefined ? "utf8" : toText(encoding);
          const decoded = name === "utf8" ? undefined : bytes.decode(value, name);
          if (decoded === undefined) throw new TypeError(`Unknown encoding: "${name}"`);
          return bytes.encodeLatin1(decoded);
        }
        if (!isArray(value)) throw new TypeError("value must be a string or array");
        const result = bytes.make(value.length);
        for (let i = 0; i < value.length; i += 1) result[i] = kit.Number(value[i]) & 255;
        return bytes.encodeLatin1(result);
      },
    }.bytesFrom,
  );
}
