/**
 * The paths of an invalidation.
 *
 * Source: CloudFront Developer Guide, "What you need to know when invalidating files".
 */
import { ApiError, InvalidArgument } from "../../model/errors.ts";
import type { Invalidation } from "../../model/invalidation.ts";
import { isWildcardPath } from "../../model/invalidation.ts";
import type { Quotas } from "../quotas.ts";

const longestPath = 4_000;
const longestTag = 256;

/**
 * A "*" that is not at the end means itself. A "~" is not supported at all.
 *
 * @throws InvalidArgument, for a path that is not URL-encoded or does not begin with "/"
 */
export function checkPaths(paths: readonly string[]): void {
  if (paths.length === 0) {
    throw new InvalidArgument("Your request contains no invalidation paths.");
  }
  const wrong = paths.find((path) => !(path.startsWith("#") ? isTag(path) : isPath(path)));
  if (wrong === undefined) return;
  throw new InvalidArgument(
    `Your request contains one or more invalid invalidation paths. "${wrong.slice(0, 200)}" must begin with "/", be URL-encoded and have at most ${longestPath} characters`,
  );
}

/** RFC 1738 §2.2 says which characters are unsafe. */
function isPath(path: string): boolean {
  return (
    path.length <= longestPath && /^\/([!$&'()*+,./0-9:;=?@A-Z_a-z-]|%[0-9a-fA-F]{2})*$/.test(path)
  );
}

/** Behind the "#": visible ASCII without a comma, which separates the tags of an object. */
function isTag(path: string): boolean {
  return path.length <= longestTag + 1 && /^#[\x21-\x2b\x2d-\x7e]+$/.test(path);
}

/**
 * @param inProgress the distribution's invalidations that are not completed
 * @throws BatchTooLarge, when the batch alone is over the quota
 * @throws TooManyInvalidationsInProgress, when it is with those in progress
 */
export function checkPathQuotas(
  paths: readonly string[],
  inProgress: readonly Invalidation[],
  quotas: Quotas,
): void {
  const { invalidationPathsInProgress, invalidationWildcardsInProgress } = quotas;
  if (paths.length > invalidationPathsInProgress) {
    throw new ApiError(
      "BatchTooLarge",
      `Invalidation batch specified is too large: it has ${paths.length} paths, and the limit is ${invalidationPathsInProgress}`,
    );
  }
  const all = [...paths, ...inProgress.flatMap((invalidation) => invalidation.paths)];
  const wildcards = all.filter(isWildcardPath).length;
  const counts = [
    ["wildcard paths", wildcards, invalidationWildcardsInProgress],
    ["paths", all.length - wildcards, invalidationPathsInProgress],
  ] as const;
  for (const [what, count, limit] of counts) {
    if (count <= limit) continue;
    throw new ApiError(
      "TooManyInvalidationsInProgress",
      `You have exceeded the maximum number of allowable InProgress invalidation batch requests, or invalidation objects: ${count} ${what} with this request, and the limit is ${limit}`,
    );
  }
}
