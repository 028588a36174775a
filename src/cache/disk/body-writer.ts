/**
 * A body on its way onto disk. What fits one block stays in memory until it is kept in the index; more
 * than that goes to a file as it comes, and can be read back all the while, the newest of it from memory.
 */
import { open, rm, writev } from "node:fs";
import type { BodySource } from "../../base/body.ts";
import type { Stored, StoreWriter } from "../store.ts";
import { blockBytes, blockSum, OpenBodyFile, readFrom, trailerOf } from "./body-files.ts";
import { SlicedBody } from "./sliced-body.ts";

/** Blocks in memory before a writer is to wait. */
const blocksMax = 4;
const firstBlockBytes = 4 * 1024;

/** A body that is complete. */
export interface WrittenBody {
  readonly length: number;
  /** See KeptVariant. */
  readonly sum: number;
  /** All of it; undefined when it is a file. */
  readonly whole: Uint8Array | undefined;
  readonly file: { readonly path: string; readonly open: OpenBodyFile } | undefined;
}

export interface BodyWriting {
  readonly id: number;
  /** Where the file is made, if there is to be one. */
  readonly path: string;
  readonly length: number | undefined;
  /** More bytes than these are too many. */
  readonly lengthMax: number;
  /** @returns whether there may be so many bytes more in files */
  readonly reserve: (bytes: number) => boolean;
  readonly release: (bytes: number) => void;
  readonly keep: (body: WrittenBody) => Promise<Stored | undefined>;
  readonly onFailure: (error: Error) => void;
}

export class BodyWriter implements StoreWriter {
  readonly #writing: BodyWriting;
  /** What is not in the file, from `#filed` on. All but the last are full. */
  #blocks: Buffer[] = [];
  #length = 0;
  /** Bytes in the file. */
  #filed = 0;
  #sums: number[] = [];
  readonly #file = new OpenBodyFile();
  /** Whether all of it is in the file, and its checksums. */
  #isFiled = false;
  #state: "writing" | "ended" | "given-up" | "done" = "writing";
  #filing: Promise<void> | undefined;
  #waiting: (() => void)[] = [];
  #reserved = 0;

  constructor(writing: BodyWriting) {
    this.#writing = writing;
  }

  get readable(): number {
    return this.#length;
  }

