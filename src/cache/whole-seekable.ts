/** A body that is in memory as a whole, read in parts. */
import { WholeBody, type BodySource } from "../base/body.ts";
import type { SeekableBody } from "./store.ts";

export class WholeSeekable implements SeekableBody {
  readonly whole: Uint8Array;

  constructor(whole: Uint8Array) {
    this.whole = whole;
  }

  get length(): number {
    return this.whole.length;
  }

  slice(first: number, end: number): BodySource {
    if (first < 0 || first > end || end > this.whole.length) {
      throw new RangeError(`Bytes ${first} to ${end} were asked for, of ${this.whole.length}`);
    }
    return new WholeBody(this.whole.subarray(first, end));
  }
}
