/* oxlint-disable typescript/unbound-method -- methods are taken off their objects here on purpose */
/**
 * A text's replace and replaceAll, written out: V8 builds the text whole before anybody could
 * count it. Every piece is charged as it comes.
 */
import type { ExpandTemplate } from "./expand-template.ts";
import type { GuestKit } from "./kit.ts";

export function guestMeteredReplace(kit: GuestKit, expand: ExpandTemplate): void {
  "use strict";
  const { meter, apply, toText, slice, indexOf, TypeError } = kit;
  const { defineProperty, defineMethod } = kit;
  const NativeRegExp = RegExp;
  // In a realm of its own, a function may replace Symbol too.
  const { replace: replaceKey } = Symbol;

  const requireObject = (value: unknown, what: string): void => {
    if (value === undefined || value === null) {
      throw new TypeError(`${what} called on null or undefined`);
    }
  };
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
  defineMethod(String.prototype, "replace", onText.replace);
  if ("replaceAll" in String.prototype) {
    defineMethod(String.prototype, "replaceAll", onText.replaceAll);
  }
  for (const method of [onText.replace, onText.replaceAll]) {
    defineProperty(method, "length", { value: 2, configurable: true });
  }
}
