/**
 * Masks in what is told of requests whatever would let a reader do what the viewer may: signatures and
 * policies of signed URLs and cookies, and credentials in headers.
 *
 * CloudFront's logs have signed URLs' parameters as they were sent, with which anybody who reads them in
 * time gets what was paid for.
 */
import { isCredentialParameter, isSecretHeader, userinfo } from "../secret-names.ts";

export const mask = "***";

/** A parameter of a query, or of a URL; a name may have characters percent-encoded. */
const parameters = /((?:^|[?&;])([^?&;=#\s]{1,128})=)[^&#;\s]*/g;
const cookies = /(CloudFront-(?:Signature|Policy)[^=;]*=)[^;]*/gi;
/** What a query without a secret has none of; percent-encoded letters may be any. */
const mayName =
  /authori[sz]|cookie|token|secret|passw|passphrase|key|credential|signature|session|csrf|xsrf|jwt|assertion|private|otp|policy|verify|cert|%[46][0-9a-f]|%[57][0-9a]/i;

/** @param querystring without its "?", or a whole URL */
export function maskParameters(querystring: string): string {
  const told = querystring.includes("@") ? querystring.replaceAll(userinfo, mask) : querystring;
  if (!mayName.test(told)) return told;
  return told.replaceAll(parameters, (all, head: string, name: string) =>
    isCredentialParameter(name) ? `${head}${mask}` : all,
  );
}

/** @param value of a Cookie header */
export function maskCookies(value: string): string {
  return /cloudfront-/i.test(value) ? value.replaceAll(cookies, `$1${mask}`) : value;
}

/** @param lower a header's name, in lower case */
export function maskHeader(lower: string, value: string): string {
  // Of which nobody has asked for by name, as they have of `cs-cookie`.
  if (lower === "cookie") return value.split(";").map(maskPair).join(";");
  if (isSecretHeader(lower)) return mask;
  return maskParameters(value);
}

function maskPair(pair: string): string {
  const equals = pair.indexOf("=");
  return equals < 0 ? mask : `${pair.slice(0, equals + 1)}${mask}`;
}
