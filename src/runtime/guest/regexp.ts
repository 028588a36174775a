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
  compileCost: (pattern: string, ignoresCase: boolean) => number,
  allowedFlags: string,
): void {
  "use strict";
  const { meter, regExpExec, slice, toText, construct, indexOf, defineProperty } = kit;
  const NativeRegExp = RegExp;
  /** What PCRE has room for: it keeps a pattern in 64 KB, two bytes a character. */
  const longestPattern = 32_767;

  /** An expression's own pattern, whatever its properties say; undefined for what is none. */
  const sourceOf = (value: unknown): string | undefined => {
    if (typeof value !== "object" || value === null || value === NativeRegExp.prototype) {
      return undefined;
    }
    try {
      return kit.sourceOf(value);
    } catch {
      return undefined;
    }
  };

  /** The expression that V8 compiles, which it may do for seconds unless the pattern is paid for. */
  const compiled = (text: string, flags: string, target: unknown): RegExp => {
    if (text.length > longestPattern) throw new kit.SyntaxError("regular expression is too large");
    meter.spend(4 * text.length + compileCost(text, indexOf(flags, "i") >= 0));
    const refusal = refusedByPcre(text);
    if (refusal !== undefined) throw new kit.SyntaxError(refusal);
    return construct(NativeRegExp, [text, flags] as never, target as never);
  };

  const realFlags = (expression: RegExp, withSticky: boolean): string =>
    (withSticky && kit.isGlobal(expression) === true ? "g" : "") +
    (kit.ignoresCase(expression) === true ? "i" : "") +
    (kit.isMultiline(expression) === true ? "m" : "") +
    (withSticky && kit.isSticky(expression) === true ? "y" : "");

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
    RegExp: function (this: unknown, pattern?: unknown, given?: unknown): RegExp {
      const source = sourceOf(pattern);
      const isPlain = new.target === undefined || new.target === (wrapper as unknown);
      const target = isPlain ? NativeRegExp : new.target;
      if (typeof pattern === "symbol") return construct(NativeRegExp, [pattern] as never);
      const text = source ?? (pattern === undefined ? "" : toText(pattern));
      const flags =
        given !== undefined
          ? flagsOf(given)
          : source === undefined
            ? ""
            : realFlags(pattern as RegExp, true);
      // It was paid for, and found to be good, when it was made.
      if (source !== undefined) return construct(NativeRegExp, [source, flags], target as never);
      return compiled(text, flags, target);
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

  const nativeSort = Array.prototype.sort;
  const nativeExec = NativeRegExp.prototype.exec;
  /** PCRE lists named groups by their names, V8 by their places. */
  const orderGroups = (found: RegExpExecArray): RegExpExecArray => {
    const groups = found.groups as Record<string, string>;
    const names = kit.keys(groups);
    if (names.length < 2) return found;
    meter.spend(100 * names.length);
    kit.apply(nativeSort, names, []);
    const ordered = kit.create(null) as Record<string, string>;
    for (let i = 0; i < names.length; i += 1) {
      const name = names[i] as string;
      ordered[name] = groups[name] as string;
    }
    found.groups = ordered;
    return found;
  };
  kit.defineMethod(
    NativeRegExp.prototype,
    "exec",
    {
      exec(this: RegExp, text?: unknown): RegExpExecArray | null {
        const found = kit.apply(nativeExec, this, [text as string]);
        return found === null || found.groups === undefined ? found : orderGroups(found);
      },
    }.exec,
  );

  const split = {
    [Symbol.split](this: RegExp, given: unknown, limit?: unknown): (string | undefined)[] {
      const text = toText(given);
      const most = limit === undefined ? 0xffffffff : kit.toInteger(limit) >>> 0;
      const source = sourceOf(this);
      if (source === undefined) throw new kit.TypeError('"this" argument is not a regexp');
      const parts: (string | undefined)[] = [];
      if (most === 0) return parts;
      const finder: RegExp = construct(NativeRegExp, [source, `g${realFlags(this, false)}`]);
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
  kit.newRegExp = (pattern) => compiled(pattern, "", NativeRegExp);
}
