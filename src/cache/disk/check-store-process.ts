/**
 * A process that opens a disk store first, so that what damage does to whoever maps it is done to
 * nobody who is needed. When it is sound, it sweeps away what processes that were killed left there.
 */
import { crc32 } from "node:zlib";
import type { CheckOutcome } from "./check-store.ts";
import { filesOf, markOfForm } from "./generation.ts";
import { openIndexFile, type IndexFile } from "./index-file.ts";
import { readIndexHead } from "./index-head.ts";
import { UnlockableIndex } from "./index-identity.ts";
import { boundKey, factsKey, markKey, rangeOf, writingKey } from "./index-keys.ts";
import { decodeRecord } from "./record.ts";
import { getSealed, unsealed } from "./sealed-entries.ts";
import { sweep } from "./sweep.ts";

const [generation = "", maxBytes = "0", reads = "all"] = process.argv.slice(2);

let index: IndexFile | undefined;
const outcome = look();
await tell(outcome);
try {
  if (index !== undefined && "isSound" in outcome) sweep(generation, index);
} catch {
  // What is left there the next process sweeps away, unless another has begun the store anew meanwhile.
}
// The index is not closed: who closes one as the last destroys its locks, and a process that opens it at that moment waits for
// these, and cannot use what it has then.
process.exit();

function look(): CheckOutcome {
  try {
    const { index: path } = filesOf(generation);
    // As it says itself: in a page of something else LMDB may find nothing, and no fault.
    const isEmpty = (readIndexHead(path)?.usedBytes ?? 0) === 0;
    index = openIndexFile(path, Number(maxBytes));
    requireMark(index, isEmpty);
    for (const key of [factsKey, boundKey, writingKey]) getSealed(index, key);
    for (const kind of ["record", "seat", "queued", "body"] as const) read(index, kind);
    return { isSound: true };
  } catch (error) {
    if (error instanceof UnlockableIndex) return { isUnlockable: true };
    return { problem: (error as Error).message };
  }
}

/** An index of ours says so, and of which form it is; its first transaction makes an empty one ours. */
function requireMark(index: IndexFile, isEmpty: boolean): void {
  const mark = index.getBinary(markKey);
  if (mark === undefined ? isEmpty : markOfForm.equals(mark)) return;
  throw new Error("The index is not one of this version of Footlight");
}

/** Goes over entries of a kind: over all, or the first and the last hundred. */
function read(index: IndexFile, kind: "record" | "seat" | "queued" | "body"): void {
  const { start, end } = rangeOf(kind);
  const limit = reads === "all" ? undefined : 100;
  const some = limit === undefined ? {} : { limit };
  let sum = 0;
  const readValue = (key: Uint8Array, value: Uint8Array): void => {
    if (kind === "record") decodeRecord(value);
    else if (kind === "body") sum = crc32(Buffer.from(value), sum);
    else unsealed(key, value);
  };
  for (const { key, value } of index.getRange({ start, end, ...some })) readValue(key, value);
  if (limit === undefined) return;
  const backwards = { start: end, end: start, reverse: true, ...some };
  for (const { key, value } of index.getRange(backwards)) readValue(key, value);
}

function tell(outcome: CheckOutcome): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) resolve();
    else process.send(outcome, () => resolve());
  });
}
