/**
 * Opens a file of a folder, and never one that is elsewhere, whoever changes links meanwhile.
 *
 * The file is opened first, and then the system is asked where what was opened is: between a check of a
 * path and its opening the path may come to mean another file, but an open file stays the one that it
 * is. Nothing is read before that. A link may lead anywhere inside the folder.
 */
import { constants } from "node:fs";
import { open, readlink, realpath, stat, type FileHandle } from "node:fs/promises";
import type { BigIntStats } from "node:fs";
import { join, sep } from "node:path";

export interface OpenFile {
  /** To be closed by who gets it. */
  readonly handle: FileHandle;
  readonly stats: BigIntStats;
}

/** Nothing of a device or a pipe is waited for, and no terminal taken. */
const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

/** What the system says of a path that leads to no file. */
const absent = new Set(["ENOENT", "ENOTDIR", "ENAMETOOLONG", "ELOOP", "ENXIO", "EISDIR"]);
const forbidden = new Set(["EACCES", "EPERM"]);

/**
 * @param names from the folder down, each a plain name
 * @returns 404 when there is no such file, or it is a folder or a device; 403 when it is outside, or may
 *   not be read
 * @throws the system's error, when the folder itself is not there, or the system fails
 */
export async function openInFolder(
  folder: string,
  names: readonly string[],
): Promise<OpenFile | 403 | 404> {
  const root = await realpath(folder);
  const path = join(root, ...names);
  let handle: FileHandle;
  try {
    handle = await open(path, flags);
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (absent.has(code)) return 404;
    if (forbidden.has(code)) return 403;
    throw error;
  }
  try {
    const stats = await handle.stat({ bigint: true });
    if (!(await isInside(root, path, { handle, stats }))) return await closed(handle, 403);
    return stats.isFile() ? { handle, stats } : await closed(handle, 404);
  } catch (error) {
    return closed(handle, Promise.reject(error as Error));
  }
}

async function closed<T>(handle: FileHandle, answer: T | Promise<T>): Promise<T> {
  await handle.close();
  return answer;
}

async function isInside(root: string, path: string, file: OpenFile): Promise<boolean> {
  const place = await placeOf(path, file);
  return place !== undefined && place.startsWith(root.endsWith(sep) ? root : root + sep);
}

/** Linux tells an open file's path, whatever its names have come to mean. Elsewhere the path is followed once more. */
async function placeOf(path: string, { handle, stats }: OpenFile): Promise<string | undefined> {
  if (process.platform === "linux") {
    try {
      return await readlink(`/proc/self/fd/${handle.fd}`);
    } catch (error) {
      // Where /proc is not mounted.
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
  try {
    const place = await realpath(path);
    const there = await stat(place, { bigint: true });
    return there.dev === stats.dev && there.ino === stats.ino ? place : undefined;
  } catch {
    return undefined;
  }
}
