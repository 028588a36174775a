/**
 * A file that several processes append lines to. Each batch is one write at its end (O_APPEND), which
 * local file systems do not mix with another's. The file is looked up by its name each time, so whoever
 * rotates it moves it away.
 *
 * It may be a named pipe, too: nothing is waited for there, since each write that waits for a reader would hold one of
 * the four threads that all files and names of the process are read by.
 */
import { constants } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { makeFolder } from "../base/make-folder.ts";
import type { Batch } from "./buffered-lines.ts";

const lineEnd = 10;
const flags =
  constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | (constants.O_NONBLOCK ?? 0);
/** A pipe's reader is given so long to read on, in all. */
const patienceMs = 1000;
const pauseMs = 5;

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
    if (!this.#hasFolder) await makeFolder(dirname(this.#path));
    this.#hasFolder = true;
    const file = await this.#open();
    try {
      const rest = bytes.subarray(this.#written);
      const ending = Buffer.from(this.#isBroken ? "\n" : "");
      const whole = Buffer.concat([ending, rest]);
      const { bytesWritten, because } = await writeOut(file, whole);
      if (bytesWritten < whole.length) {
        this.#noteWritten(rest, bytesWritten, ending.length);
        throw new Error(`only a part could be written to ${this.#path}: ${because}`);
      }
      this.#written = 0;
      this.#isBroken = false;
    } finally {
      await file.close();
    }
  };

  async #open(): Promise<FileHandle> {
    try {
      return await open(this.#path, flags, 0o666);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // Its folder was removed.
      if (code === "ENOENT") this.#hasFolder = false;
      if (code === "ENXIO")
        throw new Error(`nobody reads the pipe ${this.#path}`, { cause: error });
      throw error;
    }
  }

  #noteWritten(rest: Buffer, bytesWritten: number, endingLength: number): void {
    if (bytesWritten < endingLength) return;
    const part = rest.subarray(0, bytesWritten - endingLength);
    this.#written += part.lastIndexOf(lineEnd) + 1;
    this.#isBroken = part.length > 0 && part.at(-1) !== lineEnd;
  }
}

/** Goes on as long as some is taken. */
async function writeOut(
  file: FileHandle,
  bytes: Buffer,
): Promise<{ readonly bytesWritten: number; readonly because: string }> {
  const until = performance.now() + patienceMs;
  let at = 0;
  let because = "";
  while (at < bytes.length) {
    try {
      const { bytesWritten } = await file.write(bytes, at);
      at += bytesWritten;
      if (bytesWritten === 0) return { bytesWritten: at, because: "no room" };
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      because = message;
      if (code !== "EAGAIN" || performance.now() > until) break;
      await wait(pauseMs);
    }
  }
  return { bytesWritten: at, because };
}
