/** What a viewer gets, before a transport writes it: the last value of the flow. */
import type { BodySource } from "../../base/body.ts";

/** How an answer came about: X-Cache's first word, and the result type of a log line. */
export type ResultType =
  | "Miss"
  | "Error"
  | "Redirect"
  | "FunctionGeneratedResponse"
  | "FunctionExecutionError"
  | "FunctionThrottledError"
  | "FunctionValidationError";

export interface ViewerResponse {
  readonly status: number;
  /** HTTP/1.1's reason phrase, in Latin-1. */
  readonly reason: string;
  /**
   * Names and values in turn, as HTTP/1.1 carries them, in Latin-1. Connection, X-Cache, Via and
   * X-Amz-Cf-… are not among them: they are written last, by the step that sends.
   */
  readonly headers: readonly string[];
  readonly body: BodySource;
  readonly result: ResultType;
  /** The origin's own Via, to which the edge appends itself; empty when there is none. */
  readonly via: string;
  /** Set when the connection cannot be used for another request. */
  readonly closesConnection?: boolean;
}
