/** Reads a backup from the change log of a folder, whether a node runs on it or not. */
import { existsSync } from "node:fs";
import { silentLogger } from "../base/logger.ts";
import { openLog } from "../log/open-log.ts";
import { readBackupPage } from "../state/backup-page.ts";
import { Replica } from "../state/replica.ts";
import type { ReadBackupPage } from "./backup-file.ts";
import { locateLog } from "./locate-log.ts";
import { OptionError } from "./option-table.ts";
import type { NodeOptions } from "./options.ts";

export interface OpenedFolder {
  readonly readPage: ReadBackupPage;
  readonly close: () => Promise<void>;
}

/** @throws OptionError, when there is no log */
export async function openFolderForBackup({
  data,
  log: address,
  account,
}: Pick<NodeOptions, "data" | "log" | "account">): Promise<OpenedFolder> {
  const place = address === "" ? `sqlite:${data}/changes.db` : address;
  if (!existsSync(place.replace(/^sqlite:/, ""))) {
    throw new OptionError(`No node has kept anything there: ${place}`);
  }
  const log = await openLog(locateLog({ data, log: address }));
  const close = (): Promise<void> => log.close();
  try {
    // Whose log it is, and that it can be read, is known once it has been.
    const options = { account, logger: silentLogger, snapshotEvery: 0 };
    await (await Replica.open(log, options)).close();
  } catch (error) {
    await close();
    throw error;
  }
  const readPage: ReadBackupPage = async (marker) => ({
    id: account,
    ...(await readBackupPage(log, marker))!,
  });
  return { readPage, close };
}
