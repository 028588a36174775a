/** How an answer came about: one vocabulary for X-Cache, logs, metrics and tests. */

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

/** The result; where the edge refused, why. */
export type DetailedResult = ResultType | RefusalName;
