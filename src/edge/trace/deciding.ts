/** Which setting made a visit's answer what it is: the last word, after all that was decided on the way. */
import type { OriginAttempt } from "../origin/origin-attempt.ts";
import type { RefusedRequest } from "../record/refused-request.ts";
import type { DetailedResult } from "../record/result-types.ts";
import type { Visit } from "../record/visit.ts";
import { originGroupOf, type Settings } from "./settings-of.ts";
import type { Decision } from "./trace.ts";

/** What the other parts of a trace have found. */
export interface FoundParts {
  readonly decisions: readonly Decision[];
  readonly cache: Decision | undefined;
}

export function decidedBy(visit: Visit, settings: Settings, found: FoundParts): Decision {
  return (
    cutOff(visit, settings) ??
    ofErrorPage(visit) ??
    refused(visit, settings, found) ??
    ofFunction(visit, settings) ??
    ofOrigin(visit, settings) ??
    found.cache ?? { step: "answer", outcome: visit.result }
  );
}

function cutOff(visit: Visit, settings: Settings): Decision | undefined {
  const { left, status, origins } = visit;
  if (left === undefined || status === 101) return undefined;
  const step = "viewer";
  const failed = origins.at(-1);
  if (left === "waiting" && status !== 0 && failed?.errorName !== undefined) {
    const decision = ofFault(failed, settings);
    return { ...decision, outcome: `the answer was cut off: ${decision.outcome}` };
  }
  switch (left) {
    case "asking":
      return { step, outcome: "the viewer left before all of its request had come" };
    case "waiting":
      return {
        step,
        outcome:
          status === 0
            ? "cut off: the viewer left before there was an answer"
            : "cut off: the viewer left before it had all of the answer",
      };
    case "unread":
      return { step, outcome: "cut off: the viewer read nothing of the answer for too long" };
  }
}

function ofErrorPage({ errorPage, status, result }: Visit): Decision | undefined {
  if (errorPage === undefined || result !== "Error") return undefined;
  const { error, path } = errorPage;
  return {
    step: "error page",
    outcome: `the page of the distribution takes the place of ${error}, as ${status}`,
    setting: `CustomErrorResponses (ErrorCode ${error}, ResponsePagePath ${path})`,
  };
}

/** The earlier decision that each of them is. */
const decidedEarlier: Readonly<Partial<Record<DetailedResult, string>>> = {
  country: "country",
  method: "method",
  methodOfCachable: "method",
  missingKey: "signature",
  unknownKey: "signature",
  malformedPolicy: "signature",
  malformedSignature: "signature",
  notSigned: "signature",
  httpsOnly: "scheme",
  Redirect: "scheme",
};

type Decide = (visit: Visit, settings: Settings, found: FoundParts) => Decision | undefined;

/** What was refused before there was anything to decide by, and what the cache alone answered. */
const refusedFor: Readonly<Partial<Record<DetailedResult, Decide>>> = {
  unknownHost: ({ request }) => ({
    step: "distribution",
    outcome: `no enabled distribution has the domain name ${request.host.slice(0, 255)}`,
    setting: "Aliases, and Enabled of the distribution",
  }),
  misdirected: ({ request }) => ({
    step: "certificate",
    outcome: `the connection was made for ${request.tls?.serverName}, whose certificate is not for ${request.host.slice(0, 255)}`,
    setting: "ViewerCertificate, and the name that the TLS handshake asked for",
  }),
  noCertificate: () => ({
    step: "certificate",
    outcome: "refused: the viewer showed no certificate that the distribution trusts",
    setting: "ViewerMtlsConfig",
  }),
  ipv6Off: ({ distribution, primary }) => ({
    step: "address",
    outcome: "refused: the viewer came by IPv6",
    setting: `IsIPV6Enabled of ${(distribution ?? primary)?.id ?? "the distribution"}`,
  }),
  notKept: (_visit, _settings, { cache }) => cache,
  originUnreachable: withoutAttempt,
  originUnresolved: withoutAttempt,
  originTooSlow: withoutAttempt,
  originRefused: withoutAttempt,
};

/** No origin was asked: another request's fetch failed, or the configuration has none. */
function withoutAttempt(
  { origins }: Visit,
  { behaviorName }: Settings,
  { cache }: FoundParts,
): Decision | undefined {
  if (origins.length > 0) return undefined;
  return (
    cache ?? {
      step: "origin",
      outcome: "the configuration has no such origin",
      setting: `TargetOriginId of ${behaviorName}`,
    }
  );
}

function refused(visit: Visit, settings: Settings, found: FoundParts): Decision | undefined {
  const { detail } = visit;
  const earlier = decidedEarlier[detail];
  if (earlier !== undefined) return found.decisions.find(({ step }) => step === earlier);
  const decide = refusedFor[detail];
  if (decide !== undefined) return decide(visit, settings, found);
  return isAtDoor(detail) ? atDoor[detail] : undefined;
}

function isAtDoor(detail: string): detail is keyof typeof atDoor {
  return Object.hasOwn(atDoor, detail);
}

