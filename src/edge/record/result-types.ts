/** How an answer came about: one vocabulary for X-Cache, logs, metrics and tests. */
import type { OriginErrorName } from "../origin/faults.ts";

/** X-Cache's first word, and the result type of a log line. */
export type ResultType =
  | "Hit"
  | "RefreshHit"
  | "Miss"
  | "Error"
  | "Redirect"
  | "FunctionGeneratedResponse"
  | "FunctionExecutionError"
  | "FunctionThrottledError"
  | "FunctionValidationError";

/** Why the edge answered with a page of its own. */
export type RefusalName =
  | "malformed"
  | "slowRequest"
  | "uriTooLong"
  | "bodyTooLarge"
  | "headersTooLarge"
  | "unknownHost"
  | "ipv6Off"
  | "misdirected"
  | "noCertificate"
  | "httpsOnly"
  | "bodyWithGet"
  | "loop"
  | "mock"
  | "country"
  | "method"
  | "methodOfCachable"
  | "tunnel"
  | "missingKey"
  | "unknownKey"
  | "malformedPolicy"
  | "malformedSignature"
  | "notSigned"
  | "internal"
  | "notKept"
  | "originUnresolved"
  | "originUnreachable"
  | "originTooSlow"
  | "originRefused"
  | "functionFailed"
  | "functionThrottled"
  | "functionInvalid"
  | "functionWithoutResult"
  | "originChange";

/** Why logs say that there was an error: `x-edge-detailed-result-type`. */
export type ErrorWord =
  | OriginErrorName
  | "ClientCommError"
  | "ClientGeoBlocked"
  | "ClientHungUpRequest"
  | "Error"
  | "InvalidRequest"
  | "InvalidRequestHeader"
  | "InvalidRequestMethod"
  | "OriginError"
  | "SlowReaderOriginError";

/** What logs say in detail. */
export type LoggedDetail = ResultType | ErrorWord;

/** The result; where the edge refused, why. */
export type DetailedResult = ResultType | RefusalName;
