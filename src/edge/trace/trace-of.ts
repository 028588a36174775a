/** Tells the way of a visit that is over. */
import { performance } from "node:perf_hooks";
import { functionEtag } from "../../model/function.ts";
import type { OriginAttempt } from "../origin/origin-attempt.ts";
import type { FunctionRun, Visit } from "../record/visit.ts";
import { cacheStory, whyNotStored } from "./cache-story.ts";
import { functionChanges, lineChanges } from "./changes.ts";
import { decidedBy } from "./deciding.ts";
import { corsOf, decisionsOf } from "./decisions.ts";
import type { Secrets } from "../record/secrets.ts";
import { secretsOf } from "../record/secrets-of.ts";
import { headersPolicyName, settingsOf, type Settings } from "./settings-of.ts";
import type { Trace, TracedAttempt, TracedFunction, TracedRequest } from "./trace.ts";

/** Lines that a function printed: more are in the log. */
const logsMax = 20;

export function traceOf(visit: Visit): Trace {
  const secrets = secretsOf(visit);
  const settings = settingsOf(visit);
  const { distribution, tenant, startedAt, results } = visit;
  const decisions = decisionsOf(visit, settings);
  const cache = cacheStory(visit, settings);
  const notStored = whyNotStored(visit);
  const deciding = decidedBy(visit, settings, { decisions, cache });
  const since = (time: number) => round(time - startedAt);
  return {
    id: visit.id,
    at: new Date(performance.timeOrigin + startedAt).toISOString(),
    revision: visit.deployment.state.revision,
    request: requestOf(visit, secrets),
    ...(distribution && {
      distribution: { id: distribution.id, domainName: distribution.domainName },
    }),
    ...(tenant && { tenant: { id: tenant.id } }),
    ...(settings.rules && { behavior: behaviorOf(settings) }),
    decisions: decisions.map(({ outcome, ...rest }) => ({
      ...rest,
      outcome: secrets.tell(outcome),
    })),
    functions: visit.runs.map((run) => functionOf(run, secrets, since)),
    ...(cache && {
      cache: {
        outcome: visit.cache,
        because: `${cache.outcome}${cache.setting === undefined ? "" : ` (${cache.setting})`}`,
        ...(visit.cacheKey !== undefined && { key: keyOf(visit.cacheKey, secrets) }),
        ...(notStored !== undefined && { notStored }),
      },
    }),
    origins: visit.origins.map((attempt) => attemptOf(attempt, since)),
    ...policyOf(visit, settings, secrets),
    response: {
      status: visit.status,
      result: results.result,
      detail: results.detail,
      ...(visit.sentence !== undefined && { sentence: secrets.tell(visit.sentence) }),
      headers: secrets.tellLines(visit.answered),
      bytes: visit.bytesSent,
      ...(visit.firstByteAt > 0 && { firstByteMs: since(visit.firstByteAt) }),
      tookMs: since(visit.endedAt),
    },
    decidedBy: { ...deciding, outcome: secrets.tell(deciding.outcome) },
  };
}

function requestOf({ request, protocol, viewerPlace }: Visit, secrets: Secrets): TracedRequest {
  const { country } = viewerPlace;
  const { method, httpVersion, host, path, querystring, ip, tls, headers, mocked } = request;
  return {
    method: secrets.tell(method),
    scheme: protocol,
    httpVersion,
    host: secrets.tell(host),
    path: secrets.tell(path),
    ...(querystring !== undefined && { query: secrets.tell(querystring) }),
    ip,
    ...(country !== undefined && { country }),
    ...(tls && {
      tls: {
        version: tls.version,
        ...(tls.serverName !== undefined && { serverName: secrets.tell(tls.serverName) }),
      },
    }),
    headers: secrets.tellLines(headers),
    ...(mocked && { mocked: secrets.tell(mocked.told) }),
  };
}

function behaviorOf({ rules }: Settings): NonNullable<Trace["behavior"]> {
  const policy = rules?.cachePolicy;
  return { pathPattern: rules?.pathPattern ?? "*", ...(policy && { cachePolicy: policy.name }) };
}

function functionOf(
  run: FunctionRun,
  secrets: Secrets,
  since: (time: number) => number,
): TracedFunction {
  const { name, copy, eventType, outcome, logs, startedAt, endedAt, computeUtilization } = run;
  return {
    ...{ name, eventType, stage: "LIVE", etag: functionEtag(copy), outcome: outcome.type },
    ...("message" in outcome && { message: secrets.tell(outcome.message) }),
    ...("line" in outcome && outcome.line !== undefined && { line: outcome.line }),
    logs: logs.slice(0, logsMax).map((line) => secrets.tell(line)),
    ...(startedAt > 0 && { startedMs: since(startedAt), endedMs: since(endedAt) }),
    computeUtilization,
    changes: functionChanges(run, secrets),
  };
}

/** The first line is whose it is, and the path with its query; then come headers. */
function keyOf(key: string, secrets: Secrets): string {
  const [first = "", ...lines] = key.split("\n");
  const told = lines.map((line) => {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon);
    return `${name}:${secrets.tellHeader(name, line.slice(colon + 1))}`;
  });
  return [secrets.tell(first), ...told].join("\n");
}

function attemptOf(attempt: OriginAttempt, since: (time: number) => number): TracedAttempt {
  const { originId, address, isMocked, isReused, status, fault, errorName } = attempt;
  const { startedAt, connectedAt, firstByteAt, endedAt } = attempt;
  return {
    originId,
    ...(address !== undefined && { address }),
    ...(isMocked && { isMocked }),
    isReused,
    startedMs: since(startedAt),
    ...(connectedAt !== undefined && { connectedMs: since(connectedAt) }),
    ...(firstByteAt !== undefined && { firstByteMs: since(firstByteAt) }),
    ...(endedAt !== undefined && { endedMs: since(endedAt) }),
    ...(status !== undefined && { status }),
    ...(fault !== undefined && { fault }),
    ...(errorName !== undefined && { error: errorName }),
  };
}

function policyOf(
  visit: Visit,
  settings: Settings,
  secrets: Secrets,
): Pick<Trace, "responseHeadersPolicy"> {
  const { beforePolicy, afterPolicy } = visit;
  if (beforePolicy === undefined || afterPolicy === undefined) return {};
  const cors = corsOf(visit);
  return {
    responseHeadersPolicy: {
      name: headersPolicyName(settings, visit) ?? "",
      ...(cors !== undefined && { cors }),
      changes: lineChanges(beforePolicy, afterPolicy, secrets),
    },
  };
}

function round(ms: number): number {
  return Math.round(ms * 100) / 100;
}
