/** What access logs tell of a request that got no further than a door: as much as is known of it. */
import type { HttpVersion } from "../../viewer-request.ts";
import { loggedResults } from "../logged-results.ts";
import type { RefusedRequest } from "../refused-request.ts";
import { nowhere, type ViewerPlace } from "../../viewer-place.ts";
import { firstValue } from "../../../base/header-lines.ts";
import type { Loggable } from "./access-record.ts";

export function refusedVisit(
  refused: RefusedRequest,
  viewerPlace: ViewerPlace = nowhere,
): Loggable {
  const { id, at, detail, status, ip, port, bytesSent, head, scheme, distribution } = refused;
  const { method = "", target = "", httpVersion = "1.1", headers = [] } = head ?? {};
  const mark = target.indexOf("?");
  const isGivenUp = detail === "givenUp";
  return {
    id,
    distribution,
    primary: undefined,
    tenant: distribution?.tenant,
    behavior: undefined,
    ...{ status, bytesSent, bytesReceived: 0 },
    ...{ startedAt: at, firstByteAt: isGivenUp ? 0 : at, endedAt: at },
    answerHeaders: [],
    results: loggedResults({
      ...{ status, result: "Error", detail: isGivenUp ? "Error" : detail },
      ...{ cache: "bypassed", origins: [], left: isGivenUp ? "waiting" : undefined },
    }),
    protocol: scheme,
    origins: [],
    runs: [],
    viewerPlace,
    request: {
      method,
      path: mark < 0 ? target : target.slice(0, mark),
      querystring: mark < 0 ? undefined : target.slice(mark + 1),
      headers,
      hostHeader: firstValue(headers, "host"),
      tls: undefined,
      httpVersion: httpVersion as HttpVersion,
      ip,
      port,
    },
  };
}
