/** The key of the account in whose name certificates are ordered: a file of the node, which no log has and no edge needs. */
import { generateKeyPairSync } from "node:crypto";
import { renameSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "../../base/logger.ts";
import { createKeyFile, readKeyText, warnWhenReadable } from "../key-file.ts";

const what = "ACME account key";

/** @returns in PEM. @throws OptionError, when the file can't be read */
export function loadAccountKey(data: string, logger: Logger): string {
  const file = fileOf(data);
  const text = readKeyText(file, what) ?? createKeyFile(file, newKey());
  warnWhenReadable(file, what, logger);
  return text;
}

/**
 * Has the authority take a new key for the account, and puts it in the place of the one before. The new one is kept beside it
 * first, so that a node which is killed between the two goes on with it when it is told to change the key again.
 *
 * @throws Error, when the authority refuses or can't be reached: the one before stays
 */
export async function changeAccountKey(
  data: string,
  directory: string,
  logger: Logger,
): Promise<void> {
  const next = `${fileOf(data)}.next`;
  const text = readKeyText(next, what) ?? createKeyFile(next, newKey());
  const { AcmeSession } = await import("../../certificates/acme/acme-session.ts");
  const isKnown = await AcmeSession.changeKey(directory, loadAccountKey(data, logger), text);
  renameSync(next, fileOf(data));
  logger.info(
    { directory },
    isKnown
      ? "the authority has taken a new key for the account, and the one before opens nothing any more"
      : "the authority knows no account by the key before: the new one is taken from now on",
  );
}

function fileOf(data: string): string {
  return join(data, "acme", "account.key");
}

function newKey(): string {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}