/** What no distribution's setting decides. */
export const atDoor = {
  malformed: {
    step: "request",
    outcome: "refused: it is no HTTP request that can be read in one way",
    setting: "RFC 9110 and RFC 9112",
  },
  slowRequest: {
    step: "request",
    outcome: "refused: it did not come in time",
    setting: "the edge's time limit for requests",
  },
  uriTooLong: {
    step: "request",
    outcome: "refused: its URL is too long",
    setting: "CloudFront's quota: 8,192 bytes of URL",
  },
  bodyTooLarge: {
    step: "request",
    outcome: "refused: its body is too large",
    setting: "CloudFront's quota of a request's body",
  },
  headersTooLarge: {
    step: "request",
    outcome: "refused: its headers are too large",
    setting: "CloudFront's quota of a request's headers",
  },
  tunnel: { step: "method", outcome: "refused: CONNECT asks for a proxy" },
  givenUp: {
    step: "request",
    outcome: "the viewer reset its stream before anything was done for it",
  },
  loop: {
    step: "request",
    outcome: "refused: it came through two CloudFront edges already",
    setting: "Via of the request",
  },
  bodyWithGet: {
    step: "method",
    outcome: "refused: a GET or HEAD with a body",
    setting: "the method, and Content-Length of the request",
  },
  mock: {
    step: "mock",
    outcome: "refused: what it mocks is no such thing",
    setting: "--mock-headers",
  },
  internal: { step: "edge", outcome: "failed inside the edge: its log says where" },
} satisfies Partial<Record<RefusedRequest["detail"], Decision>>;

const functionFaults: Readonly<Record<string, string>> = {
  functionFailed: "failed",
  functionThrottled: "was not run: too many requests wait for functions",
  functionInvalid: "returned what may not be",
  functionWithoutResult: "returned nothing that is an object",
  originChange: "chose an origin that can't be",
};

function ofFunction(visit: Visit, { behaviorName, behavior }: Settings): Decision | undefined {
  const { detail, runs, sentence } = visit;
  const last = runs.at(-1);
  const fault = functionFaults[detail];
  if (fault === undefined && detail !== "FunctionGeneratedResponse") return undefined;
  const eventType = last?.eventType ?? "viewer-request";
  const configured = behavior?.FunctionAssociations?.Items?.find(
    (association) => association.EventType === eventType,
  );
  const name = last?.name ?? configured?.FunctionARN?.split("/").at(-1) ?? "";
  const message = last !== undefined && "message" in last.outcome ? last.outcome.message : sentence;
  const because = fault === undefined ? "answered by itself" : fault;
  return {
    step: "function",
    outcome: `function ${name} ${because}${fault !== undefined && message ? `: ${message}` : ""}`,
    setting: `FunctionAssociations (${eventType} → ${name}) of ${behaviorName}`,
  };
}

function ofOrigin(visit: Visit, settings: Settings): Decision | undefined {
  const { origins, cache, status } = visit;
  const last = origins.at(-1);
  if (last === undefined || cache === "stale" || cache === "refreshed") return undefined;
  const first = origins[0];
  if (first !== undefined && first.originId !== last.originId) {
    const failed = origins.findLast(({ originId }) => originId !== last.originId) ?? first;
    const why =
      failed.fault === undefined || failed.status !== undefined ? failed.status : failed.fault;
    return {
      step: "failover",
      outcome: `origin ${failed.originId} failed (${why}), so ${last.originId} was asked, and answered ${last.status ?? `nothing (${last.fault})`}`,
      setting: `OriginGroups ${originGroupOf(settings) ?? ""}: FailoverCriteria`,
    };
  }
  if (last.fault !== undefined && last.status === undefined) return ofFault(last, settings);
  if (status === 101) {
    return {
      step: "web socket",
      outcome: `origin ${last.originId} took up the WebSocket handshake`,
      setting: `Origins ${last.originId}`,
    };
  }
  if (status >= 400 && last.status !== undefined && last.status >= 400) {
    return {
      step: "origin",
      outcome: `origin ${last.originId} answered ${last.status}`,
      setting: `Origins ${last.originId}`,
    };
  }
  return undefined;
}

function ofFault(
  { originId, fault, connectedAt, errorName }: OriginAttempt,
  { config }: Settings,
): Decision {
  const origin = config?.Origins?.Items?.find(({ Id }) => Id === originId);
  const timeouts = origin?.CustomOriginConfig ?? origin?.VpcOriginConfig ?? origin?.S3OriginConfig;
  const of = `of origin ${originId}`;
  const outcome = `origin ${originId} failed: ${errorName ?? fault}`;
  const step = "origin";
  switch (fault) {
    case "too-slow":
      return connectedAt === undefined
        ? {
            step,
            outcome: `${outcome}, no connection came about in time`,
            setting: `ConnectionTimeout (${origin?.ConnectionTimeout ?? 10} s) and ConnectionAttempts (${origin?.ConnectionAttempts ?? 3}) ${of}`,
          }
        : {
            step,
            outcome: `${outcome}, it took too long to answer`,
            setting: `OriginReadTimeout (${timeouts?.OriginReadTimeout ?? 30} s) ${of}`,
          };
    case "unresolved":
      return { step, outcome, setting: `DomainName (${origin?.DomainName}) ${of}` };
    case "refused":
      return { step, outcome, setting: "--refuse-private-origins" };
    case "unreachable":
    case "malformed":
    case "body-too-large":
    case "unwanted":
    case undefined:
      return {
        step,
        outcome,
        setting: `DomainName (${origin?.DomainName}), OriginProtocolPolicy and ports ${of}`,
      };
  }
}
