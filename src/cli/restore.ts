/** `footlight restore FILE`: makes the change log of a new node from a backup. */
import { readOptionTable } from "../node/option-table.ts";
import { pickOptions } from "../node/options.ts";
import { partArguments, UsageError } from "./arguments.ts";
import type { Command } from "./command.ts";

const table = pickOptions(["data", "log", "logLevel"]);

export const restore: Command = {
  summary: "Make the change log of a node that is not there yet from a backup",
  usage: "FILE",
  options: table,
  run: async (args, environment) => {
    const { words, flags } = partArguments(args, table);
    const { data, log, logLevel } = readOptionTable(table, flags, environment);
    const [backup, ...rest] = words;
    if (backup === undefined || rest.length > 0) throw new UsageError("restore FILE", words);
    // Not loaded for the other commands, which need nothing of a node.
    const { restoreBackup } = await import("../node/restore-backup.ts");
    const { createLogger } = await import("../node/logger.ts");
    const restored = await restoreBackup(backup, { data, log }, createLogger(logLevel));
    const { account, firstRevision, lastRevision, file, accessKeyCount } = restored;
    process.stdout.write(
      `Restored account ${account} at revision ${lastRevision}, with its history from revision ${firstRevision} on, to ${file}\n`,
    );
    if (accessKeyCount > 0) {
      process.stderr.write(
        "footlight restore: the access keys need the secret key that sealed them, which no backup has: " +
          "copy secret.key of the old data folder, or make new keys\n",
      );
    }
    return 0;
  },
};
