/**
 * Tells heads of HTTP/2 that unfold from next to nothing: a field that the connection's table knows is a byte on the way, and as much
 * work as any other once it is there. Two thousand of them are some milliseconds of a worker's time, or 8 MB, by a head of 2 KB.
 *
 * Programs have dozens of fields, and browsers one for each cookie, of which they keep 180 for a site. More are no harm where they say
 * something; short ones in great numbers are there for the work that they make. And so is what is longer than a head may be: Node
 * sees to that only once the viewer has acknowledged the settings, which who means harm does not.
 */
import { performance } from "node:perf_hooks";

/** So many of a head count for nothing. */
const usual = 256;
/** What each one beyond them should say, in bytes of name and value. */
const worthOfField = 16;
/** What heads may lack of that at once: one or two of the emptiest that Node takes, of 2000 fields; in bytes. */
const burst = 2 ** 14;
/** And in each second after that. */
const perSecond = 2 ** 10;
/** Of what is beyond the largest head, one byte in so many: a viewer that has not heard yet how large they may be sends no second one. */
const beyondForOne = 8;

/** Of one connection. */
export class UnfoldedHeads {
  #lacking = 0;
  #at = 0;
  readonly #headMax: number;

  /** @param headMax bytes of names and values of the largest head that a viewer is told that it may send */
  constructor(headMax: number) {
    this.#headMax = headMax;
  }

  /** To be called with each head. @returns whether it was within what is allowed */
  take(fields: number, bytes: number, now?: number): boolean {
    const beyond = bytes - this.#headMax;
    const lacking = Math.max(worthOfField * (fields - usual) - bytes, beyond / beyondForOne);
    if (lacking <= 0) return true;
    const at = now ?? performance.now();
    const forgiven = ((at - this.#at) / 1000) * perSecond;
    this.#lacking = Math.max(0, this.#lacking - forgiven) + lacking;
    this.#at = at;
    return this.#lacking <= burst;
  }
}
