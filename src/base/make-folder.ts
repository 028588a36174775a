/**
 * Makes a folder, and those above it, where they are not there yet.
 *
 * Node says of a file system that takes no writes that there is no such folder: here it is said why none can be made.
 */
import { existsSync, mkdirSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";

/** @param mode of those that are made @throws Error, the system's, when it can't be made */
export async function makeFolder(path: string, mode = 0o777): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode });
  } catch (error) {
    throw reasonFor(path, mode, error);
  }
}

/** The same, and whoever calls waits. */
export function makeFolderNow(path: string, mode = 0o777): void {
  try {
    mkdirSync(path, { recursive: true, mode });
  } catch (error) {
    throw reasonFor(path, mode, error);
  }
}

/** @returns what the system says of the first folder that is missing */
function reasonFor(path: string, mode: number, error: unknown): unknown {
  if ((error as NodeJS.ErrnoException).code !== "ENOENT") return error;
  let missing = path;
  while (!existsSync(dirname(missing))) missing = dirname(missing);
  try {
    mkdirSync(missing, { mode });
  } catch (reason) {
    return reason;
  }
  // It has become possible just now: whoever tries again is told of the next one, if of any.
  return error;
}
