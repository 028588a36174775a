/**
 * The key that the private keys of issued certificates are sealed under in the log: 32 bytes in a file. Who orders
 * certificates makes it on first use; edges that serve them are given the same file. It opens nothing else.
 */
import { join } from "node:path";
import type { Logger } from "../base/logger.ts";
import { createKeyFile, parseKey, readKeyText, warnWhenReadable } from "./key-file.ts";
import { OptionError } from "./option-table.ts";
import type { NodeOptions } from "./options.ts";

type Named = Pick<NodeOptions, "data" | "certificateKeyFile">;

const what = "certificate key";

export function certificateKeyFile({ data, certificateKeyFile: file }: Named): string {
  return file || join(data, "certificate.key");
}

/**
 * @returns undefined where there is no file
 * @throws OptionError, when it can't be read, or is malformed
 */
export function readCertificateKey(named: Named): Uint8Array | undefined {
  const file = certificateKeyFile(named);
  const text = readKeyText(file, what);
  return text === undefined ? undefined : parseKey(text, `The ${what} file ${file}`);
}

/**
 * @param mayCreate not when the log holds certificates: a new key would open none of them
 * @throws OptionError, when there is none where one must be, or it is malformed
 */
export function makeCertificateKey(named: Named, mayCreate: boolean, logger: Logger): Uint8Array {
  const file = certificateKeyFile(named);
  if (mayCreate && readKeyText(file, what) === undefined) createKeyFile(file);
  const key = readCertificateKey(named);
  if (key === undefined) {
    throw new OptionError(
      `The log holds certificates, and the key that theirs were sealed with is missing: there is no ${file}. Name the file with --certificate-key-file`,
    );
  }
  warnWhenReadable(file, what, logger);
  return key;
}
