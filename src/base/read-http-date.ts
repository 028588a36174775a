/**
 * Dates as HTTP's senders write them, in the three forms that a recipient has to understand (RFC 9110 §5.6.7).
 *
 * Whatever else looks like a date is none: a zone that is not GMT, a day that its month lacks, spaces
 * where there are none. Names are read in any case, as the RFC asks of nobody and as caches do.
 */

const monthNames = "janfebmaraprmayjunjulaugsepoctnovdec";
const time = String.raw`(\d\d):(\d\d):(\d\d)`;
const shortDay = "(?:mon|tue|wed|thu|fri|sat|sun)";
const longDay = "(?:mon|tues|wednes|thurs|fri|satur|sun)day";
const fixed = new RegExp(`^${shortDay}, (\\d\\d) ([a-z]{3}) (\\d{4}) ${time} gmt$`, "i");
const rfc850 = new RegExp(`^${longDay}, (\\d\\d)-([a-z]{3})-(\\d\\d) ${time} gmt$`, "i");
const asctime = new RegExp(`^${shortDay} ([a-z]{3}) ((?: |\\d)\\d) ${time} (\\d{4})$`, "i");

/** From when on a year of two digits would lie too far ahead to be meant. */
const yearsAheadMax = 50;

/**
 * @param now when it is read, in milliseconds since the epoch: a year of two digits is near it
 * @returns milliseconds since the epoch; undefined when it is no date
 */
export function readHttpDate(text: string, now: number): number | undefined {
  const inFixed = fixed.exec(text);
  if (inFixed !== null) {
    const [, day, month, year, hour, minute, second] = inFixed as unknown as Parts;
    return timeOf(Number(year), month, day, hour, minute, second);
  }
  const inRfc850 = rfc850.exec(text);
  if (inRfc850 !== null) {
    const [, day, month, year, hour, minute, second] = inRfc850 as unknown as Parts;
    return timeOf(nearYear(Number(year), now), month, day, hour, minute, second);
  }
  const inAsctime = asctime.exec(text);
  if (inAsctime !== null) {
    const [, month, day, hour, minute, second, year] = inAsctime as unknown as Parts;
    return timeOf(Number(year), month, day, hour, minute, second);
  }
  return undefined;
}

/** What a match of any of the forms holds: all of it, and its six parts. */
type Parts = readonly [string, string, string, string, string, string, string];

function timeOf(
  year: number,
  monthName: string,
  day: string,
  hour: string,
  minute: string,
  second: string,
): number | undefined {
  const at = monthNames.indexOf(monthName.toLowerCase());
  if (at < 0 || at % 3 !== 0) return undefined;
  const month = at / 3;
  // A leap second is allowed for.
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month, Number(day));
  if (date.getUTCMonth() !== month || date.getUTCDate() !== Number(day)) return undefined;
  return date.setUTCHours(Number(hour), Number(minute), Number(second));
}

/** @returns the year with these last two digits that is no more than fifty years ahead */
function nearYear(lastDigits: number, now: number): number {
  const thisYear = new Date(now).getUTCFullYear();
  const year = thisYear - (thisYear % 100) + lastDigits;
  if (year > thisYear + yearsAheadMax) return year - 100;
  return year + 100 <= thisYear + yearsAheadMax ? year + 100 : year;
}
