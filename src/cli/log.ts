/**
 * `footlight log copy FROM TO` and `footlight log verify LOG`: change logs by their addresses, whether
 * nodes run on them or not.
 */
import { readOptionTable } from "../node/option-table.ts";
import { logOptionNames, pickOptions } from "../node/options.ts";
import { partArguments, UsageError } from "./arguments.ts";
import type { Command } from "./command.ts";

const { log: _, ...access } = pickOptions(logOptionNames);
const table = {
  toPrefix: {
    default: "",
    help: "For copy: the --log-prefix of TO, where it is not that of FROM",
    pattern: /^$|^[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*$/,
    expects: 'letters, digits and "-", with "." in between',
  },
  ...access,
  ...pickOptions(["account", "logLevel"]),
} as const;

const usage = "log copy FROM TO | verify LOG";
const progressEveryMs = 1000;

export const log: Command = {
  summary: "Copy a change log (sqlite:FILE, nats://HOST) to another place, or verify one",
  usage: "copy FROM TO | verify LOG",
  options: table,
  run: async (args, environment) => {
    const { words, flags } = partArguments(args, table);
    const { toPrefix, ...values } = readOptionTable(table, flags, environment);
    const [verb, from = "", to = ""] = words;
    const isCopy = verb === "copy" && words.length === 3;
    if (!isCopy && !(verb === "verify" && words.length === 2)) throw new UsageError(usage, words);
    const options = { ...values, log: "", data: "" };
    const { copyNamedLog, verifyNamedLog } = await import("../node/named-logs.ts");
    if (!isCopy) {
      const { first, revision, head } = await verifyNamedLog(from, options);
      print(
        `Revisions ${first} to ${revision} are whole and follow on each other; the last is ${head}`,
      );
      return 0;
    }
    let toldAt = performance.now();
    const { entries, revision, head } = await copyNamedLog(
      {
        from,
        to,
        toPrefix,
        onProgress: (progress) => {
          if (performance.now() - toldAt < progressEveryMs) return;
          toldAt = performance.now();
          process.stderr.write(
            `footlight log: at revision ${progress.revision} of ${progress.last}\n`,
          );
        },
      },
      options,
    );
    print(`Copied ${entries} entries, up to revision ${revision}; the last is ${head}`);
    return 0;
  },
};

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
