/**
 * Runs the function that a behavior associates with an event type: the request (and response)
 * become an event, the runtime's outcome becomes the request to go on with or a response.
 *
 * Headers travel as the wire has them, in Latin-1; the runtime shows them to the function as text.
 *
 * Source: CloudFront Developer Guide, "CloudFront Functions event structure".
 */
import { withFirstValue } from "../../base/header-lines.ts";
import type { Clock } from "../../base/clock.ts";
import { whenKnown, type Soon } from "../../base/soon.ts";
import type {
  EdgeFunctions,
  EventRequest,
  EventResponse,
  EventType,
  FunctionEvent,
  Invocation,
  NotRun,
  OriginChange,
  Outcome,
} from "../../runtime/function-runtime.ts";
import { readerFor } from "../../state/key-value-reader.ts";
import type { Answer } from "../answer/answer.ts";
import { refusals, type Refusal } from "../answer/refusals.ts";
import type { AskedRequest } from "../origin/origin-request.ts";
import type { PlacedVisit } from "../record/visit.ts";
import type { ViewerRequest } from "../viewer-request.ts";
import { checkedQuery, checkedUri, checkHeaders, InvalidResult } from "./check-result.ts";
import {
  changedResponse,
  generatedResponse,
  recurringChange,
  recurringResponse,
} from "./function-response.ts";

/** What running functions takes of the edge. */
export interface Running {
  readonly runtime: EdgeFunctions;
  readonly now: Clock;
}

/** What follows the viewer-request event: a request to go on with, or what to answer at once. */
export type Asked =
  | { readonly request: AskedRequest; readonly originChange?: OriginChange | undefined }
  | { readonly answer: Answer | Refusal };

/**
 * Answers later only when the function runs apart from this thread, so that nearly all requests need
 * not wait for a turn.
 *
 * @param request what the viewer asks for; answered as it is when no function is associated
 */
export function runViewerRequest(
  request: AskedRequest,
  visit: PlacedVisit,
  running: Running,
): Soon<Asked> {
  const name = visit.behavior.functions["viewer-request"];
  if (name === undefined) return { request };
  const event = eventRequest(request, visit.request);
  const ran = run(name, event, undefined, visit, running);
  return whenKnown(ran, (outcome) => askedAfter(outcome, event, request, running));
}

function askedAfter(
  outcome: Outcome | NotRun,
  event: EventRequest,
  request: AskedRequest,
  { now }: Running,
): Asked {
  try {
    switch (outcome.type) {
      case "request":
        return {
          request: requestAfter(outcome, event, request),
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

/** @param request the request after the viewer-request function */
export function runViewerResponse(
  response: Answer,
  request: AskedRequest,
  visit: PlacedVisit,
  running: Running,
): Soon<Answer | Refusal> {
  const name = visit.behavior.functions["viewer-response"];
  if (name === undefined) return response;
  const event = eventResponse(response);
  const letGo = (error: unknown): never => {
    discard(response);
    throw error;
  };
  let ran: Soon<Outcome | NotRun>;
  try {
    ran = run(name, eventRequest(request, visit.request), event, visit, running);
  } catch (error) {
    return letGo(error);
  }
  if (!(ran instanceof Promise)) return responseAfter(ran, event, response);
  return ran.then((later) => responseAfter(later, event, response), letGo);
}

function responseAfter(
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

function run(
  name: string,
  request: EventRequest,
  response: EventResponse | undefined,
  visit: PlacedVisit,
  { runtime }: Running,
): Soon<Outcome | NotRun> {
  const { distribution, viewer } = visit;
  const { state } = visit.deployment;
  if (viewer.isOver) return { type: "unwanted" };
  const copy = state.functions.get(name)?.live;
  if (copy === undefined) {
    return { type: "execution-error", message: `No function ${name} is published` };
  }
  const eventType: EventType = response === undefined ? "viewer-request" : "viewer-response";
  const { domainName: distributionDomainName, id: distributionId } = distribution;
  const { id: requestId, ip: viewerIp } = visit.request;
  const about = { eventType, distributionDomainName, distributionId, requestId, viewerIp, request };
  const event: FunctionEvent = response === undefined ? about : { ...about, response };
  const ran = runtime.run(copy, event, readerFor(state, copy), { name, viewer });
  return whenKnown(ran, (invocation) =>
    "outcome" in invocation ? report(invocation, name, visit) : invocation,
  );
}

function report({ outcome, logs }: Invocation, name: string, visit: PlacedVisit): Outcome {
  visit.runs.push({ name, outcome, logs });
  return outcome;
}

function eventRequest(request: AskedRequest, { method, host }: ViewerRequest): EventRequest {
  return {
    method,
    uri: request.path,
    querystring: request.querystring,
    // Functions see Host in lower case, without port and trailing dot, however the viewer wrote it.
    headers: withFirstValue(request.headers, "host", host),
  };
}

function eventResponse({ status, reason, headers, via }: Answer): EventResponse {
  const visible = via === "" ? headers : [...headers, "Via", via];
  return { statusCode: status, statusDescription: reason, headers: visible };
}

function requestAfter(
  { request: result, certificates }: Extract<Outcome, { type: "request" }>,
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
