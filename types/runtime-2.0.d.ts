/** Types of functions for the runtime cloudfront-js-2.0. */
// oxlint-disable-next-line typescript/triple-slash-reference -- an import can't have a module declared
/// <reference path="./cloudfront-module.d.ts" />
import type * as event from "./event.d.ts";

export type {
  Context,
  GivenResponse,
  Headers,
  RequestHeaders,
  Response,
  ResponseCookie,
  Value,
  Values,
} from "./event.d.ts";

export interface Request extends event.GivenRequest {
  /** The query string as it was sent, without "?"; undefined where there is none. */
  rawQueryString(): string | undefined;
}

export type ViewerRequestEvent = event.RequestEvent<Request>;
export type ViewerResponseEvent = event.ResponseEvent<Request>;

/** What a viewer-request function may return: the request, to go on with, or a response, to answer with. */
export type ViewerRequestResult = event.Request | event.Response;

export type ViewerRequestHandler = (
  event: ViewerRequestEvent,
) => ViewerRequestResult | Promise<ViewerRequestResult>;
export type ViewerResponseHandler = (
  event: ViewerResponseEvent,
) => event.Response | Promise<event.Response>;

/** What a connection function is passed. */
export interface Connection {
  readonly clientIp: string;
  readonly endpoint: string;
  readonly distributionId: string;
  readonly connectionId: string;
  /** Absent where the viewer has shown none. */
  readonly clientCertificate?: {
    readonly certificates: {
      readonly leaf: {
        readonly serialNumber: string;
        readonly issuer: string;
        readonly subject: string;
        readonly validity: { readonly notBefore: string; readonly notAfter: string };
        readonly sha256Fingerprint: string;
      };
    };
  };
  allow(): void;
  deny(): void;
  /** Into the connection log; at most 800 bytes. */
  logCustomData(text: string): void;
}

export type ConnectionHandler = (connection: Connection) => void | Promise<void>;
