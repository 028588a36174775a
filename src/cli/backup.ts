/**
 * `footlight backup FILE`: the whole account with its history, from a node while it runs, over the
 * public API; or from the data folder of one that does not.
 *
 * FILE is written beside its place and moved there when all of it is on the disk, so a backup that is
 * there is whole; an earlier one stays until then.
 */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { backupLines, type ReadBackupPage } from "../node/backup-file.ts";
import { readOptionTable } from "../node/option-table.ts";
import { pickOptions } from "../node/options.ts";
import { partArguments, UsageError } from "./arguments.ts";
import { apiOptions } from "./ask-api.ts";
import type { Command } from "./command.ts";
import { pagesOfBackup } from "./pages-of-backup.ts";

const table = {
  ...apiOptions("Base URL of the control plane to back up"),
  data: {
    default: "",
    help: "Folder to back up instead, where no node runs: the one its --data named",
  },
  ...pickOptions(["account"]),
} as const;

export const backup: Command = {
  summary: "Write the whole account with its history to a file, while the node runs",
  usage: "FILE",
  options: table,
  run: async (args, environment) => {
    const { words, flags } = partArguments(args, table);
    // A data folder in the environment is where a node runs, and that one is asked.
    const { FOOTLIGHT_DATA: _, ...others } = environment;
    const { api, ca, data, account } = readOptionTable(table, flags, others);
    const [file, ...rest] = words;
    if (file === undefined || rest.length > 0) throw new UsageError("backup FILE", words);
    if (data === "") {
      return write(file, pagesOfBackup({ api, ca }, environment));
    }
    // Not loaded where a node is asked.
    const { openFolderForBackup } = await import("../node/read-backup.ts");
    const folder = await openFolderForBackup({ data, log: "", account });
    try {
      return await write(file, folder.readPage);
    } finally {
      await folder.close();
    }
  },
};

async function write(file: string, readPage: ReadBackupPage): Promise<number> {
  const unfinished = `${file}.unfinished`;
  // Values, code and origins' headers are in it.
  const descriptor = naming(file, () => openSync(unfinished, "w", 0o600));
  let bytes = 0;
  try {
    for await (const line of backupLines(readPage)) {
      bytes += naming(file, () => writeWhole(descriptor, line));
    }
    naming(file, () => fsyncSync(descriptor));
    renameSync(unfinished, file);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
  process.stdout.write(`Wrote ${file}, ${bytes} bytes\n`);
  return 0;
}

/** The system says of a write that failed why, and not where. */
function naming<Result>(file: string, act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    throw new Error(`Cannot write ${file}: ${(error as Error).message}`, { cause: error });
  }
}

/** @returns the number of bytes */
function writeWhole(descriptor: number, line: string): number {
  const bytes = Buffer.from(line);
  for (let written = 0; written < bytes.length;) {
    written += writeSync(descriptor, bytes, written);
  }
  return bytes.length;
}
