/* oxlint-disable typescript/unbound-method -- methods are taken off their objects here on purpose */
/**
 * What makes a regular expression from a text, and splitting by one, a match at a time.
 *
 * The constructor takes the flags and the patterns that njs takes (pcre.ts). With `exec` replaced by a counted one, V8 would split by trying every position with a sticky
 * expression; njs looks for the next match, and so does this.
 */
import type { GuestKit } from "./kit.ts";

export function guestRegExp(
  kit: GuestKit,
  refusedByPcre: (pattern: string) => string | undefined,
  allowedFlags: string,
): void {
  "use strict";
  const { meter, regExpExec, slice, toText, construct, indexOf, defineProperty } = kit;
  const NativeRegExp = RegExp;

  const flagsOf = (given: unknown): string => {
    const flags = toText(given);
    for (let i = 0; i < flags.length; i += 1) {
      const flag = flags[i] as string;
      if (indexOf(allowedFlags, flag) < 0 || indexOf(flags, flag, i + 1) >= 0) {
        throw new kit.SyntaxError(`Invalid RegExp flags "${flags}"`);
      }
    }
    return flags;
  };
  const wrapper = {
    RegExp: function (this: unknown, pattern?: unknown, flags?: unknown): RegExp {
      const parameters: unknown[] = [pattern];
      if (!(pattern instanceof NativeRegExp) && typeof pattern !== "symbol") {
        const text = pattern === undefined ? "" : toText(pattern);
        meter.spend(4 * text.length);
        const refusal = refusedByPcre(text);
        if (refusal !== undefined) throw new kit.SyntaxError(refusal);
        parameters[0] = text;
      }
      if (flags !== undefined) parameters[1] = flagsOf(flags);
      const isPlain = new.target === undefined || new.target === (wrapper as unknown);
      return construct(
        NativeRegExp,
        parameters as never,
        (isPlain ? NativeRegExp : new.target) as never,
      );
    },
  }.RegExp;
  defineProperty(wrapper, "prototype", {
    value: NativeRegExp.prototype,
    writable: false,
    enumerable: false,
    configurable: false,
  });
  for (const [on, name] of [
    [NativeRegExp.prototype, "constructor"],
    [globalThis, "RegExp"],
  ] as const) {
    defineProperty(on, name, {
      value: wrapper,
      writable: true,
      enumerable: false,
      configurable: true,
    });
  }

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
