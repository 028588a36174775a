/**
 * Secret access keys at rest: AES-256-GCM under the node's secret key, bound to the access key's id,
 * so that one key's secret cannot be put in another's place.
 *
 * A sealed secret is `v1:` and, in base64, the nonce, the tag and the encrypted text.
 */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

const prefix = "v1:";
const nonceBytes = 12;
const tagBytes = 16;

/** @param secretKey 32 bytes */
export function sealSecret(secretKey: Uint8Array, accessKeyId: string, secret: string): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv("aes-256-gcm", secretKey, nonce);
  cipher.setAAD(Buffer.from(accessKeyId));
  const text = Buffer.concat([cipher.update(secret, "utf8"), cipher.final()]);
  return prefix + Buffer.concat([nonce, cipher.getAuthTag(), text]).toString("base64");
}

/** @throws when it was sealed under another secret key, for another id, or is damaged */
export function openSecret(secretKey: Uint8Array, accessKeyId: string, sealed: string): string {
  const bytes = Buffer.from(sealed.slice(prefix.length), "base64");
  try {
    const nonce = bytes.subarray(0, nonceBytes);
    const decipher = createDecipheriv("aes-256-gcm", secretKey, nonce, { authTagLength: tagBytes });
    decipher.setAAD(Buffer.from(accessKeyId));
    decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
    const text = bytes.subarray(nonceBytes + tagBytes);
    return decipher.update(text, undefined, "utf8") + decipher.final("utf8");
  } catch (error) {
    throw new Error(
      `The secret of access key ${accessKeyId} cannot be read: it was encrypted with another secret key`,
      { cause: error },
    );
  }
}
