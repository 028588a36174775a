/**
 * Text between the wire and a function. The wire has bytes, one a character in Latin-1; a function
 * sees them as UTF-8 where they are that, and what it changes is sent as UTF-8. What it leaves
 * alone is sent as it came, byte for byte.
 *
 * Source: CloudFront Developer Guide, "Event structure", character encoding.
 */
import { isUtf8 } from "node:buffer";
import { headerName } from "./header-rules.ts";

/** What a function returned can't be sent. The message is the sentence of the error page. */
export class InvalidResult extends Error {
  override readonly name = "InvalidResult";

  constructor(complaint: string) {
    super(`The CloudFront function returned an invalid value: ${complaint}.`);
  }
}

const beyondAscii = /[\x80-\uffff]/;
const control = /[^\t\x20-\x7e\x80-\uffff]/;
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/**
 * @param wire names and values in turn, in Latin-1
 * @param host what to show for the value of Host; undefined leaves headers of that name alone
 * @returns the same array when there is nothing to change
 */
export function eventText(wire: readonly string[], host: string | undefined): readonly string[] {
  let text: string[] | undefined;
  for (let index = 0; index < wire.length; index += 2) {
    const name = wire[index] as string;
    const value = wire[index + 1] as string;
    if (host !== undefined && name.length === 4 && name.toLowerCase() === "host") {
      if (value !== host) (text ??= [...wire])[index + 1] = host;
    } else if (beyondAscii.test(value)) {
      (text ??= [...wire])[index + 1] = decoded(value);
    }
  }
  return text ?? wire;
}

/**
 * Judges the headers that a function returned, and makes them wire text again.
 *
 * @param path what the headers are called in an error page, like "request.headers"
 * @param event what the function was given, and `wire` the same as it came
 */
export function checkedHeaders(
  path: string,
  result: readonly string[],
  event: readonly string[],
  wire: readonly string[],
): string[] {
  const asItCame = event === wire ? undefined : wireText(event, wire);
  const headers: string[] = [];
  for (let index = 0; index < result.length; index += 2) {
    const name = result[index] ?? "";
    const value = result[index + 1] ?? "";
    if (!token.test(name)) throw new InvalidResult(`${path} must have valid header names`);
    if (control.test(value)) {
      throw new InvalidResult(`${path} must not have control characters in the value of ${name}`);
    }
    const { lower, titled } = headerName(name);
    headers.push(name === lower ? titled : name);
    headers.push(beyondAscii.test(value) ? (asItCame?.get(value) ?? encoded(value)) : value);
  }
  return headers;
}

/** A path that a function wrote. What would end the path in a request line is percent-encoded. */
export function checkedUri(uri: string): string {
  if (!uri.startsWith("/")) throw new InvalidResult("request.uri must begin with /");
  if (/[^\x20-\x7e\x80-\uffff]/.test(uri)) {
    throw new InvalidResult("request.uri must not have control characters");
  }
  return uri.replaceAll(/[^\x21-\x7e]+|[?#]/gu, percentEncoded);
}

/** A query string that a function wrote. */
export function checkedQuery(querystring: string | undefined): string | undefined {
  if (querystring === undefined) return undefined;
  if (/[^\x21-\x7e\x80-\uffff]|#/.test(querystring)) {
    throw new InvalidResult("request.querystring must not have spaces, control characters or #");
  }
  return querystring.replaceAll(/[^\x21-\x7e]+/gu, percentEncoded);
}

/** A reason phrase that a function wrote. */
export function checkedReason(description: string): string {
  if (control.test(description)) {
    throw new InvalidResult("response.statusDescription must not have control characters");
  }
  return encoded(description);
}

function percentEncoded(text: string): string {
  return [...Buffer.from(text, "utf8")]
    .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`)
    .join("");
}

/** Bytes that are not UTF-8 are taken for ISO-8859-1, which is what they are here already. */
function decoded(wire: string): string {
  const bytes = Buffer.from(wire, "latin1");
  return isUtf8(bytes) ? bytes.toString("utf8") : wire;
}

function encoded(text: string): string {
  return beyondAscii.test(text) ? Buffer.from(text, "utf8").toString("latin1") : text;
}

function wireText(event: readonly string[], wire: readonly string[]): ReadonlyMap<string, string> {
  return new Map(event.map((text, index) => [text, wire[index] ?? text]));
}
