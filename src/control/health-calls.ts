/** The calls below `/footlight/v1/health`: for load balancers, and for who looks after the node. */
import type { ApiResponse } from "../wire/api-message.ts";
import { failure, success } from "./footlight-answer.ts";
import type { FootlightApi, FootlightCall } from "./footlight-call.ts";

/** @throws ApiError, when nothing can be changed: the status and the reason that a change would get */
export async function health(_call: FootlightCall, api: FootlightApi): Promise<ApiResponse> {
  const failure = await api.accountLog.findFailure();
  if (failure !== undefined) throw failure;
  const { account, revision } = api.state();
  const fullWorkers = api.fullWorkers();
  const trouble = api.certificateTrouble();
  return success({
    id: account,
    status: fullWorkers > 0 || api.isFull() ? "full" : "ok",
    revision,
    edge_workers: api.readyWorkers(),
    full_edge_workers: fullWorkers,
    failing_certificates: api.failingCertificates(),
    ...(trouble !== undefined && { certificate_trouble: trouble }),
  });
}

/** @throws ApiError, when nothing can be changed, as the health does */
export async function readiness(call: FootlightCall, api: FootlightApi): Promise<ApiResponse> {
  const because = api.whyNotReady();
  if (because !== undefined) return failure(503, "SERVICE_UNAVAILABLE", because, call.requestId);
  const unchangeable = await api.accountLog.findFailure();
  if (unchangeable !== undefined) throw unchangeable;
  return success({ status: "ready", revision: api.state().revision });
}
