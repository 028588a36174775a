/**
 * Which files a generation's index and its lock are. LMDB's locks and its table of readers are of whoever
 * has the same lock open: an index that took another's place beside it would share them with that other.
 */
import { statSync } from "node:fs";
import { filesOf } from "./generation.ts";

/** @returns undefined when one of them is not there */
export function identityOf(generation: string): string | undefined {
  const { index, lock } = filesOf(generation);
  const [one, other] = [index, lock].map((path) => statSync(path, { throwIfNoEntry: false })?.ino);
  return one === undefined || other === undefined ? undefined : `${one} ${other}`;
}

/** Another process that closed the index as the last one at that moment has destroyed its locks: a moment later it can be opened. */
export class UnlockableIndex extends Error {
  override readonly name = "UnlockableIndex";
}
