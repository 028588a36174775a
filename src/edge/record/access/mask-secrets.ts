/**
 * Masks in what is told of requests whatever would let a reader do what the viewer may: signatures and
 * policies of signed URLs and cookies, and credentials in headers.
 *
 * CloudFront's logs have signed URLs' parameters as they were sent, with which anybody who reads them in
 * time gets what was paid for.
 */

export const mask = "***";

/** Of signed URLs of CloudFront and S3; a name may have characters percent-encoded. */
const parameters =
  /((?:^|[?&;])(?:Signature|Policy|X-Amz-Signature|X-Amz-Security-Token)=)[^&#;\s]*/gi;
const cookies = /(CloudFront-(?:Signature|Policy)[^=;]*=)[^;]*/gi;
const mayName = /signature|policy|token/i;

/** @param querystring without its "?", or a whole URL */
export function maskParameters(querystring: string): string {
  if (!mayName.test(querystring)) return querystring;
  return querystring.replaceAll(parameters, `$1${mask}`);
}

/** @param value of a Cookie header */
export function maskCookies(value: string): string {
  return mayName.test(value) ? value.replaceAll(cookies, `$1${mask}`) : value;
}

const credentials: ReadonlySet<string> = new Set([
  "authorization",
  "proxy-authorization",
  "x-amz-security-token",
  "x-api-key",
]);

/** @param lower a header's name, in lower case */
export function maskHeader(lower: string, value: string): string {
  if (credentials.has(lower)) return mask;
  if (lower === "cookie") return maskCookies(value);
  return maskParameters(value);
}

/** The shortest value that is looked for in other texts, in characters. */
const secretMin = 8;

/** @returns the values of a request that are masked, for texts that may hold them: the longest first */
export function secretsOf({
  querystring = "",
  headers,
}: {
  readonly querystring: string | undefined;
  readonly headers: readonly string[];
}): readonly string[] {
  const found = new Set<string>();
  const add = (value: string): void => {
    if (value.length < secretMin) return;
    found.add(value);
    // "Bearer TOKEN": functions tend to take the token alone.
    const [, token = ""] = /^\S+ (\S+)$/.exec(value) ?? [];
    if (token.length >= secretMin) found.add(token);
  };
  for (const [parameter, name] of querystring.matchAll(parameters)) {
    add(parameter.slice(name?.length ?? 0));
  }
  for (let index = 0; index < headers.length; index += 2) {
    const lower = (headers[index] as string).toLowerCase();
    const value = headers[index + 1] as string;
    if (credentials.has(lower)) add(value);
    if (lower !== "cookie") continue;
    for (const [cookie, name] of value.matchAll(cookies)) add(cookie.slice(name?.length ?? 0));
  }
  return [...found].toSorted((one, other) => other.length - one.length);
}

export function maskAll(text: string, secrets: readonly string[]): string {
  let masked = text;
  for (const secret of secrets) masked = masked.replaceAll(secret, mask);
  return masked;
}
