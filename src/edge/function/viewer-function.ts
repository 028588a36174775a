/**
 * Runs the function that a behavior associates with an event type: the request (and response)
 * become an event, the runtime's outcome becomes the request to go on with or a response.
 *
 * Headers travel as the wire has them, in Latin-1; the runtime shows them to the function as text.
 *
 * Source: CloudFront Developer Guide, "CloudFront Functions event structure".
 */
import type {
  EventRequest,
  EventResponse,
  EventType,
  FunctionEvent,
  Invocation,
  NotRun,
  OriginChange,
  Outcome,
} from "../../runtime/function-runtime.ts";
import type { State } from "../../state/state.ts";
import { readerFor } from "../../state/key-value-reader.ts";
import type {
  DeployedBehavior,
  DeployedDistribution,
} from "../deployment/deployed-distribution.ts";
import type { Edge } from "../edge.ts";
import { errorPage, refusals, type Refusal } from "../answer/error-page.ts";
import { checkedQuery, checkedUri, checkHeaders, InvalidResult } from "./check-result.ts";
import type { AskedRequest } from "../origin/origin-request.ts";
import { changedResponse, generatedResponse } from "./function-response.ts";
import type { ViewerRequest } from "../viewer/viewer-request.ts";
import type { ViewerResponse } from "../answer/answer.ts";

/** Where in the flow a function runs. */
export interface Visit {
  readonly viewer: ViewerRequest;
  readonly distribution: DeployedDistribution;
  readonly behavior: DeployedBehavior;
  /** The state that the request started with. */
  readonly state: State;
  readonly edge: Edge;
}

/** What follows the viewer-request event: a request to go on with, or a response to answer at once. */
export type Asked =
  | { readonly request: AskedRequest; readonly originChange?: OriginChange }
  | { readonly response: ViewerResponse };

/**
 * Answers later only when the function runs apart from this thread, so that nearly all requests need
 * not wait for a turn.
 *
 * @param request what the viewer asks for; answered as it is when no function is associated
 */
export function runViewerRequest(request: AskedRequest, visit: Visit): Asked | Promise<Asked> {
  const name = visit.behavior.functions["viewer-request"];
  if (name === undefined) return { request };
  const event = eventRequest(request, visit.viewer);
  const ran = run(name, event, undefined, visit);
  if (!(ran instanceof Promise)) return askedAfter(ran, event, request, visit);
  return ran.then((later) => askedAfter(later, event, request, visit));
}

function askedAfter(
  outcome: Outcome | NotRun,
  event: EventRequest,
  request: AskedRequest,
  visit: Visit,
): Asked {
  const { viewer, edge } = visit;
  try {
    switch (outcome.type) {
      case "request":
        return {
          request: {
            ...requestAfter(outcome.request, event, request),
            ...(outcome.certificates && { certificates: outcome.certificates }),
          },
          ...(outcome.origin === undefined ? {} : { originChange: outcome.origin }),
        };
      case "response":
        return { response: generatedResponse(outcome.response, edge) };
      case "execution-error":
        return { response: errorPage(refusals.functionFailed, viewer.id, edge) };
      case "throttled":
      case "unwanted":
        return { response: errorPage(refusals.functionThrottled, viewer.id, edge) };
      case "validation-error":
      case "no-result":
        return { response: invalid(outcome, visit) };
    }
  } catch (error) {
    return { response: refuseInvalid(error, visit) };
  }
}

/** @param request the request after the viewer-request function */
export function runViewerResponse(
  response: ViewerResponse,
  request: AskedRequest,
  visit: Visit,
): ViewerResponse | Promise<ViewerResponse> {
  const name = visit.behavior.functions["viewer-response"];
  if (name === undefined) return response;
  const event = eventResponse(response);
  const ran = run(name, eventRequest(request, visit.viewer), event, visit);
  if (!(ran instanceof Promise)) return responseAfter(ran, event, response, visit);
  return ran.then(
    (later) => responseAfter(later, event, response, visit),
    (error: unknown) => {
      discard(response);
      throw error;
    },
  );
}

