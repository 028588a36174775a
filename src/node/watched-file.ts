/**
 * A file of the node's operator that is read when the node starts, and again whenever it changes.
 *
 * What cannot be read leaves what was read before, and is told: whoever edits a file is not to lose
 * what runs by it. A file is looked at by its name, so one that is moved into its place counts too.
 */
import { watchFile, unwatchFile, type StatsListener } from "node:fs";
import { readFile } from "node:fs/promises";
import type { Logger } from "../base/logger.ts";

/** How often a file is looked at, in milliseconds. */
const lookEveryMs = 500;

/** Takes in what a file holds; what it throws says what is wrong, completing "FILE …". */
export type Take = (bytes: Buffer) => void;

export interface WatchedFile {
  readonly path: string;
  readonly take: Take;
  readonly logger: Logger;
}

/** @throws Error, naming the file, when it cannot be read or taken in */
export async function takeFile(path: string, take: Take): Promise<void> {
  try {
    take(await readFile(path));
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    const what = typeof code === "string" ? "cannot be read: " : "";
    throw new Error(`${path} ${what}${message}`, { cause: error });
  }
}

/**
 * Takes a file in, and again whenever it changes. One that is broken from the beginning is told too, and
 * waited for: a node checks its files when it starts (takeFile), and a worker that replaces another later
 * had better serve.
 *
 * @returns what ends that
 */
export async function watchFileChanges({ path, take, logger }: WatchedFile): Promise<() => void> {
  let isRead = false;
  let isReading = false;
  let isStale = false;
  const read = async (): Promise<void> => {
    isStale = true;
    if (isReading) return;
    isReading = true;
    while (isStale) {
      isStale = false;
      try {
        await takeFile(path, take);
        if (isRead) logger.info({ file: path }, "read a file again that has changed");
        isRead = true;
      } catch (err) {
        const kept = isRead ? "what was read before stays in use" : "nothing is known from it";
        logger.error({ file: path, err }, `${(err as Error).message}; ${kept}`);
      }
    }
    isReading = false;
  };
  const looked: StatsListener = (now, before) => {
    const isSame =
      now.mtimeMs === before.mtimeMs && now.size === before.size && now.ino === before.ino;
    if (!isSame) void read();
  };
  // Before it is read, so that no change is missed in between.
  watchFile(path, { persistent: false, interval: lookEveryMs }, looked);
  await read();
  return () => unwatchFile(path, looked);
}
