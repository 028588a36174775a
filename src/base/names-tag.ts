/**
 * @param ifNoneMatch as it was sent
 * @returns whether it names this ETag, compared weakly. Source: RFC 9110 §13.1.2.
 */
export function namesTag(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === "*") return true;
  return ifNoneMatch.split(",").some((each) => each.trim().replace(/^W\//, "") === etag);
}
