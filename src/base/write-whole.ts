/**
 * Writes a file whole or not at all: beside its place, and moved there. On a disk that is full, or where the process is killed, the file of
 * before stays as it was, and nothing else is left.
 */
import { randomBytes } from "node:crypto";
import {
  accessSync,
  chmodSync,
  constants,
  lstatSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";

/** @throws Error, the system's, when it can't be written; the one before is there then */
export function writeWhole(file: string, text: string, mode = 0o666): void {
  moveThere(file, (draft) => writeFileSync(draft, text, { mode, flag: "wx", flush: true }));
}

function moveThere(file: string, write: (draft: string) => void): void {
  const draft = `${file}.${process.pid}.${randomBytes(4).toString("hex")}`;
  try {
    write(draft);
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

/** A folder that takes no other files, or a file that is mounted: it is written in its place. */
const onlyInPlace: ReadonlySet<string> = new Set(["EACCES", "EPERM", "EBUSY", "EXDEV"]);

/**
 * The same for a file that a person named, which keeps its mode and its owner: what a link leads to is written and not the link, and what
 * may not be written stays. A device, a pipe, another's file or one that has two names is written in its place.
 *
 * @throws Error, the system's, when it can't be written
 */
export function replaceFile(file: string, text: string): void {
  const found = statSync(file, { throwIfNoEntry: false });
  try {
    if (found === undefined && lstatSync(file, { throwIfNoEntry: false }) === undefined) {
      writeWhole(file, text);
      return;
    }
    // Moved there, another's would be this user's, and another name of it would be left with what was before.
    if (found?.isFile() && found.uid === process.getuid?.() && found.nlink === 1) {
      accessSync(file, constants.W_OK);
      moveThere(realpathSync(file), (draft) => {
        writeFileSync(draft, text, { mode: 0o600, flag: "wx", flush: true });
        // Whatever this process takes away from the modes of new files.
        chmodSync(draft, found.mode & 0o777);
      });
      return;
    }
  } catch (error) {
    if (!onlyInPlace.has(String((error as NodeJS.ErrnoException).code))) throw error;
  }
  writeFileSync(file, text);
}
