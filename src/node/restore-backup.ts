/**
 * Makes a change log of a backup. Nothing is at its place before all of it is there, checked entry by
 * entry, as a node would read it.
 */
import { once } from "node:events";
import { createReadStream, existsSync, renameSync, rmSync } from "node:fs";
import { createInterface } from "node:readline";
import type { Logger } from "../base/logger.ts";
import { restoreSqliteLog } from "../log/sqlite-restore.ts";
import { SqliteLog } from "../log/sqlite-log.ts";
import { Replica } from "../state/replica.ts";
import { readBackupHeader, readBackupParts, type BackupHeader } from "./backup-file.ts";
import { cacheFolder } from "./cache-folder.ts";
import { locateLog } from "./locate-log.ts";
import { OptionError } from "./option-table.ts";
import type { NodeOptions } from "./options.ts";

export interface Restored extends BackupHeader {
  /** The file of the change log. */
  readonly file: string;
  /** Their secrets are sealed with a key that no backup has. */
  readonly accessKeyCount: number;
}

/**
 * @param backup the backup's file
 * @throws OptionError, when there is a log already, or the backup cannot be read
 * @throws BackupError, when the backup is none, not whole, or damaged; nothing is left then
 */
export async function restoreBackup(
  backup: string,
  options: Pick<NodeOptions, "data" | "log">,
  logger: Logger,
): Promise<Restored> {
  const lines = await readLines(backup);
  const file = /^sqlite:(?<file>.+)$/.exec(locateLog(options))?.groups?.["file"];
  if (file === undefined) throw new OptionError("A backup is restored to sqlite:FILE");
  if (existsSync(file)) {
    throw new OptionError(
      `There is a change log already: ${file}. Restore to another folder, or move that one away`,
    );
  }
  const unfinished = `${file}.restoring`;
  removeLog(unfinished);
  try {
    const first = await lines.next();
    const header = readBackupHeader(first.done === true ? "" : first.value);
    await restoreSqliteLog(unfinished, readBackupParts(lines, header));
    const accessKeyCount = await checkLog(unfinished, header.account, logger);
    renameSync(unfinished, file);
    // What is kept there was fetched by another log's revisions.
    rmSync(cacheFolder(options.data), { recursive: true, force: true });
    return { ...header, file, accessKeyCount };
  } finally {
    removeLog(unfinished);
  }
}

/** Replays all of it, which checks that each entry follows on the one before. */
async function checkLog(file: string, account: string, logger: Logger): Promise<number> {
  const log = new SqliteLog(file);
  try {
    const replica = await Replica.open(log, { account, logger });
    await replica.close();
    return replica.state.accessKeys.size;
  } finally {
    await log.close();
  }
}

async function readLines(file: string): Promise<AsyncIterableIterator<string>> {
  const input = createReadStream(file);
  try {
    await once(input, "open");
  } catch (error) {
    throw new OptionError(`Cannot read the backup: ${(error as Error).message}`, { cause: error });
  }
  return createInterface({ input, crlfDelay: Infinity })[Symbol.asyncIterator]();
}

function removeLog(file: string): void {
  for (const end of ["", "-wal", "-shm"]) rmSync(`${file}${end}`, { force: true });
}
