/**
 * A series of gzip files that lines are appended to: a new one each hour, and when one is large enough.
 *
 * Each batch is a gzip member of its own (RFC 1952 §2.2), so a file can be read at any time, and what
 * was written is whole whenever the process ends. Nobody else writes to a file: its name is new.
 */
import { randomBytes } from "node:crypto";
import { constants as fileFlags } from "node:fs";
import { open, rm, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { makeFolder } from "../base/make-folder.ts";
import type { Batch } from "./buffered-lines.ts";
import { GzipMembers } from "./gzip-members.ts";

/** Of all files of the process, as each would have a quarter of a megabyte of its own. */
const members = new GzipMembers();

/** To append to a file that is there, and make none. */
const onlyThere = fileFlags.O_WRONLY | fileFlags.O_APPEND;

export interface RotatedFileInput {
  /**
   * @param hour like `2026-01-02-03`
   * @param unique names no other file of that hour
   */
  readonly path: (hour: string, unique: string) => string;
  /** Stands at the beginning of each file; lines with their ends, or nothing. */
  readonly header: string;
  /** A file that is as long is followed by another, in bytes before they are compressed. */
  readonly maxBytes: number;
}

const hourMs = 3_600_000;

/** @param at milliseconds since the epoch @returns the period that lines of that time are added with */
export function hourOf(at: number): number {
  return Math.floor(at / hourMs);
}

export class RotatedFile {
  readonly #input: RotatedFileInput;
  /** Undefined before there is one to go on with. */
  #path: string | undefined;
  #hour = 0;
  #bytes = 0;

  constructor(input: RotatedFileInput) {
    this.#input = input;
  }

  /**
   * Appends a batch.
   *
   * @throws Error, when it can't be written; then nothing of it is there
   */
  readonly write = async ({ bytes, period }: Batch): Promise<void> => {
    const { header, maxBytes } = this.#input;
    const path = period === this.#hour && this.#bytes < maxBytes ? this.#path : undefined;
    const whole = path === undefined ? Buffer.concat([Buffer.from(header), bytes]) : bytes;
    const member = await members.make(whole);
    if (path === undefined) {
      await this.#begin(period, member);
    } else {
      try {
        await append(path, member, onlyThere);
      } catch (error) {
        // Whoever moved it away has all of it: the next attempt begins another.
        if ((error as NodeJS.ErrnoException).code === "ENOENT") this.#path = undefined;
        throw error;
      }
    }
    this.#bytes += whole.length;
  };

  async #begin(hour: number, member: Buffer): Promise<void> {
    const name = new Date(hour * hourMs).toISOString().slice(0, 13).replace("T", "-");
    const path = this.#input.path(name, randomBytes(4).toString("hex"));
    await makeFolder(dirname(path));
    try {
      await append(path, member, "ax");
    } catch (error) {
      // The next attempt begins another: on a full disk they would be many, and empty.
      await rm(path, { force: true });
      throw error;
    }
    this.#path = path;
    this.#hour = hour;
    this.#bytes = 0;
  }
}

/** @throws Error, when not all of it could be written; then nothing of it is there */
async function append(path: string, bytes: Buffer, flags: string | number): Promise<void> {
  const file = await open(path, flags);
  try {
    const { size } = await file.stat();
    try {
      await writeAll(file, bytes);
    } catch (error) {
      await file.truncate(size);
      throw error;
    }
  } finally {
    await file.close();
  }
}

async function writeAll(file: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, at);
    at += bytesWritten;
  }
}
