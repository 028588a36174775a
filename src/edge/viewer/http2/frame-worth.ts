/**
 * Tells a connection of HTTP/2 that is used from one that is flooded: with pings, settings, window updates, or bodies in
 * pieces of a byte. Each such frame costs an edge some microseconds, and a viewer none.
 *
 * What a connection has read is set against what it has carried, heads and bodies in both directions: frames of a viewer who
 * means no harm, about a stream's flow or a connection's health, come to a fraction of that.
 */
import { performance } from "node:perf_hooks";

/** What may be read for nothing at once, in bytes: 240 pings, or 800 bytes of a body in a frame each, some 5 ms of a worker's time. */
const burst = 2 ** 12;
/** And what a viewer who means no harm hardly comes to. */
const suspect = 2 ** 10;
/** And in each second after that: a viewer who asks 60 times a second costs as much. */
const perSecond = 2 ** 10;
/** How many bytes may be read for one that is carried. */
const readForOne = 5;
/** So much that was carried counts for what is read later, such as the windows that are opened for it; in bytes. */
const creditMax = 2 ** 14;

/**
 * And a little more for each byte, whenever it is read: a viewer opens the windows for what it was sent as it comes to read it,
 * long after all was carried where it was sent much. Go's client takes 26 bytes for 4 KB.
 */
const readLaterForOne = 1 / 128;
/** Of that, in bytes: the windows of 16 MB that a viewer has, and has not read. */
const laterMax = 2 ** 17;

/** What a stream has carried so far, in bytes. */
export interface Carrying {
  readonly bytesSent: number;
  readonly bodyBytes: number;
}

export function carriedBy({ bytesSent, bodyBytes }: Carrying): number {
  return bytesSent + bodyBytes;
}

/** Of one connection. */
export class FrameWorth {
  #read: number;
  #carried = 0;
  #at: number;
  /** What was read for nothing, less what was forgiven since; below nothing where more was carried. */
  #excess = 0;
  /** What may be read for nothing beside that, in bytes. */
  #later = 0;

  /** @param read by the connection before it spoke HTTP/2, which is no frames, in bytes */
  constructor(read: number, now = performance.now()) {
    this.#read = read;
    this.#at = now;
  }

  /** Whether it has come near a flood, as far as was looked. */
  get isSuspect(): boolean {
    return this.#excess > suspect;
  }

  /** Says that so many bytes may come for nothing: what was on its way when the edge ended a stream. */
  expect(bytes: number): void {
    this.#later = Math.min(laterMax, this.#later + bytes);
  }

  /** Counts what has come for nothing by now as if it had not, up to so many bytes. @param read by the connection since it began */
  forgive(read: number, max: number): void {
    const ofExcess = Math.min(max, Math.max(0, this.#excess));
    this.#excess -= ofExcess;
    this.#read += Math.min(max - ofExcess, read - this.#read);
  }

  /**
   * @param read by the connection since it began
   * @param carried by its streams, those that are over among them, with the heads of all
   * @param coming how much of it may be of a head that is not whole yet
   */
  isFlooded(
    read: number,
    carried: () => number,
    coming: () => number,
    now = performance.now(),
  ): boolean {
    // Most of them are silent most of the time.
    if (read === this.#read) return false;
    // What had come of a body that nobody took is no longer there.
    const all = Math.max(carried(), this.#carried);
    const forgiven = ((now - this.#at) / 1000) * perSecond;
    if (this.#excess > 0) this.#excess = Math.max(0, this.#excess - forgiven);
    const more = all - this.#carried;
    this.#excess = Math.max(-creditMax, this.#excess + read - this.#read - readForOne * more);
    this.expect(readLaterForOne * more);
    const later = Math.min(this.#later, Math.max(0, this.#excess));
    this.#later -= later;
    this.#excess -= later;
    [this.#read, this.#carried, this.#at] = [read, all, now];
    return this.#excess > burst && this.#excess > burst + coming();
  }
}
