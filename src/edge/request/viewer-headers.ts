/**
 * The headers that the flow goes on with: the viewer's, without any CloudFront-… header of the
 * viewer's own making, without those that its Connection header names (RFC 9110 §7.6.1) and without the
 * edge's own cookies, and with those that the behavior's policies ask the edge for.
 *
 * What Connection names goes first: a viewer must not be able to name away what the edge or a
 * function adds for the origin, such as who the viewer is.
 */
import { linesThat } from "../../base/header-lines.ts";
import type { DeployedBehavior } from "../deployment/deployed-distribution.ts";
import { headerRules } from "../../model/header-rules.ts";
import { withoutOwnCookies } from "./without-own-cookies.ts";
import { edgeHeaders, type KnownViewer } from "./edge-headers.ts";

/** @returns names and values in turn; the viewer's own array when there is nothing to change */
export function viewerHeaders(
  viewer: KnownViewer,
  { forwarding }: DeployedBehavior,
): readonly string[] {
  const { hasEdgeHeaders, hasVersionCookies, connectionNames } = viewer.request;
  const sent = viewer.request.headers;
  const sendsOwn = viewer.sendsSession === true || hasVersionCookies;
  const headers = sendsOwn ? withoutOwnCookies(sent) : sent;
  const isAsSent = !hasEdgeHeaders && connectionNames.size === 0;
  if (isAsSent && forwarding.edgeHeaders.length === 0) return headers;
  const kept = linesThat(headers, (name) => {
    const { lower, request } = headerRules(name);
    // Host is for every recipient, whatever Connection says.
    return request !== "edge" && (request === "host" || !connectionNames.has(lower));
  });
  return kept.concat(edgeHeaders(forwarding.edgeHeaders, viewer));
}
