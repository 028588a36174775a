/* oxlint-disable typescript/unbound-method -- methods are taken off their objects here on purpose */
/**
 * Date as CloudFront has it: "now" is the start of the invocation, and local time is UTC,
 * whatever zone this machine is in.
 */
import type { GuestKit } from "./kit.ts";

export function guestDates(kit: GuestKit): void {
  "use strict";
  const { clock, meter, construct, defineProperty, slice, indexOf, uncurry } = kit;
  const NativeDate = Date;
  const { prototype } = NativeDate;
  const nativeParse = NativeDate.parse;
  const nativeUtc = NativeDate.UTC;
  const define = (on: object, name: string, value: unknown): void => {
    defineProperty(on, name, { value, writable: true, enumerable: false, configurable: true });
  };

  const getTime = uncurry(prototype.getTime);

  /** Texts without a zone are in UTC. */
  const parse = (text: string): number => {
    const asGiven = nativeParse(text);
    if (asGiven !== asGiven) return asGiven;
    const iso = nativeParse(`${text}Z`);
    if (iso === iso) return iso;
    const legacy = nativeParse(`${text} UTC`);
    return legacy === legacy ? legacy : asGiven;
  };
  const toTime = (parts: readonly unknown[]): unknown => {
    if (parts.length === 0) return clock.now;
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

  const StoppedDate = function Date(this: unknown, ...parts: unknown[]): unknown {
    meter.spend(200);
    if (new.target === undefined) return full(utcText(new NativeDate(clock.now)));
    return construct(NativeDate, [toTime(parts)], new.target);
  };
  defineProperty(StoppedDate, "prototype", {
    value: prototype,
    writable: false,
    enumerable: false,
    configurable: false,
  });
  defineProperty(StoppedDate, "length", { value: 7, configurable: true });
  define(StoppedDate, "now", { now: () => clock.now }.now);
  define(StoppedDate, "parse", { parse: (text: unknown) => parse(kit.toText(text)) }.parse);
  define(StoppedDate, "UTC", nativeUtc);
  define(prototype, "constructor", StoppedDate);
  define(globalThis, "Date", StoppedDate);
}
