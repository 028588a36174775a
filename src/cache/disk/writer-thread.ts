/**
 * A thread that writes a disk store's index for its process: a transaction waits for those of other
 * processes, and for the disk, and the process's own thread serves viewers meanwhile. Errors come
 * out of LMDB's synchronous calls as exceptions; its asynchronous ones leave rejections behind that
 * nobody can handle.
 */
import { closeSync, fsyncSync, openSync, writeFileSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { noteCleanClose } from "./clean-close.ts";
import { isDamage } from "./damage.ts";
import { filesOf } from "./generation.ts";
import { openIndexFile, type IndexFile } from "./index-file.ts";
import { readHeadOf } from "./index-head.ts";
import { identityOf } from "./index-identity.ts";
import { DiskFullError } from "./index-tail.ts";
import { IndexWriter, type Applied, type IndexChange } from "./index-writer.ts";
import { sweepDead } from "./sweep.ts";

export interface WriterSettings {
  readonly generation: string;
  /** Which files its process has open. */
  readonly identity: string | undefined;
  readonly maxBytes: number;
}

export type ToWriter =
  | { readonly type: "apply"; readonly changes: readonly IndexChange[] }
  /** Says that it is closed when the disk has everything. */
  | { readonly type: "close" };

export type FromWriter =
  | ({ readonly type: "applied"; readonly evictions: number } & Applied)
  /** Nothing of it was made. */
  | { readonly type: "failed"; readonly message: string }
  /** Nor will it be: the index takes all that the disk has for it, and nothing can be let go. */
  | { readonly type: "stuck" }
  /** Nor will it be: the index is damaged. */
  | { readonly type: "unsound"; readonly problem: string }
  /** Nor will it be: another generation has taken the place of this one. */
  | { readonly type: "gone" }
  | { readonly type: "closed" };

/** How long a transaction takes at most, but for a last change: others wait for it. */
const transactionMs = 10;
const sweepEveryMs = 30_000;
/** Transactions in a row that only make room. */
const evictingMax = 50;

const { generation, identity, maxBytes } = workerData as WriterSettings;
let index: IndexFile | undefined;
/** The same file, to read its first pages and make it longer. */
let file: number | undefined;
let writer: IndexWriter | undefined;
let sweptAt = -Infinity;

parentPort?.on("message", (message: ToWriter) => {
  switch (message.type) {
    case "apply":
      tell(apply(message.changes));
      break;
    case "close":
      void close();
      break;
  }
});

function apply(changes: readonly IndexChange[]): FromWriter {
  try {
    if (writer === undefined && isGone()) return { type: "gone" };
    index ??= openIndexFile(filesOf(generation).index, maxBytes);
    writer ??= new IndexWriter(index, (file ??= openItself()), { generation, maxBytes });
    const swept = performance.now() - sweptAt > sweepEveryMs ? sweepAway(index) : [];
    const made = writer.apply([...swept, ...changes], transactionMs);
    return applied(writer, { ...made, done: Math.max(0, made.done - swept.length) });
  } catch (error) {
    if (isGone()) return { type: "gone" };
    if (writer !== undefined && error instanceof DiskFullError) return applyFull(writer, changes);
    return failure(error as Error);
  }
}

/** @returns the changes that take what is dead out of the index */
function sweepAway(index: IndexFile): readonly IndexChange[] {
  sweptAt = performance.now();
  return sweepDead(generation, index).map((pid) => ({ type: "writing", pid, bytes: 0 }));
}

function failure(error: Error): FromWriter {
  const { message } = error;
  return isDamage(error) ? { type: "unsound", problem: message } : { type: "failed", message };
}

/**
 * Whether it is another index that stands there by now. A process that has two of one lock open loses
 * its place among the readers, and what is written to the end of one's own must not be written to another.
 */
function isGone(): boolean {
  return identityOf(generation) !== identity;
}

/** @throws Error when it is another by now */
function openItself(): number {
  const opened = openSync(filesOf(generation).index, "r+");
  if (!isGone()) return opened;
  closeSync(opened);
  throw new Error("Another index has taken the place of this one");
}

/** Makes changes for which the disk had no room: what was kept goes for it. */
function applyFull(writer: IndexWriter, changes: readonly IndexChange[]): FromWriter {
  try {
    const made = writer.giveWay(transactionMs);
    // An index that takes all there is never shrinks, so only another in its place helps.
    if (made === undefined) return { type: "stuck" };
    const { bound } = made;
    return applied(writer, writer.apply(changes, transactionMs), bound.before);
  } catch (error) {
    return failure(error as Error);
  }
}

/** Goes on until no more is there than may be. */
function applied(writer: IndexWriter, made: Applied, before = made.bound.before): FromWriter {
  let last = made;
  for (let times = 0; times < evictingMax && last.bytes > last.bound.maxBytes; times += 1) {
    const { bytes } = last;
    last = writer.apply([], transactionMs);
    if (last.bytes >= bytes) break;
  }
  const bound = { ...last.bound, before };
  return { type: "applied", ...last, done: made.done, bound, evictions: writer.evictions };
}

async function close(): Promise<void> {
  try {
    file ??= openItself();
    const transaction = readHeadOf(file)?.transaction;
    fsyncSync(file);
    closeSync(file);
    await index?.close();
    if (transaction !== undefined && !isGone()) {
      writeFileSync(filesOf(generation).synced, String(transaction));
      noteCleanClose(generation, transaction);
    }
  } catch {
    // The store may be gone, or its disk: then it begins anew.
  }
  tell({ type: "closed" });
  parentPort?.close();
}

function tell(message: FromWriter): void {
  parentPort?.postMessage(message);
}
