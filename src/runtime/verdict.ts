/**
 * What becomes of a function's result, in one sentence: whether TestFunction passes, and what an edge
 * would do with it.
 *
 * Source: CloudFront Developer Guide, "Test functions" and "Restrictions on edge functions".
 */
import type { TestRun } from "./function-runtime.ts";

/** What an edge would do with a function's result. */
export type EdgeVerdict =
  /** Viewers get an error page. */
  | {
      readonly does: "refuse";
      readonly status: number;
      /** What X-Cache and the logs say, like `FunctionValidationError`. */
      readonly result: string;
      /** The sentence of the page. */
      readonly page: string;
      /** For the function's author: which rule is broken, by what. */
      readonly because: string;
      readonly note?: string;
    }
  /** Viewers get this response: one that the function made, or has changed. */
  | { readonly does: "answer"; readonly status: number; readonly note?: string }
  /** The request goes on, to the cache and to the origin. */
  | {
      readonly does: "ask";
      readonly method: string;
      /** Path and query string, as the origin would be asked, without the origin's own path. */
      readonly target: string;
      /** The domain names that are asked, in turn, where the function has chosen them. */
      readonly origins?: readonly string[];
      /** What could not be judged. */
      readonly note?: string;
    };

/** Like "passes TestFunction; at the edge: 502, because request.headers.host is read-only". */
export function verdictSentence(test: TestRun, edge: EdgeVerdict): string {
  const tested =
    test.errorMessage === "" ? "passes TestFunction" : `fails TestFunction: ${test.errorMessage}`;
  const note = edge.note === undefined ? "" : ` (${edge.note})`;
  return `${tested}; at the edge: ${edgeSentence(edge)}${note}`;
}

function edgeSentence(edge: EdgeVerdict): string {
  switch (edge.does) {
    case "refuse":
      return `${edge.status}, because ${edge.because}`;
    case "answer":
      return `answers ${edge.status}`;
    case "ask": {
      const from = edge.origins === undefined ? "" : ` from ${edge.origins.join(", else ")}`;
      return `goes on with ${edge.method} ${edge.target}${from}`;
    }
  }
}
