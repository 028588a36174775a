/** Change logs that the command line names by their addresses: to be copied, verified, and repaired. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLogger } from "./logger.ts";
import type { ChangeLog } from "../log/change-log.ts";
import { isNatsAddress, openLog } from "../log/open-log.ts";
import { noteOfLogId, ownCopiesIn, ownCopyFile } from "../log/own-copy.ts";
import { restoreSqliteLog } from "../log/sqlite-restore.ts";
import {
  copyLog,
  verifyLog,
  type Copied,
  type CopyProgress,
  type Verified,
} from "../state/copy-log.ts";
import { repairLog } from "../state/repair-log.ts";
import {
  backupLines,
  readBackupHeader,
  readBackupParts,
  type ReadBackupPage,
} from "./backup-file.ts";
import { jetStreamOptionsOf, openNodeLog, type LogOptions } from "./open-node-log.ts";
import { onceAnswered, type HowLong } from "./open-once-there.ts";
import { OptionError } from "./option-table.ts";
import type { NodeOptions } from "./options.ts";

export type NamedLogOptions = LogOptions & Pick<NodeOptions, "account" | "logLevel" | "logWait">;

export interface LogCopy {
  readonly from: string;
  readonly to: string;
  /** Of the log to copy to, in NATS; "" is that of the other. */
  readonly toPrefix: string;
  readonly onProgress: (progress: CopyProgress) => void;
}

/** @throws OptionError, when the one is not there, or both are the same */
export async function copyNamedLog(
  { from, to, toPrefix, onProgress }: LogCopy,
  options: NamedLogOptions,
): Promise<Copied> {
  const prefix = toPrefix === "" ? options.logPrefix : toPrefix;
  if (from === to && !(isNatsAddress(to) && prefix !== options.logPrefix)) {
    throw new OptionError("A log cannot be copied to itself: FROM and TO are the same");
  }
  const { account } = options;
  const logger = createLogger(options.logLevel);
  const copyTo = { ...options, log: requireKept(to), logPrefix: prefix };
  const copy = (note: LogCopy["onProgress"]): Promise<Copied> =>
    withLog(openThere(from, options), (source) =>
      withLog(openNodeLog(copyTo, { mayMake: true, logger }), (target) =>
        copyLog(source, target, { account, logger, onProgress: note }),
      ),
    );
  return goOn(copy, onProgress, options);
}

/** @throws OptionError, when it is not there */
export function verifyNamedLog(address: string, options: NamedLogOptions): Promise<Verified> {
  const { account, logLevel } = options;
  const logger = createLogger(logLevel);
  const verify = (): Promise<Verified> =>
    withLog(openThere(address, options), (log) => verifyLog(log, { account, logger }));
  return onceAnswered(verify, patience(options));
}

export interface LogRepair {
  /** In NATS. */
  readonly log: string;
  /** A node's data folder; or what gives the pages of a node's backup. */
  readonly from: string | ReadBackupPage;
  readonly onProgress: (progress: CopyProgress) => void;
}

/** @throws OptionError, when what to repair is no log in NATS, or what to repair from is not there */
export async function repairNamedLog(
  { log: address, from, onProgress }: LogRepair,
  options: NamedLogOptions,
): Promise<Copied> {
  if (!isNatsAddress(address)) {
    throw new OptionError(
      `What is repaired is a log in NATS, got "${address}". One in a file has its backup: footlight restore`,
    );
  }
  const { account } = options;
  const logger = createLogger(options.logLevel);
  const source = await openSource(from);
  try {
    // A tenth of a second to load, which other logs need not wait for.
    const { JetStreamLog } = await import("../log/jetstream-log.ts");
    const { fromId } = source;
    const how = jetStreamOptionsOf(options);
    const repair = (note: LogRepair["onProgress"]): Promise<Copied> =>
      withLog(JetStreamLog.openForRepair(address, how, fromId), (log) =>
        repairLog(log, source.log, { account, logger, onProgress: note, fromId }),
      );
    return await goOn(repair, onProgress, options);
  } finally {
    await source.close();
  }
}

interface RepairSource {
  readonly log: ChangeLog;
  readonly fromId: string | undefined;
  readonly close: () => Promise<void>;
}

async function openSource(from: LogRepair["from"]): Promise<RepairSource> {
  if (typeof from !== "string") return openBackupOf(from);
  const folders = [...ownCopiesIn(from), from].filter((one) => existsSync(ownCopyFile(one)));
  const opened = await Promise.all(
    folders.map(async (folder) => {
      const log = await openLog(`sqlite:${ownCopyFile(folder)}`);
      return { folder, log, last: await log.lastRevision() };
    }),
  );
  const [farthest, ...others] = opened.toSorted((one, other) => other.last - one.last);
  if (farthest === undefined) {
    throw new OptionError(`There is no copy of a log in ${from}: name a node's data folder`);
  }
  for (const { log } of others) await log.close();
  const { log, folder } = farthest;
  return { log, fromId: noteOfLogId(folder), close: () => log.close() };
}

/** What a node has is read to the end before anything is done with it. */
async function openBackupOf(readPage: ReadBackupPage): Promise<RepairSource> {
  const folder = mkdtempSync(join(tmpdir(), "footlight-repair-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const file = join(folder, "changes.db");
    const lines = backupLines(readPage);
    const header = readBackupHeader((await lines.next()).value ?? "");
    await restoreSqliteLog(file, readBackupParts(lines, header));
    const log = await openLog(`sqlite:${file}`);
    return { log, fromId: undefined, close: () => log.close().finally(remove) };
  } catch (error) {
    remove();
    throw error;
  }
}

/** Goes on where servers fell silent amid it, and counts what all attempts together have written. */
async function goOn(
  write: (note: LogCopy["onProgress"]) => Promise<Copied>,
  onProgress: LogCopy["onProgress"],
  options: NamedLogOptions,
): Promise<Copied> {
  let start: number | undefined;
  const note: LogCopy["onProgress"] = (progress) => {
    start ??= progress.revision;
    onProgress(progress);
  };
  const copied = await onceAnswered(() => write(note), patience(options));
  return {
    ...copied,
    entries: Math.max(copied.entries, copied.revision - (start ?? copied.revision)),
  };
}

function patience({ logWait, logLevel }: NamedLogOptions): HowLong {
  return { waitMs: logWait * 1000, logger: createLogger(logLevel) };
}

async function openThere(address: string, options: NamedLogOptions): Promise<ChangeLog> {
  const file = /^sqlite:(?<file>.+)$/.exec(requireKept(address))?.groups?.["file"];
  if (file !== undefined && !existsSync(file)) {
    throw new OptionError(`There is no change log ${file}`);
  }
  return openNodeLog({ ...options, log: address }, { mayMake: false });
}

function requireKept(address: string): string {
  if (/^sqlite:.+$/.test(address) || isNatsAddress(address)) return address;
  throw new OptionError(`A log is sqlite:FILE or nats://HOST here, got "${address}"`);
}

async function withLog<Log extends ChangeLog, T>(
  opening: Promise<Log>,
  act: (log: Log) => Promise<T>,
): Promise<T> {
  const log = await opening;
  try {
    return await act(log);
  } finally {
    await log.close();
  }
}
