/** Change logs that the command line names by their addresses: to be copied, and to be verified. */
import { existsSync } from "node:fs";
import { createLogger } from "./logger.ts";
import type { ChangeLog } from "../log/change-log.ts";
import { isNatsAddress } from "../log/open-log.ts";
import {
  copyLog,
  verifyLog,
  type Copied,
  type CopyProgress,
  type Verified,
} from "../state/copy-log.ts";
import { openNodeLog, type LogOptions } from "./open-node-log.ts";
import { OptionError } from "./option-table.ts";
import type { NodeOptions } from "./options.ts";

export type NamedLogOptions = LogOptions & Pick<NodeOptions, "account" | "logLevel">;

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
  return withLog(openThere(from, options), (source) =>
    withLog(
      openNodeLog(
        { ...options, log: requireKept(to), logPrefix: prefix },
        { mayMake: true, logger },
      ),
      (target) => copyLog(source, target, { account, logger, onProgress }),
    ),
  );
}

/** @throws OptionError, when it is not there */
export function verifyNamedLog(address: string, options: NamedLogOptions): Promise<Verified> {
  const { account, logLevel } = options;
  return withLog(openThere(address, options), (log) =>
    verifyLog(log, { account, logger: createLogger(logLevel) }),
  );
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

async function withLog<T>(
  opening: Promise<ChangeLog>,
  act: (log: ChangeLog) => Promise<T>,
): Promise<T> {
  const log = await opening;
  try {
    return await act(log);
  } finally {
    await log.close();
  }
}
