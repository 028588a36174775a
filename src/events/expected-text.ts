/** What an expectation says of a text: the text itself, or `{"matches": "a regular expression"}`. */
import { isBoundedMatch, matchTimeoutMs } from "../base/bounded-match.ts";
import { isObject, kindOf } from "./read-json-file.ts";

export type ExpectedText = string | { readonly matches: string };

/** What is expected under a name that may stand several times; null where it must not stand at all. */
export type ExpectedValues = ExpectedText | readonly ExpectedText[] | null;

/** @throws Error, when a regular expression goes on and on, as `^(a+)+$` may */
export function fits(expected: ExpectedText, actual: string): boolean {
  if (typeof expected === "string") return expected === actual;
  try {
    return isBoundedMatch(patternOf(expected), actual);
  } catch (cause) {
    throw new Error(
      `The regular expression ${shownText(expected)} was not done with ${JSON.stringify(actual)} in ${matchTimeoutMs} ms: write it without a repetition in a repetition`,
      { cause },
    );
  }
}

/** As a person reads it: `"/docs/"`, `/^\/docs/`. */
export function shownText(expected: ExpectedText): string {
  return typeof expected === "string" ? JSON.stringify(expected) : `/${expected.matches}/`;
}

/** @returns what is wrong with it, as a clause; undefined when nothing is */
export function textProblem(value: unknown): string | undefined {
  if (typeof value === "string") return undefined;
  if (!isObject(value) || typeof value["matches"] !== "string" || Object.keys(value).length > 1) {
    return `must be a text or {"matches": "a regular expression"}, got ${kindOf(value)}`;
  }
  try {
    patternOf({ matches: value["matches"] });
    return undefined;
  } catch (error) {
    return `has no regular expression in matches: ${(error as Error).message}`;
  }
}

/** @returns what is wrong with it, as a clause; undefined when nothing is */
export function valuesProblem(value: unknown): string | undefined {
  if (value === null) return undefined;
  if (!Array.isArray(value)) {
    const problem = textProblem(value);
    return problem && `${problem}; a list of them, or null where it must not be there`;
  }
  if (value.length === 0) return "is an empty list: null says that it must not be there";
  return value.map(textProblem).find((problem) => problem !== undefined);
}

/** @throws SyntaxError */
function patternOf({ matches }: { readonly matches: string }): RegExp {
  return new RegExp(matches, "u");
}
