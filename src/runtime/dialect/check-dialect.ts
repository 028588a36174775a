/**
 * What the runtime refuses in a source, in the order in which njs meets it.
 *
 * njs stops at the first; that one is what TestFunction and traffic report. All of them are for
 * check-function.ts.
 */
import type { Program, Token } from "acorn";
import type { RuntimeName } from "../runtime-name.ts";
import { parseSource, strictPrefix } from "./parse-source.ts";
import type { Refusal, SourceTokens } from "./refusal.ts";
import { refusedSyntax } from "./refused-syntax.ts";

export interface CheckedSource {
  /** The source behind the strict prefix; offsets count from its start. */
  readonly text: string;
  readonly tokens: SourceTokens;
  /** Absent when the source cannot be read to its end. */
  readonly program: Program | undefined;
  /** In source order. */
  readonly refusals: readonly Refusal[];
}

export function checkDialect(source: string, runtime: RuntimeName): CheckedSource {
  const text = strictPrefix + source.replace(/^#!/, "//");
  const { tokens, comments, program, refusal } = parseSource(text);
  const refusals = program
    ? refusedSyntax(program, tokens, runtime)
    : refusedTokens(tokens, refusal);
  for (const comment of comments) {
    const opening = text.slice(comment.start, comment.start + 4);
    if (opening === "<!--" || opening.startsWith("-->")) {
      const first = opening === "<!--" ? "<" : ">";
      refusals.push({
        at: comment.start,
        rule: "html-comment",
        message: `SyntaxError: Unexpected token "${first}"`,
      });
    }
  }
  if (refusal) refusals.push(refusal);
  refusals.sort((one, other) => one.at - other.at);
  return { text, tokens, program, refusals };
}

/** The message as njs prints it, with its line. */
export function refusalText(refusal: Refusal, tokens: SourceTokens): string {
  return refusal.hasNoLine ? refusal.message : `${refusal.message} in ${tokens.lineOf(refusal.at)}`;
}

/** Without a syntax tree, the keywords that njs would have stopped at before the error. */
function refusedTokens(tokens: SourceTokens, refusal: Refusal | undefined): Refusal[] {
  const refusals: Refusal[] = [];
  let before: Token | undefined;
  for (const token of tokens.tokens) {
    if (refusal !== undefined && token.start >= refusal.at) break;
    const isName = before !== undefined && tokens.source[before.start] === ".";
    if (!isName && tokens.source.slice(token.start, token.end) === "class") {
      refusals.push(tokens.unsupported(token.start, "class"));
    }
    before = token;
  }
  return refusals;
}
