/** A viewer's request as the flow sees it: data alone, read off the connection once and never changed. */
import type { Recurring } from "../base/recurring.ts";
import type { ClientCertificate } from "../certificates/client-certificate.ts";
import type { ServerCertificate } from "../certificates/server-certificate.ts";
import type { Mocked } from "./mocked.ts";

/** Of the viewer's request, as Via and CloudFront-Viewer-Http-Version have it. */
export type HttpVersion = "1.0" | "1.1" | "2.0";

/** What a viewer has shown in the handshake, where the distribution that it named asks for certificates. */
export interface ShownCertificates {
  /** The distribution's id. */
  readonly distribution: string;
  /** What was asked for; what is there was verified, but in mode passthrough. */
  readonly mode: "required" | "optional" | "passthrough";
  /** The viewer's own; undefined where it has shown none. */
  readonly own: ClientCertificate | undefined;
  /** Those that vouch for it, as the viewer has them. */
  readonly others: readonly ClientCertificate[];
}

/** What the viewer's ClientHello looks like. */
export interface ViewerFingerprints {
  readonly ja3: string;
  readonly ja4: string;
}

/** How the connection that a request came over is secured. */
export interface RequestTls {
  /** Like "TLSv1.3". */
  readonly version: string;
  /** The suite by its name in IANA's registry. */
  readonly cipher: string;
  /** How this request came to it. */
  readonly handshake: "fullHandshake" | "sessionResumed" | "connectionReused";
  /** The host that the handshake named, in lower case (RFC 6066 §3). */
  readonly serverName: string | undefined;
  /** What the viewer was shown. */
  readonly certificate: ServerCertificate;
  /** Whether that is what all get whose distribution has none of its own. */
  readonly hasStandardCertificate: boolean;
  readonly fingerprints: ViewerFingerprints;
  /** Undefined where none were asked for. */
  readonly shown?: ShownCertificates | undefined;
  /** What connection logs know its connection by; absent where no certificates were asked for. */
  readonly connectionId?: string | undefined;
}

export interface ViewerRequest {
  readonly id: string;
  readonly method: string;
  /** Begins with "/", still percent-encoded, never normalized. */
  readonly path: string;
  /** The text after the first "?"; undefined when there is no "?". */
  readonly querystring: string | undefined;
  /** Names and values in turn, a pair a line as received, in Latin-1. */
  readonly headers: readonly string[];
  /** As sent; undefined only for HTTP/1.0. */
  readonly hostHeader: string | undefined;
  /** Lower case, without port and trailing dot; empty when there is none. */
  readonly host: string;
  readonly scheme: "http" | "https";
  /** Undefined over http. */
  readonly tls: RequestTls | undefined;
  readonly httpVersion: HttpVersion;
  readonly ip: string;
  readonly port: number;
  /** Lower-case names that the Connection header declares to be about this connection only. */
  readonly connectionNames: ReadonlySet<string>;
  /** Whether it asks for a part, or on a condition (RFC 9110 §13.1, §14.2): Range and If-… headers. */
  readonly isConditional: boolean;
  /** Whether it has CloudFront-… headers, which only the edge may add. */
  readonly hasEdgeHeaders: boolean;
  /** Whether it may have cookies by which a viewer stays with a version of a function. */
  readonly hasVersionCookies: boolean;
  /** How many CloudFront edges it came through before this one, as Via tells. */
  readonly edgesPassed: number;
  /** Of the request line and the header lines, with the empty one. */
  readonly headBytes: number;
  readonly hasBody: boolean;
  /** The header's text; undefined when there is none or the body is chunked. */
  readonly contentLength: string | undefined;
  /** Whether it asks to go on as a WebSocket connection (RFC 6455 §4.1), and its connection can. */
  readonly isWebSocket: boolean;
  /** Of header lines that come again and again, in HTTP/1.1 and without a body; undefined of others. */
  readonly recurring?: Recurring | undefined;
  /** What is mocked of it; undefined where nothing is. */
  readonly mocked?: Mocked;
}
