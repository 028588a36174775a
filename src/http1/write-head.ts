/**
 * Writes the heads of messages. Names and values have been checked by whoever made them; they are
 * Latin-1, a byte a character, and go out as they are.
 */

/** @param headers names and values in turn */
export function writeResponseHead(
  status: number,
  reason: string,
  headers: readonly string[],
): string {
  return writeFields(`HTTP/1.1 ${status} ${reason}\r\n`, headers);
}

/** @param headers names and values in turn */
export function writeRequestHead(
  method: string,
  target: string,
  headers: readonly string[],
): string {
  return writeFields(`${method} ${target} HTTP/1.1\r\n`, headers);
}

function writeFields(firstLine: string, headers: readonly string[]): string {
  let head = firstLine;
  for (let i = 0; i < headers.length; i += 2) head += `${headers[i]}: ${headers[i + 1]}\r\n`;
  return `${head}\r\n`;
}
