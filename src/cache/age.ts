/** How old a response is (RFC 9111 §4.2.3), in whole seconds, whatever its headers claim. */
import { combinedValue, firstValue } from "../base/header-lines.ts";
import { readHttpDate } from "../base/read-http-date.ts";
import { readSeconds, secondsMax } from "./delta-seconds.ts";

/**
 * corrected_initial_age: the greater of what Date and what Age lets it be. Clocks that differ make a
 * response older, never younger: a Date in the future counts as now.
 *
 * @param requestedAt when the request was sent, in milliseconds since the epoch, as is `respondedAt`
 */
export function initialAge(
  headers: readonly string[],
  requestedAt: number,
  respondedAt: number,
): number {
  const date = readHttpDate(firstValue(headers, "date") ?? "", respondedAt) ?? respondedAt;
  const apparentAge = respondedAt - date;
  const correctedAge = ageOf(headers) * 1000 + Math.max(0, respondedAt - requestedAt);
  return Math.min(Math.floor(Math.max(0, apparentAge, correctedAge) / 1000), secondsMax);
}

/**
 * current_age: how old it was, and what it has been kept for since. A clock that was set back takes
 * nothing away.
 *
 * @param now in milliseconds since the epoch
 */
export function currentAge(
  meta: { readonly storedAt: number; readonly initialAge: number },
  now: number,
): number {
  const residentTime = Math.floor((now - meta.storedAt) / 1000);
  return residentTime > 0 ? Math.min(meta.initialAge + residentTime, secondsMax) : meta.initialAge;
}

/** What a clock may be corrected by without a thought for what it said before, in milliseconds. */
const correctionMaxMs = 1000;

/**
 * Whether the clock was set back since it said this: how long ago that was is not known then.
 *
 * @param time in milliseconds since the epoch, as is `now`
 */
export function isAhead(time: number, now: number): boolean {
  return time - now > correctionMaxMs;
}

/** The first member where there are several; what is no number of seconds says nothing (RFC 9111 §5.1). */
function ageOf(headers: readonly string[]): number {
  const members = combinedValue(headers, "age")?.split(",") ?? [];
  return readSeconds(members.map((member) => member.trim()).find((member) => member !== "")) ?? 0;
}
