/** Which requests a kept response answers, where it says that more than the key chose it (RFC 9111 §4.1). */
import { combinedValue } from "../base/header-lines.ts";

/** Stands for a header that the request did not have. No header's value is this. */
const absent = "\0";

/** Headers whose values mean the same in any case (RFC 9110 §12.5.3, §12.5.4). */
const withoutCase: ReadonlySet<string> = new Set(["accept-encoding", "accept-language"]);

const fieldName = /^[\w!#$%&'*+.^`|~-]+$/;

/**
 * What of the request Vary says to have chosen the response.
 *
 * @returns lower-case names and values in turn, normalized; `*` when no other request may be answered with
 *   the response, as also where Vary is not to be understood
 */
export function variedBy(
  responseHeaders: readonly string[],
  requestHeaders: readonly string[],
): string[] | "*" {
  const vary = combinedValue(responseHeaders, "vary");
  if (vary === undefined) return [];
  const names = new Set<string>();
  for (const member of vary.toLowerCase().split(",")) {
    const name = member.trim();
    if (name === "") continue;
    if (name === "*" || !fieldName.test(name)) return "*";
    names.add(name);
  }
  return Array.from(names).flatMap((name) => [name, selecting(name, requestHeaders)]);
}

/**
 * @param varied what `variedBy()` has said of the request that a response was kept for
 * @returns whether another request would have chosen the same
 */
export function matchesVaried(
  varied: readonly string[] | undefined,
  requestHeaders: readonly string[],
): boolean {
  if (varied === undefined) return true;
  for (let index = 0; index < varied.length; index += 2) {
    const value = selecting(varied[index] as string, requestHeaders);
    if (value !== varied[index + 1]) return false;
  }
  return true;
}

/**
 * Lines of one name are one value, and space around its commas is of no account, as long as no quote makes
 * it somebody's text. The order stays: origins choose by it among equals.
 */
function selecting(lower: string, headers: readonly string[]): string {
  const value = combinedValue(headers, lower);
  if (value === undefined) return absent;
  const told = withoutCase.has(lower) ? value.toLowerCase() : value;
  if (/["\x80-\xff]/.test(told)) return told;
  const members = told.split(",").map((member) => member.trim());
  return members.join(",");
}
