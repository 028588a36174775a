/**
 * Reads the heads of plain requests in one pass: what nearly every viewer sends.
 *
 * Plain is a GET or HEAD without a body and without anything that is about the connection, but
 * whether it stays open, in visible ASCII, complete in the bytes that are there. Everything else is not read but
 * left for a full parser, which must accept whatever is accepted here and read it the same way.
 *
 * Source: RFC 9112 §3 and §5, of which this takes only the strictest forms.
 */
import { tokenBytes } from "./field-lines.ts";
import { findLines, hashOfLines, noteLines, type PlainLines } from "./known-lines.ts";
import { addToHash, hashStart, nameAt } from "./known-names.ts";

const cr = 13;
const lf = 10;
const space = 32;
const numberSign = 35;
const slash = 47;
const colon = 58;
const tilde = 126;

export interface PlainHead extends PlainLines {
  readonly method: "GET" | "HEAD";
  /** Begins with "/"; visible ASCII without "#". */
  readonly target: string;
}

/** Names that make a request one for the full parser, in lower case. */
const unplain = new Set([
  "content-length",
  "expect",
  "http2-settings",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Beyond this a head is unusual enough for the full parser, in bytes. */
const plainMax = 16_384;

/** @returns the heads, when the bytes are one complete plain head after another; else undefined */
export function readPlainHeads(bytes: Buffer): PlainHead[] | undefined {
  const { length } = bytes;
  if (length > plainMax || length < 16) return undefined;
  if (bytes[length - 1] !== lf || bytes[length - 3] !== lf) return undefined;
  const text = bytes.toString("latin1");
  const heads: PlainHead[] = [];
  for (let at = 0; at < length;) {
    const end = readHead(bytes, text, at, heads);
    // What follows a request that asks for the end is not to be read as one.
    if (end < 0 || (end < length && heads.at(-1)?.closes === true)) return undefined;
    at = end;
  }
  return heads;
}

/**
 * The bytes are scanned rather than the text, which is three times as slow to take apart; they end
 * with a line end, so that no loop here runs beyond them.
 *
 * @returns where the head has ended; -1 when it is not plain
 */
function readHead(bytes: Buffer, text: string, start: number, heads: PlainHead[]): number {
  const isGet = text.startsWith("GET ", start);
  if (!isGet && !text.startsWith("HEAD ", start)) return -1;
  let at = start + (isGet ? 4 : 5);
  const targetStart = at;
  if (bytes[at] !== slash) return -1;
  let code = slash;
  while (code > space && code <= tilde && code !== numberSign) code = bytes[++at] as number;
  const target = text.slice(targetStart, at);
  if (!text.startsWith(" HTTP/1.1\r\n", at)) return -1;
  at += 11;
  // A part that is kept keeps all of the text in memory: of pipelined requests nothing is.
  const lines = start === 0 ? linesOf(bytes, text, at) : readLines(bytes, text, at);
  if (lines === undefined) return -1;
  const { headers, host, closes, size, recurring } = lines;
  heads.push({ method: isGet ? "GET" : "HEAD", target, headers, host, closes, size, recurring });
  return at + size + 2;
}

/** The lines of what may be the only head: known ones need not be read again. */
function linesOf(bytes: Buffer, text: string, start: number): PlainLines | undefined {
  const hash = hashOfLines(bytes, start);
  const known = findLines(text, start, hash);
  if (known !== undefined) return known;
  const lines = readLines(bytes, text, start);
  if (lines !== undefined && start + lines.size + 2 === bytes.length) {
    noteLines(text, start, hash, lines);
  }
  return lines;
}

/** @returns undefined when one of the lines is not plain */
function readLines(bytes: Buffer, text: string, start: number): PlainLines | undefined {
  const headers: string[] = [];
  let host: string | undefined;
  let connection: string | undefined;
  let at = start;
  for (;;) {
    const nameStart = at;
    let nameHash = hashStart;
    let code = bytes[at] as number;
    while (tokenBytes[code] === 1) {
      nameHash = addToHash(nameHash, code);
      code = bytes[++at] as number;
    }
    if (at === nameStart) break;
    if (code !== colon) return undefined;
    const name = nameAt(bytes, nameStart, at, nameHash);
    do code = bytes[++at] as number;
    while (code === space);
    const valueStart = at;
    while (code >= space && code <= tilde) code = bytes[++at] as number;
    if (code !== cr || bytes[at + 1] !== lf) return undefined;
    let valueEnd = at;
    while (valueEnd > valueStart && bytes[valueEnd - 1] === space) valueEnd -= 1;
    const value = text.slice(valueStart, valueEnd);
    at += 2;
    headers.push(name.spelling, value);
    if (name.lower === "host") {
      if (host !== undefined) return undefined;
      host = value;
    } else if (name.lower === "connection") {
      if (connection !== undefined) return undefined;
      connection = value.toLowerCase();
    } else if (unplain.has(name.lower)) return undefined;
  }
  if (bytes[at] !== cr || bytes[at + 1] !== lf || host === undefined) return undefined;
  if (connection !== undefined && connection !== "keep-alive" && connection !== "close") {
    return undefined;
  }
  return { headers, host, closes: connection === "close", size: at - start };
}
