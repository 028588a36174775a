/** What the index of a disk store says of itself, read without mapping it and without LMDB. */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { DamagedIndex } from "./damage.ts";

const magic = 0xbeefc0de;
const dataVersion = 2;
/** Where in a meta page its fields begin: after the page's own header. */
const at = {
  magic: 24,
  version: 28,
  pageSize: 48,
  branchPages: 104,
  leafPages: 112,
  overflowPages: 120,
  lastPage: 144,
  transaction: 152,
};
const pageSizeMax = 65_536;
/**
 * What it may lack of the pages that it says it has: more than a transaction takes. Of one that says
 * more the tail would be written, until the disk is full.
 */
const lackingMax = 8 * 1024 * 1024;

/** What the file says of itself. */
export interface IndexHead {
  /** Up to which transaction it goes. */
  readonly transaction: number;
  /** Whether it is as long as it says. It may be shorter without harm: its last pages may be free. */
  readonly isWhole: boolean;
  /** As long as it is. */
  readonly bytes: number;
  /** Where the last page that it uses, or used, ends. */
  readonly lastPageEnd: number;
  /** Of these, in pages that hold something. */
  readonly usedBytes: number;
}

/**
 * Reads the file's two meta pages without mapping it.
 *
 * @returns undefined when it is not there, or empty, which LMDB makes one of
 * @throws DamagedIndex that says what it is instead, when it is no index; Error of the file system
 */
export function readIndexHead(path: string): IndexHead | undefined {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  try {
    return readHeadOf(file);
  } finally {
    closeSync(file);
  }
}

/** As {@link readIndexHead}, of a file that is open. */
export function readHeadOf(file: number): IndexHead | undefined {
  if (fstatSync(file).size === 0) return undefined;
  const first = readMeta(file, 0);
  const second = readMeta(file, first.pageSize);
  const newer = second.transaction > first.transaction ? second : first;
  const { transaction, pageSize, lastPage, usedPages } = newer;
  const lastPageEnd = (lastPage + 1) * pageSize;
  // Looked at after them, as others make it longer meanwhile.
  const { size } = fstatSync(file);
  if (lastPageEnd - size > lackingMax || usedPages > lastPage) {
    throw new DamagedIndex(
      `The file is of ${size} bytes, and says that it has ${lastPage + 1} pages, ${usedPages} of them in use`,
    );
  }
  return {
    transaction,
    isWhole: size >= lastPageEnd,
    bytes: size,
    lastPageEnd,
    usedBytes: usedPages * pageSize,
  };
}

function readMeta(file: number, position: number) {
  const page = Buffer.alloc(192);
  if (readSync(file, page, 0, page.length, position) < page.length) {
    throw new DamagedIndex("The file ends within its first pages");
  }
  if (page.readUInt32LE(at.magic) !== magic) throw new DamagedIndex("The file is not one of LMDB");
  const version = page.readUInt32LE(at.version) & 0xffff;
  if (version !== dataVersion) throw new DamagedIndex(`The file is of version ${version} of LMDB`);
  const pageSize = page.readUInt32LE(at.pageSize);
  if (pageSize < 512 || pageSize > pageSizeMax || (pageSize & (pageSize - 1)) !== 0) {
    throw new DamagedIndex(`The file says that its pages are of ${pageSize} bytes`);
  }
  const numberAt = (position: number): number => Number(page.readBigUInt64LE(position));
  return {
    pageSize,
    usedPages: numberAt(at.branchPages) + numberAt(at.leafPages) + numberAt(at.overflowPages),
    lastPage: numberAt(at.lastPage),
    transaction: numberAt(at.transaction),
  };
}
