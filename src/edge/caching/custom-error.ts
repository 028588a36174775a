/**
 * Puts the page that a distribution has for a status in the place of an origin's error: fetched
 * through the behavior that the page's own path matches, without functions.
 *
 * Source: CloudFront Developer Guide, "Configure error response behavior" and "Add CloudFront request headers".
 */
import { whenKnown, type Soon } from "../../base/soon.ts";
import type { Answer } from "../answer/answer.ts";
import { reasonPhrase } from "../answer/error-page.ts";
import type { Refusal } from "../answer/refusals.ts";
import { hasTarget } from "../deployment/deployed-distribution.ts";
import { matchBehavior } from "../deployment/match-behavior.ts";
import { withoutSigningParameters } from "../deployment/signing-names.ts";
import { unreadNotes, type CacheCall, type CachingEdge } from "./cache-call.ts";
import { throughCache } from "./through-cache.ts";

/** With the page for one of these the edge closes a connection of HTTP/1.1, and keeps it with those for others. */
const closingErrors: ReadonlySet<number> = new Set([400, 405, 414, 416, 500, 501]);

/** @param error what came of the call: an origin's error, or why there was no answer from it */
export function withCustomError(
  error: Answer | Refusal,
  call: CacheCall,
  edge: CachingEdge,
): Soon<Answer | Refusal> {
  const rule = call.distribution.customErrors.get(error.status);
  if (rule?.page === undefined) return error;
  const { path, status } = rule.page;
  const page = pageCall(path, call);
  if (page === undefined) return error;
  return whenKnown(throughCache(page, edge), (answer) => {
    // Without a page the error stays what it was; what was asked for in vain and is gone is a 404.
    if ("sentence" in answer || (answer.status >= 400 && answer.status !== 404)) {
      if (!("sentence" in answer)) answer.body.discard();
      return error;
    }
    if (!("sentence" in error)) error.body.discard();
    call.notes.errorPage = { error: error.status, path };
    if (answer.status === 404) return answer;
    const { object: _, ...rest } = answer;
    const detail = "sentence" in error ? error.detail : "Error";
    const closesConnection = closingErrors.has(error.status);
    return {
      ...rest,
      ...{ status, reason: reasonPhrase(status), result: "Error", detail, closesConnection },
    };
  });
}

/** What was asked for, which goes on where the page's behavior lists these headers. */
function headersOfError({ asked: { path, querystring = "" }, behavior }: CacheCall): string[] {
  const args = behavior.trust === undefined ? querystring : withoutSigningParameters(querystring);
  const uri = ["CloudFront-Error-Uri", path];
  return args === "" ? uri : [...uri, "CloudFront-Error-Args", args];
}

function pageCall(path: string, call: CacheCall): CacheCall | undefined {
  const { distribution, requester } = call;
  const behavior = matchBehavior(distribution, path);
  if (behavior === undefined || !hasTarget(behavior)) return undefined;
  return {
    ...call,
    asked: { path, querystring: undefined, headers: headersOfError(call) },
    behavior,
    target: behavior.target,
    requester: { ...requester, method: "GET", body: undefined, contentLength: undefined },
    conditions: [],
    notes: unreadNotes(),
  };
}
