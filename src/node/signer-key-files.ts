/**
 * Reads the public keys of trusted signers, which CloudFront keeps with the accounts and no API makes:
 * a folder an account, named by its number or "self", with a file a key pair, `KEY-PAIR-ID.pem`.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readVerifyingKey } from "../edge/deployment/trusted-keys.ts";
import type { SignerPems } from "../edge/request/signed/signer-keys.ts";
import { OptionError } from "./option-table.ts";

/** Characters of all keys: workers are handed them in their environment, which systems limit. */
const charactersMax = 65_536;

/**
 * @param folder empty for none
 * @param account the node's own, which is "self"
 * @throws OptionError, when the folder can't be read, or has what is none of these
 */
export function readSignerKeys(folder: string, account: string): SignerPems {
  if (folder === "") return {};
  const pems = new Map<string, Readonly<Record<string, string>>>();
  const signers = listed(folder);
  if (signers.includes("self") && signers.includes(account)) {
    throw refusal(`"self" is the account ${account}, and both are in ${folder}`);
  }
  for (const signer of signers) {
    if (signer !== "self" && !/^\d{12}$/.test(signer)) {
      throw refusal(
        `${join(folder, signer)} must be named "self" or by an account number of 12 digits`,
      );
    }
    pems.set(signer === account ? "self" : signer, readKeys(join(folder, signer)));
  }
  const own = pems.get("self");
  if (own !== undefined) pems.set(account, own);
  const all = Object.fromEntries(pems);
  const { length } = JSON.stringify(all);
  if (length > charactersMax) {
    throw refusal(`${folder} has ${length} characters of keys, and ${charactersMax} are taken`);
  }
  return all;
}

function readKeys(folder: string): Readonly<Record<string, string>> {
  const keys = listed(folder).map((name) => {
    const file = join(folder, name);
    const id = /^([A-Z0-9]{1,128})\.pem$/.exec(name)?.[1];
    if (id === undefined) {
      throw refusal(`${file} must be named by a key pair id, like APKAEXAMPLE1234567.pem`);
    }
    const pem = textOf(file);
    if (!pem.trimStart().startsWith("-----BEGIN PUBLIC KEY-----") || !readVerifyingKey(pem)) {
      throw refusal(
        `${file} must be a public key in PEM form, RSA or ECDSA with P-256, beginning with "-----BEGIN PUBLIC KEY-----"`,
      );
    }
    return [id, pem] as const;
  });
  return Object.fromEntries(keys);
}

/** Sorted; hidden files, which systems leave in folders, don't count. */
function listed(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => !name.startsWith("."))
      .sort();
  } catch (error) {
    throw refusal((error as Error).message, error);
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw refusal((error as Error).message, error);
  }
}

function refusal(reason: string, cause?: unknown): OptionError {
  return new OptionError(`Cannot read --trusted-signer-keys: ${reason}`, { cause });
}
