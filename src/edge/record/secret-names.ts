/** Which headers, query parameters, cookies and parts of URLs carry what must not be told. */

import { RecentMap } from "../../base/recent-map.ts";

/** Told instead of a value. */
export const masked = "[masked]";

const inNames =
  /authori[sz]ation|cookie|token|secret|passw|passphrase|api[-_]?key|access[-_]?key|credential|signature|session|csrf|xsrf|jwt|assertion|private|otp|origin-verify|client-cert|footlight-version/i;

const headerNames = /(?:^|[-_])(?:key|auth)$/i;

/** Those of signed URLs (CloudFront's and S3's), and what else is known to be one. */
const parameterNames =
  /^(?:policy|key-pair-id|sig|sign|code|state|auth|key|pw|pwd|pass|pin|ticket|hash|hmac)$|^x-amz-(?!date|expires|algorithm|signedheaders)/i;

/** Of URLs in a text: what stands between "//" and "@" (RFC 3986 §3.2.1). */
export const userinfo = /(?<=\/\/)[^\s/?#@"'<>]+(?=@)/g;

/** Nearly all requests have the same names. */
const headersKnown = new RecentMap<string, boolean>(500);
/** Longer ones are not remembered, in characters. */
const rememberedMax = 64;

export function isSecretHeader(name: string): boolean {
  const known = headersKnown.get(name);
  if (known !== undefined) return known;
  const isSecret = inNames.test(name) || headerNames.test(name);
  if (name.length <= rememberedMax) headersKnown.set(name, isSecret);
  return isSecret;
}

/** @param name as it is written, perhaps percent-encoded */
export function isSecretParameter(name: string): boolean {
  const plain = decoded(name);
  return inNames.test(plain) || parameterNames.test(plain) || headerNames.test(plain);
}

/**
 * Whether a parameter lets whoever has it do what the viewer may. Names that mean it only here and there, such as
 * `code` and `key`, are not among them, nor is the id of a key pair: what access logs are read for are parameters.
 */
export function isCredentialParameter(name: string): boolean {
  const plain = decoded(name);
  return inNames.test(plain) || plain.toLowerCase() === "policy";
}

/** @returns the text itself where it is no percent-encoding */
export function decoded(text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** @returns the text itself where it can't be percent-encoded */
export function encoded(text: string): string {
  if (/^[\w.-]*$/.test(text)) return text;
  try {
    return encodeURIComponent(text);
  } catch {
    return text;
  }
}
