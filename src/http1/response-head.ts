/**
 * The head of a response and how its body is framed, read strictly: whatever two readers could
 * frame differently is refused, because what follows on the connection would be taken for
 * something else by one of them.
 *
 * Source: RFC 9112 §4 (status line), §5 (fields), §6.3 (message body length).
 */
import { readFieldLines, valuesOf } from "./field-lines.ts";

export interface ResponseHead {
  readonly status: number;
  /** In Latin-1; may be empty. */
  readonly reason: string;
  /** Names and values in turn, a pair a line as received, in Latin-1. */
  readonly headers: readonly string[];
  readonly framing: ResponseFraming;
  /** Whether the connection may be used for another request after this response. */
  readonly persists: boolean;
}

export type ResponseFraming =
  | { readonly kind: "none" }
  | { readonly kind: "length"; readonly length: number }
  | { readonly kind: "chunked" }
  /** Until the connection ends. */
  | { readonly kind: "until-close" };

/** What came is no response that can be relied on. The message says why, for the log. */
export class MalformedResponse extends Error {
  override readonly name = "MalformedResponse";
}

/** Its head, with the informational ones before it, is larger than is read. */
export class OversizedHead extends MalformedResponse {}

const statusLine = /^HTTP\/1\.([01]) ([1-9][0-9][0-9])(?: ([\t\x20-\x7e\x80-\xff]*))?\r\n/;
/** Some readers take a tab for white space here, others for a part of the value. */
const framingWithTab = /\n(?:transfer-encoding|content-length):[^\r]*\t/i;
const none: ResponseFraming = { kind: "none" };
const chunked: ResponseFraming = { kind: "chunked" };
const untilClose: ResponseFraming = { kind: "until-close" };

/**
 * @param text the head with its empty line, in Latin-1
 * @param method of the request that it answers
 * @throws MalformedResponse
 */
export function readResponseHead(text: string, method: string): ResponseHead {
  const line = statusLine.exec(text);
  if (line === null) throw new MalformedResponse(`No status line: ${shown(text)}`);
  const [all, minor, digits, reason = ""] = line;
  const headers = readFieldLines(text, all.length, text.length - 2);
  if (headers === undefined) throw new MalformedResponse("A header line that breaks the grammar");
  if (text.includes("\t") && framingWithTab.test(text))
    throw new MalformedResponse("A tab in Transfer-Encoding or Content-Length");
  const status = Number(digits);
  const isHttp11 = minor === "1";
  const framing = framingOf(status, method, headers, isHttp11);
  return {
    status,
    reason,
    headers,
    framing,
    persists:
      framing.kind !== "until-close" &&
      !mayBringBody(method, status, headers) &&
      persists(headers, isHttp11),
  };
}

/**
 * Whether a server that gets it wrong may send a body behind a head that has none. It may come when
 * the connection already has its next request, whose response it would be taken for.
 */
function mayBringBody(method: string, status: number, headers: readonly string[]): boolean {
  if (method === "HEAD") return true;
  if (status !== 204 && status !== 304) return false;
  // A 304 may tell the length of what was not sent; nothing else is right (RFC 9110 §8.6, RFC 9112 §6.1).
  if (valuesOf(headers, "transfer-encoding").length > 0) return true;
  return status === 204 && valuesOf(headers, "content-length").some((value) => Number(value) > 0);
}

function framingOf(
  status: number,
  method: string,
  headers: readonly string[],
  isHttp11: boolean,
): ResponseFraming {
  let coding: string | undefined;
  let length: string | undefined;
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string;
    if (name.length === 17 && name.toLowerCase() === "transfer-encoding") {
      if (coding !== undefined) throw new MalformedResponse("Transfer-Encoding on several lines");
      coding = headers[i + 1];
    } else if (name.length === 14 && name.toLowerCase() === "content-length") {
      if (length !== undefined) throw new MalformedResponse("Content-Length on several lines");
      length = headers[i + 1];
    }
  }
  if (length !== undefined && !/^[0-9]{1,15}$/.test(length)) {
    throw new MalformedResponse(`Content-Length is ${shown(length)}`);
  }
  if (coding !== undefined) {
    if (length !== undefined)
      throw new MalformedResponse("Both Transfer-Encoding and Content-Length");
    if (!isHttp11) throw new MalformedResponse("Transfer-Encoding in HTTP/1.0");
    if (coding.toLowerCase() !== "chunked") {
      throw new MalformedResponse(
        `Transfer-Encoding is ${shown(coding)}, and only chunked can be relayed`,
      );
    }
  }
  if (method === "HEAD" || status < 200 || status === 204 || status === 304) return none;
  if (coding !== undefined) return chunked;
  if (length !== undefined) return { kind: "length", length: Number(length) };
  return untilClose;
}

/** RFC 9112 §9.3. */
function persists(headers: readonly string[], isHttp11: boolean): boolean {
  const values = valuesOf(headers, "connection");
  if (values.length === 0) return isHttp11;
  if (values.length === 1 && values[0] === "keep-alive") return true;
  const options = values
    .join(",")
    .toLowerCase()
    .split(",")
    .map((option) => option.trim());
  if (options.includes("close")) return false;
  return isHttp11 || options.includes("keep-alive");
}

/** The beginning of a text, as a log may show it. */
function shown(text: string): string {
  return JSON.stringify(text.slice(0, 40));
}
