/**
 * Secret access keys at rest: sealed under the node's secret key, bound to the access key's id, so that one key's secret
 * cannot be put in another's place.
 */
import { openText, sealText } from "../../base/sealed-text.ts";

/** @param secretKey 32 bytes */
export function sealSecret(secretKey: Uint8Array, accessKeyId: string, secret: string): string {
  return sealText(secretKey, accessKeyId, secret);
}

/** @throws when it was sealed under another secret key, for another id, or is damaged */
export function openSecret(secretKey: Uint8Array, accessKeyId: string, sealed: string): string {
  try {
    return openText(secretKey, accessKeyId, sealed);
  } catch (error) {
    throw new Error(
      `The secret of access key ${accessKeyId} cannot be read: it was encrypted with another secret key`,
      { cause: error },
    );
  }
}
