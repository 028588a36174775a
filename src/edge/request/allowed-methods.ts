/**
 * Refuses methods that the behavior does not allow, and GET and HEAD requests that have a body.
 * CloudFront answers 403, never 405.
 *
 * Source: CloudFront Developer Guide, "Allowed HTTP methods" and "GET requests that include a body".
 */
import type { DeployedBehavior } from "../deployment/deployed-distribution.ts";
import { refusals, type Refusal } from "../answer/refusals.ts";
import type { ViewerRequest } from "../viewer-request.ts";

export function refuseMethod(
  behavior: DeployedBehavior,
  viewer: ViewerRequest,
): Refusal | undefined {
  const { method, hasBody } = viewer;
  const { allowedMethods } = behavior;
  if (!allowedMethods.has(method)) {
    return allowedMethods.size > 2 ? refusals.method : refusals.methodOfCachable;
  }
  if (hasBody && (method === "GET" || method === "HEAD")) return refusals.bodyWithGet;
  return undefined;
}
