/**
 * Makes a folder, and those above it, where they are not there yet.
 *
 * Node's own way of that has another reason on file systems that take no writes (there is no such folder), and on those that take no
 * folders, as /proc, it tries for ever.
 */
import { mkdirSync, statSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";

/** @param mode of those that are made @throws Error, the system's, when it can't be made */
export async function makeFolder(path: string, mode = 0o777): Promise<void> {
  try {
    await mkdir(path, { mode });
  } catch (error) {
    if (!lacksParent(path, error)) return requireFolder(path, error);
    await makeFolder(dirname(path), mode);
    await mkdir(path, { mode }).catch((again: unknown) => requireFolder(path, again));
  }
}

/** The same, and whoever calls waits. */
export function makeFolderNow(path: string, mode = 0o777): void {
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    if (!lacksParent(path, error)) return requireFolder(path, error);
    makeFolderNow(dirname(path), mode);
    try {
      mkdirSync(path, { mode });
    } catch (again) {
      requireFolder(path, again);
    }
  }
}

function lacksParent(path: string, error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ENOENT" && dirname(path) !== path;
}

/** @throws what making it has thrown, where none is there */
function requireFolder(path: string, error: unknown): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) throw error;
}
