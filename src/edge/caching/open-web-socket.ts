/**
 * Asks the origin to go on as a WebSocket connection. Nothing is looked up, shared or kept, and the
 * origin decides: what it answers instead of switching is an answer like any other.
 *
 * Source: CloudFront Developer Guide, "Use WebSockets with CloudFront distributions".
 */
import type { Soon } from "../../base/soon.ts";
import type { Answer } from "../answer/answer.ts";
import type { Refusal } from "../answer/refusals.ts";
import type { CacheCall, CachingEdge } from "./cache-call.ts";
import { fetchAround } from "./fetch-object.ts";

export function openWebSocket(call: CacheCall, edge: CachingEdge): Soon<Answer | Refusal> {
  return fetchAround({ ...call, requester: { ...call.requester, upgrade: "websocket" } }, edge);
}
