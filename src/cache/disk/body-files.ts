/**
 * Bodies that are files of their own: read by position, verified block by block. Behind the body
 * stand the checksums of its blocks and one of these, so that a file that was torn, cut off or
 * changed is found out before a byte of it is sent.
 */
import { close, closeSync, fstatSync, openSync, read } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import type { BodySource } from "../../base/body.ts";
import type { SeekableBody } from "../store.ts";
import { filesOf } from "./generation.ts";
import { SlicedBody } from "./sliced-body.ts";

/** What a checksum is of. */
export const blockBytes = 64 * 1024;
/** What is read at once, when so much is wanted. */
const readBytes = 4 * blockBytes;
/** Files that stay open though nobody reads from them. */
const idleFilesMax = 64;

/** What stands behind a body of that length. */
export const trailerBytes = (length: number): number => 4 * Math.ceil(length / blockBytes) + 4;

export function bodyFile(generation: string, id: number): string {
  return join(filesOf(generation).bodies, id.toString(16).padStart(12, "0"));
}

/** @returns the checksum of a block; it is of no use at another place */
export function blockSum(block: Uint8Array, id: number): number {
  return crc32(block, id >>> 0);
}

/** @returns what stands behind a body, and the checksum that its record has */
export function trailerOf(sums: readonly number[], id: number): { bytes: Buffer; sum: number } {
  const bytes = Buffer.allocUnsafe(4 * sums.length + 4);
  for (const [index, sum] of sums.entries()) bytes.writeUInt32LE(sum, 4 * index);
  const sum = crc32(bytes.subarray(0, -4), id >>> 0);
  bytes.writeUInt32LE(sum, 4 * sums.length);
  return { bytes, sum };
}

/** Closes what a reader that vanished left open. */
const abandoned = new FinalizationRegistry<number>((descriptor) => close(descriptor));

/** A file that is read from, and closed when nobody holds it any more. */
export class OpenBodyFile {
  /** -1 before it is there, and after it was closed. */
  #descriptor = -1;
  #holders = 0;
  #isKept = true;

  /** @throws Error when it is closed by now */
  get descriptor(): number {
    if (this.#descriptor < 0) throw new Error("The file of the body is not open");
    return this.#descriptor;
  }

  /** Whether it was deleted: then its bytes are free as soon as it is closed everywhere. */
  get isDeleted(): boolean {
    return this.#descriptor >= 0 && fstatSync(this.#descriptor).nlink === 0;
  }

  become(descriptor: number): void {
    this.#descriptor = descriptor;
    abandoned.register(this, descriptor, this);
    this.#closeIfUnused();
  }

  hold(): void {
    this.#holders += 1;
  }

  release(): void {
    this.#holders -= 1;
    this.#closeIfUnused();
  }

  /** It is closed when the last that holds it releases it. */
  letGo(): void {
    this.#isKept = false;
    this.#closeIfUnused();
  }

  #closeIfUnused(): void {
    if (this.#holders > 0 || this.#isKept || this.#descriptor < 0) return;
    abandoned.unregister(this);
    close(this.#descriptor);
    this.#descriptor = -1;
  }
}

/** The files that were read from lately, by the ids of their bodies. */
export class OpenBodyFiles {
  readonly #files = new Map<number, OpenBodyFile>();

  /** @throws Error of the file system */
  open(generation: string, id: number, length: number): OpenBodyFile {
    const found = this.#files.get(id);
    if (found !== undefined) return found;
    const descriptor = openSync(bodyFile(generation, id), "r");
    const { size } = fstatSync(descriptor);
    if (size !== length + trailerBytes(length)) {
      closeSync(descriptor);
      throw new Error(`The body ${id.toString(16)} is cut off: ${size} bytes are there`);
    }
    const file = new OpenBodyFile();
    file.become(descriptor);
    return this.add(id, file);
  }

  add(id: number, file: OpenBodyFile): OpenBodyFile {
    this.#files.set(id, file);
    for (const [each, oldest] of this.#files) {
      if (this.#files.size <= idleFilesMax) break;
      this.#files.delete(each);
      oldest.letGo();
    }
    return file;
  }

  forget(id: number): void {
    this.#files.get(id)?.letGo();
    this.#files.delete(id);
  }

  /** Lets go of what has been deleted, by whichever process, and still takes room on disk. */
  forgetDeleted(): void {
    for (const [id, file] of this.#files) if (file.isDeleted) this.forget(id);
  }

  close(): void {
    for (const file of this.#files.values()) file.letGo();
    this.#files.clear();
  }
}

export interface FileBodySettings {
  readonly id: number;
  readonly length: number;
  /** Of the checksums behind the body. */
  readonly sum: number;
  /** It proved damaged. */
  readonly onDamage: (what: string) => void;
}

/** The body in a file, each block verified as it is read. */
export class FileBody implements SeekableBody {
  readonly length: number;
  readonly whole = undefined;
  readonly #file: OpenBodyFile;
  readonly #settings: FileBodySettings;
  #sums: Promise<Buffer> | undefined;

  constructor(file: OpenBodyFile, settings: FileBodySettings) {
    this.#file = file;
    this.#settings = settings;
    this.length = settings.length;
  }

  slice(first: number, end: number): BodySource {
    const file = this.#file;
    file.hold();
    return new SlicedBody(first, end, this.length, {
      read: (position, last) => this.#read(position, last),
      done: () => file.release(),
    });
  }

  async #read(position: number, end: number): Promise<Uint8Array> {
    const from = position - (position % blockBytes);
    const to = Math.min(this.length, from + readBytes, Math.ceil(end / blockBytes) * blockBytes);
    const [sums, bytes] = await Promise.all([
      (this.#sums ??= this.#readSums()),
      this.#bytes(from, to - from),
    ]);
    for (let start = from; start < to; start += blockBytes) {
      const block = bytes.subarray(start - from, Math.min(start + blockBytes, to) - from);
      const expected = sums.readUInt32LE((4 * start) / blockBytes);
      if (blockSum(block, this.#settings.id) !== expected) this.#fail(`the block at ${start}`);
    }
    return bytes.subarray(position - from, Math.min(end, to) - from);
  }

  async #readSums(): Promise<Buffer> {
    const sums = await this.#bytes(this.length, trailerBytes(this.length));
    const { id, sum } = this.#settings;
    const found = crc32(sums.subarray(0, -4), id >>> 0);
    if (found !== sum || sums.readUInt32LE(sums.length - 4) !== sum) this.#fail("its checksums");
    return sums;
  }

  #fail(what: string): never {
    this.#settings.onDamage(what);
    throw new Error(`A kept body is damaged: ${what}`);
  }

  #bytes(position: number, length: number): Promise<Buffer> {
    return readFrom(this.#file.descriptor, position, length).catch((error: unknown) => {
      this.#settings.onDamage("its length");
      throw error;
    });
  }
}

/** @throws Error when there are fewer bytes than were asked for */
export async function readFrom(
  descriptor: number,
  position: number,
  length: number,
): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(length);
  for (let got = 0; got < length;) {
    const count = await readOnce(descriptor, bytes, got, position + got);
    if (count === 0) throw new Error(`The file ends at ${position + got}`);
    got += count;
  }
  return bytes;
}

function readOnce(
  descriptor: number,
  into: Buffer,
  offset: number,
  position: number,
): Promise<number> {
  return new Promise((resolve, reject) => {
    read(descriptor, into, offset, into.length - offset, position, (error, count) => {
      if (error === null) resolve(count);
      else reject(error);
    });
  });
}
