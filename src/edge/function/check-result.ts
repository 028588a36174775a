/**
 * Judges what a function returned before it can reach a connection. The runtime has its rules and
 * has applied them; these are the ones a connection depends on: a name, a value or a path that
 * could end a line would let a function write headers that nobody checked.
 *
 * All text here is the wire's, a byte a character, in Latin-1.
 */
/** What a function returned can't be sent. The message is the sentence of the error page. */
export class InvalidResult extends Error {
  override readonly name = "InvalidResult";

  constructor(complaint: string) {
    super(`The CloudFront function returned an invalid value: ${complaint}.`);
  }
}

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const notInValue = /[^\t\x20-\x7e\x80-\xff]/;

/**
 * @param path what the headers are called on the error page, like "request.headers"
 * @param headers names and values in turn
 * @param given what the function was given: lines at its beginning that stayed as they are, somebody else's,
 *   are not judged
 */
export function checkHeaders(
  path: string,
  headers: readonly string[],
  given: readonly string[] = [],
): void {
  let index = 0;
  while (index < given.length && headers[index] === given[index]) index += 1;
  // A whole line, or none of it.
  for (index -= index % 2; index < headers.length; index += 2) {
    const name = headers[index] as string;
    if (!token.test(name)) throw new InvalidResult(`${path} must have valid header names`);
    const value = headers[index + 1];
    if (value === undefined || notInValue.test(value)) {
      throw new InvalidResult(`${path} must have no control characters in ${name}`);
    }
  }
}

/** @returns the path with everything percent-encoded that would end it, or that a parser may refuse */
export function checkedUri(uri: string): string {
  if (!uri.startsWith("/")) throw new InvalidResult("request.uri must begin with a slash");
  if (notInValue.test(uri) || uri.includes("\t")) {
    throw new InvalidResult("request.uri must have no control characters");
  }
  return uri.replaceAll(/[^\x21-\x7e]|[?#]/g, percentEncoded);
}

/** @returns undefined for an empty one too: the origin gets no "?" then */
export function checkedQuery(querystring: string | undefined): string | undefined {
  if (querystring === undefined || querystring === "") return undefined;
  if (/[^\x21-\x7e\x80-\xff]|#/.test(querystring)) {
    throw new InvalidResult("request.querystring must have no spaces, control characters or #");
  }
  return querystring.replaceAll(/[\x80-\xff]/g, percentEncoded);
}

/** @param description a reason phrase, as text and not yet as bytes */
export function checkedReason(description: string): string {
  if (/[^\t\x20-\x7e\x80-\uffff]/.test(description)) {
    throw new InvalidResult("response.statusDescription must have no control characters");
  }
  return Buffer.from(description, "utf8").toString("latin1");
}

function percentEncoded(byte: string): string {
  return `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}
