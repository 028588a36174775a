/** What a run comes to at the edge, for viewers, the cache and origins: by the code that serves viewers. */
import { emptyBody } from "../base/body.ts";
import { firstValue } from "../base/header-lines.ts";
import type { Answer } from "../edge/answer/answer.ts";
import type { Refusal } from "../edge/answer/refusals.ts";
import { cacheKey } from "../edge/caching/cache-key.ts";
import type { DeployedDistribution } from "../edge/deployment/deployed-distribution.ts";
import { matchBehavior } from "../edge/deployment/match-behavior.ts";
import { askedAfter, responseAfter } from "../edge/function/after-run.ts";
import type { AskedRequest } from "../edge/origin/origin-request.ts";
import type { FunctionEvent, Outcome } from "../runtime/function-runtime.ts";

export interface Effect {
  readonly kind: "goes on" | "answers" | "fails";
  /** Of the answer; 0 where the request goes on. */
  readonly status: number;
  /** Empty where the request does not go on, as with what follows. */
  readonly uri: string;
  readonly querystring: string;
  /** Of the request that goes on, or of the answer: names and values in turn. */
  readonly headers: readonly string[];
  /** Of an answer that the function made, in base64. */
  readonly body: string | undefined;
  /** What the function asked for of the origin, in JSON; undefined for nothing. */
  readonly origin: string | undefined;
  /** Why it fails: the engine's message or the rule that the result breaks. */
  readonly failure: string | undefined;
}

const now = (): Date => new Date(0);

export function effectOf(outcome: Outcome, { request, response }: FunctionEvent): Effect {
  if (response !== undefined) {
    const answer: Answer = {
      ...{ status: response.statusCode, reason: response.statusDescription, result: "Miss" },
      ...{ headers: response.headers, body: emptyBody, via: "" },
    };
    return answered(responseAfter(outcome, response, answer), outcome);
  }
  const { uri: path, querystring, headers } = request;
  const asked = askedAfter(outcome, request, { path, querystring, headers }, now);
  if ("answer" in asked) return answered(asked.answer, outcome);
  return {
    ...{ kind: "goes on", status: 0, uri: asked.request.path },
    querystring: asked.request.querystring ?? "",
    headers: asked.request.headers,
    ...{ body: undefined, failure: undefined },
    origin: asked.originChange && JSON.stringify(asked.originChange),
  };
}

function answered(end: Answer | Refusal, outcome: Outcome): Effect {
  const fails = "sentence" in end;
  const body = outcome.type === "response" ? outcome.response.body : undefined;
  return {
    ...{ kind: fails ? "fails" : "answers", status: end.status, uri: "", querystring: "" },
    headers: fails ? [] : end.headers,
    body: body && Buffer.from(body).toString("base64"),
    origin: undefined,
    failure: fails ? (failureOf(outcome) ?? end.sentence) : undefined,
  };
}

function failureOf(outcome: Outcome): string | undefined {
  if (!("message" in outcome)) return undefined;
  return "reason" in outcome && outcome.reason !== undefined ? outcome.reason : outcome.message;
}

/** The cache behavior that an event is of, and what its object is kept by after the run. */
export interface EffectKey {
  /** The distribution's id, a space and the path pattern. */
  readonly behavior: string;
  readonly key: string;
}

/** @returns undefined where nothing would be looked up */
export function keyOf(
  { kind, uri: path, querystring, headers }: Effect,
  { request }: FunctionEvent,
  distribution: DeployedDistribution,
): EffectKey | undefined {
  if (kind !== "goes on" || !(request.method === "GET" || request.method === "HEAD"))
    return undefined;
  const behavior = matchBehavior(distribution, request.uri);
  if (behavior === undefined) return undefined;
  const asked: AskedRequest = { path, querystring: querystring || undefined, headers };
  const asker = {
    ...{ method: request.method, httpVersion: "1.1" as const },
    hostHeader: firstValue(request.headers, "host"),
  };
  const { key } = cacheKey(distribution, asked, asker, behavior.caching, "");
  return { behavior: `${distribution.id} ${behavior.pathPattern}`, key };
}
