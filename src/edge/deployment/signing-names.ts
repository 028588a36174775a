/**
 * What signed URLs and signed cookies carry their signature in. The names compare by case.
 *
 * Source: CloudFront Developer Guide, "Use signed URLs" and "Use signed cookies".
 */

/** Parameters of a signed URL. Any one of them makes a URL a signed one. */
export const signingParameters = [
  "Expires",
  "Policy",
  "Signature",
  "Key-Pair-Id",
  "Hash-Algorithm",
] as const;

export type SigningParameter = (typeof signingParameters)[number];

const parameterNames: ReadonlySet<string> = new Set(signingParameters);

export function isSigningParameter(name: string): name is SigningParameter {
  return parameterNames.has(name);
}

export function withoutSigningParameters(querystring: string): string {
  const isOthers = (parameter: string) => !isSigningParameter(parameter.split("=", 1)[0] ?? "");
  return querystring.split("&").filter(isOthers).join("&");
}

/** What the cookies' names begin with; a parameter's name follows. */
export const signingCookiePrefix = "CloudFront-";

/** @returns the parameter that the cookie of that name stands for; undefined for all other cookies */
export function signingCookie(name: string): SigningParameter | undefined {
  if (!name.startsWith(signingCookiePrefix)) return undefined;
  const parameter = name.slice(signingCookiePrefix.length);
  return isSigningParameter(parameter) ? parameter : undefined;
}
