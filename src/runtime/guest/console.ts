/* oxlint-disable typescript/unbound-method -- methods are taken off their objects here on purpose */
/**
 * console.log, kept until the run ends: one entry a call, 10 KB in all.
 *
 * AWS documents one argument; further ones are left out, and an object is converted to text as
 * string concatenation would.
 */
import type { GuestKit } from "./kit.ts";

// oxlint-disable-next-line typescript/explicit-module-boundary-types -- its type is its shape
export function guestConsole(kit: GuestKit, limit: number) {
  "use strict";
  const { quote, toText, slice, meter, defineProperty } = kit;
  let entries = "";
  let left = limit;

  const log = function log(...values: unknown[]): void {
    const value = values.length === 0 ? "" : values[0];
    meter.spend(400);
    const text = toText(value);
    meter.allocate(text.length);
    if (left <= 0) return;
    const kept = text.length > left ? slice(text, 0, left) : text;
    left -= kept.length;
    entries += `${entries === "" ? "" : ","}${quote(kept)}`;
  };
  defineProperty(globalThis, "console", {
    value: { log },
    writable: true,
    enumerable: false,
    configurable: true,
  });

  return {
    reset(): void {
      entries = "";
      left = limit;
    },
    isEmpty: (): boolean => entries === "",
    /** The entries as a JSON array. */
    take: (): string => `[${entries}]`,
  };
}

export type GuestConsole = ReturnType<typeof guestConsole>;
