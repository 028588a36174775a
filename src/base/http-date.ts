/** Dates as HTTP writes them (RFC 9110 §5.6.7), which change once a second and are asked for with every answer. */
import type { Clock } from "./clock.ts";

let latestSecond = Number.NaN;
let latest = "";

/** @returns the clock's time, like `Sun, 06 Nov 1994 08:49:37 GMT` */
export function httpDate(now: Clock): string {
  const time = now();
  const second = Math.floor(time.getTime() / 1000);
  if (second !== latestSecond) {
    latest = time.toUTCString();
    latestSecond = second;
  }
  return latest;
}
