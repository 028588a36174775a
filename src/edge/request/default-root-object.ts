/**
 * The object that a request for exactly "/" means. Everything after this step, the choice of the
 * behavior and the viewer-request function included, sees the object's path.
 *
 * Source: CloudFront Developer Guide, "Specify a default root object". That functions see the
 * object's path and not "/" is our reading; the guide does not say. A "/" that the setting begins
 * with is kept beside the path's own, as users report: the origin is asked for "//index.html".
 */
import type { DeployedDistribution } from "../deployment/deployed-distribution.ts";

export function withDefaultRootObject(distribution: DeployedDistribution, path: string): string {
  const { defaultRootObject } = distribution;
  return path === "/" && defaultRootObject !== "" ? `/${defaultRootObject}` : path;
}
