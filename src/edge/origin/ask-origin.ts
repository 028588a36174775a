/**
 * Gets a response for a request from the origin that it goes to, or from the second of two when
 * the first fails in a way that the origin group names.
 *
 * Every request starts at the primary; nothing is remembered of earlier failures.
 *
 * Source: CloudFront Developer Guide, "Optimize high availability with CloudFront origin failover".
 */
import type { OriginTarget } from "../deployment/deployed-distribution.ts";
import type { Forwarding } from "../deployment/forward-selection.ts";
import type { OriginSettings } from "../deployment/origin-settings.ts";
import type { OriginSources } from "../deployment/origin-sources.ts";
import type { OriginFailure, OriginResponse, Origins } from "./origin-call.ts";
import { originRequest, type AskedRequest } from "./origin-request.ts";
import type { Requester } from "./requester.ts";

/** What asking takes of the edge. */
export interface Asking {
  readonly origins: Origins;
  /** What stands for origins; undefined where nothing does. */
  readonly originSources: OriginSources | undefined;
  /** What the edge calls itself in Via, without the protocol version. */
  readonly viaName: string;
}

export function askOrigin(
  asked: AskedRequest,
  target: OriginTarget,
  forwarding: Forwarding,
  requester: Requester,
  { origins, originSources, viaName }: Asking,
): Promise<OriginResponse | OriginFailure> {
  const { id: requestId, wanted, attempts, mocked } = requester;
  const ask = (configured: OriginSettings) => {
    const origin = originSources === undefined ? configured : originSources.locate(configured);
    const request = originRequest(asked, requester, forwarding, origin, viaName);
    const scheme = schemeFor(origin, requester);
    const health = mocked?.originHealth(origin);
    return origins.ask({ request, origin, scheme, requestId, wanted, attempts, health });
  };

  const { primary, failover } = target;
  if (failover === undefined || !mayFailOver(requester, forwarding)) return ask(primary);
  return askEither(primary, failover, ask, requester);
}

async function askEither(
  primary: OriginSettings,
  { secondary, statuses }: NonNullable<OriginTarget["failover"]>,
  ask: (origin: OriginSettings) => Promise<OriginResponse | OriginFailure>,
  { body }: Requester,
): Promise<OriginResponse | OriginFailure> {
  const first = await ask(primary);
  const counted = "fault" in first ? first.countsAs : [first.status];
  if (!counted.some((status) => statuses.has(status))) return first;
  // What the first has taken of an OPTIONS' body can't be sent to the second.
  if (body !== undefined && !body.isWhole) return first;
  if (!("fault" in first)) first.body.discard();
  return ask(secondary);
}

function schemeFor({ protocol }: OriginSettings, { scheme }: Requester): "http" | "https" {
  switch (protocol) {
    case "http-only":
      return "http";
    case "https-only":
      return "https";
    case "match-viewer":
      return scheme;
  }
}

/** A connection that would go on with another protocol is the primary's. */
function mayFailOver({ method, upgrade }: Requester, { cachesOptions }: Forwarding): boolean {
  if (upgrade !== undefined) return false;
  return method === "GET" || method === "HEAD" || (method === "OPTIONS" && cachesOptions);
}
