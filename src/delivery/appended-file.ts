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
  /** Lines of the batch that were written before its rest could not be. */
  #written = 0;
  /** Whether the file ends within a line that was to be followed by its rest. */
  #isBroken = false;
  #hasFolder = false;

  constructor(path: string) {
    this.#path = path;
  }

  /** @throws Error, when not all of it can be written; to be called with the same batch again then */
  readonly write = async ({ lines }: Batch): Promise<void> => {
    if (!this.#hasFolder) await mkdir(dirname(this.#path), { recursive: true });
    this.#hasFolder = true;
    const file = await open(this.#path, "a");
    try {
      const text = `${this.#isBroken ? "\n" : ""}${lines.slice(this.#written).join("")}`;
      const bytes = Buffer.from(text, "utf8");
      const { bytesWritten } = await file.write(bytes);
      if (bytesWritten < bytes.length) {
        this.#noteWritten(bytes.subarray(0, bytesWritten));
        throw new Error(`only a part could be written to ${this.#path}`);
      }
      this.#written = 0;
      this.#isBroken = false;
    } finally {
      await file.close();
    }
  };

  #noteWritten(bytes: Buffer): void {
    if (bytes.length === 0) return;
    const ends = bytes.reduce((count, byte) => count + (byte === lineEnd ? 1 : 0), 0);
    this.#written += ends - (this.#isBroken ? 1 : 0);
    this.#isBroken = bytes.at(-1) !== lineEnd;
  }
}
