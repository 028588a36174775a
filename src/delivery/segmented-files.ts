/**
 * Lines in a folder that stays bounded: each process appends to files of its own, one after the other, and
 * whoever begins one removes the oldest of all.
 */
import { randomBytes } from "node:crypto";
import { open, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder } from "../base/make-folder.ts";
import type { Batch } from "./buffered-lines.ts";

/** Of a file, in bytes; the last batch may lead beyond. */
const segmentMax = 1024 * 1024;
/** Of the milliseconds that names begin with. */
const timeDigits = 14;
/** Files that are kept, of all processes together. */
const segmentsMax = 64;

export class SegmentedFiles {
  readonly #folder: string;
  #path: string | undefined;
  #bytes = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @throws Error, when a batch can't be written; then nothing of it is there, and all that was is */
  readonly write = async ({ bytes }: Batch): Promise<void> => {
    const path = this.#path ?? (await this.#begin());
    // Should a part of what fails stay all the same, what follows is in another file.
    this.#path = undefined;
    const failure = await append(path, bytes);
    if (failure === undefined) {
      if (this.#bytes === 0) await this.#dropOldest().catch(() => {});
      this.#bytes += bytes.length;
    }
    this.#path = this.#bytes < segmentMax ? path : undefined;
    if (failure !== undefined) throw failure;
  };

  /** Once another is there: on a full disk, where none can be begun, one after the other would go. */
  async #dropOldest(): Promise<void> {
    const names = await segmentsIn(this.#folder);
    for (const name of names.slice(0, Math.max(0, names.length - segmentsMax))) {
      await rm(join(this.#folder, name), { force: true });
    }
  }

  async #begin(): Promise<string> {
    await makeFolder(this.#folder, 0o700);
    const names = await segmentsIn(this.#folder);
    this.#bytes = 0;
    // Names sort by when they were begun, where the clock was set back meanwhile, too.
    const newest = Number(names.at(-1)?.slice(0, timeDigits) ?? 0);
    const begun = String(Math.max(Date.now(), newest + 1)).padStart(timeDigits, "0");
    return join(this.#folder, `${begun}-${randomBytes(4).toString("hex")}.jsonl`);
  }
}

/**
 * @returns why it could not be written, where nothing of it is there
 * @throws Error, when the file can't be opened, or a part of it may be there
 */
async function append(path: string, bytes: Buffer): Promise<Error | undefined> {
  const file = await open(path, "a");
  try {
    const { size } = await file.stat();
    try {
      await file.writeFile(bytes);
      return undefined;
    } catch (error) {
      await file.truncate(size);
      if (size === 0) await rm(path, { force: true });
      return error as Error;
    }
  } finally {
    await file.close();
  }
}

/** @returns the names of a folder's files, the oldest first; none where there is no folder */
export async function segmentsIn(folder: string): Promise<readonly string[]> {
  try {
    const names = await readdir(folder);
    return names
      .filter((name) => /^\d{14}-[0-9a-f]{8}\.jsonl$/.test(name))
      .toSorted((one, other) => (one < other ? -1 : 1));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
