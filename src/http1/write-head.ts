/**
 * Writes the heads of messages. Names and values have been checked by whoever made them; they are
 * Latin-1, a byte a character, and go out as they are.
 */

/** @param fields the header lines, each with its line end */
export function writeResponseHead(status: number, reason: string, fields: string): string {
  return `HTTP/1.1 ${status} ${reason}\r\n${fields}\r\n`;
}

/** @param headers names and values in turn */
export function writeRequestHead(
  method: string,
  target: string,
  headers: readonly string[],
): string {
  return `${method} ${target} HTTP/1.1\r\n${writeFields(headers)}\r\n`;
}

/** @param headers names and values in turn */
export function writeFields(headers: readonly string[]): string {
  let fields = "";
  for (let i = 0; i < headers.length; i += 2) fields += `${headers[i]}: ${headers[i + 1]}\r\n`;
  return fields;
}

/**
 * The same for lines that are written again and again. What V8 has put together it keeps as a tree,
 * and takes apart each time that it is sent as a part of something else; this is one piece.
 */
export function writeKeptFields(headers: readonly string[]): string {
  return Buffer.from(writeFields(headers), "latin1").toString("latin1");
}
