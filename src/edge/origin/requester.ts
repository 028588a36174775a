/** On whose behalf an origin is asked: a viewer's as a rule, who need not be there any more. */
import type { Wanted } from "../../base/wanted.ts";
import type { OriginHealth, OriginNames } from "../mocked.ts";
import type { HttpVersion } from "../viewer-request.ts";
import type { OriginAttempt } from "./origin-attempt.ts";

export interface Requester {
  /** What the origin and the log know the request by. */
  readonly id: string;
  readonly method: string;
  readonly httpVersion: HttpVersion;
  readonly scheme: "http" | "https";
  /** The address that X-Forwarded-For tells. */
  readonly ip: string;
  /** The Host header as it was sent; undefined only for HTTP/1.0. */
  readonly hostHeader: string | undefined;
  /** The header's text; undefined when there is none or the body is chunked. */
  readonly contentLength: string | undefined;
  /** Absent when the request has no body. */
  readonly body: OutgoingBody | undefined;
  /** Set where it asks to go on with that protocol. */
  readonly upgrade?: "websocket";
  /** Set where it is a call by gRPC, which the origin gets by HTTP/2. */
  readonly isGrpc?: true;
  readonly wanted: Wanted;
  /** Says how origins are to behave; undefined where nothing is mocked. */
  readonly mocked?: MockedOrigins | undefined;
  /** Takes each attempt to ask an origin as it begins, for the requester's records. */
  readonly attempts: OriginAttempt[];
}

export interface MockedOrigins {
  originHealth(origin: OriginNames): OriginHealth | undefined;
}

/** A request's body, which may have to be sent more than once: each iteration is an attempt. */
export interface OutgoingBody extends AsyncIterable<Buffer, undefined> {
  /** Whether another attempt can send all of it. */
  readonly isWhole: boolean;
  /** Whether more came than is taken. */
  readonly isTooLarge: boolean;
  /** Takes nothing more for the attempt that is under way. */
  endAttempt(): void;
  /** To be called where who sends it may have nothing to say for a while; how long is then for the origin's side to bound. */
  allowPauses(): void;
}
