/**
 * Lines in a folder that stays bounded: each process appends to files of its own, one after the other, and
 * whoever begins one removes the oldest of all.
 */
import { randomBytes } from "node:crypto";
import { appendFile, readdir, rm } from "node:fs/promises";
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

  /** @throws Error, when a batch can't be written; a part of it may be there then */
  readonly write = async ({ bytes }: Batch): Promise<void> => {
    const path = this.#path ?? (await this.#begin());
    // What fails may have left a part of a line: what follows is in another file.
    this.#path = undefined;
    await appendFile(path, bytes);
    this.#bytes += bytes.length;
    this.#path = this.#bytes < segmentMax ? path : undefined;
  };

  async #begin(): Promise<string> {
    await makeFolder(this.#folder, 0o700);
    const names = await segmentsIn(this.#folder);
    for (const name of names.slice(0, Math.max(0, names.length + 1 - segmentsMax))) {
      await rm(join(this.#folder, name), { force: true });
    }
    this.#bytes = 0;
    // Names sort by when they were begun, where the clock was set back meanwhile, too.
    const newest = Number(names.at(-1)?.slice(0, timeDigits) ?? 0);
    const begun = String(Math.max(Date.now(), newest + 1)).padStart(timeDigits, "0");
    return join(this.#folder, `${begun}-${randomBytes(4).toString("hex")}.jsonl`);
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
