/** Reads a function's source with acorn, as strict code with every syntax allowed. */
import { parse, tokenizer, type Comment, type Program, type Token } from "acorn";
import { inNjsWords } from "./njs-words.ts";
import { type Refusal, SourceTokens } from "./refusal.ts";

export interface ParsedSource {
  readonly tokens: SourceTokens;
  readonly comments: readonly Comment[];
  /** Absent when the source cannot be read to its end. */
  readonly program: Program | undefined;
  /** What acorn refuses. */
  readonly refusal: Refusal | undefined;
}

/** Makes the code strict without moving a line; njs always is, and the compiled text is too. */
export const strictPrefix = '"use strict";';

const options = {
  ecmaVersion: "latest",
  // HTML-like comments are comments to V8 in a script, so they must be for acorn; njs refuses them.
  sourceType: "script",
  allowImportExportEverywhere: true,
  allowAwaitOutsideFunction: true,
} as const;

/** @param text the source behind `strictPrefix` */
export function parseSource(text: string): ParsedSource {
  const comments: Comment[] = [];
  const read: Token[] = [];
  try {
    const program = parse(text, { ...options, onToken: read, onComment: comments });
    return { tokens: new SourceTokens(text, read), comments, program, refusal: undefined };
  } catch (error) {
    const tokens = new SourceTokens(text, tokensUntilError(text));
    const { pos, message } = error as { pos: number; message: string };
    return { tokens, comments, program: undefined, refusal: inNjsWords(message, pos, tokens) };
  }
}

/** As many tokens as can be read; without a parser, a slash may be taken for the wrong thing. */
function tokensUntilError(text: string): Token[] {
  const tokens: Token[] = [];
  try {
    for (const token of tokenizer(text, options)) tokens.push(token);
  } catch {
    // What was read up to here is what there is.
  }
  return tokens;
}
