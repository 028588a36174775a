/* oxlint-disable typescript/unbound-method -- methods are taken off their objects here on purpose */
/** The querystring module. Source: njs and Node, which agree where njs 0.4.3 has no bug. */
import type { GuestBytes } from "./bytes.ts";
import type { GuestKit } from "./kit.ts";

export function guestQuerystring(kit: GuestKit, bytes: GuestBytes): object {
  "use strict";
  const { meter, charCodeAt, indexOf, slice, toText, keysOf, isArray, hasOwn, defineProperty } =
    kit;
  /** The names that parse() read, in order, where V8 would list them in another. */
  const orders = new WeakMap<object, string[]>();
  const orderOf = kit.uncurry(WeakMap.prototype.get) as (
    map: typeof orders,
    key: object,
  ) => string[] | undefined;
  const keepOrder = kit.uncurry(WeakMap.prototype.set);
  const hex = "0123456789ABCDEF";

  const isPlain = (code: number): boolean =>
    (code >= 48 && code <= 57) ||
    (code >= 65 && code <= 90) ||
    (code >= 97 && code <= 122) ||
    indexOf("-_.!~*'()", kit.fromCharCode(code)) >= 0;

  const escape = function escape(value?: unknown): string {
    if (typeof value === "symbol") {
      throw new kit.TypeError("Cannot convert a Symbol value to a string");
    }
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

  /** "+" is a space; malformed UTF-8 becomes U+FFFD; a "%" without two digits stays. */
  const unescape = function unescape(value?: unknown): string {
    const text = toText(value);
    meter.spend(100 + 8 * text.length);
    if (indexOf(text, "%") < 0 && indexOf(text, "+") < 0) return text;
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
        target[length++] = byte === 43 ? 32 : byte;
      }
    }
    return bytes.decodeUtf8(target, 0, length, false) as string;
  };

  const put = (
    result: Record<string, unknown>,
    names: string[],
    name: string,
    value: unknown,
  ): void => {
    const known = hasOwn(result, name) ? result[name] : undefined;
    if (known === undefined) {
      names[names.length] = name;
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

  const hasIntegerLike = (names: string[]): boolean => {
    for (let i = 0; i < names.length; i += 1) {
      const code = charCodeAt(names[i], 0);
      if (code >= 48 && code <= 57) return true;
    }
    return false;
  };

  /** An object's names; those that parse() read keep their order, and new ones come behind them. */
  const namesOf = (given: object): string[] => {
    const listed = keysOf(given);
    const before = orderOf(orders, given);
    if (before === undefined) return listed;
    meter.spend(40 * (before.length + listed.length));
    const names: string[] = [];
    const seen = kit.create(null) as Record<string, true>;
    for (let i = 0; i < before.length + listed.length; i += 1) {
      const name = (i < before.length ? before[i] : listed[i - before.length]) as string;
      if (seen[name] === true || !hasOwn(given, name)) continue;
      seen[name] = true;
      names[names.length] = name;
    }
    return names;
  };

  const separatorOf = (given: unknown, otherwise: string): string =>
    given === undefined || given === null ? otherwise : toText(given) || otherwise;

  const option = (options: unknown, name: string): unknown =>
    typeof options === "object" && options !== null
      ? (options as Record<string, unknown>)[name]
      : undefined;

  /**
   * The function among the options, or the module's own, which a program may have replaced.
   *
   * @returns undefined for ours, which need not be called through
   */
  const coderOf = (
    options: unknown,
    name: "decodeURIComponent" | "encodeURIComponent",
  ): ((text: string) => unknown) | undefined => {
    const own = name === "decodeURIComponent" ? "unescape" : "escape";
    const isGiven = typeof options === "object" && options !== null && name in options;
    const coder = isGiven ? option(options, name) : module[own];
    if (typeof coder === "function") {
      return coder === ours[own] ? undefined : (coder as (text: string) => unknown);
    }
    if (isGiven) throw new kit.TypeError(`option ${name} is not a function`);
    return undefined;
  };

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
    const decoder = coderOf(options, "decodeURIComponent");
    const decode = (part: string): string =>
      decoder === undefined ? unescape(part) : toText(decoder(part));
    const most = option(options, "maxKeys");
    let left = most === undefined ? 1000 : kit.toInteger(most);
    if (!(left > 0)) left = Infinity;
    const result: Record<string, unknown> = {};
    const names: string[] = [];
    let at = 0;
    while (at <= text.length && left > 0) {
      const found = indexOf(text, sep, at);
      const end = found < 0 ? text.length : found;
      if (end > at) {
        const pair = slice(text, at, end);
        const middle = indexOf(pair, eq);
        const name = middle < 0 ? pair : slice(pair, 0, middle);
        const value = middle < 0 ? "" : slice(pair, middle + eq.length);
        put(result, names, decode(name), decode(value));
      }
      // As in njs, what is empty between two separators counts.
      left -= 1;
      at = end + sep.length;
    }
    if (hasIntegerLike(names)) keepOrder(orders, result, names);
    return result;
  };

  const textOfValue = (value: unknown, encode: (text: string) => string): string => {
    if (typeof value === "string") return encode(value);
    if (typeof value === "boolean") return encode(value ? "true" : "false");
    if (typeof value === "number" && value - value === 0) return encode(toText(value));
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
    const encoder = coderOf(options, "encodeURIComponent");
    const encode = (text: string): string =>
      encoder === undefined ? escape(text) : toText(encoder(text));
    const names = namesOf(given);
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

  const ours = { escape, unescape };
  const module: Record<string, unknown> = {
    parse,
    stringify,
    escape,
    unescape,
    decode: parse,
    encode: stringify,
  };
  return module;
}
