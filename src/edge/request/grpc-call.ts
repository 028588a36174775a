/**
 * Which requests are calls by gRPC, and go to their origin by HTTP/2 as they are.
 *
 * Source: CloudFront Developer Guide, "Using gRPC with CloudFront distributions"; gRPC over HTTP/2, "Requests".
 */
import { firstValue } from "../../base/header-lines.ts";
import type { DeployedBehavior } from "../deployment/deployed-distribution.ts";
import type { ViewerRequest } from "../viewer-request.ts";

/** `application/grpc`, and what messages are written in: `application/grpc+proto`. Not gRPC-Web's, which is plain HTTP. */
const contentType = /^application\/grpc(?:[+;]|$)/i;

export function isGrpcCall(
  { method, httpVersion, scheme, headers }: ViewerRequest,
  { takesGrpc }: DeployedBehavior,
): boolean {
  if (!takesGrpc || method !== "POST" || httpVersion !== "2.0" || scheme !== "https") return false;
  return contentType.test(firstValue(headers, "content-type") ?? "");
}
