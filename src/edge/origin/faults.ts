/**
 * Why an origin gave no response that can be relayed, and as which statuses that counts where an
 * origin group decides whether to ask its second origin.
 *
 * Source: CloudFront Developer Guide, "Optimize high availability with CloudFront origin failover".
 */

import { Silence } from "../../http1/outbound-connection.ts";
import { MalformedResponse, OversizedHead } from "../../http1/response-head.ts";
import { WrongRangeLength } from "./range-complaint.ts";

export type OriginFault =
  | "unresolved"
  | "unreachable"
  | "too-slow"
  /** It is at an address that the node's operator does not let anyone ask. */
  | "refused"
  /** What came is no HTTP response, or could be read in two ways. */
  | "malformed"
  /** The request's body is larger than is taken. */
  | "body-too-large"
  /** Nobody wants the response any more. */
  | "unwanted";

/** What an attempt fails with when it is plain what that means. */
export class OriginError extends Error {
  override readonly name = "OriginError";
  readonly fault: OriginFault;

  constructor(fault: OriginFault, message: string) {
    super(message);
    this.fault = fault;
  }
}

const unresolved = new Set(["ENOTFOUND", "EAI_AGAIN", "EAI_NODATA", "EAI_NONAME"]);
const tooSlow = new Set(["ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH"]);

/** @param problem what an attempt ended with: the system's error, http1's or our own */
export function faultOf(problem: unknown): OriginFault {
  if (problem instanceof OriginError) return problem.fault;
  if (problem instanceof MalformedResponse) return "malformed";
  if (problem instanceof Silence) return "too-slow";
  const { code } = problem as { code?: unknown };
  if (typeof code !== "string") return "unreachable";
  if (unresolved.has(code)) return "unresolved";
  return tooSlow.has(code) ? "too-slow" : "unreachable";
}

/** What CloudFront's logs call it; the Developer Guide's words for `x-edge-detailed-result-type`. */
export type OriginErrorName =
  | "OriginDnsError"
  | "OriginConnectError"
  | "OriginCommError"
  | "OriginReadError"
  | "OriginWriteError"
  | "OriginInvalidResponseError"
  | "OriginHeaderTooBigError"
  | "OriginContentRangeLengthError";

/**
 * @param problem what an attempt ended with
 * @param connected whether there was a connection by then
 * @returns undefined where it was not the origin that failed
 */
export function errorNameOf(problem: unknown, connected: boolean): OriginErrorName | undefined {
  switch (faultOf(problem)) {
    case "unresolved":
      return "OriginDnsError";
    case "refused":
      return "OriginConnectError";
    case "too-slow":
      return "OriginCommError";
    case "malformed":
      if (problem instanceof OversizedHead) return "OriginHeaderTooBigError";
      if (problem instanceof WrongRangeLength) return "OriginContentRangeLengthError";
      return "OriginInvalidResponseError";
    case "unreachable":
      if (!connected) return "OriginConnectError";
      return (problem as { code?: unknown }).code === "EPIPE"
        ? "OriginWriteError"
        : "OriginReadError";
    case "body-too-large":
    case "unwanted":
      return undefined;
  }
}

/**
 * The guide names 503 for an origin that can't be connected to, and 504 for one that is too slow.
 *
 * @param connected whether there was a connection to it
 */
export function statusesOf(fault: OriginFault, connected: boolean): readonly number[] {
  if (fault === "body-too-large" || fault === "unwanted") return [];
  if (!connected) return [503];
  return fault === "too-slow" ? [504] : [502, 503];
}
