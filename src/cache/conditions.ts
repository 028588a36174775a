/**
 * What a request is conditional on, and whether that holds for what could be answered (RFC 9110 §13).
 *
 * A cache may leave If-Match and If-Unmodified-Since alone (§13.1.1, §13.1.4); here they count, because
 * whoever sends them asks for no bytes of another version, and the origin is not asked about a hit.
 */
import { combine } from "../base/header-lines.ts";
import { readHttpDate } from "../base/read-http-date.ts";
import { listsTag, matchesStrongly, matchesWeakly } from "./entity-tag.ts";

/** The request's headers that select bytes or make it conditional, as they came. */
export interface Conditions {
  readonly ifMatch: string | undefined;
  readonly ifNoneMatch: string | undefined;
  readonly ifModifiedSince: string | undefined;
  readonly ifUnmodifiedSince: string | undefined;
  readonly ifRange: string | undefined;
  readonly range: string | undefined;
}

/** What tells one version of an object from another (RFC 9110 §8.8), as the response's headers say. */
export interface Validators {
  readonly etag: string | undefined;
  readonly lastModified: string | undefined;
  /** When the origin made the response. */
  readonly date: string | undefined;
}

const none: Conditions = {
  ifMatch: undefined,
  ifNoneMatch: undefined,
  ifModifiedSince: undefined,
  ifUnmodifiedSince: undefined,
  ifRange: undefined,
  range: undefined,
};

const fields: Readonly<Record<string, keyof Conditions>> = {
  "if-match": "ifMatch",
  "if-none-match": "ifNoneMatch",
  "if-modified-since": "ifModifiedSince",
  "if-unmodified-since": "ifUnmodifiedSince",
  "if-range": "ifRange",
  range: "range",
};

const letterI = 0x69;
const letterR = 0x72;
const lowerCaseBit = 0x20;

/**
 * Costs a look at each name's first letter when there are none, as with nearly every request.
 *
 * @param headers the request's, names and values in turn
 * @returns undefined when there are none
 */
export function conditionsOf(headers: readonly string[]): Conditions | undefined {
  let found: { -readonly [Name in keyof Conditions]: Conditions[Name] } | undefined;
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index] as string;
    const letter = name.charCodeAt(0) | lowerCaseBit;
    if (letter !== letterI && letter !== letterR) continue;
    const lower = name.toLowerCase();
    const field = Object.hasOwn(fields, lower) ? fields[lower] : undefined;
    if (field === undefined) continue;
    found ??= { ...none };
    found[field] = combine(found[field], headers[index + 1] as string);
  }
  return found;
}

/** `failed` is a 412's reason, and `not-modified` a 304's. */
export type Evaluated = "proceed" | "not-modified" | "failed";

/**
 * Goes through a request's preconditions in the order of RFC 9110 §13.2.2. If-Range is none of them here:
 * it only bears on Range.
 *
 * @param validators of what would be answered with 200
 * @param now in milliseconds since the epoch
 */
export function evaluateConditions(
  method: string,
  conditions: Conditions,
  validators: Validators,
  now: number,
): Evaluated {
  const { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince } = conditions;
  const isRead = method === "GET" || method === "HEAD";
  if (ifMatch !== undefined) {
    if (!matchesAny(ifMatch, validators.etag, matchesStrongly)) return "failed";
  } else if (ifUnmodifiedSince !== undefined) {
    if (isModifiedSince(ifUnmodifiedSince, validators.lastModified, now) === true) return "failed";
  }
  if (ifNoneMatch !== undefined) {
    if (!matchesAny(ifNoneMatch, validators.etag, matchesWeakly)) return "proceed";
    return isRead ? "not-modified" : "failed";
  }
  if (ifModifiedSince !== undefined && isRead) {
    // A cache goes by Date where nothing says when the object was changed (RFC 9111 §4.3.2).
    const changed = validators.lastModified ?? validators.date;
    if (isModifiedSince(ifModifiedSince, changed, now) === false) return "not-modified";
  }
  return "proceed";
}

function matchesAny(
  list: string,
  etag: string | undefined,
  matches: (one: string, other: string) => boolean,
): boolean {
  if (list === "*") return true;
  return etag !== undefined && listsTag(list, etag, matches);
}

/** @returns undefined when it can't be told: the header is to be ignored then (§13.1.3, §13.1.4) */
function isModifiedSince(
  since: string,
  lastModified: string | undefined,
  now: number,
): boolean | undefined {
  if (lastModified === undefined) return undefined;
  const sinceTime = readHttpDate(since, now);
  const modifiedTime = readHttpDate(lastModified, now);
  if (sinceTime === undefined || modifiedTime === undefined) return undefined;
  return modifiedTime > sinceTime;
}

/** What a Date has to be later than Last-Modified by, in ms, to make it strong (RFC 9110 §8.8.2.2). */
const strongAfterMs = 1000;

/**
 * Whether the part that a viewer has is of this very version, so that another may follow it: If-Range
 * (RFC 9110 §13.1.5), which compares strongly.
 *
 * @param now in milliseconds since the epoch
 */
export function isIfRangeCurrent(ifRange: string, validators: Validators, now: number): boolean {
  const { etag, lastModified, date } = validators;
  if (ifRange.includes('"')) return etag !== undefined && matchesStrongly(ifRange, etag);
  const time = readHttpDate(ifRange, now);
  if (time === undefined || time !== readHttpDate(lastModified ?? "", now)) return false;
  const madeAt = readHttpDate(date ?? "", now);
  return madeAt !== undefined && madeAt >= time + strongAfterMs;
}
