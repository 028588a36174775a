/**
 * Tells heads of HTTP/2 that unfold from next to nothing: a field that the connection's table knows is a byte on the way, and as much
 * work as any other once it is there. Two thousand of them are some milliseconds of a worker's time, or 8 MB, by a head of 2 KB.
 *
 * Programs have dozens of fields, and browsers one for each cookie, of which they keep 180 for a site. More are no harm where they say
 * something and have come as such; short ones in great numbers, or the same again and again, are there for the work that they make.
 * And so is what is longer than a head may be: Node sees to that only once the viewer has acknowledged the settings, which who means
 * harm does not.
 */
import { performance } from "node:perf_hooks";
import type { HeadSize } from "./header-blocks.ts";

/** So many fields of a head may say as little as they like. */
const usual = 64;
/** What each one beyond them should say, in bytes of name and value: cookies of three bytes come to nine, and other fields to more. */
const worthOfField = 12;
/** What heads may lack of that at once: one of a hundred and thirty of the emptiest fields; in bytes. */
const burst = 2 ** 10;
/** And in each second after that. */
const perSecond = 2 ** 10;
/** Of what is beyond the largest head, one byte in so many: a viewer that has not heard yet how large they may be sends no second one. */
const beyondForOne = 128;

/** The connection's table and that of HPACK know no more fields than 128 and 61: a head of more has some that came as they are. */
const knownMax = 192;
/** What a field that comes as it is takes on the way at least, in bytes. */
const readForField = 4;
/** How many fields may be too many by that, and how many may come of what was read for nothing else: heads that come in one read. */
const repeatedMax = 2 ** 7;
const creditMax = 2 ** 14;

/** In one turn of the worker, by all heads of a connection: as many streams as it may have, of as many fields; some 15 ms. */
const inTurnMax = 2 ** 14;
/** Beside one for each so many bytes that have come. */
const readForFieldInTurn = 8;

/** Of one connection. */
export class UnfoldedHeads {
  readonly #headMax: number;
  #lacking = 0;
  #at = 0;
  #repeated = 0;
  #read = 0;
  #inTurn = 0;
  #readBeforeTurn = 0;

  /** @param headMax bytes of names and values of the largest head that a viewer is told that it may send */
  constructor(headMax: number) {
    this.#headMax = headMax;
  }

  /** To be called when a turn of the worker is over in which a head has come. */
  endTurn(): void {
    this.#inTurn = 0;
    this.#readBeforeTurn = this.#read;
  }

  /**
   * To be called with each head.
   *
   * @param read by the connection so far, in bytes
   * @returns whether it was within what is allowed
   */
  take(head: HeadSize, read: number, now?: number): boolean {
    const more = read - this.#read;
    this.#read = read;
    this.#inTurn += head.fields;
    return (
      this.#hasCome(head.fields, more) &&
      this.#inTurn <= inTurnMax + (read - this.#readBeforeTurn) / readForFieldInTurn &&
      this.#saysEnough(head, now)
    );
  }

  /** @param read since the head before, in bytes */
  #hasCome(fields: number, read: number): boolean {
    const less = Math.max(-creditMax, this.#repeated - read / readForField);
    this.#repeated = less + Math.max(0, fields - knownMax);
    return this.#repeated <= repeatedMax;
  }

  #saysEnough({ fields, bytes }: HeadSize, now = performance.now()): boolean {
    const beyond = bytes - this.#headMax;
    const lacking = Math.max(worthOfField * (fields - usual) - bytes, beyond / beyondForOne);
    if (lacking <= 0) return true;
    const forgiven = ((now - this.#at) / 1000) * perSecond;
    this.#lacking = Math.max(0, this.#lacking - forgiven) + lacking;
    this.#at = now;
    return this.#lacking <= burst;
  }
}
