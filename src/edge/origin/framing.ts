/**
 * Whether the head of an origin's response can be relayed as what it is: what its framing says is
 * said in one way, and it is no larger than CloudFront takes.
 *
 * The parser has refused what breaks the grammar; it goes by the last of several lines.
 */
import { combinedValue } from "../../base/header-lines.ts";

/** CloudFront's limit on the head of an origin's response, in bytes, line ends included. */
export const headMax = 32_768;

/** @returns what is wrong; undefined when the response can be relayed */
export function framingComplaint(status: number, headers: readonly string[]): string | undefined {
  if (headSize(headers) > headMax) {
    return `The head of the origin's response is larger than ${headMax} bytes`;
  }
  const coding = combinedValue(headers, "transfer-encoding");
  if (coding !== undefined && coding.toLowerCase() !== "chunked") {
    return `The origin's Transfer-Encoding is ${coding}, and only chunked can be relayed`;
  }
  if (status !== 206) return undefined;
  const length = combinedValue(headers, "content-length");
  const range = combinedValue(headers, "content-range") ?? "";
  if (range.includes(",")) return `The origin's Content-Range names two ranges: ${range}`;
  const [, first, last] = /^bytes (\d+)-(\d+)\//.exec(range) ?? [];
  if (length === undefined || last === undefined) return undefined;
  if (Number(length) === Number(last) - Number(first) + 1) return undefined;
  return `The origin's Content-Length is ${length} with Content-Range ${range}`;
}

/** @returns bytes of the header lines; undici counts names and values alone */
export function headSize(headers: readonly string[]): number {
  let bytes = 0;
  for (const text of headers) bytes += text.length + 2;
  return bytes;
}
