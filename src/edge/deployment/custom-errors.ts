/**
 * What a distribution's configuration says of error statuses: how long they are kept, and the page
 * that viewers get instead.
 *
 * Source: CloudFront Developer Guide, "Generate custom error responses".
 */
import type { Distribution } from "../../model/distribution.ts";

export interface CustomError {
  /** How long the error is kept at least, in seconds. */
  readonly minTtl: number;
  /** Undefined where only the TTL is set. */
  readonly page: ErrorPage | undefined;
}

export interface ErrorPage {
  /** Begins with "/"; asked for through the behavior that it matches. */
  readonly path: string;
  /** What viewers get in place of the error's. */
  readonly status: number;
}

/** By the origin's status. */
export type CustomErrors = ReadonlyMap<number, CustomError>;

/** ErrorCachingMinTTL, in seconds, where nothing else is said. */
export const defaultErrorMinTtl = 10;

export function customErrorsOf(config: Distribution["config"]): CustomErrors {
  const errors = new Map<number, CustomError>();
  for (const item of config.CustomErrorResponses?.Items ?? []) {
    const { ErrorCode, ErrorCachingMinTTL, ResponsePagePath: path, ResponseCode } = item;
    if (ErrorCode === undefined) continue;
    const status = ResponseCode ? Number(ResponseCode) : ErrorCode;
    errors.set(ErrorCode, {
      minTtl: ErrorCachingMinTTL ?? defaultErrorMinTtl,
      page: path ? { path, status } : undefined,
    });
  }
  return errors;
}
