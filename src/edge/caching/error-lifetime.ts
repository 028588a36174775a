/**
 * How long an origin's error is kept, by CloudFront's rules, so that a failing origin is not asked with every request.
 *
 * An error is never stale: when its time is over the origin is asked again, without conditions.
 *
 * Source: CloudFront Developer Guide, "Manage how long content stays in the cache" and "How CloudFront
 * processes and caches HTTP 4xx and 5xx status codes from your origin".
 */
import type { NotStored } from "../../cache/outcome.ts";
import type { DeployedDistribution } from "../deployment/deployed-distribution.ts";
import { defaultErrorMinTtl } from "../deployment/custom-errors.ts";
import { objectionOf, secondsLeft, type Lasting, type Lifetime, type Ttls } from "./lifetime.ts";

/** Kept whatever the origin says, but for those that mind no-store, no-cache and private. */
const alwaysKept: ReadonlySet<number> = new Set([404, 410, 414, 500, 501, 502, 503, 504]);
const mindsObjections: ReadonlySet<number> = new Set([404, 410, 414, 501]);

/** Kept where the origin says how long: by max-age or s-maxage, not by Expires. */
const keptIfTold: ReadonlySet<number> = new Set([400, 403, 405, 412, 415]);

export interface Failing extends Lasting {
  /** Whether the origin is an S3 bucket. */
  readonly isS3: boolean;
}

type ErrorSettings = Pick<DeployedDistribution, "customErrors">;

export function errorLifetime(
  error: Failing,
  distribution: ErrorSettings,
  { maxTtl }: Pick<Ttls, "maxTtl">,
): Lifetime | NotStored {
  const { status, directives, isS3 } = error;
  const isTold = directives.maxAge !== undefined || directives.sMaxAge !== undefined;
  const isKept = alwaysKept.has(status) || (keptIfTold.has(status) && isTold);
  if (!isKept) return "status";
  const objection = objectionOf(directives);
  if (objection !== undefined && mindsObjections.has(status)) return objection;
  const told = objection === undefined ? (secondsLeft(error) ?? 0) : 0;
  const fresh = Math.max(errorMinTtl(status, distribution, isS3), Math.min(told, maxTtl));
  return fresh === 0 ? "ttl-zero" : { fresh, updating: 0, stale: 0 };
}

/**
 * @param isS3 whether the origin is an S3 bucket, whose errors are kept for a second even so
 * @returns seconds that a status is kept at least
 */
export function errorMinTtl(status: number, { customErrors }: ErrorSettings, isS3 = false): number {
  const seconds = customErrors.get(status)?.minTtl ?? defaultErrorMinTtl;
  return isS3 ? Math.max(1, seconds) : seconds;
}
