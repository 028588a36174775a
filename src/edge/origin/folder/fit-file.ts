/**
 * What a file is answered with: all of it, a part, or only that it is what the asker has already.
 *
 * Several ranges are answered with all of the file, as S3 does; the edge makes parts of that.
 *
 * Source: RFC 9110 §13.2, §14.2, §15.3.7, §15.4.5, §15.5.13, §15.5.17.
 */
import type { BigIntStats } from "node:fs";
import { httpDate } from "../../../base/http-date.ts";
import {
  conditionsOf,
  evaluateConditions,
  isIfRangeCurrent,
  type Conditions,
  type Validators,
} from "../../../cache/conditions.ts";
import { contentRange } from "../../../cache/multipart.ts";
import { parseRanges, type ByteRange } from "../../../cache/ranges.ts";
import type { OriginRequest } from "../origin-request.ts";
import { contentTypeOf } from "./content-type.ts";
import { etagOf, lastModifiedOf } from "./file-validators.ts";

export interface FileAnswer {
  readonly status: 200 | 206 | 304 | 412 | 416;
  readonly headers: readonly string[];
  /** The bytes that are sent. */
  readonly range: ByteRange;
}

const nothing: ByteRange = { first: 0, end: 0 };

/** @param now the time of the answer */
export function fitFile(
  name: string,
  stats: BigIntStats,
  { method, headers }: Pick<OriginRequest, "method" | "headers">,
  now: Date,
): FileAnswer {
  const time = now.getTime();
  const size = Number(stats.size);
  const etag = etagOf(stats, time);
  const lastModified = lastModifiedOf(stats, time);
  const validators = { etag, lastModified, date: httpDate(() => now) };
  const described = ["ETag", etag, "Last-Modified", lastModified, "Accept-Ranges", "bytes"];
  const conditions = conditionsOf(headers);
  const evaluated = conditions && evaluateConditions(method, conditions, validators, time);
  if (evaluated === "not-modified") return { status: 304, headers: described, range: nothing };
  if (evaluated === "failed") {
    return { status: 412, headers: ["Content-Length", "0"], range: nothing };
  }
  const content = ["Content-Type", contentTypeOf(name), ...described];
  const all = { first: 0, end: size };
  const range = method === "GET" ? rangeOf(conditions, size, validators, time) : undefined;
  if (range === "unsatisfiable") {
    const refused = ["Content-Range", `bytes */${size}`, "Content-Length", "0"];
    return { status: 416, headers: refused, range: nothing };
  }
  if (range === undefined) {
    const length = ["Content-Length", String(size)];
    return {
      status: 200,
      headers: [...content, ...length],
      range: method === "GET" ? all : nothing,
    };
  }
  const part = ["Content-Range", contentRange(range, size)];
  const length = ["Content-Length", String(range.end - range.first)];
  return { status: 206, headers: [...content, ...part, ...length], range };
}

/** @returns undefined for all of it */
function rangeOf(
  conditions: Conditions | undefined,
  size: number,
  validators: Validators,
  now: number,
): ByteRange | "unsatisfiable" | undefined {
  const { range, ifRange } = conditions ?? {};
  if (range === undefined) return undefined;
  if (ifRange !== undefined && !isIfRangeCurrent(ifRange, validators, now)) return undefined;
  const ranges = parseRanges(range, size);
  if (ranges === "unsatisfiable") return ranges;
  return ranges === "whole" || ranges.length > 1 ? undefined : ranges[0];
}
