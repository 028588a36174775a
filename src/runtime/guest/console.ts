/* oxlint-disable typescript/unbound-method -- methods are taken off their objects here on purpose */
/**
 * console.log, kept until the run ends: one entry a call, 10 KB in all.
 *
 * AWS documents one argument; further ones are left out. An array is logged as njs logs it, as its
 * literal; any other object is converted to text as string concatenation would.
 */
import type { GuestBytes } from "./bytes.ts";
import type { GuestKit } from "./kit.ts";
import type { GuestShowList } from "./show-list.ts";

// oxlint-disable-next-line typescript/explicit-module-boundary-types -- its type is its shape
export function guestConsole(
  kit: GuestKit,
  bytes: GuestBytes,
  showList: GuestShowList,
  limit: number,
) {
  "use strict";
  const { quote, toText, slice, meter, defineProperty } = kit;
  let entries = "";
  let left = limit;

  /** As much of a text as takes so many bytes in UTF-8, in whole characters. */
  const firstBytes = (text: string, most: number): string => {
    if (3 * text.length <= most) return text;
    let end = text.length > most ? most : text.length;
    let kept = slice(text, 0, end);
    while (end > 0) {
      const over = bytes.utf8Length(kept) - most;
      if (over <= 0) break;
      end -= over > 3 ? (over - (over % 3)) / 3 : 1;
      kept = slice(text, 0, end);
    }
    const code = end > 0 && end < text.length ? kit.charCodeAt(kept, end - 1) : 0;
    return code >= 0xd800 && code < 0xdc00 ? slice(kept, 0, end - 1) : kept;
  };

  const log = function log(...values: unknown[]): void {
    const value = values.length === 0 ? "" : values[0];
    meter.spend(400);
    const text = kit.isArray(value) ? showList(value) : toText(value);
    meter.allocate(text.length);
    if (left <= 0) return;
    const kept = firstBytes(text, left);
    left -= kept === text ? bytes.utf8Length(text) : left;
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
