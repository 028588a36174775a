/**
 * `footlight log copy FROM TO`, `footlight log verify LOG` and `footlight log repair LOG --from NODE|FOLDER`:
 * change logs by their addresses, whether nodes run on them or not.
 */
import type { LogCopy } from "../node/named-logs.ts";
import { readOptionTable } from "../node/option-table.ts";
import { logOptionNames, pickOptions } from "../node/options.ts";
import { apiOptions } from "./ask-api.ts";
import { pagesOfBackup } from "./pages-of-backup.ts";
import { partArguments, UsageError } from "./arguments.ts";
import type { Command } from "./command.ts";

const { log: _, ...access } = pickOptions(logOptionNames);
const { logWait } = pickOptions(["logWait"]);
const table = {
  toPrefix: {
    default: "",
    help: "For copy: the --log-prefix of TO, where it is not that of FROM",
    pattern: /^$|^[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*$/,
    expects: 'letters, digits and "-", with "." in between',
  },
  from: {
    default: "",
    help: "For repair: what has the log's end, the data folder of a node that followed it, or the URL of a control node",
  },
  ca: apiOptions("").ca,
  ...access,
  ...pickOptions(["account", "logLevel"]),
  logWait: {
    ...logWait,
    help: "Seconds that a log in NATS is waited for, whose servers do not answer or have no leader; 0 gives up at once",
  },
} as const;

const usage = "log copy FROM TO | verify LOG | repair LOG --from NODE|FOLDER";
const progressEveryMs = 1000;

export const log: Command = {
  summary: "Copy a change log (sqlite:FILE, nats://HOST) to another place, verify or repair one",
  usage: "copy FROM TO | verify LOG | repair LOG",
  options: table,
  run: async (args, environment) => {
    const { words, flags } = partArguments(args, table);
    const { toPrefix, from: source, ca, ...values } = readOptionTable(table, flags, environment);
    const [verb, from = "", to = ""] = words;
    const isCopy = verb === "copy" && words.length === 3;
    const isRepair = verb === "repair" && words.length === 2 && source !== "";
    const isVerify = verb === "verify" && words.length === 2;
    if (!isCopy && !isRepair && !isVerify) throw new UsageError(usage, words);
    const options = { ...values, log: "", data: "" };
    const named = await import("../node/named-logs.ts");
    const onProgress = progressTeller();
    if (isRepair) {
      const isNode = /^https?:/.test(source);
      const readPage = pagesOfBackup({ api: source, ca }, environment);
      const { entries, revision, head } = await named.repairNamedLog(
        { log: from, from: isNode ? readPage : source, onProgress },
        options,
      );
      print(
        entries === 0
          ? `Nothing was lost: the log has all up to revision ${revision} that is there, ${head}`
          : `Brought back ${entries} entries, up to revision ${revision}; the last is ${head}`,
      );
      return 0;
    }
    if (isVerify) {
      const { first, revision, head } = await named.verifyNamedLog(from, options);
      print(
        `Revisions ${first} to ${revision} are whole and follow on each other; the last is ${head}`,
      );
      return 0;
    }
    const copied = await named.copyNamedLog({ from, to, toPrefix, onProgress }, options);
    const { entries, revision, head } = copied;
    print(`Copied ${entries} entries, up to revision ${revision}; the last is ${head}`);
    return 0;
  },
};

function progressTeller(): LogCopy["onProgress"] {
  let toldAt = performance.now();
  return ({ revision, last }) => {
    if (performance.now() - toldAt < progressEveryMs) return;
    toldAt = performance.now();
    process.stderr.write(`footlight log: at revision ${revision} of ${last}\n`);
  };
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
