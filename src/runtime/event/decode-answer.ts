/** Parses the text that the guest answers with (guest/invoke.ts, guest/read-answer.ts). */
import type { CertificateHeader, OriginChange } from "../function-runtime.ts";

/** A value, and for a response's cookie its attributes. */
export type AnswerValue = string | readonly [value: string, attributes: string];

/** A name and its values; 0 in place of a list says that the function left the part alone. */
export type AnswerEntry = readonly [name: string, ...values: AnswerValue[]];

/** How many of the first names that the function saw it left alone. */
export type KeptNames = number | "all";

/** Headers of which some were left alone: those are not among the entries. */
export interface SplitHeaders {
  readonly kept: KeptNames;
  readonly entries: readonly AnswerEntry[];
}

export type AnswerHeaders = SplitHeaders | readonly AnswerEntry[];

export function splitHeaders(headers: AnswerHeaders): SplitHeaders {
  return "kept" in headers ? headers : { kept: 0, entries: headers };
}

interface AnswerTail {
  readonly steps: number;
  readonly logs: readonly string[];
  readonly origin?: OriginChange;
  readonly certificates?: readonly CertificateHeader[];
  /** What cf.logCustomData() was given: at most 800 UTF-16 units. */
  readonly logData?: string;
  /** The run may have failed because it wanted to change a built-in. */
  readonly tampered?: true;
}

export interface RequestAnswer extends AnswerTail {
  readonly type: "request";
  readonly method: string;
  readonly uri: string;
  readonly querystring: 0 | string | readonly AnswerEntry[];
  readonly headers: 0 | AnswerHeaders;
  readonly cookies: 0 | readonly AnswerEntry[];
}

export interface ResponseAnswer extends AnswerTail {
  readonly type: "response";
  readonly statusCode: number;
  readonly statusDescription?: string;
  readonly headers: 0 | AnswerHeaders;
  readonly cookies: 0 | readonly AnswerEntry[];
  readonly body?: { readonly encoding: "text" | "base64"; readonly data: string };
}

export type Answer =
  /** The request as it was, or with only its URI changed. */
  | { readonly type: "same-request"; readonly uri?: string; readonly steps: number }
  | RequestAnswer
  | ResponseAnswer
  /** The handler returned nothing, or nothing that is an object. */
  | ({ readonly type: "nothing" } & AnswerTail)
  | ({
      readonly type: "error" | "limit";
      readonly message: string;
      /** Of the source, from 1 on; absent where it is not known. */
      readonly line?: number;
    } & AnswerTail)
  | ({ readonly type: "invalid"; readonly complaint: string } & AnswerTail);

export function decodeAnswer(text: string): Answer {
  if (text.startsWith("=")) return { type: "same-request", steps: Number(text.slice(1)) };
  if (text.startsWith("u")) {
    const line = text.indexOf("\n");
    return {
      type: "same-request",
      steps: Number(text.slice(1, line)),
      uri: text.slice(line + 1),
    };
  }
  return JSON.parse(text) as Answer;
}

export function valueOf(value: AnswerValue): string {
  return typeof value === "string" ? value : value[0];
}
