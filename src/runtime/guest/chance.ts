/* oxlint-disable typescript/unbound-method -- methods are taken off their objects here on purpose */
/**
 * Math.random, noted: what read it may answer the same event otherwise.
 *
 * A run's numbers follow from a seed, drawn from V8's own when the first is asked for: whoever has it can
 * repeat the run. The generator is sfc32 (Chris Doty-Humphrey's small fast counter).
 */
import type { GuestKit } from "./kit.ts";

export function guestChance(kit: GuestKit): void {
  "use strict";
  const { random, floor } = Math;
  const { outside } = kit;
  let a = 0;
  let b = 0;
  let c = 0;
  let counter = 0;
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  const begin = (): void => {
    if (outside.seed === 0) outside.seed = floor(random() * 4503599627370496) + 1;
    a = outside.seed | 0;
    b = floor(outside.seed / 4294967296) | 0;
    c = 0x9e3779b9 | 0;
    counter = 1;
    for (let round = 0; round < 12; round += 1) next();
    outside.hasDrawn = true;
  };
  const noted = {
    random(): number {
      outside.wasRead = true;
      if (!outside.hasDrawn) begin();
      return ((next() >>> 5) * 67108864 + (next() >>> 6)) / 9007199254740992;
    },
  }.random;
  kit.defineMethod(Math, "random", noted);
}
