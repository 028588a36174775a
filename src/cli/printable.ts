/** What others have written, as it may go to a terminal: it must not command that, or hide behind what it prints later. */

/** @returns it as one line */
export function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, "?");
}

/** @returns it with its line feeds and tabs */
export function printableLines(text: string): string {
  return text.replaceAll(/[^\n\t]+/g, printable);
}
