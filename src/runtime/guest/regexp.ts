/* oxlint-disable typescript/unbound-method -- methods are taken off their objects here on purpose */
/**
 * Splitting by a regular expression, one match at a time.
 *
 * With `exec` replaced by a counted one, V8 would split by trying every position with a sticky
 * expression; njs looks for the next match, and so does this.
 */
import type { GuestKit } from "./kit.ts";

export function guestRegExp(kit: GuestKit): void {
  "use strict";
  const { meter, regExpExec, slice, toText, construct, indexOf, defineProperty } = kit;
  const NativeRegExp = RegExp;

  const split = {
    [Symbol.split](this: RegExp, given: unknown, limit?: unknown): (string | undefined)[] {
      const text = toText(given);
      const most = limit === undefined ? 0xffffffff : kit.toInteger(limit) >>> 0;
      const flags = toText(this.flags);
      const parts: (string | undefined)[] = [];
      if (most === 0) return parts;
      const finder: RegExp = construct(NativeRegExp, [
        this.source,
        `g${indexOf(flags, "i") < 0 ? "" : "i"}${indexOf(flags, "m") < 0 ? "" : "m"}`,
      ]);
      let from = 0;
      for (;;) {
        meter.spend(1500);
        const before = finder.lastIndex;
        const found = regExpExec(finder, text);
        if (found === null) {
          meter.spend(8 * (text.length - before));
          break;
        }
        const matched = found[0];
        const end = found.index + matched.length;
        meter.spend(8 * (end - before));
        if (found.index >= text.length) break;
        if (end === from) {
          finder.lastIndex = end + 1;
          continue;
        }
        parts[parts.length] = slice(text, from, found.index);
        for (let i = 1; i < found.length && parts.length < most; i += 1)
          parts[parts.length] = found[i];
        from = end;
        finder.lastIndex = matched.length === 0 ? end + 1 : end;
        if (parts.length >= most) return parts;
      }
      if (text.length > 0 || regExpExec(finder, text) === null)
        parts[parts.length] = slice(text, from);
      return parts;
    },
  }[Symbol.split];
  defineProperty(NativeRegExp.prototype, Symbol.split, {
    value: split,
    writable: true,
    enumerable: false,
    configurable: true,
  });
}
