/**
 * Runs the function that a behavior associates with an event type: the request (and response)
 * become an event, the runtime's outcome becomes the request to go on with or a response.
 *
 * Headers travel as the wire has them, in Latin-1; the runtime shows them to the function as text.
 *
 * Source: CloudFront Developer Guide, "CloudFront Functions event structure".
 */
import { performance } from "node:perf_hooks";
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
  Outcome,
} from "../../runtime/function-runtime.ts";
import { readerFor } from "../../state/key-value-reader.ts";
import { publishedIn } from "../../state/published-functions.ts";
import type { Answer } from "../answer/answer.ts";
import type { Refusal } from "../answer/refusals.ts";
import { toldLocation } from "../../model/edge-location.ts";
import type { RunMemory } from "../../runtime/remembered/run-memory.ts";
import type { AskedRequest } from "../origin/origin-request.ts";
import type { FunctionRun, PlacedVisit } from "../record/visit.ts";
import type { ViewerRequest } from "../viewer-request.ts";
import { askedAfter, responseAfter, type Asked } from "./after-run.ts";
import { recurringEvent } from "./recurring-events.ts";
import { versionForViewer, type VersionChoice } from "./version-for-viewer.ts";

export type { Asked };

/** What running functions takes of the edge. */
export interface Running {
  readonly runtime: EdgeFunctions;
  readonly now: Clock;
  readonly versionChoice: VersionChoice;
  /** Whether it is noted when runs began and ended. */
  readonly timesRuns: boolean;
}

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
  const made = eventRequest(request, visit.request);
  const { event, memory } = recurringEvent(made, request.headers, visit.request);
  const ran = run(name, event, undefined, visit, running, memory);
  return whenKnown(ran, (outcome) => askedAfter(outcome, event, request, running.now));
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
    response.body.discard();
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

function run(
  name: string,
  request: EventRequest,
  response: EventResponse | undefined,
  visit: PlacedVisit,
  { runtime, versionChoice, timesRuns }: Running,
  memory?: RunMemory,
): Soon<Outcome | NotRun> {
  const { distribution, viewer } = visit;
  const { state } = visit.deployment;
  if (viewer.isOver) return { type: "unwanted" };
  const published = publishedIn(state, name);
  if (published === undefined) {
    return { type: "execution-error", message: `No function ${name} is published` };
  }
  const { share, apart, waves } = versionForViewer(name, published, visit, versionChoice);
  const { copy, version } = share;
  if (response === undefined && apart !== undefined) visit.keptApart = apart;
  const eventType: EventType = response === undefined ? "viewer-request" : "viewer-response";
  const { domainName: distributionDomainName, id: distributionId, tenant } = distribution;
  const { id: requestId, ip: viewerIp, mocked } = visit.request;
  const about = { eventType, distributionDomainName, distributionId, requestId, viewerIp, request };
  let event: FunctionEvent = response === undefined ? about : { ...about, response };
  if (tenant !== undefined) event = { ...event, tenant };
  if (mocked?.pop) event = { ...event, edgeLocation: toldLocation(mocked.pop) };
  const startedAt = timesRuns ? performance.now() : 0;
  const ran = runtime.run(copy, event, readerFor(state, copy), { name, viewer, memory });
  return whenKnown(ran, (invocation) =>
    "outcome" in invocation
      ? report(
          invocation,
          { name, copy, version, waves, eventType, event, given: response ?? request, startedAt },
          visit,
        )
      : invocation,
  );
}

function report(
  invocation: Invocation,
  run: Pick<
    FunctionRun,
    "name" | "copy" | "version" | "waves" | "eventType" | "event" | "given" | "startedAt"
  >,
  visit: PlacedVisit,
): Outcome {
  const { name, copy, version, waves, eventType, event, given, startedAt } = run;
  const { outcome, logs, logData, computeUtilization, storeCounts } = invocation;
  const { ranAt, seed, storeReads } = invocation;
  // Spelled out: to spread two objects into one takes V8 as long as to find what a remembered run answered.
  visit.runs.push({
    name,
    copy,
    version,
    waves,
    eventType,
    event,
    given,
    outcome,
    logs,
    logData,
    computeUtilization,
    storeCounts,
    ranAt,
    seed,
    storeReads,
    startedAt,
    endedAt: startedAt === 0 ? 0 : performance.now(),
  });
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
