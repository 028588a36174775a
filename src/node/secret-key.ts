/**
 * The node's secret key: 32 bytes under which the secrets of access keys are encrypted in the log.
 *
 * It comes from the variable FOOTLIGHT_SECRET_KEY, or from a file that is made on first use and that
 * only its owner may read. There is no flag for the key itself: others can read a command line.
 */
import { randomBytes } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Logger } from "../base/logger.ts";
import { OptionError } from "./option-table.ts";
import { type NodeOptions } from "./options.ts";

export const secretKeyVariable = "FOOTLIGHT_SECRET_KEY";
const keyBytes = 32;
const expected = "32 bytes in base64 or hex, like the output of: openssl rand -base64 32";

export interface SecretKeyInput {
  readonly options: Pick<NodeOptions, "data" | "secretKeyFile">;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Whether a key may be made. Not when the log holds secrets: a new key would open none of them. */
  readonly mayCreate: boolean;
  readonly logger: Logger;
}

/** @throws OptionError, when there is no key where one must be, or it is malformed */
export function loadSecretKey(input: SecretKeyInput): Uint8Array {
  const { environment, options, mayCreate, logger } = input;
  const given = environment[secretKeyVariable];
  if (given) return parseKey(given, `The variable ${secretKeyVariable}`);

  const file = options.secretKeyFile || join(options.data, "secret.key");
  const text = readText(file) ?? (mayCreate ? createFile(file) : undefined);
  if (text === undefined) {
    throw new OptionError(
      `The log holds access keys, and the secret key they were encrypted with is missing: there is no ${file}. ` +
        `Name the file with --secret-key-file, or give the key in ${secretKeyVariable}`,
    );
  }
  warnWhenReadable(file, logger);
  return parseKey(text, `The secret key file ${file}`);
}

function parseKey(text: string, where: string): Uint8Array {
  const trimmed = text.trim();
  const isHex = /^[0-9a-f]{64}$/i.test(trimmed);
  const isBase64 = /^[A-Za-z0-9+/]{43}=$/.test(trimmed);
  const key = Buffer.from(trimmed, isHex ? "hex" : "base64");
  if ((isHex || isBase64) && key.length === keyBytes) return key;
  throw new OptionError(`${where} must hold ${expected}`);
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    const reason = error instanceof Error ? error.message : String(error);
    throw new OptionError(`Cannot read the secret key file: ${reason}`, { cause: error });
  }
}

/** Written whole beside its place and then linked there: of two that come at once one wins, whole. */
function createFile(file: string): string {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}.${randomBytes(4).toString("hex")}`;
  const text = `${randomBytes(keyBytes).toString("base64")}\n`;
  writeFileSync(draft, text, { mode: 0o600, flag: "wx", flush: true });
  try {
    linkSync(draft, file);
    return text;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return readFileSync(file, "utf8");
  } finally {
    rmSync(draft, { force: true });
  }
}

function warnWhenReadable(file: string, logger: Logger): void {
  const mode = statSync(file).mode & 0o777;
  if ((mode & 0o077) === 0 || process.platform === "win32") return;
  logger.warn({ file, mode: mode.toString(8) }, "others can read the secret key file: chmod 600");
}
