/**
 * A file that several processes append lines to. Each batch is one write at its end (O_APPEND), which
 * local file systems do not mix with another's. The file is looked up by its name each time, so whoever
 * rotates it moves it away.
 */
import { mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import type { Batch } from "./buffered-lines.ts";

const lineEnd = 10;

export class AppendedFile {
  readonly #path: string;
  /** Bytes of the batch that were written before its rest could not be: whole lines. */
  #written = 0;
  /** Whether the file ends within a line that was to be followed by its rest. */
  #isBroken = false;
  #hasFolder = false;

  constructor(path: string) {
    this.#path = path;
  }

  /** @throws Error, when not all of it can be written; to be called with the same batch again then */
  readonly write = async ({ bytes }: Batch): Promise<void> => {
    if (!this.#hasFolder) await mkdir(dirname(this.#path), { recursive: true });
    this.#hasFolder = true;
    const file = await open(this.#path, "a");
    try {
      const rest = bytes.subarray(this.#written);
      const ending = Buffer.from(this.#isBroken ? "\n" : "");
      const { bytesWritten } = await file.writev([ending, rest]);
      if (bytesWritten < ending.length + rest.length) {
        this.#noteWritten(rest, bytesWritten, ending.length);
        throw new Error(`only a part could be written to ${this.#path}`);
      }
      this.#written = 0;
      this.#isBroken = false;
    } finally {
      await file.close();
    }
  };

  #noteWritten(rest: Buffer, bytesWritten: number, endingLength: number): void {
    if (bytesWritten < endingLength) return;
    const part = rest.subarray(0, bytesWritten - endingLength);
    this.#written += part.lastIndexOf(lineEnd) + 1;
    this.#isBroken = part.length > 0 && part.at(-1) !== lineEnd;
  }
}
