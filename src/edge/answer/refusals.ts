/**
 * Why the edge answers with a page of its own, and what the page says.
 *
 * The sentences are what CloudFront's viewers see, because people search for them and tests look
 * for them; a sentence says as much as a viewer may know, the rest is in the log.
 *
 * Source: captured responses; CloudFront Developer Guide, "Troubleshooting error response status codes".
 */
import type { OriginFault } from "../origin/faults.ts";
import type { RefusalName, ResultType } from "../record/result-types.ts";

export interface Refusal {
  /** The row's key. */
  readonly detail: RefusalName;
  readonly status: number;
  readonly sentence: string;
  readonly result?: ResultType;
  readonly closesConnection?: boolean;
  /** Of CloudFront's XML, which takes the page's place where this is given, with the sentence as its message. */
  readonly code?: string;
}

type Rows = Readonly<Record<RefusalName, Omit<Refusal, "detail">>>;

const cannotConnect =
  "CloudFront attempted to establish a connection with the origin, " +
  "but either the attempt failed or the origin closed the connection.";
const couldNotRun =
  "The CloudFront function associated with the CloudFront distribution is invalid or could not run.";
const methodNotConfigured =
  "This distribution is not configured to allow the HTTP request method that was used for this request.";

const rows: Rows = {
  malformed: { status: 400, sentence: "Bad request.", closesConnection: true },
  slowRequest: { status: 408, sentence: "The request took too long.", closesConnection: true },
  uriTooLong: { status: 414, sentence: "The request URL is too large.", closesConnection: true },
  bodyTooLarge: { status: 413, sentence: "The request body is too large.", closesConnection: true },
  headersTooLarge: {
    status: 494,
    sentence: "The request headers are too large.",
    closesConnection: true,
  },
  unknownHost: { status: 403, sentence: "Bad request." },
  ipv6Off: {
    status: 403,
    sentence: "This distribution does not serve viewers over IPv6: IPv6 is not enabled for it.",
  },
  misdirected: {
    status: 421,
    sentence:
      "The distribution does not match the certificate for which the HTTPS connection was established with.",
  },
  noCertificate: {
    status: 403,
    sentence:
      "The distribution serves viewers who show a certificate, and by HTTPS alone they can.",
  },
  httpsOnly: { status: 403, sentence: "Bad request." },
  bodyWithGet: { status: 403, sentence: "Bad request." },
  loop: { status: 403, sentence: "Bad request." },
  mock: { status: 400, sentence: "What the request mocks is no such thing." },
  country: {
    status: 403,
    sentence: "The Amazon CloudFront distribution is configured to block access from your country.",
  },
  method: { status: 403, sentence: methodNotConfigured },
  methodOfCachable: {
    status: 403,
    sentence: `${methodNotConfigured} The distribution supports only cachable requests.`,
  },
  tunnel: {
    status: 403,
    sentence: "This edge serves distributions and is no proxy: it takes no CONNECT.",
    closesConnection: true,
  },
  missingKey: {
    status: 403,
    code: "MissingKey",
    sentence: "Missing Key-Pair-Id query parameter or cookie value",
  },
  unknownKey: { status: 403, code: "InvalidKey", sentence: "Unknown Key" },
  malformedPolicy: { status: 403, code: "MalformedPolicy", sentence: "Malformed Policy" },
  malformedSignature: {
    status: 403,
    code: "MalformedSignature",
    sentence: "Could not unencode Signature",
  },
  notSigned: { status: 403, code: "AccessDenied", sentence: "Access denied" },
  internal: { status: 500, sentence: "Internal error.", closesConnection: true },
  notKept: {
    status: 504,
    sentence: "The request asks for what is kept only, and nothing that answers it is.",
  },
  originUnresolved: {
    status: 502,
    sentence: "CloudFront wasn't able to resolve the origin domain name.",
  },
  originUnreachable: { status: 502, sentence: cannotConnect },
  originTooSlow: { status: 504, sentence: cannotConnect },
  // Who asks learns nothing of what there is.
  originRefused: { status: 502, sentence: cannotConnect },
  functionFailed: { status: 503, sentence: couldNotRun, result: "FunctionExecutionError" },
  functionThrottled: { status: 503, sentence: couldNotRun, result: "FunctionThrottledError" },
  functionInvalid: {
    status: 502,
    sentence: "The CloudFront function returned an invalid value.",
    result: "FunctionValidationError",
  },
  functionWithoutResult: {
    status: 503,
    sentence: "The CloudFront function returned an invalid value.",
    result: "FunctionValidationError",
  },
  originChange: {
    status: 502,
    sentence: "The CloudFront function returned an invalid value for origin rewrite.",
    result: "FunctionValidationError",
  },
};

export const refusals = Object.fromEntries(
  Object.entries(rows).map(([detail, row]) => [detail, { detail, ...row }]),
) as Readonly<Record<RefusalName, Refusal>>;

/** What viewers are told of an origin that gave no response. */
export const refusalOfFault: Readonly<Record<OriginFault, Refusal>> = {
  unresolved: refusals.originUnresolved,
  unreachable: refusals.originUnreachable,
  "too-slow": refusals.originTooSlow,
  refused: refusals.originRefused,
  malformed: refusals.originUnreachable,
  "body-too-large": refusals.bodyTooLarge,
  // Nobody gets to see it.
  unwanted: refusals.originUnreachable,
};
