/** The key pairs of trusted signers, the legacy way to sign: no API makes them, so the node is told. */
import { readVerifyingKey, type KeyGroup } from "../../deployment/trusted-keys.ts";

/** Public keys in PEM by key pair id, by account number or "self". */
export type SignerPems = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** By what a behavior calls the account. */
export type SignerKeys = ReadonlyMap<string, KeyGroup>;

export function signerKeysOf(pems: SignerPems): SignerKeys {
  const keys = new Map<string, KeyGroup>();
  for (const [signer, ofSigner] of Object.entries(pems)) {
    const read = Object.entries(ofSigner).flatMap(([id, pem]) => {
      const key = readVerifyingKey(pem);
      return key === undefined ? [] : [[id, key] as const];
    });
    keys.set(signer, new Map(read));
  }
  return keys;
}
