/* oxlint-disable typescript/unbound-method -- methods are taken off their objects here on purpose */
/** Math.random as it is, noted: what read it may answer the same event otherwise. */
import type { GuestKit } from "./kit.ts";

export function guestChance(kit: GuestKit): void {
  "use strict";
  const { random } = Math;
  const { outside } = kit;
  const noted = {
    random(): number {
      outside.wasRead = true;
      return random();
    },
  }.random;
  kit.defineMethod(Math, "random", noted);
}
