/**
 * A text at rest: AES-256-GCM under a key of 32 bytes, bound to a name, so that what is sealed for one cannot be put in
 * another's place.
 *
 * A sealed text is `v1:` and, in base64, the nonce, the tag and the encrypted text.
 */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

const prefix = "v1:";
const nonceBytes = 12;
const tagBytes = 16;

export function sealText(key: Uint8Array, boundTo: string, text: string): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  cipher.setAAD(Buffer.from(boundTo));
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return prefix + Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString("base64");
}

/** @throws Error, when it was sealed under another key, for another name, or is damaged */
export function openText(key: Uint8Array, boundTo: string, sealed: string): string {
  const bytes = Buffer.from(sealed.slice(prefix.length), "base64");
  const nonce = bytes.subarray(0, nonceBytes);
  const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: tagBytes });
  decipher.setAAD(Buffer.from(boundTo));
  decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
  const text = bytes.subarray(nonceBytes + tagBytes);
  return decipher.update(text, undefined, "utf8") + decipher.final("utf8");
}
