/**
 * The fields of real-time logs: most are those of standard logs, some by other names, and `cs-host` and
 * `x-host-header` have changed places.
 *
 * Source: CloudFront Developer Guide, "Use real-time access logs".
 */
import type { AccessRecord } from "./access-record.ts";
import {
  chosenFields,
  inSeconds,
  noValue,
  plainFields,
  type AccessField,
} from "./access-fields.ts";
import type { FieldTable } from "./access-format.ts";
import { mediaData } from "./media-data.ts";
import { maskHeader } from "./mask-secrets.ts";

/** Bytes of a value that may be long. */
const longMax = 800;

const plain = {
  timestamp: ({ at }) => inSeconds(at),
  "c-ip": plainFields["c-ip"],
  "x-host-header": plainFields["cs(Host)"],
  "s-ip": ({ edge }) => edge.serverIp,
  "time-to-first-byte": plainFields["time-to-first-byte"],
  "sc-status": plainFields["sc-status"],
  "sc-bytes": plainFields["sc-bytes"],
  "cs-protocol": plainFields["cs-protocol"],
  "cs-bytes": plainFields["cs-bytes"],
  "x-edge-location": plainFields["x-edge-location"],
  "x-edge-request-id": plainFields["x-edge-request-id"],
  "time-taken": plainFields["time-taken"],
  "cs-protocol-version": plainFields["cs-protocol-version"],
  "c-ip-version": plainFields["c-ip-version"],
  "x-edge-response-result-type": plainFields["x-edge-response-result-type"],
  "ssl-protocol": plainFields["ssl-protocol"],
  "ssl-cipher": plainFields["ssl-cipher"],
  "x-edge-result-type": plainFields["x-edge-result-type"],
  "fle-encrypted-fields": plainFields["fle-encrypted-fields"],
  "fle-status": plainFields["fle-status"],
  "sc-range-start": plainFields["sc-range-start"],
  "sc-range-end": plainFields["sc-range-end"],
  "c-port": plainFields["c-port"],
  "x-edge-detailed-result-type": plainFields["x-edge-detailed-result-type"],
  "c-country": plainFields["c-country"],
  "cs-headers-count": ({ visit }) => String(visit.request.headers.length / 2),
  "primary-distribution-id": ({ visit }) => visit.primary?.id ?? "",
  "origin-fbl": plainFields["origin-fbl"],
  "origin-lbl": plainFields["origin-lbl"],
  asn: plainFields.asn,
  "sr-reason": ({ visit: { origins } }) => {
    const [first] = origins;
    const wasOver = first !== undefined && origins.at(-1)?.originId !== first.originId;
    const before = origins.findLast(({ originId }) => originId === first?.originId);
    return wasOver ? `Failover:${before?.status ?? before?.errorName ?? "Error"}` : "";
  },
  // Origins are chosen by media quality nowhere here.
  "x-edge-mqcs": noValue,
  "distribution-tenant-id": plainFields["distribution-tenant-id"],
  "connection-id": plainFields["connection-id"],
} as const satisfies Readonly<Record<string, AccessField>>;

const chosen = {
  "cs-method": chosenFields["cs-method"],
  "cs-host": chosenFields["x-host-header"],
  "cs-uri-stem": ({ visit, querystring }) =>
    querystring === "" ? visit.request.path : `${visit.request.path}?${querystring}`,
  "cs-user-agent": chosenFields["cs(User-Agent)"],
  "cs-referer": chosenFields["cs(Referer)"],
  "cs-cookie": ({ cookie }) => cookie.slice(0, longMax),
  "cs-uri-query": chosenFields["cs-uri-query"],
  "x-forwarded-for": chosenFields["x-forwarded-for"],
  "sc-content-type": chosenFields["sc-content-type"],
  "sc-content-len": chosenFields["sc-content-len"],
  "cs-accept-encoding": (record) => headerOf(record, "accept-encoding"),
  "cs-accept": (record) => headerOf(record, "accept"),
  "cache-behavior-path-pattern": chosenFields["cache-behavior-path-pattern"],
  "cs-headers": (record) => linesOf(record, (name, value) => `${name}:${value}`),
  "cs-header-names": (record) => linesOf(record, (name) => name),
  "primary-distribution-dns-name": ({ visit }) => visit.primary?.domainName ?? "",
  "r-host": ({ visit: { origins, distribution } }) =>
    distribution?.origins.get(origins.at(-1)?.originId ?? "")?.domainName ?? "",
  "viewer-request-log-data": chosenFields["viewer-request-log-data"],
  "viewer-response-log-data": chosenFields["viewer-response-log-data"],
  ...mediaData,
} as const satisfies Readonly<Record<string, AccessField>>;

export const realtimeFields: FieldTable = { plain, chosen };

/** The order of a record's fields, whatever order they were chosen in. */
const order: readonly (keyof typeof plain | keyof typeof chosen)[] = [
  ...(["timestamp", "c-ip", "s-ip", "time-to-first-byte", "sc-status", "sc-bytes"] as const),
  ...(["cs-method", "cs-protocol", "cs-host", "cs-uri-stem", "cs-bytes"] as const),
  ...(["x-edge-location", "x-edge-request-id", "x-host-header", "time-taken"] as const),
  ...(["cs-protocol-version", "c-ip-version", "cs-user-agent", "cs-referer"] as const),
  ...(["cs-cookie", "cs-uri-query", "x-edge-response-result-type", "x-forwarded-for"] as const),
  ...(["ssl-protocol", "ssl-cipher", "x-edge-result-type", "fle-encrypted-fields"] as const),
  ...(["fle-status", "sc-content-type", "sc-content-len", "sc-range-start"] as const),
  ...(["sc-range-end", "c-port", "x-edge-detailed-result-type", "c-country"] as const),
  ...(["cs-accept-encoding", "cs-accept", "cache-behavior-path-pattern"] as const),
  ...(["cs-headers", "cs-header-names", "cs-headers-count"] as const),
  ...(["primary-distribution-id", "primary-distribution-dns-name"] as const),
  ...(["origin-fbl", "origin-lbl", "asn"] as const),
  ...(Object.keys(mediaData) as (keyof typeof mediaData)[]),
  ...(["r-host", "sr-reason", "x-edge-mqcs", "distribution-tenant-id"] as const),
  ...(["connection-id", "viewer-request-log-data", "viewer-response-log-data"] as const),
];

/** @returns the fields that there are, in the order of a record; a name that is none is left out */
export function inRecordOrder(names: readonly string[]): readonly string[] {
  return order.filter((name) => names.includes(name));
}

function headerOf({ visit, edge }: AccessRecord, lower: string): string {
  const { headers } = visit.request;
  let value = "";
  for (let index = 0; index < headers.length; index += 2) {
    if (headers[index]!.toLowerCase() !== lower) continue;
    value += value === "" ? headers[index + 1]! : `, ${headers[index + 1]!}`;
  }
  return edge.masksSecrets ? maskHeader(lower, value) : value;
}

function linesOf(
  { visit, edge }: AccessRecord,
  write: (name: string, value: string) => string,
): string {
  const { headers } = visit.request;
  let text = "";
  for (let index = 0; index < headers.length && text.length < longMax; index += 2) {
    const name = headers[index]!;
    const value = headers[index + 1]!;
    const told = edge.masksSecrets ? maskHeader(name.toLowerCase(), value) : value;
    text += `${write(name, told)}\n`;
  }
  return text.slice(0, longMax);
}
