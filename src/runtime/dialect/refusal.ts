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
  /** Where each line starts; found when a line is first asked for. */
  #lineStarts: readonly number[] | undefined;
  /** By the start of a "?.": what stands behind the chain that goes on from there. */
  readonly #behindChains = new Map<number, Token | undefined>();

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

  /**
   * The first token from `at` on that is behind a chain of `?.name`. Each link is looked at once,
   * however many of a chain's links are asked for.
   */
  behindChain(at: number): Token | undefined {
    const links: number[] = [];
    let next = this.from(at);
    while (next !== undefined && this.source.slice(next.start, next.end) === "?.") {
      if (this.#behindChains.has(next.start)) {
        next = this.#behindChains.get(next.start);
        break;
      }
      links.push(next.start);
      const name = this.from(next.end);
      next = name === undefined ? undefined : this.from(name.end);
    }
    for (const link of links) this.#behindChains.set(link, next);
    return next;
  }

  /** From 1. */
  lineOf(at: number): number {
    const starts = (this.#lineStarts ??= lineStarts(this.source));
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((starts[middle] as number) <= at) low = middle + 1;
      else high = middle;
    }
    return low;
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

function lineStarts(source: string): number[] {
  const starts = [0];
  for (let i = source.indexOf("\n"); i >= 0; i = source.indexOf("\n", i + 1)) starts.push(i + 1);
  return starts;
}
