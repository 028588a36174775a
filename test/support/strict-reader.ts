/**
 * Reads HTTP/1.1 as strictly as it can be read: whatever leaves a doubt ends the reading. It stands
 * for every other recipient: what our own parsers take and it does not could be read in two ways.
 */

export interface StrictMessage {
  /** Request line or status line. */
  readonly start: string;
  /** By lower-case name, each line's value. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: string;
  readonly hasBody: boolean;
}

export interface StrictReading {
  readonly messages: readonly StrictMessage[];
  /** What the text ends with behind the messages. */
  readonly end: "nothing" | "part of a message" | "a malformed message";
}

class Malformed extends Error {}
class Incomplete extends Error {}

const headerLine =
  /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*((?:[!-~\x80-\xff](?:[\t -~\x80-\xff]*[!-~\x80-\xff])?)?)[ \t]*$/;

/** @param isStart whether a text is the first line of a message */
export function readStrictly(text: string, isStart: (line: string) => boolean): StrictReading {
  const messages: StrictMessage[] = [];
  let at = 0;
  const line = (): string => {
    const end = text.indexOf("\r\n", at);
    const found = text.slice(at, end < 0 ? undefined : end);
    if (/[\r\n]/.test(end < 0 ? found.replace(/\r$/, "") : found)) throw new Malformed();
    if (end < 0) throw new Incomplete();
    at = end + 2;
    return found;
  };
  const bytes = (count: number): string => {
    if (at + count > text.length) throw new Incomplete();
    at += count;
    return text.slice(at - count, at);
  };
  try {
    while (at < text.length) {
      // Line ends before a message are passed over (RFC 9112 §2.2); they belong to none.
      if (/[\r\n]/.test(text[at] ?? "")) {
        at += 1;
        continue;
      }
      const start = line();
      if (!isStart(start)) throw new Malformed();
      const headers = readLines(line);
      const { body, hasBody } = readBody(headers, start.endsWith("HTTP/1.1"), line, bytes);
      messages.push({ start, headers, body, hasBody });
    }
    return { messages, end: "nothing" };
  } catch (error) {
    if (error instanceof Malformed) return { messages, end: "a malformed message" };
    if (error instanceof Incomplete) return { messages, end: "part of a message" };
    throw error;
  }
}

function readLines(line: () => string): Map<string, string[]> {
  const headers = new Map<string, string[]>();
  for (let text = line(); text !== ""; text = line()) {
    const [, name, value = ""] = headerLine.exec(text) ?? [];
    if (name === undefined) throw new Malformed();
    const key = name.toLowerCase();
    headers.set(key, [...(headers.get(key) ?? []), value]);
  }
  return headers;
}

function readBody(
  headers: ReadonlyMap<string, readonly string[]>,
  knowsChunks: boolean,
  line: () => string,
  bytes: (count: number) => string,
): { body: string; hasBody: boolean } {
  const lengths = headers.get("content-length");
  const codings = headers.get("transfer-encoding");
  if (codings !== undefined) {
    const isPlain = codings.length === 1 && /^chunked$/i.test(codings[0] ?? "");
    if (!isPlain || lengths !== undefined || !knowsChunks) throw new Malformed();
    let body = "";
    for (;;) {
      const [, size] = /^([0-9a-fA-F]+)(?:;[\t -~]*)?$/.exec(line()) ?? [];
      if (size === undefined) throw new Malformed();
      const count = Number.parseInt(size, 16);
      if (count === 0) break;
      body += bytes(count);
      if (bytes(2) !== "\r\n") throw new Malformed();
    }
    // Framing has no place in trailers (RFC 9110 §6.5.1).
    const trailers = readLines(line);
    if (trailers.has("content-length") || trailers.has("transfer-encoding")) throw new Malformed();
    return { body, hasBody: true };
  }
  if (lengths === undefined) return { body: "", hasBody: false };
  const [length = ""] = lengths;
  if (lengths.length > 1 || !/^[0-9]+$/.test(length)) throw new Malformed();
  return { body: bytes(Number(length)), hasBody: Number(length) > 0 };
}
