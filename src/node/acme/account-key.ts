/** The key of the account in whose name certificates are ordered: a file of the node, which no log has and no edge needs. */
import { generateKeyPairSync } from "node:crypto";
import { join } from "node:path";
import type { Logger } from "../../base/logger.ts";
import { createKeyFile, readKeyText, warnWhenReadable } from "../key-file.ts";

const what = "ACME account key";

/** @returns in PEM. @throws OptionError, when the file can't be read */
export function loadAccountKey(data: string, logger: Logger): string {
  const file = join(data, "acme", "account.key");
  const text = readKeyText(file, what) ?? createKeyFile(file, newKey());
  warnWhenReadable(file, what, logger);
  return text;
}

function newKey(): string {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}
