/**
 * What PCRE2 says of patterns that V8 refuses as well, in its own words: quantifiers of nothing,
 * parentheses that don't match, heads of groups, ranges.
 *
 * What is left is for V8 to refuse. Source: njs 0.7.12 and 0.8.0 with PCRE2, measured.
 */

/** @param slice a text's part, as it was before customer code ran */
export function guestPcreGrammar(
  slice: (text: string, start: number, end?: number) => string,
): (pattern: string) => string | undefined {
  "use strict";
  const has = (letters: string, letter: string | undefined): boolean => {
    for (let i = 0; i < letters.length; i += 1) if (letters[i] === letter) return true;
    return false;
  };
  const isDigit = (letter: string | undefined): boolean => has("0123456789", letter);
  const isWord = (letter: string | undefined): boolean =>
    has("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_", letter);
  /** More than a function's source holds; a longer pattern is made by a program. */
  const longest = 16_384;
  const mostTimes = 65_535;
  const longestName = 32;
  const notRepeatable = "quantifier does not follow a repeatable item";

  /** @returns njs's message, or undefined for a pattern that is fine as far as is looked at here */
  return (pattern) => {
    const { length } = pattern;
    if (length > longest) return undefined;
    let at = 0;
    let depth = 0;
    /** Whether what stands before can be repeated. */
    let isItem = false;
    const names: Record<string, true> = { __proto__: null as never };
    const complain = (why: string, where: number): string =>
      `pcre_compile2("${pattern}") failed: ${why} at "${slice(pattern, where)}"`;

    /** Steps over digits; @returns a complaint when they are too many times. */
    let times = 0;
    const readTimes = (): string | undefined => {
      times = 0;
      for (; isDigit(pattern[at]); at += 1) {
        times = 10 * times + +(pattern[at] as string);
        if (times > mostTimes) return complain("number too big in {} quantifier", at + 1);
      }
      return undefined;
    };
    /** Where the brace closes that opens a quantifier; -1 when it is a character. */
    const endOfBrace = (): number => {
      let end = at + 1;
      if (!isDigit(pattern[end])) return -1;
      while (isDigit(pattern[end])) end += 1;
      if (pattern[end] === ",") end += 1;
      while (isDigit(pattern[end])) end += 1;
      return pattern[end] === "}" ? end : -1;
    };
    const readBrace = (end: number): string | undefined => {
      at += 1;
      const wrong = readTimes();
      if (wrong !== undefined) return wrong;
      const least = times;
      if (pattern[at] === ",") {
        at += 1;
        if (at < end) {
          const tooMany = readTimes();
          if (tooMany !== undefined) return tooMany;
          if (times < least) return complain("numbers out of order in {} quantifier", end);
        }
      }
      at = end;
      return isItem ? undefined : complain(notRepeatable, end);
    };
    const readName = (start: number): string | undefined => {
      at = start;
      if (isDigit(pattern[at])) return complain("subpattern name must start with a non-digit", at);
      while (isWord(pattern[at])) at += 1;
      // Letters beyond ASCII are left to V8.
      if (at < length && (pattern[at] as string) > "\x7f") return undefined;
      if (at === start) return complain("subpattern name expected", at);
      if (pattern[at] !== ">") {
        return complain("syntax error in subpattern name (missing terminator?)", at);
      }
      if (at - start > longestName) {
        return complain("subpattern name is too long (maximum 32 code units)", at);
      }
      const name = slice(pattern, start, at);
      if (names[name] === true) {
        const why = "two named subpatterns have the same name (PCRE2_DUPNAMES not set)";
        return complain(why, at + 1);
      }
      names[name] = true;
      return undefined;
    };
    const readGroup = (): string | undefined => {
      depth += 1;
      isItem = false;
      if (pattern[at + 1] !== "?") return undefined;
      const kind = pattern[at + 2];
      if (kind === "<" && !has("=!", pattern[at + 3])) return readName(at + 3);
      at += kind === "<" ? 3 : 2;
      return kind === undefined || has(":=!<>|#PR&+-0123456789'CimsxnJU^", kind)
        ? undefined
        : complain("unrecognized character after (? or (?-", at);
    };

    /** The character that an item of a class is; -1 for a class of its own. `at` goes behind it. */
    const readClassItem = (): number => {
      const escape = pattern[at] === "\\" ? pattern[at + 1] : undefined;
      const digits = escape === "x" ? 2 : escape === "u" ? 4 : 0;
      const start = at;
      at += escape === undefined ? 1 : 2;
      if (digits > 0) {
        at += digits;
        const code = +`0x${slice(pattern, start + 2, at)}`;
        return code === code ? code : -1;
      }
      if (escape === undefined) return slice(pattern, start, at).charCodeAt(0);
      return isWord(escape) ? -1 : escape.charCodeAt(0);
    };
    const readClass = (): string | undefined => {
      at += pattern[at + 1] === "^" ? 2 : 1;
      let isFirst = true;
      while (at < length && (isFirst || pattern[at] !== "]")) {
        isFirst = false;
        const low = readClassItem();
        if (pattern[at] !== "-" || at + 1 >= length || pattern[at + 1] === "]") continue;
        at += 1;
        const high = readClassItem();
        if (low >= 0 && high >= 0 && high < low) {
          return complain("range out of order in character class", at - 1);
        }
      }
      return undefined;
    };

    for (; at < length; at += 1) {
      let wrong: string | undefined;
      const letter = pattern[at];
      const brace = letter === "{" ? endOfBrace() : -1;
      if (has("*+?", letter) || brace >= 0) {
        if (brace >= 0) wrong = readBrace(brace);
        else if (!isItem) wrong = complain(notRepeatable, at);
        isItem = false;
        if (has("?+", pattern[at + 1])) at += 1;
      } else if (letter === "(") wrong = readGroup();
      else if (letter === ")") {
        if (depth === 0) wrong = complain("unmatched closing parenthesis", at);
        depth -= 1;
        isItem = true;
      } else if (letter === "[") {
        wrong = readClass();
        isItem = true;
      } else if (letter === "\\") {
        at += 1;
        isItem = !has("bBAZzG", pattern[at]);
      } else isItem = !has("^$|", letter);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  };
}
