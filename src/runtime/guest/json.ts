/* oxlint-disable typescript/unbound-method -- methods are taken off their objects here on purpose */
/**
 * JSON as njs has it: the same results as V8's, njs's limit of depth and its error texts.
 *
 * stringify is written out because what it makes can be far larger than what it is given: an
 * object that occurs twice is written twice, at every level. Each value is charged as it is
 * written, so such a bomb ends in time.
 */
import type { GuestKit } from "./kit.ts";

export function guestJson(kit: GuestKit): void {
  "use strict";
  const { meter, isArray, keysOf, toText, SyntaxError, TypeError, charCodeAt, apply } = kit;
  const nativeParse = kit.parseJson;
  const deepest = 32;
  const objectTag = kit.objectToString;

  const isDigit = (code: number): boolean => code >= 48 && code <= 57;

  /**
   * A text that V8 refuses, or that is nested too deep, as njs reads it.
   *
   * @returns the text with its numbers as V8 takes them: njs takes 01, 1. and .5
   * @throws SyntaxError, which says where and why njs too stops reading
   */
  const readAsNjs = (text: string): string => {
    const { length } = text;
    let at = 0;
    let rewritten = "";
    let copied = 0;
    const refuse = (what: string, position: number): never => {
      throw new SyntaxError(`${what} at position ${position}`);
    };
    const skipSpace = (): void => {
      for (; at < length; at += 1) {
        const code = charCodeAt(text, at);
        if (code !== 32 && code !== 9 && code !== 10 && code !== 13) return;
      }
    };
    const need = (): void => {
      if (at >= length) refuse("Unexpected end of input", at);
    };
    const readString = (): void => {
      at += 1;
      for (;;) {
        need();
        const code = charCodeAt(text, at);
        if (code === 34) {
          at += 1;
          return;
        }
        if (code < 32) refuse("Forbidden source char", at);
        if (code === 92) {
          at += 1;
          need();
          if (kit.indexOf('"\\/bfnrtu', text[at] as string) < 0) refuse("Unknown escape char", at);
          if (text[at] === "u") {
            for (let i = 1; i <= 4; i += 1) {
              const digit = at + i < length ? charCodeAt(text, at + i) : 0;
              const letter = digit | 32;
              if (!isDigit(digit) && !(letter >= 97 && letter <= 102)) {
                refuse("Invalid Unicode escape sequence", at + i);
              }
            }
            at += 4;
          }
        }
        at += 1;
      }
    };
    const readNumber = (): void => {
      const start = at;
      const skipDigits = (): number => {
        const from = at;
        while (at < length && isDigit(charCodeAt(text, at))) at += 1;
        return at - from;
      };
      if (text[at] === "-" && at + 1 < length) at += 1;
      const first = at;
      const whole = skipDigits();
      let isStrict = whole === 1 || (whole > 1 && text[first] !== "0");
      if (text[at] === ".") {
        at += 1;
        const fraction = skipDigits();
        if (whole + fraction === 0) refuse("Unexpected number", first);
        if (fraction === 0) isStrict = false;
      } else if (whole === 0) refuse("Unexpected number", first);
      if (text[at] === "e" || text[at] === "E") {
        const end = at;
        at += 1;
        if (text[at] === "+" || text[at] === "-") at += 1;
        if (skipDigits() === 0) at = end;
      }
      if (isStrict) return;
      const value = kit.Number(kit.slice(text, start, at));
      const sign = text[start] === "-" ? "-" : "";
      const size = value < 0 ? -value : value;
      rewritten += kit.slice(text, copied, start) + sign;
      rewritten += size === Infinity ? "1e999" : toText(size === 0 ? 0 : size);
      copied = at;
    };
    const readValue = (depth: number): void => {
      skipSpace();
      need();
      const first = text[at];
      if (first === "{" || first === "[") {
        if (depth >= deepest - 1) refuse("Nested too deep", at);
        const close = first === "{" ? "}" : "]";
        at += 1;
        skipSpace();
        need();
        if (text[at] === close) {
          at += 1;
          return;
        }
        for (;;) {
          if (first === "{") {
            skipSpace();
            need();
            if (text[at] !== '"') refuse("Unexpected token", at);
            readString();
            skipSpace();
            need();
            if (text[at] !== ":") refuse("Unexpected token", at);
            at += 1;
          }
          readValue(depth + 1);
          skipSpace();
          need();
          if (text[at] === close) {
            at += 1;
            return;
          }
          if (text[at] !== ",") refuse("Unexpected token", at);
          const comma = at;
          at += 1;
          skipSpace();
          if (text[at] === close) refuse("Trailing comma", comma);
        }
      }
      if (first === '"') return readString();
      // njs takes whatever stands before "9" in ASCII for a number's beginning.
      if (charCodeAt(text, at) <= 57) return readNumber();
      for (const word of ["true", "false", "null"]) {
        if (kit.slice(text, at, at + word.length) === word) {
          at += word.length;
          return;
        }
      }
      refuse("Unexpected token", at);
    };
    readValue(0);
    skipSpace();
    if (at < length) refuse("Unexpected token", at);
    return rewritten + kit.slice(text, copied);
  };

  const isTooDeep = (text: string): boolean => {
    let depth = 0;
    let inString = false;
    for (let i = 0; i < text.length; i += 1) {
      const code = charCodeAt(text, i);
      if (inString) {
        if (code === 92) i += 1;
        else if (code === 34) inString = false;
      } else if (code === 34) inString = true;
      else if (code === 91 || code === 123) {
        depth += 1;
        if (depth >= deepest) return true;
      } else if (code === 93 || code === 125) depth -= 1;
    }
    return false;
  };

  type Reviver = (this: unknown, name: string, value: unknown) => unknown;
  /** V8's own would list the names of whatever a reviver puts there. */
  const revive = (holder: Record<string, unknown>, name: string, reviver: Reviver): unknown => {
    meter.spend(100);
    const value = holder[name];
    if (typeof value === "object" && value !== null) {
      const parts = value as Record<string, unknown>;
      const names = isArray(value) ? undefined : keysOf(value);
      const count = names === undefined ? (value as unknown[]).length : names.length;
      for (let i = 0; i < count; i += 1) {
        const part = names === undefined ? toText(i) : (names[i] as string);
        const revived = revive(parts, part, reviver);
        if (revived === undefined) kit.deleteProperty(parts, part);
        else {
          kit.defineOwn(parts, part, {
            value: revived,
            writable: true,
            enumerable: true,
            configurable: true,
          });
        }
      }
    }
    return apply(reviver, holder, [name, value]);
  };

  const parse = {
    parse(given: unknown, reviver?: unknown): unknown {
      let text = kit.asText(toText(given));
      meter.spend(600 + 40 * text.length);
      meter.allocate(6 * text.length);
      if (text.length > 2 * deepest && isTooDeep(text)) readAsNjs(text);
      let value: unknown;
      try {
        value = nativeParse(text);
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
        text = readAsNjs(text);
        value = nativeParse(text);
      }
      if (typeof reviver !== "function") return value;
      return revive({ "": value }, "", reviver as Reviver);
    },
  }.parse;

  interface Writing {
    replacer: ((this: unknown, name: string, value: unknown) => unknown) | undefined;
    names: string[] | undefined;
    gap: string;
  }

  /** @returns undefined for what has no JSON form */
  const write = (
    holder: unknown,
    name: string,
    given: unknown,
    depth: number,
    how: Writing,
  ): string | undefined => {
    meter.spend(430);
    let value = given;
    if (typeof value === "object" && value !== null) {
      const { toJSON } = value as { toJSON?: unknown };
      if (typeof toJSON === "function")
        value = apply(toJSON as () => unknown, value, [name] as never);
    }
    if (how.replacer !== undefined) value = apply(how.replacer, holder, [name, value]);
    if (typeof value === "object" && value !== null) {
      const tag = objectTag(value);
      if (tag === "[object Number]") value = kit.Number(value);
      else if (tag === "[object String]") value = toText(value);
      else if (tag === "[object Boolean]") value = kit.booleanOf(value);
    }
    if (typeof value === "string") {
      meter.allocate(value.length);
      return kit.quote(value);
    }
    if (typeof value === "number") return value - value === 0 ? toText(value) : "null";
    if (typeof value === "boolean") return value ? "true" : "false";
    if (value === null) return "null";
    if (typeof value !== "object") return undefined;
    if (depth >= deepest) throw new TypeError("Nested too deep or a cyclic structure");
    return isArray(value) ? writeArray(value, depth, how) : writeObject(value, depth, how);
  };

  const indent = (depth: number, gap: string): string => {
    if (gap === "") return "";
    let text = "\n";
    for (let i = 0; i < depth; i += 1) text += gap;
    return text;
  };

  const writeArray = (value: unknown[], depth: number, how: Writing): string => {
    const { length } = value;
    if (length === 0) return how.gap === "" ? "[]" : "[]";
    let text = "[";
    for (let i = 0; i < length; i += 1) {
      const item = write(value, toText(i), value[i], depth + 1, how);
      text += `${i === 0 ? "" : ","}${indent(depth + 1, how.gap)}${item === undefined ? "null" : item}`;
      meter.allocate(4);
    }
    return `${text}${indent(depth, how.gap)}]`;
  };

  const writeObject = (value: object, depth: number, how: Writing): string => {
    const names = how.names ?? keysOf(value);
    meter.spend(350 * names.length);
    let text = "";
    for (let i = 0; i < names.length; i += 1) {
      const name = names[i] as string;
      const item = write(value, name, (value as Record<string, unknown>)[name], depth + 1, how);
      if (item === undefined) continue;
      meter.allocate(name.length + 4);
      const colon = how.gap === "" ? ":" : ": ";
      text += `${text === "" ? "" : ","}${indent(depth + 1, how.gap)}${kit.quote(name)}${colon}${item}`;
    }
    return text === "" ? "{}" : `{${text}${indent(depth, how.gap)}}`;
  };

  const gapOf = (space: unknown): string => {
    if (typeof space === "string") return kit.slice(space, 0, 10);
    let gap = "";
    const count = typeof space === "number" ? space : 0;
    for (let i = 1; i <= count && i <= 10; i += 1) gap += " ";
    return gap;
  };

  const stringify = {
    stringify(value: unknown, replacer?: unknown, space?: unknown): string | undefined {
      meter.spend(1800);
      const how: Writing = { replacer: undefined, names: undefined, gap: gapOf(space) };
      if (typeof replacer === "function") how.replacer = replacer as never;
      else if (isArray(replacer)) {
        const names: string[] = [];
        for (let i = 0; i < replacer.length; i += 1) {
          meter.spend(30);
          const item = replacer[i] as unknown;
          if (typeof item === "string" || typeof item === "number")
            names[names.length] = toText(item);
        }
        how.names = names;
      }
      return write({ "": value }, "", value, 0, how);
    },
  }.stringify;

  for (const [name, method] of [
    ["parse", parse],
    ["stringify", stringify],
  ] as const) {
    kit.defineProperty(JSON, name, {
      value: method,
      writable: true,
      enumerable: false,
      configurable: true,
    });
  }
  kit.readJson = parse;
  kit.writeJson = stringify;
}
