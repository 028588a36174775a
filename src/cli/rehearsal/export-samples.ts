/**
 * A sample of each difference as an event's file, which `footlight test` runs as it was run here: with its time, its chance
 * and what its key value store answered.
 */
import { join } from "node:path";
import { makeFolderNow } from "../../base/make-folder.ts";
import { replaceFile } from "../../base/write-whole.ts";
import type { JudgedReport } from "./judged-report.ts";

/** @returns how many files it wrote @throws Error, when the folder can't be written to */
export function exportSamples(folder: string, { groups }: JudgedReport): number {
  makeFolderNow(folder);
  for (const { id, shape, sample } of groups) {
    const { now, seed, keys } = sample.given;
    const given = { name: shape, now, seed, ...(keys && { keys }) };
    const text = JSON.stringify({ ...sample.event, given }, undefined, 2);
    replaceFile(join(folder, `${id}.json`), `${text}\n`);
  }
  return groups.length;
}
