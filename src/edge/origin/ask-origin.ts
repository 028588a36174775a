/**
 * Gets a response for a request from the origin that it goes to, or from the second of two when
 * the first fails in a way that the origin group names.
 *
 * Every request starts at the primary; nothing is remembered of earlier failures.
 *
 * Source: CloudFront Developer Guide, "Optimize high availability with CloudFront origin failover".
 */
import type { OriginTarget } from "../deployment/deployed-distribution.ts";
import type { Edge } from "../edge.ts";
import type { ViewerRequest } from "../viewer/viewer-request.ts";
import { fetchOrigin, type OriginFailure } from "./fetch-origin.ts";
import type { Forwarding } from "../deployment/forward-selection.ts";
import type { OriginResponse } from "./exchange.ts";
import { originRequest, type AskedRequest } from "./origin-request.ts";
import type { OriginSettings } from "../deployment/origin-settings.ts";

export async function askOrigin(
  asked: AskedRequest,
  target: OriginTarget,
  forwarding: Forwarding,
  viewer: ViewerRequest,
  edge: Edge,
): Promise<OriginResponse | OriginFailure> {
  const fetchFrom = (origin: OriginSettings) =>
    fetchOrigin(originRequest(asked, viewer, forwarding, origin, edge), origin, viewer, edge);

  const { primary, failover } = target;
  if (failover === undefined || !mayFailOver(viewer.method, forwarding)) return fetchFrom(primary);
  const first = await fetchFrom(primary);
  const statuses = "failure" in first ? first.countsAs : [first.status];
  if (!statuses.some((status) => failover.statuses.has(status))) return first;
  if (!("failure" in first)) first.body.discard();
  return fetchFrom(failover.secondary);
}

function mayFailOver(method: string, { cachesOptions }: Forwarding): boolean {
  return method === "GET" || method === "HEAD" || (method === "OPTIONS" && cachesOptions);
}
