/** What is known where it is decided whether a response is kept, and how long. */
import type { Directives } from "../../cache/cache-control.ts";
import type { CacheRules } from "../deployment/cache-rules.ts";
import type { DeployedDistribution } from "../deployment/deployed-distribution.ts";
import type { Lifetime } from "./lifetime.ts";

/** Whose rules count where CloudFront's and RFC 9111's differ. */
export type HttpCaching = "cloudfront" | "strict";

/**
 * Whether what has expired is validated. CloudFront fetches anew where cookies reach the origin; RFC 9111 §4.3
 * knows no such exception.
 */
export function validates(reading: HttpCaching, rules: Pick<CacheRules, "validates">): boolean {
  return reading === "strict" || rules.validates;
}

/** A response as viewers get it. */
export interface KeepableResponse {
  readonly status: number;
  readonly reason: string;
  /** Names and values in turn, in Latin-1. */
  readonly headers: readonly string[];
  /** Whether the origin is an S3 bucket. */
  readonly isS3?: boolean;
}

/** What keeping depends on beside the response. */
export interface Keeping {
  readonly method: string;
  /** After the viewer-request function. */
  readonly requestHeaders: readonly string[];
  /** The response's as the origin sent them; absent when they are the response's own. */
  readonly originHeaders?: readonly string[];
  /** In milliseconds since the epoch, as is the next. */
  readonly requestedAt: number;
  readonly respondedAt: number;
  /** Of the state that the request was served by. */
  readonly revision: number;
  /** As `cacheKey()` gives it. */
  readonly uri: string;
  readonly reading: HttpCaching;
  readonly rules: CacheRules;
  readonly distribution: Pick<DeployedDistribution, "customErrors" | "cacheTagHeader">;
}

/** How a response is read by one set of rules. */
export interface Read {
  readonly directives: Directives;
  /** In seconds, when it came. */
  readonly age: number;
  readonly lifetime: Lifetime;
  /** What else of the request chose it (RFC 9111 §4.1): lower-case names and values in turn. */
  readonly varied: readonly string[];
}
