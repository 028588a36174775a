/**
 * Enforces the behavior's viewer protocol policy on a request that came over plain HTTP: it is
 * served, refused, or sent to the same URL over HTTPS. No function runs for a redirect.
 *
 * Source: CloudFront Developer Guide, "Require HTTPS for communication between viewers and CloudFront".
 */
import { WholeBody } from "../../base/body.ts";
import type { DeployedBehavior } from "../deployment/deployed-distribution.ts";
import type { Clock } from "../../base/clock.ts";
import { httpDate } from "../../base/http-date.ts";
import { reasonPhrase } from "../answer/error-page.ts";
import { refusals, type Refusal } from "../answer/refusals.ts";
import type { ViewerRequest } from "../viewer-request.ts";
import type { Answer } from "../answer/answer.ts";

/** @returns what to answer instead of serving; undefined when the request may go on */
export function enforceViewerProtocol(
  behavior: DeployedBehavior,
  viewer: ViewerRequest,
  now: Clock,
): Answer | Refusal | undefined {
  if (viewer.scheme === "https") return undefined;
  switch (behavior.viewerProtocolPolicy) {
    case "https-only":
      return refusals.httpsOnly;
    case "redirect-to-https":
      return redirect(viewer, now);
    default:
      return undefined;
  }
}

/** A request with a body must be sent again as it is, which HTTP/1.0 has no status for. */
function redirect(viewer: ViewerRequest, now: Clock): Answer | Refusal {
  const { method, path, querystring, host, httpVersion } = viewer;
  const isSafe = method === "GET" || method === "HEAD";
  if (!isSafe && httpVersion === "1.0") return refusals.httpsOnly;
  const status = isSafe ? 301 : 307;
  const title = `${status} ${reasonPhrase(status)}`;
  const page = Buffer.from(
    `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n` +
      `<center><h1>${title}</h1></center>\r\n<hr><center>CloudFront</center>\r\n</body>\r\n</html>\r\n`,
    "latin1",
  );
  const query = querystring === undefined ? "" : `?${querystring}`;
  return {
    status,
    reason: reasonPhrase(status),
    headers: [
      "Server",
      "CloudFront",
      "Date",
      httpDate(now),
      "Content-Type",
      "text/html",
      "Content-Length",
      String(page.length),
      "Location",
      `https://${host}${path}${query}`,
    ],
    body: new WholeBody(page),
    result: "Redirect",
    via: "",
  };
}
