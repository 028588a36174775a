/**
 * Answers in the JSON face that are the same as before are not sent again: who reads a list every few seconds
 * names in If-None-Match the ETag that came with it.
 *
 * The ETag is of the bytes, not of a revision: what a list says also changes as edges come along. An answer
 * about one resource has the ETag that a change must match, and is always sent.
 *
 * Source: RFC 9110 §13.1.2 and §15.4.5.
 */
import { hash } from "node:crypto";
import { namesTag } from "../base/names-tag.ts";
import type { ApiRequest, ApiResponse } from "../wire/api-message.ts";

/** @param answer of a GET in the JSON face */
export function answerUnlessKnown(
  { headers }: Pick<ApiRequest, "headers">,
  answer: ApiResponse,
): ApiResponse {
  if (answer.status !== 200 || answer.headers["ETag"] !== undefined) return answer;
  const etag = `"${hash("sha1", answer.body, "base64url")}"`;
  const tagged = { ...answer.headers, ETag: etag };
  if (!namesTag(headers["if-none-match"], etag)) return { ...answer, headers: tagged };
  const { "Content-Type": _, ...own } = tagged as Record<string, string>;
  return { status: 304, headers: own, body: "" };
}
