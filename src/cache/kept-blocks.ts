/** A body in memory, in blocks of its own: it grows as bytes come, and is read in any part meanwhile. */
import { WholeBody, type BodySink, type BodySource } from "../base/body.ts";

/** What a block holds once more than this has come; before, blocks double. */
const blockBytesMax = 256 * 1024;
const blockBytesMin = 4 * 1024;

export class KeptBlocks {
  #blocks: Buffer[] = [];
  /** Where each block begins; one more than there are blocks. */
  #starts: number[] = [0];
  #length = 0;
  #capacity = 0;

  /** Bytes that were written. */
  get length(): number {
    return this.#length;
  }

  /** Bytes of memory that it takes. */
  get capacity(): number {
    return this.#capacity;
  }

  /** All of it, when it stands in one block. */
  get whole(): Uint8Array | undefined {
    if (this.#blocks.length > 1) return undefined;
    return this.#blocks[0]?.subarray(0, this.#length) ?? new Uint8Array(0);
  }

  /** Copies what it is given: whoever reads from a socket may use its memory again. */
  append(chunk: Uint8Array): void {
    for (let from = 0; from < chunk.length;) {
      const room = this.#capacity - this.#length;
      if (room === 0) this.#grow(chunk.length - from);
      else {
        const taken = Math.min(room, chunk.length - from);
        const last = this.#blocks.length - 1;
        const block = this.#blocks[last] as Buffer;
        block.set(
          chunk.subarray(from, from + taken),
          this.#length - (this.#starts[last] as number),
        );
        this.#length += taken;
        from += taken;
      }
    }
  }

  #grow(wanted: number): void {
    const doubled = Math.max(blockBytesMin, wanted, this.#capacity);
    const block = Buffer.allocUnsafeSlow(Math.min(blockBytesMax, doubled));
    this.#blocks.push(block);
    this.#capacity += block.length;
    this.#starts.push(this.#capacity);
  }

  /** Gives back the memory that nothing was written to. Small bodies stand in one block afterwards. */
  close(): void {
    if (this.#blocks.length === 0) return;
    if (this.#length <= blockBytesMax) {
      const joined = Buffer.allocUnsafeSlow(this.#length);
      for (const [index, block] of this.#blocks.entries()) {
        block.copy(joined, this.#starts[index]);
      }
      this.#blocks = [joined];
      this.#starts = [0, this.#length];
    } else {
      const last = this.#blocks.length - 1;
      const used = this.#length - (this.#starts[last] as number);
      this.#blocks[last] = Buffer.from(this.#blocks[last]!.subarray(0, used));
      this.#starts[last + 1] = this.#length;
    }
    this.#capacity = this.#length;
  }

  /** @throws RangeError for what was not written */
  slice(first: number, end: number): BodySource {
    if (first < 0 || first > end || end > this.#length) {
      throw new RangeError(`Bytes ${first} to ${end} were asked for, of ${this.#length}`);
    }
    const from = this.#blockAt(first);
    if (end <= (this.#starts[from + 1] ?? 0)) return new WholeBody(this.#part(from, first, end));
    if (first === end) return new WholeBody(new Uint8Array(0));
    return new BlocksBody(end - first, (position) => {
      const index = this.#blockAt(first + position);
      return this.#part(index, first + position, end);
    });
  }

  /** What a block holds of a part. */
  #part(index: number, first: number, end: number): Uint8Array {
    const start = this.#starts[index] as number;
    const block = this.#blocks[index];
    return block?.subarray(first - start, Math.min(end - start, block.length)) ?? new Uint8Array(0);
  }

  /** @returns the index of the block that holds a position */
  #blockAt(position: number): number {
    let low = 0;
    let high = Math.max(0, this.#blocks.length - 1);
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] as number) <= position) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** Sent a block at a time, as fast as it is taken. */
class BlocksBody implements BodySource {
  readonly length: number;
  readonly whole = undefined;
  readonly #at: (position: number) => Uint8Array;

  constructor(length: number, at: (position: number) => Uint8Array) {
    this.length = length;
    this.#at = at;
  }

  sendTo(sink: BodySink): void {
    let sent = 0;
    const go = (): void => {
      while (sent < this.length) {
        const chunk = this.#at(sent);
        sent += chunk.length;
        if (!sink.write(chunk) && sent < this.length) {
          sink.whenReady(go);
          return;
        }
      }
      sink.end();
    };
    go();
  }

  discard(): void {}
}
