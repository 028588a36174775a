/**
 * Holds a folder for one node alone, as long as its process lives: the system lets go of it with the process, however
 * that ends.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** One that was killed just now may take a moment to be gone. */
const patienceMs = 2000;
const locked = 5;

/** Another node that runs has it. */
export class FolderInUse extends Error {
  override readonly name = "FolderInUse";

  constructor(folder: string, options: ErrorOptions) {
    super(
      `Another node that runs keeps its copy of the change log in ${folder}: give each its own --data`,
      options,
    );
  }
}

/** Whether a node has ever held it. */
export function wasHeld(folder: string): boolean {
  return existsSync(lockFile(folder));
}

function lockFile(folder: string): string {
  return join(folder, "lock.db");
}

/**
 * @param folder one that is there
 * @returns what lets go of it
 * @throws FolderInUse, when another has it
 */
export function holdFolder(folder: string): () => void {
  // SQLite's lock of a file is the system's own, and works between processes and within one.
  const lock = new DatabaseSync(lockFile(folder), { timeout: patienceMs });
  try {
    // With a journal in a file it would take room on the disk to hold a folder.
    lock.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
    return () => lock.close();
  } catch (error) {
    lock.close();
    const { errcode = 0 } = error as { readonly errcode?: number };
    if ((errcode & 0xff) === locked) throw new FolderInUse(folder, { cause: error });
    throw error;
  }
}
