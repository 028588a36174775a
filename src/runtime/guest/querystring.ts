/** The querystring module. Source: njs and Node, which agree where njs 0.4.3 has no bug. */
import type { GuestBytes } from "./bytes.ts";
import type { GuestKit } from "./kit.ts";

export function guestQuerystring(kit: GuestKit, bytes: GuestBytes): object {
  "use strict";
  const { meter, charCodeAt, indexOf, slice, toText, keys, isArray, hasOwn, defineProperty } = kit;
  const hex = "0123456789ABCDEF";

  const isPlain = (code: number): boolean =>
    (code >= 48 && code <= 57) ||
    (code >= 65 && code <= 90) ||
    (code >= 97 && code <= 122) ||
    indexOf("-_.!~*'()", kit.fromCharCode(code)) >= 0;

  const escape = function escape(value?: unknown): string {
    const text = toText(value);
    meter.spend(100 + 8 * text.length);
    const encoded = bytes.encodeUtf8(text);
    let escaped = "";
    for (let i = 0; i < encoded.length; i += 1) {
      const byte = encoded[i] as number;
      escaped += isPlain(byte)
        ? kit.fromCharCode(byte)
        : `%${hex[byte >> 4] as string}${hex[byte & 15] as string}`;
    }
    return escaped;
  };

  const digit = (code: number): number => {
    if (code >= 48 && code <= 57) return code - 48;
    const letter = code | 32;
    return letter >= 97 && letter <= 102 ? letter - 87 : -1;
  };

  /** Malformed UTF-8 becomes U+FFFD; a "%" without two digits stays. */
  const unescape = function unescape(value?: unknown): string {
    const text = toText(value);
    meter.spend(100 + 8 * text.length);
    if (indexOf(text, "%") < 0) return text;
    const source = bytes.encodeUtf8(text);
    const target = bytes.make(source.length);
    let length = 0;
    for (let i = 0; i < source.length; i += 1) {
      const byte = source[i] as number;
      const high = byte === 37 && i + 2 < source.length ? digit(source[i + 1] as number) : -1;
      const low = high >= 0 ? digit(source[i + 2] as number) : -1;
      if (low >= 0) {
        target[length++] = high * 16 + low;
        i += 2;
      } else {
        target[length++] = byte;
      }
    }
    return bytes.decodeUtf8(target, 0, length, false) as string;
  };

  const plusToSpace = (text: string): string => {
    if (indexOf(text, "+") < 0) return text;
    let replaced = "";
    for (let i = 0; i < text.length; i += 1) {
      replaced += charCodeAt(text, i) === 43 ? " " : (text[i] as string);
    }
    return replaced;
  };

  const put = (result: Record<string, unknown>, name: string, value: unknown): void => {
    const known = hasOwn(result, name) ? result[name] : undefined;
    if (known === undefined) {
      defineProperty(result, name, {
        value,
        writable: true,
        enumerable: true,
        configurable: true,
      });
    } else if (isArray(known)) {
      known[known.length] = value;
    } else {
      result[name] = [known, value];
    }
  };

  const separatorOf = (given: unknown, otherwise: string): string =>
    given === undefined || given === null ? otherwise : toText(given) || otherwise;

  const option = (options: unknown, name: string): unknown =>
    typeof options === "object" && options !== null
      ? (options as Record<string, unknown>)[name]
      : undefined;

  const parse = function parse(
    given?: unknown,
    separator?: unknown,
    equals?: unknown,
    options?: unknown,
  ): object {
    const text = typeof given === "string" ? given : "";
    meter.spend(400 + 60 * text.length);
    const sep = separatorOf(separator, "&");
    const eq = separatorOf(equals, "=");
    const decoder = option(options, "decodeURIComponent");
    if (decoder !== undefined && typeof decoder !== "function") {
      throw new kit.TypeError("option decodeURIComponent is not a function");
    }
    const decode = (part: string): unknown =>
      decoder === undefined
        ? unescape(plusToSpace(part))
        : (decoder as (part: string) => unknown)(plusToSpace(part));
    const most = option(options, "maxKeys");
    let left = most === undefined ? 1000 : kit.Number(most);
    if (!(left > 0)) left = Infinity;
    const result: Record<string, unknown> = {};
    let at = 0;
    while (at <= text.length && left > 0) {
      const found = indexOf(text, sep, at);
      const end = found < 0 ? text.length : found;
      if (end > at) {
        const pair = slice(text, at, end);
        const middle = indexOf(pair, eq);
        const name = middle < 0 ? pair : slice(pair, 0, middle);
        const value = middle < 0 ? "" : slice(pair, middle + eq.length);
        put(result, toText(decode(name)), decode(value));
        left -= 1;
      }
      at = end + sep.length;
    }
    return result;
  };

  const textOfValue = (value: unknown, encode: (text: string) => string): string => {
    if (typeof value === "string") return encode(value);
    if (typeof value === "boolean") return value ? "true" : "false";
    if (typeof value === "number" && value - value === 0) return toText(value);
    return "";
  };

  const stringify = function stringify(
    given?: unknown,
    separator?: unknown,
    equals?: unknown,
    options?: unknown,
  ): string {
    if (typeof given !== "object" || given === null) return "";
    const sep = separatorOf(separator, "&");
    const eq = separatorOf(equals, "=");
    const encoder = option(options, "encodeURIComponent");
    if (encoder !== undefined && typeof encoder !== "function") {
      throw new kit.TypeError("option encodeURIComponent is not a function");
    }
    const encode = (text: string): string =>
      encoder === undefined ? escape(text) : toText((encoder as (text: string) => unknown)(text));
    const names = keys(given);
    let result = "";
    const append = (name: string, value: unknown): void => {
      meter.spend(500);
      const pair = `${encode(name)}${eq}${textOfValue(value, encode)}`;
      result += result === "" ? pair : `${sep}${pair}`;
      meter.allocate(pair.length + sep.length);
    };
    for (let i = 0; i < names.length; i += 1) {
      const name = names[i] as string;
      const value = (given as Record<string, unknown>)[name];
      if (isArray(value)) {
        for (let j = 0; j < value.length; j += 1) append(name, value[j]);
      } else append(name, value);
    }
    return result;
  };

  return { parse, stringify, escape, unescape, decode: parse, encode: stringify };
}
