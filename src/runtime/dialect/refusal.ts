/** One thing in a function's source that CloudFront's runtime refuses, in njs's words. */
import type { Token } from "acorn";

/** Which rule is broken; check-function.ts has the advice for each. */
export type RuleName =
  | "syntax"
  | "class"
  | "generator"
  | "for-of"
  | "destructuring"
  | "default-parameter"
  | "spread"
  | "optional-chaining"
  | "logical-assignment"
  | "catch-binding"
  | "bigint"
  | "new-target"
  | "with"
  | "await-in-arguments"
  | "await-outside-async"
  | "import"
  | "export"
  | "regexp-flags"
  | "regexp-pattern"
  | "html-comment"
  | "since-2.0";

export interface Refusal {
  /** Offset in the source; njs reports what comes first. */
  readonly at: number;
  readonly rule: RuleName;
  /** With the error's name, without the line. */
  readonly message: string;
  /** njs reports a few errors without their line. */
  readonly hasNoLine?: true;
}

/** The source with what acorn read from it, for finding tokens by place. */
export class SourceTokens {
  readonly source: string;
  readonly tokens: readonly Token[];

  constructor(source: string, tokens: readonly Token[]) {
    this.source = source;
    this.tokens = tokens;
  }

  /** The first token that starts at `at` or behind it; undefined at the end. */
  from(at: number): Token | undefined {
    return this.tokens[this.#indexFrom(at)];
  }

  /** Where the first token from `at` on that reads `text` starts; `at` when there is none. */
  find(text: string, at: number): number {
    for (let i = this.#indexFrom(at); i < this.tokens.length; i += 1) {
      const token = this.tokens[i] as Token;
      if (this.source.slice(token.start, token.end) === text) return token.start;
    }
    return at;
  }

  #indexFrom(at: number): number {
    let low = 0;
    let high = this.tokens.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.tokens[middle] as Token).start < at) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  lineOf(at: number): number {
    let line = 1;
    for (
      let i = this.source.indexOf("\n");
      i >= 0 && i < at;
      i = this.source.indexOf("\n", i + 1)
    ) {
      line += 1;
    }
    return line;
  }

  /** "Unexpected token", or end of input, for whatever stands at a place. */
  unexpected(at: number, rule: RuleName = "syntax"): Refusal {
    const token = this.from(at);
    if (token === undefined || token.start >= this.source.length) {
      return {
        at: this.source.length,
        rule,
        message: "SyntaxError: Unexpected end of input",
      };
    }
    const text = this.source.slice(token.start, token.end);
    return { at: token.start, rule, message: `SyntaxError: Unexpected token "${text}"` };
  }

  /** "Token … not supported" for whatever stands at a place. */
  unsupported(at: number, rule: RuleName): Refusal {
    const token = this.from(at);
    const text = token === undefined ? "" : this.source.slice(token.start, token.end);
    return {
      at: token?.start ?? at,
      rule,
      message: `SyntaxError: Token "${text}" not supported in this version`,
    };
  }
}
