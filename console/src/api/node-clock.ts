/**
 * The node's clock, by which a signature must be of now: a browser's may be wrong by hours. Each answer says what the node's is.
 *
 * Source: RFC 9110 §6.6.1, "Date".
 */

/** A node takes signatures within five minutes of its clock; an answer is on its way for a while. */
const toleratedMs = 4 * 60_000;

let aheadMs = 0;

export function nodeTime(): Date {
  return new Date(Date.now() + aheadMs);
}

/** @returns whether a refusal may have come of a clock that is wrong, which is known now */
export function learnClock(response: Response): boolean {
  const told = Date.parse(response.headers.get("date") ?? "");
  if (Number.isNaN(told) || Math.abs(told - nodeTime().getTime()) < toleratedMs) return false;
  aheadMs = told - Date.now();
  return true;
}
