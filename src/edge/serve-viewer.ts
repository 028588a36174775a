/** FLOW 2, the data plane: one viewer request, from the listener to what is sent back. */
import { refuseMethod } from "./request/allowed-methods.ts";
import { withDefaultRootObject } from "./request/default-root-object.ts";
import type { Edge } from "./edge.ts";
import { errorPage, refusals, type Refusal } from "./answer/error-page.ts";
import { findDistribution } from "./deployment/find-distribution.ts";
import { matchBehavior } from "./deployment/match-behavior.ts";
import { applyOriginChange } from "./function/apply-origin-change.ts";
import { askOrigin } from "./origin/ask-origin.ts";
import { fromOrigin } from "./answer/response-headers.ts";
import { runViewerRequest, runViewerResponse } from "./function/viewer-function.ts";
import { viewerHeaders } from "./request/viewer-headers.ts";
import { enforceViewerProtocol } from "./request/viewer-protocol.ts";
import type { ViewerRequest } from "./viewer/viewer-request.ts";
import type { ViewerResponse } from "./answer/answer.ts";

/** A request that came through two edges already goes round in a circle. */
const edgesPassedMax = 2;

/** Each step is a file of this folder, in this order. */
export async function serveViewer(viewer: ViewerRequest, edge: Edge): Promise<ViewerResponse> {
  const refuse = (refusal: Refusal) => errorPage(refusal, viewer.id, edge);
  const { state, hosts } = edge.deployment();

  const distribution = findDistribution(hosts, viewer.host);
  if (distribution === undefined) return refuse(refusals.unknownHost);
  if (viewer.edgesPassed >= edgesPassedMax) return refuse(refusals.loop);

  const path = withDefaultRootObject(distribution, viewer.path);
  const behavior = matchBehavior(distribution, path);
  if (behavior?.target === undefined) return refuse(refusals.originUnreachable);

  const redirectOrRefusal = enforceViewerProtocol(behavior, viewer, edge);
  if (redirectOrRefusal !== undefined) return redirectOrRefusal;
  const refusal = refuseMethod(behavior, viewer);
  if (refusal !== undefined) return refuse(refusal);
  if (viewer.isWebSocket) return refuse(refusals.webSocket);

  const visit = { viewer, distribution, behavior, state, edge };
  const headers = viewerHeaders(viewer, behavior);
  const ran = runViewerRequest({ path, querystring: viewer.querystring, headers }, visit);
  const asked = ran instanceof Promise ? await ran : ran;
  if ("response" in asked) return asked.response;

  const { request, originChange } = asked;
  const target = applyOriginChange(originChange, behavior.target, distribution, request);
  if (target === undefined) return refuse(refusals.originChange);

  const fetched = await askOrigin(request, target, behavior.forwarding, viewer, edge);
  if ("failure" in fetched) return refuse(fetched.failure);
  const response = fromOrigin(fetched, behavior.forwarding, edge);

  // CloudFront skips the viewer-response function when the origin answered with an error.
  if (response.status >= 400) return response;
  return runViewerResponse(response, request, visit);
}
