/** Files that hold a key of 32 bytes, in base64 or hex, made on first use and readable for their owner alone. */
import { randomBytes } from "node:crypto";
import { linkSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Logger } from "../base/logger.ts";
import { makeFolderNow } from "../base/make-folder.ts";
import { OptionError } from "./option-table.ts";

const keyBytes = 32;
const expected = "32 bytes in base64 or hex, like the output of: openssl rand -base64 32";

/** @throws OptionError, when it is malformed. @param where names it, like "The secret key file x" */
export function parseKey(text: string, where: string): Uint8Array {
  const trimmed = text.trim();
  const isHex = /^[0-9a-f]{64}$/i.test(trimmed);
  const isBase64 = /^[A-Za-z0-9+/]{43}=$/.test(trimmed);
  const key = Buffer.from(trimmed, isHex ? "hex" : "base64");
  if ((isHex || isBase64) && key.length === keyBytes) return key;
  throw new OptionError(`${where} must hold ${expected}`);
}

/** @throws OptionError, when it is there and can't be read. @param what like "secret key" */
export function readKeyText(file: string, what: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    const reason = error instanceof Error ? error.message : String(error);
    throw new OptionError(`Cannot read the ${what} file: ${reason}`, { cause: error });
  }
}

/**
 * Written whole beside its place and then linked there: of two that come at once one wins, whole.
 *
 * @throws Error, when it can't be written; nothing is left then
 */
export function createKeyFile(
  file: string,
  text = `${randomBytes(keyBytes).toString("base64")}\n`,
): string {
  makeFolderNow(dirname(file), 0o700);
  const draft = `${file}.${process.pid}.${randomBytes(4).toString("hex")}`;
  try {
    writeFileSync(draft, text, { mode: 0o600, flag: "wx", flush: true });
    linkSync(draft, file);
    return text;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return readFileSync(file, "utf8");
    throw new Error(`Cannot write ${file}: ${message}`, { cause: error });
  } finally {
    rmSync(draft, { force: true });
  }
}

export function warnWhenReadable(file: string, what: string, logger: Logger): void {
  const mode = statSync(file).mode & 0o777;
  if ((mode & 0o077) === 0 || process.platform === "win32") return;
  logger.warn({ file, mode: mode.toString(8) }, `others can read the ${what} file: chmod 600`);
}
