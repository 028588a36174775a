/** Percent-encodes what is not printable ASCII: `K%C3%B6ln`; "%" too, so that it can be told from that. */
export function asciiText(text: string): string {
  return text.replaceAll(/[^\x20-\x24\x26-\x7e]+/g, (found) =>
    encodeURIComponent(found.toWellFormed()),
  );
}
