/**
 * The node's secret key: 32 bytes under which the secrets of access keys are encrypted in the log.
 *
 * It comes from the variable FOOTLIGHT_SECRET_KEY, or from a file that is made on first use and that
 * only its owner may read. There is no flag for the key itself: others can read a command line.
 */
import { join } from "node:path";
import type { Logger } from "../base/logger.ts";
import { createKeyFile, parseKey, readKeyText, warnWhenReadable } from "./key-file.ts";
import { OptionError } from "./option-table.ts";
import { type NodeOptions } from "./options.ts";

export const secretKeyVariable = "FOOTLIGHT_SECRET_KEY";
const what = "secret key";

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
  const text = readKeyText(file, what) ?? (mayCreate ? createKeyFile(file) : undefined);
  if (text === undefined) {
    throw new OptionError(
      `The log holds access keys, and the secret key they were encrypted with is missing: there is no ${file}. ` +
        `Name the file with --secret-key-file, or give the key in ${secretKeyVariable}`,
    );
  }
  warnWhenReadable(file, what, logger);
  return parseKey(text, `The secret key file ${file}`);
}
