/** What acorn refuses, in the words of njs. */
import { guestPcreGrammar } from "../guest/pcre-grammar.ts";
import type { Refusal, SourceTokens } from "./refusal.ts";

const misspelt = guestPcreGrammar((text, start, end) => text.slice(start, end));

type Rule = readonly [
  pattern: RegExp,
  write: (
    found: RegExpExecArray,
    at: number,
    tokens: SourceTokens,
  ) => Omit<Refusal, "rule"> & Partial<Pick<Refusal, "rule">>,
];

const plain =
  (message: string) =>
  (_found: RegExpExecArray, at: number): { at: number; message: string } => ({
    at,
    message: `SyntaxError: ${message}`,
  });

const restOfLine = (tokens: SourceTokens, at: number): string => {
  const end = tokens.source.indexOf("\n", at);
  return tokens.source.slice(at, end < 0 ? undefined : end);
};

/** What njs reads as one token where acorn can't go on, such as the digits of a bad number. */
const rawToken = (tokens: SourceTokens, at: number): string =>
  /^(?:0[0-7]|#|[\w$]+|.)/.exec(tokens.source.slice(at))?.[0] ?? "";

const rules: readonly Rule[] = [
  [
    /^Identifier '(.*)' has already been declared/,
    ([, name], at) => ({ at, message: `SyntaxError: "${name}" has already been declared` }),
  ],
  [/^'return' outside of function/, plain("Illegal return statement")],
  [
    /^Unsyntactic (break|continue)/,
    ([, keyword], at, tokens) => {
      const label = tokens.from(at + (keyword as string).length);
      const text = label === undefined ? "" : tokens.source.slice(label.start, label.end);
      const isLabel =
        /^[\w$]+$/.test(text) && tokens.lineOf(at) === tokens.lineOf(label?.start ?? at);
      return {
        at,
        message: isLabel
          ? `SyntaxError: Undefined label "${text}"`
          : `SyntaxError: Illegal ${keyword} statement`,
      };
    },
  ],
  [
    /^Label '(.*)' is already declared/,
    ([, name], at) => ({ at, message: `SyntaxError: Label "${name}" has already been declared` }),
  ],
  [/^Argument name clash/, plain("Duplicate parameter names")],
  [
    /^Binding (eval|arguments) in strict mode/,
    ([, name], at) => ({
      at,
      message: `SyntaxError: Identifier "${name}" is forbidden in var declaration`,
    }),
  ],
  [
    /^Assigning to (eval|arguments) in strict mode/,
    ([, name], at) => ({
      at,
      message: `SyntaxError: Identifier "${name}" is forbidden as left-hand in assignment`,
    }),
  ],
  [
    /^Assigning to rvalue/,
    (_found, at, tokens) => {
      const isPostfix = /^[^=]*?(?:\+\+|--)/.test(restOfLine(tokens, at));
      const where = isPostfix ? "postfix operation" : "assignment";
      return { at, message: `ReferenceError: Invalid left-hand side in ${where}` };
    },
  ],
  [
    /^Deleting local variable in strict mode/,
    (_found, at, tokens) => ({
      at: tokens.from(tokens.from(at + 6)?.end ?? at)?.start ?? tokens.source.length,
      message: "SyntaxError: Delete of an unqualified identifier",
    }),
  ],
  [
    /^Unterminated string constant/,
    (_found, at, tokens) => ({
      at,
      message: `SyntaxError: Unterminated string "${restOfLine(tokens, at)}\n"`,
    }),
  ],
  [
    /^Unterminated template/,
    (_found, _at, tokens) => ({
      at: tokens.source.length,
      message: "SyntaxError: Unterminated template literal",
    }),
  ],
  [
    /^Unterminated regular expression/,
    (_found, at, tokens) => {
      const start = tokens.source.lastIndexOf("/", at);
      return {
        at: start,
        message: `SyntaxError: Unterminated RegExp "${restOfLine(tokens, start)}"`,
      };
    },
  ],
  [
    /^Unterminated comment/,
    (_found, _at, tokens) => ({
      at: tokens.source.length,
      message: 'SyntaxError: Unexpected token "/*"',
    }),
  ],
  [
    /^Invalid regular expression flag/,
    (_found, at, tokens) => {
      const flags = /^\/(?:[^\\/[]|\\.|\[(?:[^\]\\]|\\.)*\])*\/(\w*)/.exec(tokens.source.slice(at));
      return {
        at,
        rule: "regexp-flags",
        message: `SyntaxError: Invalid RegExp flags "${flags?.[1] ?? ""}"`,
      };
    },
  ],
  [
    /^Invalid regular expression: \/(.*)\/: (.*) \(/s,
    ([, pattern = "", why], at) => {
      const told = why === "Unterminated group" ? "missing closing parenthesis" : why;
      const refusal = misspelt(pattern) ?? `pcre_compile2("${pattern}") failed: ${told} at ""`;
      return { at, message: `SyntaxError: ${refusal}` };
    },
  ],
  [/^getter should have no params/, plain("Getter must not have any formal parameters")],
  [/^setter should have exactly one param/, plain("Setter must have exactly one formal parameter")],
  [
    /^Redefinition of __proto__ property/,
    plain("Duplicate __proto__ fields are not allowed in object literals"),
  ],
  [
    /^Illegal newline after throw/,
    (_found, at, tokens) => ({
      at: tokens.from(at)?.start ?? tokens.source.length,
      message: "SyntaxError: Illegal newline after throw",
    }),
  ],
  [/^Multiple default clauses/, plain("More than one default clause in switch statement")],
  [
    /^Missing catch or finally clause/,
    (_found, _at, tokens) => ({
      at: tokens.source.length,
      message: "SyntaxError: Missing catch or finally after try",
    }),
  ],
  [
    /^Comma is not permitted after the rest element/,
    plain("Rest parameter must be last formal parameter"),
  ],
  [
    /^(?:Bad character escape sequence|Code point out of bounds)/,
    (_found, at, tokens) => {
      const quoted = /["'][^"'\n]*$/.exec(tokens.source.slice(0, at))?.[0] ?? "";
      const start = at - quoted.length + 1;
      const text = restOfLine(tokens, start).split(quoted[0] ?? '"')[0];
      return { at, message: `SyntaxError: Invalid Unicode code point "${text}"` };
    },
  ],
  [
    /^Invalid escape sequence in template|^Octal literal in template string/,
    plain("Unterminated template literal"),
  ],
  [
    /^(?:Invalid number|Unexpected private|Private field|Octal literal|Expected number|Identifier directly after number|Numeric separator|Unexpected character|Expecting Unicode escape)/,
    (_found, at, tokens) => ({
      at,
      message: `SyntaxError: Unexpected token "${rawToken(tokens, at)}"`,
    }),
  ],
  [
    /^(?:The keyword '(.*)' is reserved|Unexpected keyword '(.*)')/,
    ([, reserved, keyword], at) => ({
      at,
      message: `SyntaxError: Unexpected token "${reserved ?? keyword}"`,
    }),
  ],
  [/^'with' in strict mode/, (_found, at, tokens) => tokens.unsupported(at + 4, "with")],
  [
    /^Missing initializer in const declaration/,
    (_found, at) => ({
      at,
      message: "SyntaxError: missing initializer in const declaration",
      hasNoLine: true,
    }),
  ],
];

export const nonDefaultImport = "SyntaxError: Non-default import is not supported";

/** @param at where acorn stopped reading */
export function inNjsWords(acornMessage: string, at: number, tokens: SourceTokens): Refusal {
  const message = acornMessage.replace(/ \(\d+:\d+\)$/, "");
  for (const [pattern, write] of rules) {
    const found = pattern.exec(`${message} (`) ?? pattern.exec(message);
    if (found) return { rule: "syntax", ...write(found, at, tokens) };
  }
  return unexpectedToken(at, tokens);
}

/** acorn's "Unexpected token", and whatever has no rule of its own. */
function unexpectedToken(at: number, tokens: SourceTokens): Refusal {
  const here = tokens.from(at);
  const word = here === undefined ? "" : tokens.source.slice(here.start, here.end);
  if (word === "of") return tokens.unsupported(at, "for-of");
  if (word === "super") return tokens.unsupported(at, "class");
  const opening = /(?:\)|else|do)\s*$/.test(tokens.source.slice(0, at));
  if (opening && word === "function") {
    return {
      at,
      rule: "syntax",
      message: "SyntaxError: Functions can only be declared at top level or inside a block",
    };
  }
  if (opening && (word === "let" || word === "const")) {
    return {
      at,
      rule: "syntax",
      message: `SyntaxError: ${word} declaration cannot appear in a single-statement context`,
    };
  }
  const before = tokens.tokens.findLast((token) => token.end <= at);
  const text = before === undefined ? "" : tokens.source.slice(before.start, before.end);
  if (text === "import" && before !== undefined) {
    return { at: before.start, rule: "import", message: nonDefaultImport };
  }
  if (text === "await" && before !== undefined && /^[\w$`'"[{(]/.test(word)) {
    return {
      at: before.start,
      rule: "await-outside-async",
      message: "SyntaxError: await is only valid in async functions",
    };
  }
  const constant = /\bconst\s+[\w$]+\s*$/.exec(tokens.source.slice(0, at));
  if (constant) {
    return {
      at,
      rule: "syntax",
      message: "SyntaxError: missing initializer in const declaration",
      hasNoLine: true,
    };
  }
  return tokens.unexpected(at);
}
