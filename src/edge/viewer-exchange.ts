/**
 * What a transport and the flow are to each other: a transport makes exchanges out of connections,
 * whatever they are, and the flow answers each one. The flow never sees a socket.
 */
import type { Wanted } from "../base/wanted.ts";
import type { SentAnswer } from "./answer/answer.ts";
import type { OutgoingBody } from "./origin/requester.ts";
import type { Refusal } from "./answer/refusals.ts";
import type { ViewerLeft } from "./record/viewer-left.ts";
import type { ViewerRequest } from "./viewer-request.ts";

/** Over when the answer was sent, or the connection ended before that. */
export interface Viewer extends Wanted {
  /**
   * What the connection was given for them by now, heads and framing among it, in bytes. What the
   * system still holds when a connection breaks off counts as sent.
   */
  readonly bytesSent: number;
  /** What was read behind the request's head by now: of its body, without framing, or of a WebSocket connection. */
  readonly bodyBytes: number;
  /** Once it is over: how the connection ended before all of the answer was given to it; undefined where it did not. */
  readonly left?: ViewerLeft | undefined;
  /** What the transport has answered with while the flow was at it. */
  readonly refusal?: Refusal | undefined;
}

/** One request of a viewer, and the way back. */
export interface ViewerExchange {
  readonly request: ViewerRequest;
  /** Absent when the request has no body. */
  readonly body: OutgoingBody | undefined;
  readonly viewer: Viewer;
  /** To be called once; adds framing and Connection. The answer's body is sent or discarded. */
  respond(answer: SentAnswer): void;
}
