/**
 * The headers that the flow goes on with: the viewer's, without any CloudFront-… header of the
 * viewer's own making, and with those that the behavior's policies ask the edge for.
 */
import type { DeployedBehavior } from "./deployed-distribution.ts";
import { headerName } from "./header-rules.ts";
import { edgeHeaders } from "./origin/edge-headers.ts";
import type { ViewerRequest } from "./viewer-request.ts";

/** @returns names and values in turn; the viewer's own array when there is nothing to change */
export function viewerHeaders(
  viewer: ViewerRequest,
  { forwarding }: DeployedBehavior,
): readonly string[] {
  const { headers, hasEdgeHeaders } = viewer;
  if (!hasEdgeHeaders && forwarding.edgeHeaders.length === 0) return headers;
  const kept = headers.filter((_, index) => {
    const name = headers[index - (index % 2)] as string;
    return headerName(name).request !== "edge";
  });
  return [...kept, ...edgeHeaders(forwarding.edgeHeaders, viewer)];
}
