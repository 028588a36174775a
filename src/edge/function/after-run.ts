/**
 * What follows a function's run: the request that goes on, the answer that it made or changed, or the
 * page that says that neither can be.
 *
 * Source: CloudFront Developer Guide, "Restrictions on edge functions" and "HTTP 502".
 */
import type { Clock } from "../../base/clock.ts";
import type {
  EventRequest,
  EventResponse,
  NotRun,
  OriginChange,
  Outcome,
  RequestResult,
} from "../../runtime/function-runtime.ts";
import type { Answer } from "../answer/answer.ts";
import { refusals, type Refusal } from "../answer/refusals.ts";
import type { AskedRequest } from "../origin/origin-request.ts";
import { checkedQuery, checkedUri, checkHeaders, InvalidResult } from "./check-result.ts";
import {
  changedResponse,
  generatedResponse,
  recurringChange,
  recurringResponse,
} from "./function-response.ts";

/** What follows the viewer-request event: a request to go on with, or what to answer at once. */
export type Asked =
  | { readonly request: AskedRequest; readonly originChange?: OriginChange | undefined }
  | { readonly answer: Answer | Refusal };

/**
 * @param event what the function was given of the request
 * @param request the same as the viewer sent it
 */
export function askedAfter(
  outcome: Outcome | NotRun,
  event: EventRequest,
  request: AskedRequest,
  now: Clock,
): Asked {
  try {
    switch (outcome.type) {
      case "request":
        return {
          request: (outcome.recurs ? recurringRequest : requestAfter)(outcome, event, request),
          originChange: outcome.origin,
        };
      case "response": {
        const respond = outcome.recurs ? recurringResponse : generatedResponse;
        return { answer: respond(outcome.response, now) };
      }
      case "execution-error":
        return { answer: refusals.functionFailed };
      case "throttled":
      case "unwanted":
        return { answer: refusals.functionThrottled };
      case "validation-error":
      case "no-result":
        return { answer: invalid(outcome) };
    }
  } catch (error) {
    return { answer: refuseInvalid(error) };
  }
}

/**
 * @param event what the function was given of the response
 * @param response the response; its body is let go of where it is not the answer's
 */
export function responseAfter(
  outcome: Outcome | NotRun,
  event: EventResponse,
  response: Answer,
): Answer | Refusal {
  try {
    if (outcome.type === "response") {
      const change = outcome.recurs ? recurringChange : changedResponse;
      return change(outcome.response, event, response);
    }
  } catch (error) {
    discard(response);
    return refuseInvalid(error);
  }
  discard(response);
  switch (outcome.type) {
    case "execution-error":
      return refusals.functionFailed;
    case "throttled":
    case "unwanted":
      return refusals.functionThrottled;
    case "request": {
      const message =
        "The CloudFront function returned an invalid value: the result must be a response.";
      return invalid({ type: "validation-error", message });
    }
    case "validation-error":
    case "no-result":
      return invalid(outcome);
  }
}

/** What was made of results that recur. */
const requests = new WeakMap<RequestResult, AskedRequest>();

/** The same for a result that recurs: what was judged once need not be again. */
function recurringRequest(
  outcome: RequestOutcome,
  event: EventRequest,
  before: AskedRequest,
): AskedRequest {
  const known = requests.get(outcome.request);
  if (known !== undefined) return known;
  const made: AskedRequest = { ...requestAfter(outcome, event, before), recurs: true };
  requests.set(outcome.request, made);
  return made;
}

type RequestOutcome = Extract<Outcome, { type: "request" }>;

function requestAfter(
  { request: result, certificates }: RequestOutcome,
  event: EventRequest,
  before: AskedRequest,
): AskedRequest {
  const path = result.uri === event.uri ? before.path : checkedUri(result.uri);
  const querystring =
    result.querystring === event.querystring
      ? before.querystring
      : checkedQuery(result.querystring);
  if (path.length + (querystring?.length ?? 0) >= 8192) {
    throw new InvalidResult(
      "request.uri and request.querystring must be shorter than 8192 characters",
    );
  }
  if (result.headers === event.headers) {
    return { path, querystring, headers: before.headers, certificates };
  }
  checkHeaders("request.headers", result.headers, event.headers);
  return { path, querystring, headers: result.headers, certificates };
}

function discard({ body }: Answer): void {
  body.discard();
}

function refuseInvalid(error: unknown): Refusal {
  if (!(error instanceof InvalidResult)) throw error;
  return invalid({ type: "validation-error", message: error.message });
}

function invalid({
  type,
  message,
}: Extract<Outcome, { type: "validation-error" | "no-result" }>): Refusal {
  const row = type === "no-result" ? refusals.functionWithoutResult : refusals.functionInvalid;
  return { ...row, sentence: message };
}
