/* oxlint-disable typescript/unbound-method -- methods are taken off their objects here on purpose */
/**
 * Takes away what CloudFront's runtime does not have, and bends the rest: code can't be made from
 * text, and the clock stands still.
 */
import type { GuestKit } from "./kit.ts";

export function guestGlobals(kit: GuestKit, allowed: readonly string[]): void {
  "use strict";
  const { clock, defineProperty, getPrototypeOf, construct, meter } = kit;

  const isAllowed = (name: string | symbol): boolean => {
    for (let i = 0; i < allowed.length; i += 1) if (allowed[i] === name) return true;
    return false;
  };
  const names = kit.ownKeys(globalThis);
  for (const name of names) {
    if (!isAllowed(name)) delete (globalThis as Record<string | symbol, unknown>)[name];
  }

  const define = (on: object, name: string, value: unknown): void => {
    defineProperty(on, name, { value, writable: true, enumerable: false, configurable: true });
  };

  // Code from text: the four function constructors, wherever they can be reached from, and eval.
  const refusal = 'function constructor is disabled in "safe" mode';
  const NativeFunction = Function;
  const refused = function Function(): never {
    throw new kit.TypeError(refusal);
  };
  defineProperty(refused, "prototype", {
    value: NativeFunction.prototype,
    writable: false,
    enumerable: false,
    configurable: false,
  });
  define(globalThis, "Function", refused);
  const samples = [
    function plain() {},
    async function asynchronous() {},
    function* generator() {},
    async function* asynchronousGenerator() {},
  ];
  for (const sample of samples) {
    const prototype = getPrototypeOf(sample) as object;
    defineProperty(prototype, "constructor", {
      value: refused,
      writable: true,
      enumerable: false,
      configurable: true,
    });
  }
  class InternalError extends Error {}
  define(InternalError.prototype, "name", "InternalError");
  define(globalThis, "InternalError", InternalError);
  define(
    globalThis,
    "eval",
    {
      eval(): never {
        throw new InternalError("Not implemented");
      },
    }.eval,
  );

  // Stack traces name our own files, and the hooks around them are V8's.
  const errorConstructor = Error as unknown as Record<string, unknown>;
  delete errorConstructor["stackTraceLimit"];
  delete errorConstructor["captureStackTrace"];
  delete errorConstructor["prepareStackTrace"];

  // The last match of an earlier invocation must not be readable.
  for (const name of kit.ownKeys(RegExp)) {
    if (name !== "prototype" && name !== "length" && name !== "name") {
      delete (RegExp as unknown as Record<string | symbol, unknown>)[name];
    }
  }

  const NativeDate = Date;
  const nativeParse = NativeDate.parse;
  const nativeUtc = NativeDate.UTC;
  /** Texts without a zone are in UTC, whatever zone this machine is in. */
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
    if (typeof value === "string") return parse(value);
    return value;
  };
  const StoppedDate = function Date(this: unknown, ...parts: unknown[]): unknown {
    meter.spend(200);
    if (new.target === undefined) return new NativeDate(clock.now).toString();
    return construct(NativeDate, [toTime(parts)], new.target);
  };
  defineProperty(StoppedDate, "prototype", {
    value: NativeDate.prototype,
    writable: false,
    enumerable: false,
    configurable: false,
  });
  defineProperty(StoppedDate, "length", { value: 7, configurable: true });
  define(StoppedDate, "now", { now: () => clock.now }.now);
  define(StoppedDate, "parse", { parse: (text: unknown) => parse(kit.toText(text)) }.parse);
  define(StoppedDate, "UTC", nativeUtc);
  define(NativeDate.prototype, "constructor", StoppedDate);
  define(globalThis, "Date", StoppedDate);
}
