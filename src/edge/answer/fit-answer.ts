/**
 * Fits an answer to what its viewer has already, and to the bytes they ask for: 304, 412, 206, 416.
 *
 * It comes last, because viewer-response functions run for all of these, on the whole answer; and it goes
 * by the headers that viewers get to see, which are what they send back.
 *
 * Source: RFC 9110 §13.2, §14.2, §15.3.7, §15.4.5, §15.5.13, §15.5.17; CloudFront Developer Guide, "How
 * CloudFront processes partial requests for an object (range GETs)".
 */
import { emptyBody } from "../../base/body.ts";
import type { Clock } from "../../base/clock.ts";
import { firstValue, hasName, withoutNames } from "../../base/header-lines.ts";
import {
  conditionsOf,
  evaluateConditions,
  isIfRangeCurrent,
  type Conditions,
  type Validators,
} from "../../cache/conditions.ts";
import { entityTagOf } from "../../cache/entity-tag.ts";
import { contentRange, MultipartBody, multipartType } from "../../cache/multipart.ts";
import { parseRanges, type ByteRange } from "../../cache/ranges.ts";
import type { ViewerRequest } from "../viewer-request.ts";
import type { Answer, ServedObject } from "./answer.ts";
import { reasonPhrase } from "./error-page.ts";

type Viewer = Pick<ViewerRequest, "id" | "method" | "headers" | "isConditional">;

/** @returns the very answer when it is no object, or nothing was asked for but all of it */
export function fitAnswer(answer: Answer, viewer: Viewer, now: Clock): Answer {
  const { object, status } = answer;
  if (!viewer.isConditional || object === undefined || !isContent(answer)) return answer;
  const conditions = conditionsOf(viewer.headers);
  if (conditions === undefined) return answer;
  const { method } = viewer;
  if (method !== "GET" && method !== "HEAD") return answer;

  const time = now().getTime();
  const validators = validatorsOf(answer.headers);
  switch (evaluateConditions(method, conditions, validators, time)) {
    case "not-modified":
      return notModified(answer);
    case "failed":
      return without(answer, 412);
    case "proceed":
  }
  // Range means nothing with HEAD (§14.2), nor before anybody knows where the object ends.
  const { length: size, slice } = object;
  if (method === "HEAD" || status === 206 || size === undefined || slice === undefined) {
    return answer;
  }
  const ranges = rangesOf(conditions, size, validators, time);
  if (ranges === "whole") return answer;
  if (ranges === "unsatisfiable") {
    return without(answer, 416, ["Content-Range", `bytes */${size}`]);
  }
  return partial(answer, { slice, size, ranges, viewerId: viewer.id });
}

/** Errors and redirects answer whoever asks (§13.2.1). */
function isContent({ status }: Answer): boolean {
  return status === 200 || status === 206;
}

/** The headers count, not the object: a function may have given it another tag. */
function validatorsOf(headers: readonly string[]): Validators {
  return {
    etag: entityTagOf(headers),
    lastModified: firstValue(headers, "last-modified"),
    date: firstValue(headers, "date"),
  };
}

function rangesOf(
  { range, ifRange }: Conditions,
  length: number,
  validators: Validators,
  now: number,
): ReturnType<typeof parseRanges> {
  if (range === undefined) return "whole";
  if (ifRange !== undefined && !isIfRangeCurrent(ifRange, validators, now)) return "whole";
  return parseRanges(range, length);
}

/** What describes content that an answer has not. */
const aboutContent = [
  "content-digest",
  "content-disposition",
  "content-encoding",
  "content-language",
  "content-length",
  "content-md5",
  "content-range",
  "content-type",
  "digest",
  "repr-digest",
];
const aboutUnchanged: ReadonlySet<string> = new Set(aboutContent);
/** The tag says it better, to whoever updates what they keep (§15.4.5). */
const aboutUnchangedWithTag: ReadonlySet<string> = new Set([...aboutContent, "last-modified"]);
/** An error must not be kept in the object's place, as long as the object, or by its name. */
const aboutObject: ReadonlySet<string> = new Set([
  ...aboutContent,
  "cache-control",
  "cdn-cache-control",
  "content-location",
  "etag",
  "expires",
  "last-modified",
]);

function notModified(answer: Answer): Answer {
  answer.body.discard();
  const dropped = hasName(answer.headers, "etag") ? aboutUnchangedWithTag : aboutUnchanged;
  const headers = withoutNames(answer.headers, dropped);
  return changed(answer, { status: 304, headers, body: emptyBody });
}

/** A refusal: the answer's headers stay as far as they are not the object's. */
function without(answer: Answer, status: 412 | 416, lines: readonly string[] = []): Answer {
  answer.body.discard();
  const headers = withoutNames(answer.headers, aboutObject);
  headers.push(...lines, "Content-Length", "0");
  const { age: _, ...rest } = changed(answer, { status, headers, body: emptyBody });
  return { ...rest, result: "Error" };
}

/** What is not true of a part. */
const aboutWhole: ReadonlySet<string> = new Set([
  "content-digest",
  "content-length",
  "content-md5",
  "content-range",
]);
const aboutWholeOrType: ReadonlySet<string> = new Set([...aboutWhole, "content-type"]);

interface Part {
  readonly slice: NonNullable<ServedObject["slice"]>;
  readonly size: number;
  readonly ranges: readonly ByteRange[];
  readonly viewerId: string;
}

function partial(answer: Answer, { slice, size, ranges, viewerId }: Part): Answer {
  const [range, ...others] = ranges as [ByteRange, ...ByteRange[]];
  // The parts are taken before the whole is let go of: the object is wanted all the time.
  if (others.length === 0) {
    const body = slice(range.first, range.end);
    answer.body.discard();
    const headers = withoutNames(answer.headers, aboutWhole);
    headers.push("Content-Range", contentRange(range, size));
    headers.push("Content-Length", String(range.end - range.first));
    return changed(answer, { status: 206, headers, body });
  }
  // Drawn at random for this request alone, so nobody can have put it into the object.
  const boundary = viewerId.replaceAll(/[^0-9A-Za-z]/g, "");
  const contentType = firstValue(answer.headers, "content-type");
  const body = new MultipartBody({ ranges, size, contentType, boundary, slice });
  answer.body.discard();
  const headers = withoutNames(answer.headers, aboutWholeOrType);
  headers.push("Content-Type", multipartType(boundary), "Content-Length", String(body.length));
  return changed(answer, { status: 206, headers, body });
}

function changed(answer: Answer, to: Pick<Answer, "status" | "headers" | "body">): Answer {
  const reason = reasonPhrase(to.status);
  return { ...answer, ...to, reason, written: undefined, object: undefined };
}
