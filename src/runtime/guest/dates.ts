/* oxlint-disable typescript/unbound-method -- methods are taken off their objects here on purpose */
/**
 * Date as CloudFront has it: "now" is the start of the invocation, and local time is UTC,
 * whatever zone this machine is in.
 */
import type { GuestKit } from "./kit.ts";

export function guestDates(kit: GuestKit): void {
  "use strict";
  const { readClock, meter, construct, defineProperty, slice, indexOf, uncurry } = kit;
  const NativeDate = Date;
  const { prototype } = NativeDate;
  const nativeUtc = NativeDate.UTC;
  const define = (on: object, name: string, value: unknown): void => {
    defineProperty(on, name, { value, writable: true, enumerable: false, configurable: true });
  };

  const getTime = uncurry(prototype.getTime);

  const setDay = uncurry<Date, number[], number>(prototype.setUTCFullYear);
  const setTimeOfDay = uncurry<Date, number[], number>(prototype.setUTCHours);
  const months = "JanFebMarAprMayJunJulAugSepOctNovDec";

  const isoForm =
    /^([+-][0-9]{6}|[+-]?[0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})(?:T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]+))?)?Z?)?)?)?$/;
  const timeForm = "(?: *$| +([0-9]{2}):([0-9]{2})(?:$|:([0-9]{2})(?: *$| +";
  const zoneForm = "([+-])([0-9]{2})([0-9]{2})";
  const dayFirst = new RegExp(
    `^([0-9]{2}) +([A-Z][a-z]{2}) +([0-9]{4})${timeForm}(?:GMT|UTC|${zoneForm}))))`,
  );
  const monthFirst = new RegExp(
    `^([A-Z][a-z]{2}) +([0-9]{2}) +([0-9]{4})${timeForm}GMT${zoneForm})))`,
  );
  const numberOf = (text: string | undefined): number => (text === undefined ? 0 : +text);

  const timeOf = (year: number, month: number, day: number, ...time: number[]): number => {
    const date = construct(NativeDate, [0]);
    setDay(date, year, month, day);
    return setTimeOfDay(date, time[0] ?? 0, time[1] ?? 0, time[2] ?? 0, time[3] ?? 0);
  };

  /**
   * The forms that njs knows, fewer than V8's: an ISO time has no offset but Z, and days and years
   * have all their digits. Texts without a zone are in UTC.
   */
  const parse = (text: string): number => {
    meter.spend(200 + text.length);
    const iso = kit.regExpExec(isoForm, text);
    if (iso !== null) {
      const year = iso[1] as string;
      if (year === "-000000") return NaN;
      return timeOf(
        year.length === 7 ? +year : +slice(year, year.length - 4),
        iso[2] === undefined ? 0 : +iso[2] - 1,
        iso[3] === undefined ? 1 : +iso[3],
        numberOf(iso[4]),
        numberOf(iso[5]),
        numberOf(iso[6]),
        numberOf(iso[7] === undefined ? undefined : slice(`${iso[7]}00`, 0, 3)),
      );
    }
    // The name of the day, which may be anything.
    const space = indexOf(text, " ");
    let start = space < 0 ? text.length : space;
    while (start < text.length && text[start] === " ") start += 1;
    for (let i = 0; i < 2; i += 1) {
      const rest = i === 0 ? text : slice(text, start);
      const byDay = kit.regExpExec(dayFirst, rest);
      const found = byDay ?? kit.regExpExec(monthFirst, rest);
      if (found === null) continue;
      const month = indexOf(months, found[byDay === null ? 1 : 2] as string);
      if (month < 0 || month % 3 !== 0) continue;
      const sign = found[7] === undefined ? 0 : found[7] === "-" ? 1 : -1;
      const day = numberOf(found[byDay === null ? 2 : 1]);
      const minutes = numberOf(found[5]) + sign * (60 * numberOf(found[8]) + numberOf(found[9]));
      const seconds = numberOf(found[6]);
      return timeOf(numberOf(found[3]), month / 3, day, numberOf(found[4]), minutes, seconds);
    }
    return NaN;
  };
  const toTime = (parts: readonly unknown[]): unknown => {
    if (parts.length === 0) return readClock();
    if (parts.length > 1) kit.chargeTexts(parts);
    if (parts.length > 1) return kit.apply(nativeUtc, undefined, parts as number[]);
    const value = parts[0];
    return typeof value === "string" ? parse(value) : value;
  };

  for (const part of [
    "Date",
    "Day",
    "FullYear",
    "Hours",
    "Milliseconds",
    "Minutes",
    "Month",
    "Seconds",
  ]) {
    for (const verb of ["get", "set"]) {
      const inUtc = kit.getOwnPropertyDescriptor(prototype, `${verb}UTC${part}`);
      if (inUtc === undefined) continue;
      const method = inUtc.value as (this: Date, ...values: number[]) => number;
      define(
        prototype,
        `${verb}${part}`,
        {
          [verb + part](this: Date, ...values: number[]): number {
            kit.chargeTexts(values);
            return kit.apply(method, this, values);
          },
        }[verb + part],
      );
    }
  }
  define(
    prototype,
    "getTimezoneOffset",
    {
      getTimezoneOffset(this: Date): number {
        return getTime(this) - getTime(this);
      },
    }.getTimezoneOffset,
  );

  /** "Thu, 02 Jan 2020 03:04:05 GMT", or "Invalid Date". */
  const utcText = uncurry(prototype.toUTCString);
  const dayText = (utc: string): string =>
    `${slice(utc, 0, 3)} ${slice(utc, 8, 11)} ${slice(utc, 5, 7)} ${slice(utc, 12, indexOf(utc, ":") - 3)}`;
  const timeText = (utc: string): string => `${slice(utc, indexOf(utc, ":") - 2)}+0000`;
  const write = (name: string, form: (utc: string) => string): void => {
    const method = {
      [name](this: Date): string {
        meter.spend(600);
        const utc = utcText(this);
        return utc === "Invalid Date" ? utc : form(utc);
      },
    }[name];
    define(prototype, name, method);
  };
  const full = (utc: string): string => `${dayText(utc)} ${timeText(utc)}`;
  write("toString", full);
  write("toLocaleString", full);
  write("toDateString", dayText);
  write("toLocaleDateString", dayText);
  write("toTimeString", timeText);
  write("toLocaleTimeString", timeText);

  // njs asks toISOString of every date, and that refuses an invalid one.
  define(
    prototype,
    "toJSON",
    {
      toJSON(this: Date): unknown {
        return this.toISOString();
      },
    }.toJSON,
  );

  const StoppedDate = function Date(this: unknown, ...parts: unknown[]): unknown {
    meter.spend(200);
    if (new.target === undefined) return full(utcText(new NativeDate(readClock())));
    return construct(NativeDate, [toTime(parts)], new.target);
  };
  defineProperty(StoppedDate, "prototype", {
    value: prototype,
    writable: false,
    enumerable: false,
    configurable: false,
  });
  defineProperty(StoppedDate, "length", { value: 7, configurable: true });
  define(StoppedDate, "now", { now: () => readClock() }.now);
  define(StoppedDate, "parse", { parse: (text: unknown) => parse(kit.toText(text)) }.parse);
  define(StoppedDate, "UTC", nativeUtc);
  define(prototype, "constructor", StoppedDate);
  define(globalThis, "Date", StoppedDate);
}
