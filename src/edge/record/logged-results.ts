/**
 * How a visit came out, in the words of CloudFront's logs: how its answer began, how it ended, and
 * why where that was an error.
 *
 * Source: CloudFront Developer Guide, "Standard log file fields": `x-edge-response-result-type`,
 * `x-edge-result-type`, `x-edge-detailed-result-type`.
 */
import type { OriginAttempt } from "../origin/origin-attempt.ts";
import type { ErrorWord, LoggedDetail, RefusalName, ResultType } from "./result-types.ts";
import type { Visit } from "./visit.ts";

export interface LoggedResults {
  /** As the answer's first byte was sent. */
  readonly response: ResultType;
  /** After its last. */
  readonly result: ResultType;
  readonly detail: LoggedDetail;
}

export type LoggedVisit = Pick<
  Visit,
  "status" | "result" | "detail" | "cache" | "origins" | "left"
>;

/** @param visit that is over */
export function loggedResults(visit: LoggedVisit): LoggedResults {
  const response = visit.result;
  const word = brokenOff(visit) ?? refusedAs(visit);
  if (word !== undefined) return { response, result: "Error", detail: word };
  if (response !== "Error") return { response, result: response, detail: response };
  return { response, result: response, detail: relayed(visit) };
}

/** Why the answer did not come, or not all of it, where the edge had not refused; it switched where it is 101. */
function brokenOff({ status, left, origins }: LoggedVisit): ErrorWord | undefined {
  if (left === undefined || status === 101) return undefined;
  // An origin that fails in the middle ends the viewer's connection, too.
  const failed = originError(origins.at(-1));
  if (failed !== undefined && status !== 0) return failed;
  switch (left) {
    case "asking":
      return "ClientHungUpRequest";
    case "waiting":
      return "ClientCommError";
    case "unread":
      return origins.length > 0 ? "SlowReaderOriginError" : "ClientCommError";
  }
}

function refusedAs({ detail, origins }: LoggedVisit): ErrorWord | undefined {
  if (!isRefusal(detail)) return undefined;
  const word = words[detail];
  return word === "origin" ? (originError(origins.at(-1)) ?? "Error") : word;
}

/** An error that an origin answered with, now or when it was kept. */
function relayed({ status, cache, origins }: LoggedVisit): ErrorWord {
  const isFresh = (cache === "miss" || cache === "bypassed") && origins.length > 0;
  return isFresh && status >= 500 ? "OriginError" : "Error";
}

function originError(attempt: OriginAttempt | undefined): ErrorWord | undefined {
  if (attempt === undefined) return undefined;
  const { fault, errorName } = attempt;
  if (errorName !== undefined || fault === undefined) return errorName;
  if (fault === "unwanted" || fault === "body-too-large") return undefined;
  return fault === "too-slow" ? "OriginCommError" : "OriginReadError";
}

function isRefusal(detail: Visit["detail"]): detail is RefusalName {
  return Object.hasOwn(words, detail);
}

/** What each refusal is; undefined where the result says it, "origin" where the last attempt does. */
const words: Readonly<Record<RefusalName, ErrorWord | "origin" | undefined>> = {
  malformed: "InvalidRequest",
  mock: "InvalidRequest",
  slowRequest: "ClientCommError",
  uriTooLong: "InvalidRequest",
  bodyTooLarge: "InvalidRequest",
  headersTooLarge: "InvalidRequestHeader",
  unknownHost: "InvalidRequest",
  ipv6Off: "InvalidRequest",
  misdirected: "InvalidRequest",
  noCertificate: "InvalidRequest",
  httpsOnly: "InvalidRequest",
  bodyWithGet: "InvalidRequest",
  loop: "InvalidRequest",
  country: "ClientGeoBlocked",
  method: "InvalidRequestMethod",
  methodOfCachable: "InvalidRequestMethod",
  tunnel: "InvalidRequestMethod",
  missingKey: "InvalidRequest",
  unknownKey: "InvalidRequest",
  malformedPolicy: "InvalidRequest",
  malformedSignature: "InvalidRequest",
  notSigned: "InvalidRequest",
  internal: "Error",
  notKept: "Error",
  originUnresolved: "origin",
  originUnreachable: "origin",
  originTooSlow: "origin",
  originRefused: "origin",
  functionFailed: undefined,
  functionThrottled: undefined,
  functionInvalid: undefined,
  functionWithoutResult: undefined,
  originChange: undefined,
};
