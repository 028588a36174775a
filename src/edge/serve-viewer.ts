/** FLOW 2, the data plane: one viewer request, from its exchange to what is answered. */
import type { Answer } from "./answer/answer.ts";
import { errorPage } from "./answer/error-page.ts";
import { withOwnHeaders } from "./answer/own-headers.ts";
import { refusalOfFault, refusals, type Refusal } from "./answer/refusals.ts";
import { fromOrigin } from "./answer/response-headers.ts";
import { findDistribution } from "./deployment/find-distribution.ts";
import { matchBehavior } from "./deployment/match-behavior.ts";
import type { Edge } from "./edge.ts";
import { applyOriginChange } from "./function/apply-origin-change.ts";
import { runViewerRequest, runViewerResponse } from "./function/viewer-function.ts";
import { askOrigin } from "./origin/ask-origin.ts";
import { Visit } from "./record/visit.ts";
import { refuseMethod } from "./request/allowed-methods.ts";
import { withDefaultRootObject } from "./request/default-root-object.ts";
import { viewerHeaders } from "./request/viewer-headers.ts";
import { enforceViewerProtocol } from "./request/viewer-protocol.ts";
import type { ViewerExchange } from "./viewer-exchange.ts";

/** A request that came through two edges already goes round in a circle. */
const edgesPassedMax = 2;

/** Answers an exchange, whatever happens: refusals become pages here, and the visit is told when it is over. */
export async function serveViewer(exchange: ViewerExchange, edge: Edge): Promise<void> {
  const { request, viewer } = exchange;
  const visit = new Visit(request, viewer, edge.deployment());
  viewer.whenOver(() => {
    for (const listener of edge.listeners) listener(visit);
  });
  let end: Answer | Refusal;
  try {
    end = await serve(visit, exchange, edge);
  } catch (error) {
    edge.logger.error({ requestId: visit.id, err: error }, "request failed inside the edge");
    end = refusals.internal;
  }
  const answer = "sentence" in end ? errorPage(end, visit.id, edge.now) : end;
  visit.status = answer.status;
  visit.result = answer.result;
  visit.detail = answer.detail ?? answer.result;
  exchange.respond(withOwnHeaders(answer, visit.id, edge));
}

/** Each step is a file of this folder's rooms, in this order. */
async function serve(
  visit: Visit,
  { request: viewer, body, viewer: wanted }: ViewerExchange,
  edge: Edge,
): Promise<Answer | Refusal> {
  const distribution = findDistribution(visit.deployment.hosts, viewer.host);
  if (distribution === undefined) return refusals.unknownHost;
  if (viewer.edgesPassed >= edgesPassedMax) return refusals.loop;

  const path = withDefaultRootObject(distribution, viewer.path);
  const behavior = matchBehavior(distribution, path);
  if (behavior?.target === undefined) return refusals.originUnreachable;
  const placed = visit.place(distribution, behavior);

  const redirectOrRefusal = enforceViewerProtocol(behavior, viewer, edge.now);
  if (redirectOrRefusal !== undefined) return redirectOrRefusal;
  const refusal = refuseMethod(behavior, viewer);
  if (refusal !== undefined) return refusal;
  if (viewer.isWebSocket) return refusals.webSocket;

  const headers = viewerHeaders(viewer, behavior);
  const ran = runViewerRequest({ path, querystring: viewer.querystring, headers }, placed, edge);
  const asked = ran instanceof Promise ? await ran : ran;
  if ("answer" in asked) return asked.answer;

  const { request, originChange } = asked;
  const target = applyOriginChange(originChange, behavior.target, distribution, request);
  if (target === undefined) return refusals.originChange;

  // The cache stands here: between what the function asks for and the origin.
  const { forwarding } = behavior;
  const requester = { ...viewer, body, wanted };
  const fetched = await askOrigin(request, target, forwarding, requester, edge);
  if ("fault" in fetched) return refusalOfFault[fetched.fault];
  const response = fromOrigin(fetched, forwarding, edge.now);

  // CloudFront skips the viewer-response function when the origin answered with an error.
  if (response.status >= 400) return response;
  return runViewerResponse(response, request, placed, edge);
}
