/**
 * A request as access logs tell of it: a visit that is over, or what a door has refused, with what several
 * fields are made of read once.
 */
import type { ViewerRequest } from "../../viewer-request.ts";
import type { LoggedResults } from "../logged-results.ts";
import type { Visit } from "../visit.ts";
import { maskCookies, maskParameters } from "./mask-secrets.ts";
import { readMediaData } from "./media-data.ts";

/** What access logs read of a visit. */
export type Loggable = Pick<
  Visit,
  | "id"
  | "distribution"
  | "primary"
  | "tenant"
  | "behavior"
  | "status"
  | "bytesSent"
  | "bytesReceived"
  | "startedAt"
  | "firstByteAt"
  | "endedAt"
  | "answerHeaders"
  | "results"
  | "protocol"
  | "origins"
  | "runs"
  | "viewerPlace"
> & {
  readonly request: Pick<
    ViewerRequest,
    | "method"
    | "path"
    | "querystring"
    | "headers"
    | "hostHeader"
    | "tls"
    | "httpVersion"
    | "ip"
    | "port"
    | "mocked"
  >;
};

/** What is the same for all records of an edge. */
export interface RecordingEdge {
  /** This edge location's name, like `FRA56-P4`. */
  readonly pop: string;
  /** The address that viewers connect to. */
  readonly serverIp: string;
  /** Whether signatures and credentials are masked. */
  readonly masksSecrets: boolean;
}

export class AccessRecord {
  readonly visit: Loggable;
  readonly edge: RecordingEdge;
  readonly results: LoggedResults;
  /** When it was over, in milliseconds since the epoch. */
  readonly at: number;
  /** In Latin-1, empty where there is none, as all texts here. */
  referer = "";
  userAgent = "";
  cookie = "";
  forwardedFor = "";
  contentType = "";
  contentLength = "";
  contentRange = "";
  #mediaData: ReadonlyMap<string, string> | undefined;

  /** @param before of the same edge: lines that are the very same are not read again */
  constructor(visit: Loggable, edge: RecordingEdge, at: number, before?: AccessRecord) {
    this.visit = visit;
    this.edge = edge;
    this.results = visit.results;
    this.at = at;
    const { headers } = visit.request;
    if (headers === before?.visit.request.headers) {
      this.referer = before.referer;
      this.userAgent = before.userAgent;
      this.cookie = before.cookie;
      this.forwardedFor = before.forwardedFor;
    } else this.#readRequest(headers);
    this.#readAnswer(visit.answerHeaders);
  }

  get querystring(): string {
    const { querystring = "" } = this.visit.request;
    return this.edge.masksSecrets ? maskParameters(querystring) : querystring;
  }

  /** What a media player has told with it, by the keys of CMCD. */
  get mediaData(): ReadonlyMap<string, string> {
    return (this.#mediaData ??= readMediaData(this.visit.request));
  }

  /** Of the response's first byte after the request was there, in milliseconds; undefined where there was none. */
  get firstByteMs(): number | undefined {
    const { firstByteAt, startedAt } = this.visit;
    return firstByteAt === 0 ? undefined : Math.max(0, firstByteAt - startedAt);
  }

  get takenMs(): number {
    return Math.max(0, this.visit.endedAt - this.visit.startedAt);
  }

  #readRequest(headers: readonly string[]): void {
    for (let index = 0; index < headers.length; index += 2) {
      const name = headers[index]!;
      switch (name.length) {
        case 6:
          if (isName(name, "Cookie", "cookie")) {
            this.cookie = joined(this.cookie, "; ", headers[index + 1]!);
          }
          break;
        case 7:
          if (isName(name, "Referer", "referer")) {
            this.referer = joined(this.referer, ", ", headers[index + 1]!);
          }
          break;
        case 10:
          if (isName(name, "User-Agent", "user-agent")) {
            this.userAgent = joined(this.userAgent, ", ", headers[index + 1]!);
          }
          break;
        case 15:
          if (isName(name, "X-Forwarded-For", "x-forwarded-for")) {
            this.forwardedFor = joined(this.forwardedFor, ", ", headers[index + 1]!);
          }
          break;
      }
    }
    if (!this.edge.masksSecrets) return;
    if (this.cookie !== "") this.cookie = maskCookies(this.cookie);
    if (this.referer !== "") this.referer = maskParameters(this.referer);
  }

  #readAnswer(headers: readonly string[]): void {
    for (let index = 0; index < headers.length; index += 2) {
      const name = headers[index]!;
      switch (name.length) {
        case 12:
          if (isName(name, "Content-Type", "content-type")) this.contentType = headers[index + 1]!;
          break;
        case 13:
          if (isName(name, "Content-Range", "content-range")) {
            this.contentRange = headers[index + 1]!;
          }
          break;
        case 14:
          if (isName(name, "Content-Length", "content-length")) {
            this.contentLength = headers[index + 1]!;
          }
          break;
      }
    }
  }
}

/** Nearly all write it in one of two ways, and to compare is cheaper than to write anew. */
function isName(name: string, usual: string, lower: string): boolean {
  return name === usual || name === lower || name.toLowerCase() === lower;
}

function joined(before: string, separator: string, value: string): string {
  return before === "" ? value : `${before}${separator}${value}`;
}
