/**
 * Answers an authority that looks whether a name leads here, before it issues a certificate for it: whatever host it asks
 * for, whichever edge it comes to, and before any distribution's settings count.
 *
 * Source: RFC 8555 §8.3.
 */
import { WholeBody } from "../../base/body.ts";
import type { Clock } from "../../base/clock.ts";
import { httpDate } from "../../base/http-date.ts";
import type { Answer } from "../answer/answer.ts";
import type { Deployment } from "../deployment/deployment.ts";
import type { ViewerRequest } from "../viewer-request.ts";

const prefix = "/.well-known/acme-challenge/";

/** @returns undefined for what is no such question, or one of somebody else's */
export function answerAcmeChallenge(
  { path, method }: ViewerRequest,
  { state: { acmeChallenges } }: Deployment,
  now: Clock,
): Answer | undefined {
  if (acmeChallenges.isEmpty() || !path.startsWith(prefix)) return undefined;
  if (method !== "GET" && method !== "HEAD") return undefined;
  const token = path.slice(prefix.length);
  const challenge = acmeChallenges.find((one) => one.token === token);
  if (challenge === undefined) return undefined;
  const text = Buffer.from(challenge.keyAuthorization, "latin1");
  const body = new WholeBody(text);
  return {
    status: 200,
    reason: "OK",
    headers: [
      ...["Server", "CloudFront", "Date", httpDate(now)],
      ...["Content-Type", "application/octet-stream", "Content-Length", String(text.length)],
      ...["Cache-Control", "no-store"],
    ],
    body,
    result: "FunctionGeneratedResponse",
    via: "",
  };
}
