/**
 * Parts of objects that are kept by themselves: a part is never mistaken for the whole, and answers
 * only who asks for bytes that are all in it (RFC 9111 §3.4).
 */
import { combinedValue, firstValue, hasName, linesThat } from "../../base/header-lines.ts";
import { isIfRangeCurrent } from "../../cache/conditions.ts";
import { entityTagOf, isStrong } from "../../cache/entity-tag.ts";
import { parseRanges } from "../../cache/ranges.ts";
import type { SeekableBody, Stored, StoredMeta, StoredPart } from "../../cache/store.ts";
import { currentAge } from "../../cache/age.ts";
import type { Answer } from "../answer/answer.ts";
import type { ResultType } from "../record/result-types.ts";
import type { CacheCall } from "./cache-call.ts";
import { answerFromKept } from "./kept-answer.ts";

/** Positions in the object: the first byte, and the one after the last. */
export interface WantedPart {
  readonly first: number;
  readonly end: number;
}

/**
 * @param asked the request's headers
 * @param now in milliseconds since the epoch
 * @returns undefined when a kept part does not hold all that is asked for, or more than one range is
 */
export function partWanted(
  { part, headers: kept }: StoredMeta,
  asked: readonly string[],
  now: number,
): WantedPart | undefined {
  const range = combinedValue(asked, "range");
  if (part?.size === undefined || range === undefined) return undefined;
  // What asks on a condition about the whole is answered from the whole.
  if (otherConditions.some((name) => hasName(asked, name))) return undefined;
  const condition = combinedValue(asked, "if-range");
  const etag = firstValue(kept, "etag");
  const lastModified = firstValue(kept, "last-modified");
  const validators = { etag, lastModified, date: firstValue(kept, "date") };
  if (condition !== undefined && !isIfRangeCurrent(condition, validators, now)) {
    return undefined;
  }
  const ranges = parseRanges(range, part.size);
  if (typeof ranges === "string" || ranges.length !== 1) return undefined;
  const [wanted] = ranges;
  if (wanted === undefined || wanted.first < part.first || wanted.end > part.last + 1) {
    return undefined;
  }
  return wanted;
}

/** @returns what a 206 says it holds; undefined where that is not one range of bytes */
export function partOf(headers: readonly string[]): StoredPart | undefined {
  const value = combinedValue(headers, "content-range") ?? "";
  const [, first, last, size] = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/i.exec(value) ?? [];
  if (first === undefined || last === undefined || size === undefined) return undefined;
  const part = {
    first: Number(first),
    last: Number(last),
    size: size === "*" ? undefined : Number(size),
  };
  return part.first > part.last || part.last >= (part.size ?? Infinity) ? undefined : part;
}

/** In bytes. */
export function lengthOf(part: StoredPart | undefined): number | undefined {
  return part && part.last - part.first + 1;
}

/** What is kept as its viewer wants it: of a part, the bytes that are asked for. */
export function answerFromStored(
  stored: Stored,
  body: SeekableBody,
  { conditions }: Pick<CacheCall, "conditions">,
  result: ResultType,
  now: number,
): Answer {
  const part = partWanted(stored.meta, conditions, now);
  if (part === undefined) return answerFromKept(stored, body, result, now);
  return answerFromPart(stored, body, part, result, now);
}

/** Whether a part that has expired can be found to be right: a weak tag may name other bytes as well. */
export function isValidatable({ headers }: StoredMeta): boolean {
  const etag = entityTagOf(headers);
  return etag !== undefined && isStrong(etag);
}

/** @param part of the object that `stored` is a part of; inside it */
function answerFromPart(
  { meta }: Stored,
  body: SeekableBody,
  { first, end }: WantedPart,
  result: ResultType,
  now: number,
): Answer {
  const from = meta.part?.first ?? 0;
  const headers = linesThat(meta.headers, (name) => !partHeaders.has(name.toLowerCase()));
  headers.push("Content-Range", `bytes ${first}-${end - 1}/${meta.part?.size ?? "*"}`);
  headers.push("Content-Length", String(end - first));
  return {
    status: 206,
    reason: meta.reason,
    headers,
    body: body.slice(first - from, end - from),
    via: combinedValue(meta.headers, "via") ?? "",
    result,
    age: currentAge(meta, now),
  };
}

const otherConditions = [
  "if-match",
  "if-none-match",
  "if-modified-since",
  "if-unmodified-since",
] as const;
const partHeaders = new Set(["content-range", "content-length", "via", "age"]);
