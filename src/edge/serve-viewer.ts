/** FLOW 2, the data plane: one viewer request, from its exchange to what is answered. */
import { isIPv6 } from "node:net";
import { performance } from "node:perf_hooks";
import { whenKnown, type Soon } from "../base/soon.ts";
import type { Answer } from "./answer/answer.ts";
import { errorPage } from "./answer/error-page.ts";
import { fitAnswer } from "./answer/fit-answer.ts";
import { withOwnCookies } from "./answer/own-cookies.ts";
import { withPolicyHeaders } from "./answer/policy-headers.ts";
import { refusals, type Refusal } from "./answer/refusals.ts";
import type { CacheCall } from "./caching/cache-call.ts";
import { withCustomError } from "./caching/custom-error.ts";
import { callByGrpc } from "./caching/call-by-grpc.ts";
import { openWebSocket } from "./caching/open-web-socket.ts";
import { throughCache } from "./caching/through-cache.ts";
import { invalidationsFor } from "./deployment/compiled-invalidations.ts";
import { hasTarget, type OriginTarget } from "./deployment/deployed-distribution.ts";
import { matchBehavior } from "./deployment/match-behavior.ts";
import type { Edge } from "./edge.ts";
import { applyOriginChange } from "./function/apply-origin-change.ts";
import { mockedExchange, refuseMock } from "./mocked-exchange.ts";
import { runViewerRequest, runViewerResponse, type Asked } from "./function/viewer-function.ts";
import type { AskedRequest } from "./origin/origin-request.ts";
import { Visit, type PlacedVisit } from "./record/visit.ts";
import { answerAcmeChallenge } from "./request/acme-challenge.ts";
import { refuseMethod } from "./request/allowed-methods.ts";
import { withDefaultRootObject } from "./request/default-root-object.ts";
import { isGrpcCall } from "./request/grpc-call.ts";
import { refuseCountry } from "./request/geo-restriction.ts";
import {
  refuseOtherCertificates,
  refuseWithoutCertificate,
} from "./request/unshown-certificate.ts";
import { refuseFronting } from "./request/domain-fronting.ts";
import { distributionFor } from "./request/recurring-host.ts";
import { viewerHeaders } from "./request/viewer-headers.ts";
import { chooseStaging } from "./request/staging/choose-staging.ts";
import { refuseUnknownHost } from "./request/unknown-host.ts";
import { enforceViewerProtocol } from "./request/viewer-protocol.ts";
import type { ViewerExchange } from "./viewer-exchange.ts";

/** A request that came through two edges already goes round in a circle. */
const edgesPassedMax = 2;

/** What ends a visit: refusals become pages in one place. */
type End = Answer | Refusal;

/** Answers an exchange, whatever happens, and tells of the visit when it is over. Where nothing waits, both at once. */
export function serveViewer(arrived: ViewerExchange, edge: Edge): void {
  const exchange = edge.mocks === undefined ? arrived : mockedExchange(arrived, edge.mocks);
  const visit = new Visit(exchange.request, exchange.viewer, edge.deployment(), edge.places);
  exchange.viewer.whenOver(() => {
    if (visit.endedAt === 0) visit.endedAt = performance.now();
    visit.bytesSent = exchange.viewer.bytesSent;
    const { left, refusal } = exchange.viewer;
    visit.left = left;
    if (refusal !== undefined) {
      visit.status = refusal.status;
      visit.result = "Error";
      visit.detail = refusal.detail;
    }
    visit.bytesReceived = exchange.request.headBytes + exchange.viewer.bodyBytes;
    for (const listener of edge.listeners) listener(visit);
  });
  void whenKnown(serveOrFail(visit, exchange, edge), (end) => respond(end, visit, exchange, edge));
}

function respond(end: End, visit: Visit, exchange: ViewerExchange, edge: Edge): void {
  const made = "sentence" in end ? errorPage(end, visit.id, edge.now) : end;
  const answer = withOwnCookies(withPolicyHeaders(made, visit, edge), visit);
  // What is over was told of, and changes no more.
  if (!exchange.viewer.isOver) {
    visit.status = answer.status;
    visit.answerHeaders = answer.headers;
    visit.result = answer.result;
    visit.detail = answer.detail ?? answer.result;
    visit.answered = answer.headers;
    if ("sentence" in end) visit.sentence = end.sentence;
    // What is given in one go ends as it begins: the time that this takes is less than asking for it.
    visit.firstByteAt = performance.now();
    visit.endedAt = visit.firstByteAt;
  }
  exchange.respond(edge.signature.sign(answer, visit.id, visit.request.mocked));
  if (!exchange.viewer.isOver) visit.endedAt = 0;
}

function serveOrFail(visit: Visit, exchange: ViewerExchange, edge: Edge): Soon<End> {
  const fail = (error: unknown): Refusal => {
    edge.logger.error({ requestId: visit.id, err: error }, "request failed inside the edge");
    return refusals.internal;
  };
  try {
    const end = serve(visit, exchange, edge);
    return end instanceof Promise ? end.catch(fail) : end;
  } catch (error) {
    return fail(error);
  }
}

