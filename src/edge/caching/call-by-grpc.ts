/**
 * Passes a call by gRPC on to its origin. Nothing is looked up, shared, kept or forgotten, and a group's second origin
 * is not asked.
 *
 * Source: CloudFront Developer Guide, "Using gRPC with CloudFront distributions".
 */
import { whenKnown, type Soon } from "../../base/soon.ts";
import type { Answer } from "../answer/answer.ts";
import { refusalOfFault, type Refusal } from "../answer/refusals.ts";
import { fromOrigin } from "../answer/response-headers.ts";
import { askOrigin } from "../origin/ask-origin.ts";
import type { CacheCall, CachingEdge } from "./cache-call.ts";

export function callByGrpc(
  { asked, target: { primary }, behavior, requester }: CacheCall,
  edge: CachingEdge,
): Soon<Answer | Refusal> {
  const { forwarding } = behavior;
  const calling = { ...requester, isGrpc: true } as const;
  return whenKnown(askOrigin(asked, { primary }, forwarding, calling, edge), (fetched) =>
    "fault" in fetched ? refusalOfFault[fetched.fault] : fromOrigin(fetched, forwarding, edge.now),
  );
}
