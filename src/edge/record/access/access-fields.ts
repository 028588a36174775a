/**
 * The fields of standard access logs, as both versions have them: what each tells of a request.
 *
 * Source: CloudFront Developer Guide, "Standard logging reference", "Configure standard logging (v2)".
 */
import { isIPv6 } from "node:net";
import type { EventType } from "../../../runtime/function-runtime.ts";
import type { OriginAttempt } from "../../origin/origin-attempt.ts";
import type { AccessRecord } from "./access-record.ts";
import { openSslName } from "./cipher-name.ts";
import { dateOf, timeOf } from "./moment.ts";

/** @returns the value, in Latin-1; empty where there is none */
export type AccessField = (record: AccessRecord) => string;

/** Of what is not done here. */
export const noValue: AccessField = () => "";

/** Fields whose values never hold anything that is to be encoded. */
export const plainFields = {
  date: ({ at }) => dateOf(at),
  time: ({ at }) => timeOf(at),
  "x-edge-location": ({ visit, edge }) => visit.request.mocked?.pop ?? edge.pop,
  "sc-bytes": ({ visit }) => String(visit.bytesSent),
  "c-ip": ({ visit }) => visit.request.ip,
  "cs(Host)": ({ visit }) => visit.distribution?.domainName ?? "",
  // A viewer who left before there was an answer has none.
  "sc-status": ({ visit: { status } }) => (status === 0 ? "000" : String(status)),
  "x-edge-result-type": ({ results }) => results.result,
  "x-edge-request-id": ({ visit }) => visit.id,
  "cs-protocol": ({ visit }) => visit.protocol,
  "cs-bytes": ({ visit }) => String(visit.bytesReceived),
  "time-taken": ({ takenMs }) => inSeconds(takenMs),
  "ssl-protocol": ({ visit }) => visit.request.tls?.version ?? "",
  "ssl-cipher": ({ visit: { request } }) => (request.tls ? openSslName(request.tls.cipher) : ""),
  "x-edge-response-result-type": ({ results }) => results.response,
  "cs-protocol-version": ({ visit }) => `HTTP/${visit.request.httpVersion}`,
  // Field-level encryption is not done.
  "fle-status": noValue,
  "fle-encrypted-fields": noValue,
  "c-port": ({ visit }) => String(visit.request.port),
  "time-to-first-byte": ({ firstByteMs }) => inSeconds(firstByteMs),
  "x-edge-detailed-result-type": ({ results }) => results.detail,
  "sc-range-start": ({ contentRange }) => rangeOf(contentRange)?.[1] ?? "",
  "sc-range-end": ({ contentRange }) => rangeOf(contentRange)?.[2] ?? "",
  "timestamp(ms)": ({ at }) => String(at),
  "origin-fbl": ({ visit: { origins } }) => latency(origins.at(-1), "firstByteAt"),
  "origin-lbl": ({ visit: { origins } }) => latency(origins.at(-1), "endedAt"),
  asn: ({ visit }) => String(visit.viewerPlace.asn ?? ""),
  "c-country": ({ visit }) => visit.viewerPlace.country ?? "",
  "c-ip-version": ({ visit }) => (isIPv6(visit.request.ip) ? "IPv6" : "IPv4"),
  "distribution-tenant-id": ({ visit }) => visit.tenant?.id ?? "",
  "connection-id": ({ visit }) => visit.request.tls?.connectionId ?? "",
} as const satisfies Readonly<Record<string, AccessField>>;

/** Fields whose values viewers, origins or configurations choose. */
export const chosenFields = {
  "cs-method": ({ visit }) => visit.request.method,
  "cs-uri-stem": ({ visit }) => visit.request.path,
  "cs(Referer)": ({ referer }) => referer,
  "cs(User-Agent)": ({ userAgent }) => userAgent,
  "cs-uri-query": ({ querystring }) => querystring,
  "cs(Cookie)": ({ visit, cookie }) => (visit.distribution?.logging.includesCookies ? cookie : ""),
  "x-host-header": ({ visit }) => visit.request.hostHeader ?? "",
  "x-forwarded-for": ({ forwardedFor }) => forwardedFor,
  "sc-content-type": ({ contentType }) => contentType,
  "sc-content-len": ({ contentLength }) => contentLength,
  "cache-behavior-path-pattern": ({ visit }) => visit.behavior?.pathPattern ?? "",
  "viewer-request-log-data": ({ visit }) => logDataOf(visit.runs, "viewer-request"),
  "viewer-response-log-data": ({ visit }) => logDataOf(visit.runs, "viewer-response"),
} as const satisfies Readonly<Record<string, AccessField>>;

export type AccessFieldName = keyof typeof plainFields | keyof typeof chosenFields;

/** The fields of the first version, in their order. */
export const standardFields: readonly AccessFieldName[] = [
  ...(["date", "time", "x-edge-location", "sc-bytes", "c-ip", "cs-method", "cs(Host)"] as const),
  ...(["cs-uri-stem", "sc-status", "cs(Referer)", "cs(User-Agent)", "cs-uri-query"] as const),
  ...(["cs(Cookie)", "x-edge-result-type", "x-edge-request-id", "x-host-header"] as const),
  ...(["cs-protocol", "cs-bytes", "time-taken", "x-forwarded-for", "ssl-protocol"] as const),
  ...(["ssl-cipher", "x-edge-response-result-type", "cs-protocol-version"] as const),
  ...(["fle-status", "fle-encrypted-fields", "c-port", "time-to-first-byte"] as const),
  ...(["x-edge-detailed-result-type", "sc-content-type", "sc-content-len"] as const),
  ...(["sc-range-start", "sc-range-end"] as const),
];

/** Of the first milliseconds, as nearly all times are. */
const written: string[] = [];
const writtenMax = 1000;

/** @param ms undefined where there is no such time */
export function inSeconds(ms: number | undefined): string {
  if (ms === undefined) return "";
  const whole = Math.round(ms);
  if (whole < writtenMax) return (written[whole] ??= writeSeconds(whole));
  return writeSeconds(whole);
}

function writeSeconds(whole: number): string {
  const rest = whole % 1000;
  return `${(whole - rest) / 1000}.${rest < 10 ? "00" : rest < 100 ? "0" : ""}${rest}`;
}

function latency(attempt: OriginAttempt | undefined, until: "firstByteAt" | "endedAt"): string {
  const end = attempt?.[until];
  return attempt === undefined || end === undefined ? "" : inSeconds(end - attempt.startedAt);
}

const byteRange = /^bytes (\d+)-(\d+)\//;

function rangeOf(contentRange: string): RegExpExecArray | null {
  return contentRange === "" ? null : byteRange.exec(contentRange);
}

function logDataOf(runs: AccessRecord["visit"]["runs"], eventType: EventType): string {
  if (runs.length === 0) return "";
  const data = runs.find((run) => run.eventType === eventType)?.logData ?? "";
  return Buffer.from(data, "utf8").toString("latin1");
}
