/**
 * Writes a file whole or not at all: beside its place, and moved there. On a disk that is full, or where the process is killed, the file of
 * before stays as it was, and nothing else is left.
 */
import { randomBytes } from "node:crypto";
import { realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";

/** @throws Error, the system's, when it can't be written; the one before is there then */
export function writeWhole(file: string, text: string, mode = 0o666): void {
  const draft = `${file}.${process.pid}.${randomBytes(4).toString("hex")}`;
  try {
    writeFileSync(draft, text, { mode, flag: "wx", flush: true });
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

/** A folder that takes no other files, or a file that is mounted: it is written in its place. */
const onlyInPlace: ReadonlySet<string> = new Set(["EACCES", "EPERM", "EBUSY", "EXDEV"]);

/**
 * The same for a file that a person named: one of theirs keeps its mode, what a link leads to is written and not the link, and a device
 * or a pipe is written to.
 *
 * @throws Error, as {@link writeWhole}
 */
export function replaceFile(file: string, text: string): void {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) {
    writeWhole(file, text);
    return;
  }
  try {
    if (found.isFile()) {
      writeWhole(realpathSync(file), text, found.mode & 0o777);
      return;
    }
  } catch (error) {
    if (!onlyInPlace.has(String((error as NodeJS.ErrnoException).code))) throw error;
  }
  writeFileSync(file, text);
}