function responseAfter(
  outcome: Outcome | NotRun,
  event: EventResponse,
  response: ViewerResponse,
  visit: Visit,
): ViewerResponse {
  const { viewer, edge } = visit;
  try {
    if (outcome.type === "response") return changedResponse(outcome.response, event, response);
  } catch (error) {
    discard(response);
    return refuseInvalid(error, visit);
  }
  discard(response);
  switch (outcome.type) {
    case "execution-error":
      return errorPage(refusals.functionFailed, viewer.id, edge);
    case "throttled":
    case "unwanted":
      return errorPage(refusals.functionThrottled, viewer.id, edge);
    case "request": {
      const message =
        "The CloudFront function returned an invalid value: the result must be a response.";
      return invalid({ type: "validation-error", message }, visit);
    }
    case "validation-error":
    case "no-result":
      return invalid(outcome, visit);
  }
}

function run(
  name: string,
  request: EventRequest,
  response: EventResponse | undefined,
  visit: Visit,
): Outcome | NotRun | Promise<Outcome | NotRun> {
  const { viewer, distribution, state, edge } = visit;
  if (viewer.hasLeft()) return { type: "unwanted" };
  const copy = state.functions.get(name)?.live;
  if (copy === undefined) {
    return { type: "execution-error", message: `No function ${name} is published` };
  }
  const eventType: EventType = response === undefined ? "viewer-request" : "viewer-response";
  const event: FunctionEvent = {
    eventType,
    distributionDomainName: distribution.domainName,
    distributionId: distribution.id,
    requestId: viewer.id,
    viewerIp: viewer.ip,
    request,
    ...(response === undefined ? undefined : { response }),
  };
  const ran = edge.runtime.run(copy, event, readerFor(state, copy), { name, viewer });
  if (!(ran instanceof Promise)) return report(ran, name, visit);
  return ran.then((later) => ("outcome" in later ? report(later, name, visit) : later));
}

/** Tells the log what a run printed, and why it failed. */
function report(
  { outcome, logs }: Invocation,
  name: string,
  { viewer, distribution, edge }: Visit,
): Outcome {
  const about = { function: name, distribution: distribution.id, requestId: viewer.id };
  if (logs.length > 0) edge.logger.info({ ...about, lines: logs }, "function logged");
  if ("message" in outcome) {
    edge.logger.warn({ ...about, failure: outcome.message }, `function failed: ${outcome.type}`);
  }
  return outcome;
}

function eventRequest(request: AskedRequest, { method, host }: ViewerRequest): EventRequest {
  return {
    method,
    uri: request.path,
    querystring: request.querystring,
    headers: withCanonicalHost(request.headers, host),
  };
}

/** Functions see Host in lower case, without port and trailing dot, however the viewer wrote it. */
function withCanonicalHost(headers: readonly string[], host: string): readonly string[] {
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index] as string;
    if (name.length === 4 && name.toLowerCase() === "host") {
      return headers[index + 1] === host ? headers : headers.with(index + 1, host);
    }
  }
  return headers;
}

function eventResponse({ status, reason, headers, via }: ViewerResponse): EventResponse {
  const visible = via === "" ? headers : [...headers, "Via", via];
  return { statusCode: status, statusDescription: reason, headers: visible };
}

function requestAfter(
  result: { uri: string; querystring: string | undefined; headers: readonly string[] },
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
  if (result.headers === event.headers) return { path, querystring, headers: before.headers };
  checkHeaders("request.headers", result.headers);
  return { path, querystring, headers: result.headers };
}

function discard({ body }: ViewerResponse): void {
  body.discard();
}

function refuseInvalid(error: unknown, visit: Visit): ViewerResponse {
  if (!(error instanceof InvalidResult)) throw error;
  return invalid({ type: "validation-error", message: error.message }, visit);
}

function invalid(
  { type, message }: Extract<Outcome, { type: "validation-error" | "no-result" }>,
  { viewer, edge }: Visit,
): ViewerResponse {
  const refusal: Refusal = {
    status: type === "no-result" ? 503 : 502,
    sentence: message,
    result: "FunctionValidationError",
  };
  return errorPage(refusal, viewer.id, edge);
}
