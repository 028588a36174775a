/** What a viewer gets: the last value of the flow. */
import type { BodySource } from "../../base/body.ts";
import type { DetailedResult, ResultType } from "../record/result-types.ts";

export interface Answer {
  readonly status: number;
  /** HTTP/1.1's reason phrase, in Latin-1. */
  readonly reason: string;
  /**
   * Names and values in turn, as HTTP/1.1 carries them, in Latin-1. Connection is not among them,
   * which is the transport's, nor are X-Cache, Via and X-Amz-Cf-…, which are written last.
   */
  readonly headers: readonly string[];
  readonly body: BodySource;
  readonly result: ResultType;
  /** Where the edge refused, why; else the result itself. */
  readonly detail?: DetailedResult;
  /** The origin's own Via, to which the edge appends itself; empty when there is none. */
  readonly via: string;
  /** Set when the connection cannot be used for another request. */
  readonly closesConnection?: boolean;
}

/** An answer as a transport is given it. */
export interface SentAnswer extends Pick<
  Answer,
  "status" | "reason" | "headers" | "body" | "closesConnection"
> {
  /** What the edge says of itself, which stands behind all else. */
  readonly ownHeaders: readonly string[];
}
