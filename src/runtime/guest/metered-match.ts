/* oxlint-disable typescript/unbound-method -- methods are taken off their objects here on purpose */
/**
 * A regular expression's match and replace, written out: V8 goes on in C++ for as long as the
 * customer's exec answers, and builds the text whole before anybody could count it. Every piece
 * and every turn is charged as it comes.
 */
import type { ExpandTemplate } from "./expand-template.ts";
import type { GuestKit } from "./kit.ts";

export function guestMeteredMatch(kit: GuestKit, expand: ExpandTemplate): void {
  "use strict";
  const { meter, apply, toText, slice, toInteger, toLength, TypeError } = kit;
  const { defineMethod } = kit;
  const countedExec = RegExp.prototype.exec;

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
  defineMethod(RegExp.prototype, Symbol.match, onExpressions[Symbol.match]);
  defineMethod(RegExp.prototype, Symbol.replace, onExpressions[Symbol.replace]);
}