/** Each step is a file of this folder's rooms, in this order: first what comes before the origin. */
function serve(visit: Visit, exchange: ViewerExchange, edge: Edge): Soon<End> {
  const viewer = exchange.request;
  if (viewer.mocked?.wrong !== undefined) return refuseMock(viewer.mocked.wrong);
  const proof = answerAcmeChallenge(viewer, visit.deployment, edge.now);
  if (proof !== undefined) return proof;
  const named = distributionFor(visit.deployment.hosts, viewer);
  if (named === undefined) return refuseUnknownHost(viewer.path);
  const misdirected = refuseFronting(viewer) ?? refuseOtherCertificates(viewer, named);
  if (misdirected !== undefined) return misdirected;
  const distribution = chooseStaging(named, visit, edge);
  if (viewer.edgesPassed >= edgesPassedMax) return refusals.loop;
  if (!distribution.servesIPv6 && isIPv6(viewer.ip)) return refusals.ipv6Off;

  const path = withDefaultRootObject(distribution, viewer.path);
  const behavior = matchBehavior(distribution, path);
  if (behavior === undefined || !hasTarget(behavior)) return refusals.originUnreachable;
  const placed = visit.place(distribution, behavior);
  placed.isGrpc = isGrpcCall(viewer, behavior);

  const redirectOrRefusal = enforceViewerProtocol(behavior, viewer, edge.now);
  if (redirectOrRefusal !== undefined) return redirectOrRefusal;
  const unknown = refuseWithoutCertificate(viewer, distribution, named);
  if (unknown !== undefined) return unknown;
  const blocked = refuseCountry(distribution.geoRestriction, placed);
  if (blocked !== undefined) return withRefusalsPage(blocked, path, placed, exchange, edge);
  const refusal = refuseMethod(behavior, viewer);
  if (refusal !== undefined) return refusal;
  const unsigned = behavior.trust && edge.signedAccess.refuse(behavior.trust, viewer);
  if (unsigned !== undefined) return withRefusalsPage(unsigned, path, placed, exchange, edge);

  const headers = viewerHeaders(placed, behavior);
  const asked = runViewerRequest({ path, querystring: viewer.querystring, headers }, placed, edge);
  return whenKnown(asked, (request) => serveAsked(request, placed, exchange, edge));
}

/** A refusal that the distribution may have a page of its own for. */
function withRefusalsPage(
  refusal: Refusal,
  path: string,
  visit: PlacedVisit,
  exchange: ViewerExchange,
  edge: Edge,
): Soon<End> {
  if (visit.isGrpc) return refusal;
  const { querystring, headers } = exchange.request;
  const call = callOf({ path, querystring, headers }, visit.behavior.target, visit, exchange);
  return withCustomError(refusal, call, edge);
}

/** Then what the viewer-request function has left of it. */
function serveAsked(
  asked: Asked,
  visit: PlacedVisit,
  exchange: ViewerExchange,
  edge: Edge,
): Soon<End> {
  if ("answer" in asked) return asked.answer;
  const { request, originChange } = asked;
  const { distribution, behavior } = visit;
  const target = applyOriginChange(originChange, behavior.target, distribution, request);
  if (target === undefined) return refusals.originChange;

  const call = callOf(request, target, visit, exchange);
  const fetched = answerTo(call, visit, edge);
  return whenKnown(fetched, (response): Soon<End> => {
    // Nothing of the two sides' own protocol is for functions to change.
    if (response.status === 101) return response;
    // CloudFront skips the viewer-response function when the origin answered with an error.
    // And whoever calls by gRPC has no use for a page.
    if (response.status >= 400) {
      return visit.isGrpc ? response : withCustomError(response, call, edge);
    }
    if ("sentence" in response) return response;
    const changed = withPolicyHeaders(response, visit, edge);
    const answer = runViewerResponse(changed, request, visit, edge);
    return whenKnown(answer, (end) =>
      "sentence" in end ? end : fitAnswer(end, exchange.request, edge.now),
    );
  });
}

/** By the way that a request of its kind takes. */
function answerTo(call: CacheCall, visit: PlacedVisit, edge: Edge): Soon<End> {
  if (visit.isGrpc) return callByGrpc(call, edge);
  return visit.request.isWebSocket ? openWebSocket(call, edge) : throughCache(call, edge);
}

/** What a visit asks the cache, and an origin behind it, for. */
function callOf(
  asked: AskedRequest,
  target: OriginTarget,
  visit: PlacedVisit,
  { request: viewer, body, viewer: wanted }: ViewerExchange,
): CacheCall {
  const { distribution, behavior, keptApart, deployment } = visit;
  return {
    asked,
    target,
    distribution,
    behavior,
    keptApart,
    revision: deployment.state.revision,
    invalidations: invalidationsFor(deployment.invalidations, distribution),
    requester: { ...viewer, body, wanted, attempts: visit.origins },
    conditions: viewer.isConditional ? viewer.headers : [],
    notes: visit,
  };
}
