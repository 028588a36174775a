/**
 * Whether a part of something is as long as it says: what its Content-Range and its Content-Length
 * tell must be the same (RFC 9110 §14.4).
 */
import { combinedValue } from "../../base/header-lines.ts";
import { MalformedResponse } from "../../http1/response-head.ts";

/** A part that is longer or shorter than it says. */
export class WrongRangeLength extends MalformedResponse {}

/** @returns what is wrong; undefined when the response can be relayed */
export function rangeComplaint(status: number, headers: readonly string[]): string | undefined {
  if (status !== 206) return undefined;
  const length = combinedValue(headers, "content-length");
  const range = combinedValue(headers, "content-range") ?? "";
  if (range.includes(",")) return `The origin's Content-Range names two ranges: ${range}`;
  const [, first, last] = /^bytes (\d+)-(\d+)\//.exec(range) ?? [];
  if (length === undefined || last === undefined) return undefined;
  if (Number(length) === Number(last) - Number(first) + 1) return undefined;
  return `The origin's Content-Length is ${length} with Content-Range ${range}`;
}
