/**
 * Picks the cache behavior for a request.
 *
 * Behaviors are tried in the order the distribution lists them, the first path pattern that
 * matches wins, and the default cache behavior takes the rest. Only the path counts: the query
 * string and cookies play no part. This runs before the viewer-request function, so a URI that
 * the function rewrites does not change the behavior.
 *
 * Patterns are matched against the normalized path, so that `/private/*` can't be walked around
 * with `/x/../private/a`, `//private/a` or `/%70rivate/a`; what goes on is the path as sent.
 *
 * Source: CloudFront Developer Guide, "Path pattern" and "Restrictions on all edge functions".
 */
import type { DeployedBehavior, DeployedDistribution } from "./deployed-distribution.ts";

/**
 * @param path the URI's path as the viewer sent it, starting with "/", still percent-encoded
 * @returns the behavior; undefined only for a distribution without a default cache behavior
 */
export function matchBehavior(
  distribution: DeployedDistribution,
  path: string,
): DeployedBehavior | undefined {
  const { behaviors } = distribution;
  if (behaviors.length <= 1) return behaviors[0];
  const normalized = normalizePath(path);
  return behaviors.find((behavior) => behavior.matches(normalized));
}

/** Removes dot segments and repeated slashes, and decodes what needs no encoding (RFC 3986 §6.2.2). */
export function normalizePath(path: string): string {
  const decoded = path.includes("%") ? decodeUnreserved(path) : path;
  if (!decoded.includes("//") && !decoded.includes("/.")) return decoded;
  const kept: string[] = [];
  const segments = decoded.split("/");
  for (const segment of segments) {
    if (segment === "..") kept.pop();
    else if (segment !== "." && segment !== "") kept.push(segment);
  }
  const last = segments.at(-1);
  const isDirectory = kept.length > 0 && (last === "" || last === "." || last === "..");
  return `/${kept.join("/")}${isDirectory ? "/" : ""}`;
}

function decodeUnreserved(path: string): string {
  return path.replaceAll(/%[0-9a-f]{2}/gi, (escape) => {
    const character = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    return /[A-Za-z0-9._~-]/.test(character) ? character : escape.toUpperCase();
  });
}
