/**
 * Where the change log is: what the option says, or a file in the data folder, which is made, for its
 * owner alone: what it keeps (code, values, origins' custom headers) is not for others to read.
 */
import { join } from "node:path";
import { makeFolderNow } from "../base/make-folder.ts";
import { withoutLogin } from "../log/jetstream-address.ts";
import { OptionError } from "./option-table.ts";
import { type NodeOptions } from "./options.ts";

/** @returns where it is, whether there is anything or not */
export function logAddressOf({ log, data }: Pick<NodeOptions, "log" | "data">): string {
  return log === "" ? `sqlite:${join(data, "changes.db")}` : log;
}

/** @throws OptionError, when the data folder cannot be made */
export function locateLog({ log, data }: Pick<NodeOptions, "log" | "data">): string {
  if (log !== "") return log;
  try {
    makeFolderNow(data, 0o700);
  } catch (error) {
    throw new OptionError(`Cannot make the data folder: ${(error as Error).message}`, {
      cause: error,
    });
  }
  return logAddressOf({ log, data });
}

/** What to call it where others read along: without a password. */
export function nameOfLog({ log, data }: Pick<NodeOptions, "log" | "data">): string {
  return log === "" ? `in ${data}` : withoutLogin(log);
}
