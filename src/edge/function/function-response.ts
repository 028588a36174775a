/**
 * Responses that functions make or change, as viewers get them.
 *
 * Framing is never a function's: Content-Length is counted when the body is the function's, and
 * stays the origin's when the body is.
 *
 * Source: CloudFront Developer Guide, "Generate HTTP responses" and "Modify HTTP responses".
 */
import { firstValue, hasName, linesThat } from "../../base/header-lines.ts";
import { emptyBody, WholeBody, type BodySource } from "../../base/body.ts";
import type { EventResponse, ResponseResult } from "../../runtime/function-runtime.ts";
import type { Clock } from "../../base/clock.ts";
import { httpDate } from "../../base/http-date.ts";
import { reasonPhrase } from "../answer/error-page.ts";
import { checkedReason, checkHeaders, InvalidResult } from "./check-result.ts";
import { headerRules } from "../../model/header-rules.ts";
import type { Answer } from "../answer/answer.ts";
import { writtenHeaders } from "../answer/written-headers.ts";

interface Ready {
  readonly date: string;
  readonly answer: Answer;
}

/** What was made of results that recur; their Date changes each second. */
const ready = new WeakMap<ResponseResult, Ready>();

/** The same for a result that recurs: what was judged and written once need not be again. */
export function recurringResponse(result: ResponseResult, now: Clock): Answer {
  const date = httpDate(now);
  const known = ready.get(result);
  if (known?.date === date) return known.answer;
  const made = generatedResponse(result, now);
  const answer = { ...made, written: writtenHeaders(made.headers) };
  ready.set(result, { date, answer });
  return answer;
}

/** A response that a viewer-request function answers with: no cache and no origin is asked. */
export function generatedResponse(result: ResponseResult, now: Clock): Answer {
  const body = hasContent(result.statusCode) ? bodyOf(result.body, emptyBody) : emptyBody;
  const wanted = sendable(result.headers);
  const headers: string[] = [];
  if (!hasName(wanted, "server")) headers.push("Server", "CloudFront");
  if (!hasName(wanted, "date")) headers.push("Date", httpDate(now));
  if (hasContent(result.statusCode)) headers.push("Content-Length", String(body.length));
  headers.push(...wanted);
  return {
    ...head(result),
    headers,
    body,
    result: "FunctionGeneratedResponse",
    via: "",
  };
}

/**
 * A response that a viewer-response function has changed.
 *
 * @param event what the function was given
 * @param response the origin's; its body is let go of when the function has replaced it
 */
export function changedResponse(
  result: ResponseResult,
  event: EventResponse,
  response: Answer,
): Answer {
  const { status, reason } = head(result);
  const isUntouched = result.headers === event.headers && result.body === undefined;
  if (isUntouched && status === response.status) return { ...response, reason };
  const headers = sendable(result.headers);
  const length = lengthAfter(status, result.body, response);
  if (length !== undefined) headers.push("Content-Length", length);
  const body = hasContent(status) ? bodyOf(result.body, response.body) : emptyBody;
  // What is sent in parts, or not at all to who has it, is what the origin gave.
  const isObject = body === response.body && status === response.status;
  if (body !== response.body) response.body.discard();
  const object = isObject ? response.object : undefined;
  return { ...response, status, reason, headers, body, object };
}

interface Changed {
  /** What it was made of. */
  readonly before: Pick<Answer, "status" | "headers">;
  readonly head: Pick<Answer, "status" | "reason" | "headers" | "written">;
  /** Whether it is still the object that the response was. */
  readonly isObject: boolean;
}

/** What was made of results that recur on responses that are kept. */
const changed = new WeakMap<ResponseResult, Changed>();

/** The same for a result that recurs: of a response with the same lines what was judged and written once need not be again. */
export function recurringChange(
  result: ResponseResult,
  event: EventResponse,
  response: Answer,
): Answer {
  const known = changed.get(result);
  if (known?.before.headers === response.headers && known.before.status === response.status) {
    return { ...response, ...known.head, object: known.isObject ? response.object : undefined };
  }
  const made = changedResponse(result, event, response);
  if (made.body !== response.body) return made;
  const { status, reason, headers } = made;
  const written = writtenHeaders(headers);
  changed.set(result, {
    before: { status: response.status, headers: response.headers },
    head: { status, reason, headers, written },
    isObject: made.status === response.status,
  });
  return { ...made, written };
}

function bodyOf(bytes: Uint8Array | undefined, otherwise: BodySource): BodySource {
  return bytes === undefined ? otherwise : new WholeBody(bytes);
}

/** A response of these statuses ends with its head, whatever its headers say (RFC 9112 §6.3). */
function hasContent(status: number): boolean {
  return status !== 204 && status !== 304;
}

/** @returns what Content-Length says; undefined when nothing may or can be said */
function lengthAfter(
  status: number,
  body: Uint8Array | undefined,
  response: Answer,
): string | undefined {
  if (!hasContent(status) && (status === 204 || body !== undefined)) return undefined;
  if (body !== undefined) return String(body.length);
  if (hasContent(status) && !hasContent(response.status)) return "0";
  return firstValue(response.headers, "content-length");
}

function head({ statusCode, statusDescription }: ResponseResult): {
  status: number;
  reason: string;
} {
  if (!Number.isInteger(statusCode) || statusCode < 200 || statusCode > 599) {
    throw new InvalidResult("response.statusCode must be a number from 200 to 599");
  }
  const reason = checkedReason(statusDescription);
  return { status: statusCode, reason: reason === "" ? reasonPhrase(statusCode) : reason };
}

/** Judged, and without what describes the connection or is the edge's own to say. */
function sendable(headers: readonly string[]): string[] {
  checkHeaders("response.headers", headers);
  return linesThat(headers, (name) => {
    const { lower, response } = headerRules(name);
    const isOurs = response === "removed" || response === "connection" || response === "via";
    return !isOurs && lower !== "content-length";
  });
}
