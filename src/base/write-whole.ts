/**
 * Writes a file whole or not at all: beside its place, and moved there. On a disk that is full, or where the process is killed, the file of
 * before stays as it was. Nothing else is left, but by a process that is killed at that moment.
 */
import { randomBytes } from "node:crypto";
import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  lstatSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, resolve } from "node:path";

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

/** A folder that takes no other files, or none of a longer name, or a file that is mounted: it is written in its place. */
const onlyInPlace: ReadonlySet<string> = new Set([
  ...["EACCES", "EPERM", "EROFS"],
  ...["EBUSY", "EXDEV", "ENAMETOOLONG"],
]);
/** Where the system has what a process has open, `/dev/stdout` for one. */
const descriptors = /^(?:\/proc\/.*|\/dev)\/fd$/;
const linksMax = 40;

/**
 * The same for a file that a person named, which keeps its mode, its owner and its group: what a link leads to is written and not the
 * link, and what may not be written stays. A device, a pipe, another's file, one that has two names, or one that is named by a descriptor is
 * written in its place.
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
    // Moved there, another's would be this user's, and another name of it, or who has it open, would be left with what was before.
    const isOwn = found?.isFile() === true && found.uid === process.getuid?.();
    if (isOwn && found.nlink === 1 && !isOfDescriptor(file)) {
      accessSync(file, constants.W_OK);
      moveThere(realpathSync(file), (draft) => {
        writeFileSync(draft, text, { mode: 0o600, flag: "wx", flush: true });
        if (statSync(draft).gid !== found.gid) chownSync(draft, found.uid, found.gid);
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

/** Whether it is a name of what a process has open, or a link to such a name. */
function isOfDescriptor(file: string): boolean {
  for (let path = file, links = 0; links < linksMax; links += 1) {
    const folder = realpathSync(dirname(path));
    if (descriptors.test(folder)) return true;
    if (!lstatSync(path).isSymbolicLink()) return false;
    path = resolve(folder, readlinkSync(path));
  }
  return false;
}
