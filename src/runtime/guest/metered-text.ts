/* oxlint-disable typescript/unbound-method -- methods are taken off their objects here on purpose */
/**
 * The built-ins that join pieces into one text, or go on for as long as something says they
 * should: join, replace, replaceAll, a regular expression's match and replace, and the typed
 * arrays' from.
 *
 * V8 builds such a text whole before anybody could count it, and loops in C++ over what the
 * customer's objects answer, where not even ending the isolate stops it. These are written out:
 * every piece and every turn is charged as it comes.
 */
import type { GuestKit } from "./kit.ts";

export function guestMeteredText(kit: GuestKit): void {
  "use strict";
  const { meter, apply, toText, slice, indexOf, charCodeAt, toInteger, toLength, TypeError } = kit;
  const { defineProperty, sizeOf } = kit;
  const countedExec = RegExp.prototype.exec;
  const NativeRegExp = RegExp;
  // In a realm of its own, a function may replace Symbol too.
  const { replace: replaceKey } = Symbol;

  const define = (on: object, name: string | symbol, method: unknown): void => {
    defineProperty(on, name, {
      value: method,
      writable: true,
      enumerable: false,
      configurable: true,
    });
  };

  /** Arrays that are being joined; one that contains itself is empty there. */
  const joining: unknown[] = [];
  let depth = 0;

  const joined = (list: ArrayLike<unknown>, given: unknown, perElement: number): string => {
    const length = sizeOf(list);
    const separator = given === undefined ? "," : toText(given);
    meter.spend(200 + perElement * length);
    meter.allocate(separator.length * length);
    for (let i = 0; i < depth; i += 1) if (joining[i] === list) return "";
    joining[depth] = list;
    depth += 1;
    try {
      let text = "";
      for (let i = 0; i < length; i += 1) {
        const item = list[i];
        if (i > 0) text += separator;
        if (item === undefined || item === null) continue;
        if (typeof item === "symbol") {
          throw new TypeError("Cannot convert a Symbol value to a string");
        }
        const piece = toText(item);
        meter.allocate(piece.length);
        text += piece;
      }
      return text;
    } finally {
      depth -= 1;
      joining[depth] = undefined;
    }
  };
  const requireObject = (value: unknown, what: string): void => {
    if (value === undefined || value === null) {
      throw new TypeError(`${what} called on null or undefined`);
    }
  };
  const onArrays = {
    join(this: unknown[], separator?: unknown): string {
      requireObject(this, "Array.prototype.join");
      return joined(this, separator, 90);
    },
  };
  const onViews = {
    join(this: Uint8Array, separator?: unknown): string {
      return joined(this, separator, 40);
    },
  };
  const views = kit.getPrototypeOf(Uint8Array) as { prototype: object };
  define(Array.prototype, "join", onArrays.join);
  define(views.prototype, "join", onViews.join);

  if ("from" in views) {
    const fromList = {
      from(this: unknown, source?: ArrayLike<unknown>, map?: unknown, self?: unknown): unknown {
        if (map !== undefined && typeof map !== "function") {
          throw new TypeError(`${toText(map)} is not a function`);
        }
        requireObject(source, "TypedArray.from");
        const length = sizeOf(source);
        meter.spend(200 + 60 * length);
        const made: unknown[] = kit.construct(this as never, [length]);
        for (let i = 0; i < length; i += 1) {
          const value = (source as ArrayLike<unknown>)[i];
          made[i] = map === undefined ? value : apply(map as never, self, [value, i] as never);
        }
        return made;
      },
    }.from;
    define(views, "from", fromList);
  }

  /** A replacement with its "$" forms written out. */
  const expand = (
    template: string,
    matched: string,
    at: number,
    text: string,
    captures: (string | undefined)[],
    named: unknown,
  ): string => {
    meter.allocate(template.length);
    let next = indexOf(template, "$");
    if (next < 0) return template;
    let expanded = "";
    let from = 0;
    while (next >= 0) {
      expanded += slice(template, from, next);
      let piece = "$";
      let used = 1;
      const code = charCodeAt(template, next + 1);
      if (code === 36) used = 2;
      else if (code === 38 || code === 39 || code === 96) {
        used = 2;
        piece =
          code === 38
            ? matched
            : code === 96
              ? slice(text, 0, at)
              : slice(text, at + matched.length);
      } else if (code >= 48 && code <= 57) {
        const most = captures.length - 1;
        const one = code - 48;
        const second = charCodeAt(template, next + 2) - 48;
        const two = second >= 0 && second <= 9 ? one * 10 + second : 0;
        const which = two >= 1 && two <= most ? two : one >= 1 && one <= most ? one : 0;
        if (which > 0) {
          used = which === two && two !== 0 ? 3 : 2;
          piece = captures[which] ?? "";
        }
      } else if (code === 60 && named !== undefined && named !== null) {
        const close = indexOf(template, ">", next + 2);
        if (close >= 0) {
          const value = (named as Record<string, unknown>)[slice(template, next + 2, close)];
          piece = value === undefined ? "" : toText(value);
          used = close - next + 1;
        }
      }
      meter.spend(40);
      meter.allocate(piece.length);
      expanded += piece;
      from = next + used;
      next = indexOf(template, "$", from);
    }
    return expanded + slice(template, from);
  };

  /** One match by whatever the expression has as exec. */
  const execOf = (expression: RegExp, text: string): RegExpExecArray | null => {
    const { exec } = expression as { exec?: unknown };
    if (exec === countedExec || typeof exec !== "function") {
      return apply(countedExec, expression, [text]);
    }
    meter.spend(300);
    const found: unknown = apply(exec as never, expression, [text] as never);
    if (typeof found !== "object") throw new TypeError("object null is not a function");
    return found as RegExpExecArray | null;
  };
  const stepOver = (expression: RegExp): void => {
    expression.lastIndex = toLength(expression.lastIndex) + 1;
  };

  const onExpressions = {
    [Symbol.match](this: RegExp, given?: unknown): unknown {
      const text = toText(given);
      if (!this.global) return execOf(this, text);
      this.lastIndex = 0;
      const list: string[] = [];
      for (;;) {
        const found = execOf(this, text);
        if (found === null) return list.length === 0 ? null : list;
        const matched = toText(found[0]);
        meter.allocate(matched.length);
        list[list.length] = matched;
        if (matched === "") stepOver(this);
      }
    },
    [Symbol.replace](this: RegExp, given?: unknown, replacement?: unknown): string {
      const text = toText(given);
      const template = typeof replacement === "function" ? "" : toText(replacement);
      meter.spend(300 + 2 * text.length + template.length);
      const { global } = this;
      if (global) this.lastIndex = 0;
      const results: RegExpExecArray[] = [];
      for (;;) {
        const found = execOf(this, text);
        if (found === null) break;
        results[results.length] = found;
        if (!global) break;
        if (toText(found[0]) === "") stepOver(this);
      }
      if (results.length === 0) return text;
      let replaced = "";
      let next = 0;
      for (let i = 0; i < results.length; i += 1) {
        const found = results[i] as RegExpExecArray;
        const matched = toText(found[0]);
        const index = toInteger(found.index);
        const at = index < 0 ? 0 : index > text.length ? text.length : index;
        const count = toLength(found.length);
        meter.spend(20 * count);
        const captures: (string | undefined)[] = [matched];
        for (let j = 1; j < count; j += 1) {
          const capture = found[j] as unknown;
          captures[j] = capture === undefined ? undefined : toText(capture);
        }
        const named: unknown = found.groups;
        let piece: string;
        if (typeof replacement === "function") {
          const parameters: unknown[] = captures;
          parameters[parameters.length] = at;
          parameters[parameters.length] = text;
          if (named !== undefined) parameters[parameters.length] = named;
          piece = toText(apply(replacement as never, undefined, parameters as never));
          meter.allocate(piece.length);
        } else {
          piece = expand(template, matched, at, text, captures, named);
        }
        if (at >= next) {
          replaced += slice(text, next, at) + piece;
          next = at + matched.length;
        }
      }
      meter.allocate(text.length);
      return next >= text.length ? replaced : replaced + slice(text, next);
    },
  };
  define(NativeRegExp.prototype, Symbol.match, onExpressions[Symbol.match]);
  define(NativeRegExp.prototype, Symbol.replace, onExpressions[Symbol.replace]);

  /** What a pattern that knows how to replace answers; undefined for plain text. */
  const byPattern = (
    text: unknown,
    pattern: unknown,
    replacement: unknown,
  ): { readonly text: unknown } | undefined => {
    if (pattern === null || (typeof pattern !== "object" && typeof pattern !== "function")) {
      return undefined;
    }
    const method = (pattern as Record<symbol, unknown>)[replaceKey];
    if (method === undefined || method === null) return undefined;
    meter.spend(300);
    return { text: apply(method as never, pattern, [text, replacement] as never) };
  };

  const replaceText = (
    self: unknown,
    pattern: unknown,
    replacement: unknown,
    all: boolean,
  ): string => {
    const text = toText(self);
    const part = toText(pattern);
    const template = typeof replacement === "function" ? "" : toText(replacement);
    meter.spend(300 + 2 * text.length + template.length);
    if (text.length * part.length > 1_000_000) meter.spend((text.length * part.length) / 100);
    let replaced = "";
    let next = 0;
    let at = indexOf(text, part);
    if (at < 0) return text;
    while (at >= 0) {
      meter.spend(100);
      let piece: string;
      if (typeof replacement === "function") {
        piece = toText(apply(replacement as never, undefined, [part, at, text] as never));
        meter.allocate(piece.length);
      } else {
        piece = expand(template, part, at, text, [part], undefined);
      }
      replaced += slice(text, next, at) + piece;
      next = at + part.length;
      if (!all) break;
      const from = part.length === 0 ? at + 1 : next;
      at = from > text.length ? -1 : indexOf(text, part, from);
    }
    meter.allocate(text.length);
    return replaced + slice(text, next);
  };

  const onText = {
    replace(this: unknown, pattern?: unknown, replacement?: unknown): unknown {
      requireObject(this, "String.prototype.replace");
      const done = byPattern(this, pattern, replacement);
      return done === undefined ? replaceText(this, pattern, replacement, false) : done.text;
    },
    replaceAll(this: unknown, pattern?: unknown, replacement?: unknown): unknown {
      requireObject(this, "String.prototype.replaceAll");
      if (pattern instanceof NativeRegExp && !pattern.global) {
        throw new TypeError("replaceAll must be called with a global RegExp");
      }
      const done = byPattern(this, pattern, replacement);
      return done === undefined ? replaceText(this, pattern, replacement, true) : done.text;
    },
  };
  define(String.prototype, "replace", onText.replace);
  if ("replaceAll" in String.prototype) {
    define(String.prototype, "replaceAll", onText.replaceAll);
  }
  for (const method of [onArrays.join, onViews.join]) {
    defineProperty(method, "length", { value: 1, configurable: true });
  }
  for (const method of [onText.replace, onText.replaceAll]) {
    defineProperty(method, "length", { value: 2, configurable: true });
  }
}
