/**
 * Says of an index that it is as it was when it was closed: then nobody needs to try it in a process that may
 * die. Any commit since, any other writing, and another file in its place shows.
 */
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { filesOf, formatVersion } from "./generation.ts";

/** To be called when the disk has all of it. @param transaction up to which the index goes */
export function noteCleanClose(generation: string, transaction: number): void {
  writeFileSync(filesOf(generation).closed, describe(generation, transaction));
}

export function wasClosedCleanly(generation: string, transaction: number): boolean {
  try {
    const { closed } = filesOf(generation);
    return readFileSync(closed, "utf8") === describe(generation, transaction);
  } catch {
    return false;
  }
}

function describe(generation: string, transaction: number): string {
  const { dev, ino, size, mtimeNs } = statSync(filesOf(generation).index, { bigint: true });
  return [formatVersion, transaction, dev, ino, size, mtimeNs].join(" ");
}