  write(chunk: Uint8Array): boolean {
    if (this.#state !== "writing") return true;
    const { length, lengthMax } = this.#writing;
    if (this.#length + chunk.length > (length ?? lengthMax)) {
      this.#giveUp();
      return true;
    }
    for (let from = 0; from < chunk.length;) from += this.#take(chunk, from);
    if (this.#length > blockBytes) this.#startFiling();
    return this.#blocks.length < blocksMax;
  }

  /** @returns how many bytes fit the block that is being filled */
  #take(chunk: Uint8Array, from: number): number {
    const used = (this.#length - this.#filed) % blockBytes;
    let block = this.#blocks.at(-1);
    if (block === undefined || (used === 0 && this.#length > this.#filed)) {
      block = Buffer.allocUnsafeSlow(
        this.#length === 0 ? this.#firstBytes(chunk.length) : blockBytes,
      );
      this.#blocks.push(block);
    } else if (used === block.length) {
      const larger = Buffer.allocUnsafeSlow(Math.min(blockBytes, 2 * block.length));
      larger.set(block);
      block = larger;
      this.#blocks[this.#blocks.length - 1] = block;
    }
    const taken = Math.min(chunk.length - from, block.length - used);
    block.set(chunk.subarray(from, from + taken), used);
    this.#length += taken;
    if (this.#length % blockBytes === 0) this.#sums.push(blockSum(block, this.#writing.id));
    return taken;
  }

  #firstBytes(chunk: number): number {
    return Math.min(blockBytes, Math.max(firstBlockBytes, this.#writing.length ?? 2 * chunk));
  }

  whenReady(go: () => void): void {
    if (this.#blocks.length < blocksMax || this.#filing === undefined) queueMicrotask(go);
    else this.#waiting.push(go);
  }

  end(): void {
    if (this.#state !== "writing") return;
    this.#state = "ended";
    if (this.#length > blockBytes) this.#startFiling();
  }

  breakOff(): void {
    if (this.#state === "done") return;
    this.#state = "done";
    this.#letGo();
  }

  slice(first: number, end: number): BodySource {
    const file = this.#file;
    file.hold();
    return new SlicedBody(first, end, this.#length, {
      read: (position, last) => {
        if (position >= this.#filed) return this.#inMemory(position, last);
        const until = Math.min(last, this.#filed, position + blocksMax * blockBytes);
        return readFrom(file.descriptor, position, until - position);
      },
      done: () => file.release(),
    });
  }

  #inMemory(position: number, end: number): Uint8Array {
    const offset = position - this.#filed;
    const block = this.#blocks[Math.floor(offset / blockBytes)] as Buffer;
    const start = offset % blockBytes;
    return block.subarray(start, Math.min(blockBytes, start + end - position));
  }

  async commit(): Promise<Stored | undefined> {
    if (this.#state === "writing") throw new Error("commit() was called before end()");
    const { length, id, keep, path } = this.#writing;
    while (this.#filing !== undefined) await this.#filing;
    const isComplete = this.#isEnded() && (length === undefined || length === this.#length);
    this.#state = "done";
    if (!isComplete) {
      this.#letGo();
      return undefined;
    }
    if (!this.#isFiled) {
      const whole = this.#blocks[0]?.subarray(0, this.#length) ?? new Uint8Array(0);
      const sum = blockSum(whole, id);
      return await keep({ length: this.#length, sum, whole, file: undefined });
    }
    const { sum } = trailerOf(this.#sums, id);
    const file = { path, open: this.#file };
    const kept = await keep({ length: this.#length, sum, whole: undefined, file });
    this.#release();
    if (kept === undefined) this.#letGo();
    return kept;
  }

  // Through a call, since what it was before an await says nothing after it.
  #isEnded(): boolean {
    return this.#state === "ended";
  }

  #giveUp(): void {
    if (this.#state !== "writing" && this.#state !== "ended") return;
    this.#state = "given-up";
    this.#wake();
  }

  /** Nothing of it will be kept: its file goes as soon as nobody reads it. */
  #letGo(): void {
    this.#wake();
    if (this.#filing !== undefined) {
      void this.#filing.finally(() => this.#letGo());
      return;
    }
    this.#release();
    this.#file.letGo();
    if (this.#length > blockBytes) rm(this.#writing.path, { force: true }, () => {});
  }

  #release(): void {
    this.#writing.release(this.#reserved);
    this.#reserved = 0;
  }

  #startFiling(): void {
    this.#filing ??= this.#fileBlocks().then(() => {
      this.#filing = undefined;
      this.#wake();
      // The end may have come when the last look for more was over.
      if (this.#isEnded() && !this.#isFiled) this.#startFiling();
    });
  }

  async #fileBlocks(): Promise<void> {
    try {
      if (this.#filed === 0) this.#file.become(await openNew(this.#writing.path));
      const { descriptor } = this.#file;
      for (;;) {
        const isEnded = this.#isEnded();
        const blocks = this.#toFile(isEnded);
        const bytes = blocks.reduce((sum, block) => sum + block.length, 0);
        if (this.#state === "given-up" || this.#state === "done") return;
        if (bytes > 0) {
          if (!this.#writing.reserve(bytes)) {
            this.#giveUp();
            return;
          }
          this.#reserved += bytes;
          await writeAll(descriptor, blocks, this.#filed);
          this.#filed += bytes;
          this.#blocks = this.#blocks.slice(blocks.length);
          this.#wake();
        } else if (!isEnded) {
          return;
        }
        if (isEnded) {
          await writeAll(descriptor, [trailerOf(this.#sums, this.#writing.id).bytes], this.#filed);
          this.#isFiled = true;
          return;
        }
      }
    } catch (error) {
      this.#giveUp();
      this.#writing.onFailure(error as Error);
    }
  }

  /** @returns the blocks that are full, and at the end the last as well */
  #toFile(isEnded: boolean): Buffer[] {
    const left = this.#length - this.#filed;
    const full = Math.floor(left / blockBytes);
    const blocks = this.#blocks.slice(0, full);
    if (isEnded && left % blockBytes > 0) {
      const last = (this.#blocks[full] as Buffer).subarray(0, left % blockBytes);
      blocks.push(last);
      this.#sums.push(blockSum(last, this.#writing.id));
    }
    return blocks;
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const go of waiting) go();
  }
}

function openNew(path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    open(path, "wx+", 0o600, (error, descriptor) => {
      if (error === null) resolve(descriptor);
      else reject(error);
    });
  });
}

/** @throws Error of the file system, and when less was taken than there is */
async function writeAll(
  descriptor: number,
  blocks: readonly Buffer[],
  position: number,
): Promise<void> {
  let left = blocks;
  for (let at = position; left.length > 0;) {
    const written = await writeOnce(descriptor, left, at);
    if (written === 0) throw new Error("The disk takes nothing");
    at += written;
    left = without(left, written);
  }
}

/** @returns what is left of blocks behind their first bytes */
function without(blocks: readonly Buffer[], bytes: number): Buffer[] {
  let over = bytes;
  return blocks.flatMap((block) => {
    const skipped = Math.min(over, block.length);
    over -= skipped;
    return skipped === block.length ? [] : [block.subarray(skipped)];
  });
}

function writeOnce(
  descriptor: number,
  blocks: readonly Buffer[],
  position: number,
): Promise<number> {
  return new Promise((resolve, reject) => {
    writev(descriptor, blocks, position, (error, written) => {
      if (error === null) resolve(written);
      else reject(error);
    });
  });
}
