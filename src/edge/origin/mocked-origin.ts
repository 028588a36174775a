/**
 * An origin whose health is mocked: what it would have to do by itself for a failover, an error page or a stale
 * answer to be seen comes about without it.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { STATUS_CODES } from "../../base/http-module.ts";
import { emptyBody, WholeBody } from "../../base/body.ts";
import type { Logger } from "../../base/logger.ts";
import type { OriginHealth } from "../mocked.ts";
import { statusesOf, type OriginFault } from "./faults.ts";
import { OriginAttempt } from "./origin-attempt.ts";
import type { OriginCall, OriginFailure, OriginResponse } from "./origin-call.ts";

type Answered = OriginResponse | OriginFailure;

/** @param ask asks the origin as it is */
export async function askMocked(
  health: OriginHealth,
  call: OriginCall,
  ask: (call: OriginCall) => Promise<Answered>,
  logger: Logger,
): Promise<Answered> {
  const { readTimeoutMs } = call.origin;
  const isSlow = health.kind === "slow" || (health.kind === "late" && health.ms >= readTimeoutMs);
  if (health.kind === "late" && !isSlow) {
    await waitWanted(health.ms, call);
    return ask(call);
  }
  const attempt = new OriginAttempt(call.origin.id);
  attempt.isMocked = true;
  call.attempts.push(attempt);
  // Nothing here reads one.
  call.request.body?.endAttempt();
  const fail = (fault: OriginFault): OriginFailure => {
    attempt.ended(fault);
    const { requestId, origin } = call;
    logger.warn({ requestId, origin: origin.domainName, fault }, "origin failed, as it is mocked");
    return { fault, countsAs: statusesOf(fault, fault === "too-slow") };
  };
  if (health.kind === "status") return answer(health.status, call, attempt);
  if (!isSlow) return fail("unreachable");
  await waitWanted(readTimeoutMs, call);
  return fail(call.wanted.isOver ? "unwanted" : "too-slow");
}

function answer(status: number, { request, origin }: OriginCall, attempt: OriginAttempt): Answered {
  const reason = STATUS_CODES[status] ?? "";
  const hasNoBody = status === 204 || status === 304;
  const text = Buffer.from(hasNoBody ? "" : `This origin is mocked: ${status} ${reason}\n`);
  const headers = hasNoBody
    ? []
    : ["Content-Type", "text/plain", "Content-Length", String(text.length)];
  const body = request.method === "HEAD" || hasNoBody ? emptyBody : new WholeBody(text);
  attempt.answered(status);
  attempt.ended();
  return { status, reason, headers, body, isS3: origin.kind === "s3" };
}

/** @param ms is waited for, or less where nobody wants an answer any more */
async function waitWanted(ms: number, { wanted }: OriginCall): Promise<void> {
  const left = new AbortController();
  wanted.whenOver(() => left.abort());
  if (wanted.isOver) return;
  try {
    await sleep(ms, undefined, { signal: left.signal });
  } catch (error) {
    if (!left.signal.aborted) throw error;
  }
}
