/** What a viewer gets: the last value of the flow. */
import type { BodySource } from "../../base/body.ts";
import type { SwitchedConnection } from "../../http1/switched-connection.ts";
import type { OwnHeaders } from "./own-headers.ts";
import type { DetailedResult, ResultType } from "../record/result-types.ts";
import type { WrittenHeaders } from "./written-headers.ts";

/** An object that can be sent in parts, or not at all to who has it; or a part of one. */
export interface ServedObject {
  readonly etag: string | undefined;
  /** As the header has it. */
  readonly lastModified: string | undefined;
  /** Of all of it, in bytes; undefined while it still comes and nobody knows. */
  readonly length: number | undefined;
  /**
   * Undefined where it comes once and as it is.
   *
   * @param end the position after the last byte
   */
  readonly slice: ((first: number, end: number) => BodySource) | undefined;
}

export interface Answer {
  readonly status: number;
  /** HTTP/1.1's reason phrase, in Latin-1. */
  readonly reason: string;
  /**
   * Names and values in turn, as HTTP/1.1 carries them, in Latin-1. Connection is not among them,
   * which is the transport's, nor are X-Cache, Via and X-Amz-Cf-…, which are written last.
   */
  readonly headers: readonly string[];
  /** Their written form, where somebody keeps it. It counts for the very array that it was made of. */
  readonly written?: WrittenHeaders | undefined;
  readonly body: BodySource;
  readonly result: ResultType;
  /** Where the edge refused, why; else the result itself. */
  readonly detail?: DetailedResult;
  /** How old it is, in seconds; set when it was kept (RFC 9111 §5.1). */
  readonly age?: number;
  /** What the body is all of, or a part of a status of 206; absent when the viewer's conditions are none of the edge's business. */
  readonly object?: ServedObject | undefined;
  /** The origin's own Via, to which the edge appends itself; empty when there is none. */
  readonly via: string;
  /** Set once the behavior's response headers policy has been applied. */
  readonly hasPolicyHeaders?: true;
  /** Set when the connection cannot be used for another request. */
  readonly closesConnection?: boolean;
  /** Of a 101, what the viewer's connection goes on with; it is the body, too. */
  readonly switched?: SwitchedConnection | undefined;
}

/** An answer as a transport is given it. */
export interface SentAnswer extends Pick<
  Answer,
  "status" | "reason" | "headers" | "written" | "body" | "closesConnection" | "switched"
> {
  /** What the edge says of itself, which stands behind all else. */
  readonly ownHeaders: OwnHeaders;
}
