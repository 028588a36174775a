/**
 * Which origins an entry of a response headers policy's AccessControlAllowOrigins lets read
 * responses: `https://*.example.com:8*`, with a scheme and a port or without.
 *
 * Source: CloudFront Developer Guide, "Understand response headers policies", CORS headers.
 */

/** Nobody is told of a longer one. */
const originLengthMax = 1783;

/** @param origin what the viewer's Origin header says */
export type OriginMatcher = (origin: string) => boolean;

/** What a `*` can stand for in a name: no colon, slash or @, so that nothing else hides behind it. */
const anyName = "[a-z0-9._-]*";
const anyHost = String.raw`(?:${anyName}|\[[0-9a-f:.]+\])`;
const anyScheme = "[a-z][a-z0-9+.-]*";

/** @param entry other than `*` alone, which allows all without a look at them */
export function compileOriginPattern(entry: string): OriginMatcher {
  // A page without an origin of its own says so in this word, which is no name (RFC 6454 §7.1).
  if (entry === "null") return (origin) => origin === "null";
  const [, scheme, host = "", port] =
    /^(?:([^:/]+):\/\/)?(\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(entry) ?? [];
  const pattern = new RegExp(
    `^${schemePattern(scheme, host)}://${hostPattern(host)}${portPattern(port)}$`,
    "i",
  );
  return (origin) => origin.length <= originLengthMax && pattern.test(origin);
}

function schemePattern(scheme: string | undefined, host: string): string {
  if (scheme !== undefined) return RegExp.escape(scheme);
  return host.startsWith("*") ? anyScheme : "https?";
}

function hostPattern(host: string): string {
  if (host === "*") return anyHost;
  return host.startsWith("*") ? `${anyName}${RegExp.escape(host.slice(1))}` : RegExp.escape(host);
}

/** Without a port an entry means origins without one; `*` alone means any port or none. */
function portPattern(port: string | undefined): string {
  if (port === undefined) return "";
  if (port === "*") return "(?::[0-9]+)?";
  return `:${port.replaceAll("*", "[0-9]*")}`;
}
