/** A part of a body that is read piece by piece, as fast as it is taken. */
import type { BodySink, BodySource } from "../../base/body.ts";

export interface Reading {
  /**
   * Reads on from a position, as far as it likes but not beyond `end`.
   *
   * @throws whatever keeps it from being read; the body breaks off then
   */
  readonly read: (position: number, end: number) => Uint8Array | Promise<Uint8Array>;
  /** Called once, when nothing more is read. */
  readonly done: () => void;
}

export class SlicedBody implements BodySource {
  readonly length: number;
  readonly whole = undefined;
  readonly #end: number;
  readonly #reading: Reading;
  #at: number;

  /** @throws RangeError for what is not there */
  constructor(first: number, end: number, length: number, reading: Reading) {
    if (first < 0 || first > end || end > length) {
      reading.done();
      throw new RangeError(`Bytes ${first} to ${end} were asked for, of ${length}`);
    }
    this.length = end - first;
    this.#at = first;
    this.#end = end;
    this.#reading = reading;
  }

  sendTo(sink: BodySink): void {
    const fail = (): void => {
      this.#reading.done();
      sink.breakOff();
    };
    const go = (): void => {
      while (this.#at < this.#end) {
        const piece = this.#read();
        if (piece === undefined) {
          fail();
          return;
        }
        if (piece instanceof Promise) {
          piece.then((bytes) => {
            if (this.#isTaken(sink, bytes, go)) go();
          }, fail);
          return;
        }
        if (!this.#isTaken(sink, piece, go)) return;
      }
      this.#reading.done();
      sink.end();
    };
    go();
  }

  /** @returns undefined when it can't be read, as where its file is closed */
  #read(): Uint8Array | Promise<Uint8Array> | undefined {
    try {
      return this.#reading.read(this.#at, this.#end);
    } catch {
      return undefined;
    }
  }

  /** @returns false when it goes on later */
  #isTaken(sink: BodySink, bytes: Uint8Array, go: () => void): boolean {
    this.#at += bytes.length;
    if (sink.write(bytes) || this.#at === this.#end) return true;
    sink.whenReady(go);
    return false;
  }

  discard(): void {
    this.#reading.done();
  }
}
