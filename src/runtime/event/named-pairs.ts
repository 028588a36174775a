/** Finds the pairs with given names in a query string or a Cookie line, without taking them apart. */

/**
 * @param text of ASCII alone; each of its pairs is read as guest/event-maps.ts reads it
 * @param names of ASCII alone
 * @returns the pairs with one of the names, as they stand in the text
 */
export function namedPairs(text: string, separator: "&" | ";", names: ReadonlySet<string>): string {
  let found = "";
  let equals = -1;
  let next = 0;
  while (next < text.length) {
    let start = next;
    let end = text.indexOf(separator, start);
    if (end < 0) end = text.length;
    next = end + 1;
    if (separator === ";") {
      while (start < end && isSpace(text, start)) start += 1;
      while (start < end && isSpace(text, end - 1)) end -= 1;
    }
    // A text without any "=" is searched for it once, not at every pair.
    if (equals < start) equals = text.indexOf("=", start);
    if (equals < 0) equals = text.length;
    const name = text.slice(start, Math.min(equals, end));
    if (names.has(name)) found += (found === "" ? "" : separator) + text.slice(start, end);
  }
  return found;
}

function isSpace(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === 32 || (code > 8 && code < 14);
}
