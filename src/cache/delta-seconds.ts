/** Lengths of time in headers: whole seconds (RFC 9111 §1.2.2). */

/** What greater numbers count as. */
export const secondsMax = 2 ** 31;

/** @returns seconds, at most `secondsMax`; undefined when the text is anything but digits */
export function readSeconds(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d+$/.test(text)) return undefined;
  return Math.min(Number(text), secondsMax);
}
