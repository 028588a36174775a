/**
 * The characters that an XML 1.0 document can carry, escaped or not: no control characters but tab
 * and line ends, no half of a surrogate pair, neither U+FFFE nor U+FFFF.
 *
 * Source: XML 1.0 §2.2, production [2] Char.
 */
const unprintable = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;
const allUnprintable = new RegExp(unprintable, "gu");

/** @returns the first character that XML cannot carry, like `U+0007`; undefined when it can carry all */
export function findUnprintable(text: string): string | undefined {
  const code = unprintable.exec(text)?.[0].codePointAt(0);
  return code === undefined ? undefined : `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
}

/** @returns the text with U+FFFD for each character that XML cannot carry */
export function toPrintable(text: string): string {
  return unprintable.test(text) ? text.replace(allUnprintable, "\u{FFFD}") : text;
}
