/**
 * Says what this edge would do with what a function returned, by the code that does it for viewers.
 *
 * Source: CloudFront Developer Guide, "Restrictions on edge functions": such failures don't show in TestFunction.
 */
import { emptyBody } from "../../base/body.ts";
import type { Distribution } from "../../model/distribution.ts";
import type {
  BothRuns,
  EventRequest,
  EventResponse,
  OriginChange,
  Outcome,
} from "../../runtime/function-runtime.ts";
import type { EdgeVerdict } from "../../runtime/verdict.ts";
import type { Answer } from "../answer/answer.ts";
import { refusals, type Refusal } from "../answer/refusals.ts";
import {
  deployDistribution,
  hasTarget,
  type DeployedDistribution,
  type OriginTarget,
} from "../deployment/deployed-distribution.ts";
import { matchBehavior } from "../deployment/match-behavior.ts";
import { originSettings, type OriginSettings } from "../deployment/origin-settings.ts";
import { managedPolicies } from "../deployment/policies.ts";
import type { AskedRequest } from "../origin/origin-request.ts";
import { askedAfter, responseAfter } from "./after-run.ts";
import { changedTarget } from "./apply-origin-change.ts";
import { InvalidOriginChange } from "./origin-change-fields.ts";

/** @param distribution whose origins the origin helpers are judged by; undefined for those of any */
export function edgeVerdict(
  { event, outcome }: Pick<BothRuns, "event" | "outcome">,
  distribution?: Distribution,
): EdgeVerdict {
  const { request, response } = event;
  const end = withGivenLines(outcome, response ?? request);
  if (response !== undefined) {
    if (response.statusCode >= 400)
      return { does: "answer", status: response.statusCode, note: notRun };
    return answered(responseAfter(end, response, answerOf(response)), end);
  }
  const { uri: path, querystring, headers } = request;
  const asked = askedAfter(end, request, { path, querystring, headers }, () => new Date());
  if ("answer" in asked) return answered(asked.answer, end);
  return askedOf(asked.request, asked.originChange, request, distribution);
}

const notRun = "no viewer-response function runs where the origin answers 400 or above";

/** Lines that were left alone are the event's own, which does not survive the way from another process. */
function withGivenLines(outcome: Outcome, { headers }: EventRequest | EventResponse): Outcome {
  if (outcome.type === "request" && isSame(outcome.request.headers, headers)) {
    return { ...outcome, request: { ...outcome.request, headers } };
  }
  if (outcome.type === "response" && isSame(outcome.response.headers, headers)) {
    return { ...outcome, response: { ...outcome.response, headers } };
  }
  return outcome;
}

function isSame(lines: readonly string[], others: readonly string[]): boolean {
  return lines.length === others.length && lines.every((line, index) => line === others[index]);
}

function answerOf({ statusCode, statusDescription, headers }: EventResponse): Answer {
  return {
    status: statusCode,
    reason: statusDescription,
    headers,
    body: emptyBody,
    result: "Miss",
    via: "",
  };
}

function answered(end: Answer | Refusal, outcome: Outcome): EdgeVerdict {
  if (!("sentence" in end)) return { does: "answer", status: end.status };
  return refused(end, reasonOf(outcome) ?? complaintOf(end.sentence));
}

function refused({ status, sentence, result = "Error" }: Refusal, because: string): EdgeVerdict {
  return { does: "refuse", status, result, page: sentence, because };
}

function reasonOf(outcome: Outcome): string | undefined {
  if (outcome.type === "execution-error") return outcome.message;
  return outcome.type === "validation-error" ? outcome.reason : undefined;
}

/** What a page's sentence says of the value. */
function complaintOf(sentence: string): string {
  return (
    /^The CloudFront function returned an invalid value: (.*)\.$/s.exec(sentence)?.[1] ?? sentence
  );
}

function askedOf(
  asked: AskedRequest,
  change: OriginChange | undefined,
  { method, uri }: EventRequest,
  named: Distribution | undefined,
): EdgeVerdict {
  const distribution = named && deployDistribution(named, "", managedPolicies);
  const behavior = distribution && matchBehavior(distribution, uri);
  const target = behavior && hasTarget(behavior) ? behavior.target : standIn;
  const note = noteOn(change, distribution);
  try {
    const { primary, failover } = changedTarget(change, target, distribution ?? anyOrigins, asked);
    const origins = failover === undefined ? [primary] : [primary, failover.secondary];
    const query = asked.querystring === undefined ? "" : `?${asked.querystring}`;
    return {
      does: "ask",
      method,
      target: `${asked.path}${query}`,
      ...(change !== undefined && { origins: origins.map(({ domainName }) => domainName) }),
      ...(note !== undefined && { note }),
    };
  } catch (error) {
    if (!(error instanceof InvalidOriginChange)) throw error;
    const because = change === undefined ? error.message : `${change.helper}(): ${error.message}`;
    return { ...refused(refusals.originChange, because), ...(note !== undefined && { note }) };
  }
}

/** A custom origin of no distribution in particular. */
const someOrigin: OriginSettings = originSettings({
  Id: "origin",
  DomainName: "the-named-origin",
  CustomOriginConfig: { HTTPPort: 80, HTTPSPort: 443, OriginProtocolPolicy: "https-only" },
});
const standIn: OriginTarget = { primary: someOrigin };

/** Whatever id is asked for is there. */
class AnyOrigins extends Map<string, OriginSettings> {
  override get(id: string): OriginSettings {
    return { ...someOrigin, id, domainName: id };
  }
}

const anyOrigins: DeployedDistribution = {
  ...deployDistribution(
    {
      id: "",
      domainName: "",
      config: { CallerReference: "", Comment: "", Enabled: true },
      version: 1,
      deployRevision: 0,
      lastModifiedTime: "1970-01-01T00:00:00.000Z",
    } as Distribution,
    "",
    managedPolicies,
  ),
  origins: new AnyOrigins(),
};

function noteOn(
  change: OriginChange | undefined,
  distribution: DeployedDistribution | undefined,
): string | undefined {
  if (change === undefined || distribution !== undefined) return undefined;
  return change.helper === "updateRequestOrigin"
    ? "judged by a custom origin without origin access control, since no distribution was named"
    : "whether there are these origins was not judged, since no distribution was named";
}
