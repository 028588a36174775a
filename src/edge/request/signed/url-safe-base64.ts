/**
 * CloudFront's own base64 for URLs and cookies: "-" for "+", "~" for "/" and "_" for the padding. It is
 * not RFC 4648's base64url.
 *
 * Source: CloudFront Developer Guide, "Create a signed URL using a custom policy".
 */
const alphabet = /^(?:[A-Za-z0-9~-]{4})*(?:[A-Za-z0-9~-]{2}__|[A-Za-z0-9~-]{3}_)?$/;

/** @returns undefined for what is none, the empty text among it */
export function decodeUrlSafeBase64(text: string): Buffer | undefined {
  if (text === "" || !alphabet.test(text)) return undefined;
  return Buffer.from(text.replaceAll("-", "+").replaceAll("~", "/").replaceAll("_", "="), "base64");
}
