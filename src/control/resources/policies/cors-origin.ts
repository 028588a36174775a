/**
 * The origins that a response headers policy lets read responses: `https://*.example.com:8080`.
 *
 * Scheme and port may be missing. A `*` is all origins, the leftmost label of a name, or stands for
 * digits of a port.
 *
 * Source: CloudFront Developer Guide, "Understand response headers policies", CORS headers.
 */
import { InvalidArgument } from "../../../model/errors.ts";

const longest = 1783;

const scheme = "(?:[a-z][a-z0-9+.-]*://)?";
const name = String.raw`(?:\*|(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])`;
const port = "(?::[0-9*]{1,5})?";
const pattern = new RegExp(`^${scheme}${name}${port}$`, "i");

/** @throws InvalidArgument, in AWS's words */
export function checkCorsOrigins(origins: readonly string[]): void {
  const wrong = origins.find((origin) => !isCorsOrigin(origin));
  if (wrong === undefined) return;
  throw new InvalidArgument(
    `The parameter Access-Control-Allow-Origin contains ${shown(wrong)} which is not a valid URL. Origins are like https://*.example.com:8080, without a path, or "*" for all`,
  );
}

/** As it is, unless it would leave its line in a log. */
function shown(origin: string): string {
  const text = origin.slice(0, 200);
  return /^[!-~]+$/.test(text) ? text : JSON.stringify(text);
}

/** `ALL` is a value for methods, and no host is named like that. */
function isCorsOrigin(origin: string): boolean {
  return origin.length <= longest && origin !== "ALL" && pattern.test(origin);
}
