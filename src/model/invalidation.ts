/** An invalidation: paths of one distribution, or of one of its tenants, that caches must not answer from any more. */
import type { OrderedMap } from "immutable";

export interface Invalidation {
  /** "I" and 25 upper-case letters and digits. */
  readonly id: string;
  /** Chosen by the caller, so that a request that is sent twice invalidates once. */
  readonly callerReference: string;
  /**
   * Each begins with "/", and a "*" at its end stands for anything; or with "#", and the rest is a
   * cache tag.
   */
  readonly paths: readonly string[];
  /** ISO 8601, UTC, with milliseconds. What was fetched before it is invalid. */
  readonly createTime: string;
  /** The log's revision of the change that made it. Completed once every edge has applied it. */
  readonly revision: number;
}

/** A distribution's or a tenant's, by id, in the order they were made. */
export type Invalidations = OrderedMap<string, Invalidation>;

/** @returns whether one path can mean many objects */
export function isWildcardPath(path: string): boolean {
  return path.startsWith("/") && path.endsWith("*");
}
