/**
 * What PCRE, njs's engine of regular expressions, refuses and V8 does not.
 *
 * A pattern like [\w-.] is common, works everywhere else, and makes a function that does not
 * compile on CloudFront. What PCRE has beyond JavaScript is not looked at here.
 *
 * Source: njs 0.7.9 with PCRE2, measured; test/runtime/njs.
 */

/**
 * @param slice a text's part, as it was before customer code ran
 * @param isStrict whether it is PCRE2, which also minds escapes of letters that mean nothing, and
 *   [^]; cloudfront-js-1.0's njs is older than njs's use of PCRE2
 * @param grammar what PCRE2 says of patterns that V8 refuses too (pcre-grammar.ts)
 */
export function guestPcre(
  slice: (text: string, start: number, end?: number) => string,
  isStrict: boolean,
  grammar: (pattern: string) => string | undefined,
): (pattern: string) => string | undefined {
  "use strict";
  const has = (letters: string, letter: string | undefined): boolean => {
    for (let i = 0; i < letters.length; i += 1) if (letters[i] === letter) return true;
    return false;
  };
  const isDigit = (letter: string | undefined): boolean => has("0123456789", letter);
  const deepest = 100;
  /** More than a function's source holds; a longer pattern is made by a program. */
  const longest = 16_384;
  const longestName = 64;

  /** @returns njs's message, or undefined for a pattern that is fine as far as is looked at here */
  return (pattern) => {
    const { length } = pattern;
    if (length > longest) return undefined;
    const misspelt = isStrict ? grammar(pattern) : undefined;
    if (misspelt !== undefined) return misspelt;
    const complain = (why: string, at: number): string =>
      `pcre_compile2("${pattern}") failed: ${why} at "${slice(pattern, at)}"`;
    const unterminated = "missing terminating ] for character class";

    /** Where a class's closing bracket is; the end when there is none. */
    const endOfClass = (start: number): number => {
      let at = start + (pattern[start + 1] === "^" ? 2 : 1);
      if (isStrict && pattern[at] === "]") at += 1;
      while (at < length && pattern[at] !== "]") at += pattern[at] === "\\" ? 2 : 1;
      return at < length ? at : length;
    };

    /** A group's name behind "(?<" or "\k<"; "" when there is none. */
    const nameAt = (start: number): string => {
      let end = start;
      while (end < length && end < start + longestName && pattern[end] !== ">") end += 1;
      return slice(pattern, start, end);
    };
    const opens = (at: number): "capture" | "ahead" | "behind" | "other" => {
      if (pattern[at + 1] !== "?") return "capture";
      if (pattern[at + 2] === "=" || pattern[at + 2] === "!") return "ahead";
      if (pattern[at + 2] !== "<") return "other";
      return pattern[at + 3] === "=" || pattern[at + 3] === "!" ? "behind" : "capture";
    };

    let groups = 0;
    const names: string[] = [];
    for (let at = 0; at < length; at += 1) {
      if (pattern[at] === "\\") at += 1;
      else if (pattern[at] === "[") at = endOfClass(at);
      else if (pattern[at] === "(" && opens(at) === "capture") {
        groups += 1;
        if (pattern[at + 1] === "?") names[names.length] = nameAt(at + 3);
      }
    }

    /** What is wrong with an escape, in a class or out of it. */
    const refuseEscape = (at: number, inClass: boolean): string | undefined => {
      const letter = pattern[at + 1];
      if (isStrict && has("ijmqyIJMOTY", letter)) {
        return complain("unrecognized character follows \\", at + 1);
      }
      if (isStrict && has("lFL", letter)) {
        return complain("PCRE2 does not support \\F, \\L, \\l, \\N{name}, \\U, or \\u", at + 2);
      }
      if (inClass) {
        if (!isStrict) return undefined;
        if (has("ABCGKRXZzk", letter))
          return complain("escape sequence is invalid in character class", at + 1);
        return letter === "N" ? complain("\\N is not supported in a class", at + 2) : undefined;
      }
      if (isStrict && letter === "c" && at + 2 >= length)
        return complain("\\c at end of pattern", length);
      if (isStrict && letter === "k") {
        if (!has("<{'", pattern[at + 2])) {
          const why = "\\k is not followed by a braced, angle-bracketed, or quoted name";
          return complain(why, at + 2);
        }
        const name = nameAt(at + 3);
        for (let i = 0; i < names.length; i += 1) if (names[i] === name) return undefined;
        return complain("reference to non-existent subpattern", at + 3);
      }
      if (has("123456789", letter) && !isDigit(pattern[at + 2]) && +(letter as string) > groups) {
        return complain("reference to non-existent subpattern", at + 1);
      }
      return undefined;
    };

    const isType = (at: number): boolean =>
      pattern[at] === "\\" && has("dDwWsShHvVpP", pattern[at + 1]);
    const refuseClass = (start: number): string | undefined => {
      let at = start + (pattern[start + 1] === "^" ? 2 : 1);
      let isFirst = isStrict;
      while (at < length && (isFirst || pattern[at] !== "]")) {
        isFirst = false;
        const wrong = pattern[at] === "\\" ? refuseEscape(at, true) : undefined;
        if (wrong !== undefined) return wrong;
        const end = at + (pattern[at] === "\\" ? 2 : 1);
        const isRange = pattern[end] === "-" && end + 1 < length && pattern[end + 1] !== "]";
        if (isRange && isType(at)) return complain("invalid range in character class", end);
        if (isRange && isType(end + 1)) {
          return complain("invalid range in character class", end + 3);
        }
        at = isRange ? end + (pattern[end + 1] === "\\" ? 3 : 2) : end;
      }
      return at < length ? undefined : complain(unterminated, length);
    };

    // Lookbehinds: each alternative must match a fixed number of characters; NaN is none.
    let at = 0;
    let isVariable = false;
    const count = (): number => {
      let number = 0;
      for (; isDigit(pattern[at]); at += 1) number = 10 * number + +(pattern[at] as string);
      return number;
    };
    /** A quantifier, if one stands here: how often at least what precedes it, NaN when that varies. */
    const times = (): number => {
      const first = pattern[at];
      let often = 1;
      if (has("*+?", first)) {
        often = NaN;
        at += 1;
      } else if (first === "{" && isDigit(pattern[at + 1])) {
        const start = at;
        at += 1;
        often = count();
        if (pattern[at] === ",") {
          at += 1;
          const most = isDigit(pattern[at]) ? count() : -1;
          if (most !== often) often = NaN;
        }
        if (pattern[at] !== "}") {
          at = start;
          return 1;
        }
        at += 1;
      } else return 1;
      if (has("?+", pattern[at])) at += 1;
      return often;
    };
    const alternatives = (depth: number, each: boolean): number => {
      let total = 0;
      let before = -1;
      let result = 0;
      const close = (): void => {
        if (total !== total || (before >= 0 && !each && before !== total)) result = NaN;
        before = total;
        if (result === result) result = total;
        total = 0;
      };
      while (at < length && pattern[at] !== ")") {
        let width = 1;
        const letter = pattern[at];
        if (letter === "|") {
          close();
          at += 1;
          continue;
        }
        if (letter === "\\") {
          const escaped = pattern[at + 1];
          width = has("bBAZzG", escaped) ? 0 : has("123456789kRX", escaped) ? NaN : 1;
          at += escaped === "x" ? 4 : escaped === "u" ? 6 : escaped === "c" ? 3 : 2;
        } else if (letter === "[") at = endOfClass(at) + 1;
        else if (letter === "(") {
          if (depth > deepest) return NaN;
          const kind = opens(at);
          if (kind === "behind" || kind === "ahead") at += kind === "behind" ? 4 : 3;
          else if (pattern[at + 1] === "?") {
            while (at < length && !has(":>)", pattern[at])) at += 1;
            if (pattern[at] !== ")") at += 1;
          } else at += 1;
          const inside = alternatives(depth + 1, kind === "behind");
          if (kind === "behind" && inside !== inside) isVariable = true;
          width = kind === "behind" || kind === "ahead" ? 0 : inside;
          at += 1;
        } else {
          if (letter === "^" || letter === "$") width = 0;
          at += 1;
        }
        const often = times();
        total += width === 0 ? 0 : width * often;
      }
      close();
      return result;
    };

    let behind: string | undefined;
    let looked = 0;
    for (let place = 0; place < length; place += 1) {
      let wrong: string | undefined;
      if (pattern[place] === "\\") {
        wrong = refuseEscape(place, false);
        place += 1;
      } else if (pattern[place] === "[") {
        wrong = refuseClass(place);
        place = endOfClass(place);
      } else if (pattern[place] === "(" && place >= looked && opens(place) === "behind") {
        at = place + 4;
        isVariable = false;
        const width = alternatives(0, true);
        looked = at;
        if (width !== width || isVariable) {
          behind ??= complain("lookbehind assertion is not fixed length", place);
        }
      }
      if (wrong !== undefined) return wrong;
    }
    return behind;
  };
}
