/**
 * Carries out what a viewer-request function asked for with the origin helpers: another origin of
 * the distribution, a group of two, or changes to the origin that the behavior has. What the
 * function leaves out is inherited.
 *
 * The rules are judged here and not inside the function, as on CloudFront: a value that breaks one
 * is a failed validation, answered with 502, and never an exception that the function could catch.
 *
 * Source: CloudFront Developer Guide, "Helper methods for origin modification".
 */
import { forEachLine } from "../../base/header-lines.ts";
import { headerRules } from "../../model/header-rules.ts";
import type { OriginChange } from "../../runtime/function-runtime.ts";
import type { DeployedDistribution, OriginTarget } from "../deployment/deployed-distribution.ts";
import { checkCertificateHeaders } from "./check-certificate-headers.ts";
import type { AskedRequest } from "../origin/origin-request.ts";
import { bucketProtocol } from "../deployment/origin-access.ts";
import {
  accessControl,
  certificateNames,
  customHeaderMap,
  dnsName,
  integer,
  isObject,
  InvalidOriginChange,
  maybe,
  originPath,
  shield,
  sslProtocols,
  type Fields,
} from "./origin-change-fields.ts";
import {
  addressFamily,
  customHeaders,
  type OriginSettings,
} from "../deployment/origin-settings.ts";

const failoverStatuses = new Set([400, 403, 404, 416, 429, 500, 502, 503, 504]);

/**
 * @param change undefined when the function asked for none
 * @param target what the behavior would use
 * @returns undefined when the change breaks a rule
 */
export function applyOriginChange(
  change: OriginChange | undefined,
  target: OriginTarget,
  distribution: DeployedDistribution,
  asked: AskedRequest,
): OriginTarget | undefined {
  try {
    return changedTarget(change, target, distribution, asked);
  } catch (error) {
    if (error instanceof InvalidOriginChange) return undefined;
    throw error;
  }
}

/** @throws InvalidOriginChange, which says what rule the change breaks */
export function changedTarget(
  change: OriginChange | undefined,
  target: OriginTarget,
  distribution: DeployedDistribution,
  asked: AskedRequest,
): OriginTarget {
  checkCertificateHeaders(asked.certificates);
  if (change === undefined) return target;
  const [first, second] = change.arguments;
  switch (change.helper) {
    case "updateRequestOrigin":
      return { ...target, primary: updated(target.primary, requireObject(first), asked) };
    case "selectRequestOriginById":
      return { primary: selected(distribution, first, second) };
    case "createRequestOriginGroup":
      return group(distribution, requireObject(first));
  }
}

function updated(origin: OriginSettings, change: Fields, asked: AskedRequest): OriginSettings {
  if (origin.kind === "vpc") throw new InvalidOriginChange("a VPC origin can't be changed");
  const domainName = maybe(change["domainName"], dnsName)?.toLowerCase();
  const custom = maybe(change["customOriginConfig"], requireObject);
  const timeouts = maybe(change["timeouts"], requireObject) ?? {};
  maybe(change["originShield"], shield);
  const control = maybe(change["originAccessControlConfig"], accessControl);
  const overrides = nameOverrides(change);
  const { hasAccessControl } = control ?? origin;
  if (overrides.hostHeader !== undefined && hasAccessControl) {
    throw new InvalidOriginChange("hostHeader together with origin access control");
  }
  const name = domainName ?? origin.domainName;
  const headers = maybe(change["customHeaders"], customHeaderMap);
  if (headers !== undefined) requireAbsent(headers, asked);
  const readTimeoutMs = inMs(timeouts["readTimeout"], 120) ?? origin.readTimeoutMs;
  const completionTimeoutMs =
    inMs(timeouts["responseCompletionTimeout"], 3600) ?? origin.completionTimeoutMs;
  if (completionTimeoutMs !== 0 && completionTimeoutMs < readTimeoutMs) {
    throw new InvalidOriginChange("responseCompletionTimeout below readTimeout");
  }
  const path = maybe(change["originPath"], originPath);
  const attempts = maybe(change["connectionAttempts"], (value) => integer(value, 1, 3));
  const { access } = control ?? origin;
  return {
    ...origin,
    protocol: origin.kind === "s3" ? bucketProtocol(name, access) : origin.protocol,
    ...(custom === undefined ? {} : customOrigin(custom, domainName)),
    domainName: name,
    // A new place is asked for by its own name, even where the viewer's Host is forwarded.
    ...(domainName === undefined ? {} : { hostHeader: domainName }),
    ...overrides,
    ...(headers === undefined ? {} : customHeaders(headers)),
    path: path ?? origin.path,
    connectionAttempts: attempts ?? origin.connectionAttempts,
    connectionTimeoutMs: inMs(timeouts["connectionTimeout"], 10) ?? origin.connectionTimeoutMs,
    readTimeoutMs,
    keepAliveTimeoutMs: inMs(timeouts["keepAliveTimeout"], 120) ?? origin.keepAliveTimeoutMs,
    completionTimeoutMs,
    ...control,
  };
}

function customOrigin(
  config: Fields,
  domainName: string | undefined,
): Pick<
  OriginSettings,
  "kind" | "protocol" | "httpPort" | "httpsPort" | "sslProtocols" | "addressFamily"
> {
  const port = integer(config["port"], 1, 65_535);
  if (port < 1024 && port !== 80 && port !== 443) {
    throw new InvalidOriginChange(`port must be 80, 443 or from 1024 on, not ${port}`);
  }
  const protocol = config["protocol"];
  if (protocol !== "http" && protocol !== "https") {
    throw new InvalidOriginChange("protocol must be http or https");
  }
  const family = config["ipAddressType"];
  if (family !== undefined && domainName === undefined) {
    throw new InvalidOriginChange("ipAddressType without domainName");
  }
  if (![undefined, "ipv4", "ipv6", "dualstack"].includes(family as string | undefined)) {
    throw new InvalidOriginChange("ipAddressType must be ipv4, ipv6 or dualstack");
  }
  return {
    kind: "custom",
    protocol: `${protocol}-only`,
    httpPort: port,
    httpsPort: port,
    sslProtocols: sslProtocols(config["sslProtocols"]),
    addressFamily: addressFamily(domainName ?? "", family as string | undefined),
  };
}

function selected(
  { origins }: DeployedDistribution,
  id: unknown,
  overrides: unknown,
): OriginSettings {
  const origin = typeof id === "string" ? origins.get(id) : undefined;
  if (origin === undefined) {
    throw new InvalidOriginChange(`the distribution has no origin ${JSON.stringify(id)}`);
  }
  if (origin.clientCertificateId !== undefined)
    throw new InvalidOriginChange(`${origin.id} is asked by mutual TLS`);
  return { ...origin, ...nameOverrides(maybe(overrides, requireObject) ?? {}) };
}

function group(distribution: DeployedDistribution, change: Fields): OriginTarget {
  const ids = change["originIds"];
  if (!Array.isArray(ids) || ids.length !== 2) {
    throw new InvalidOriginChange("originIds must be two");
  }
  const [primary, secondary] = ids.map((entry: unknown) =>
    isObject(entry)
      ? selected(distribution, entry["originId"], entry["originOverrides"])
      : selected(distribution, entry, undefined),
  );
  const codes = requireObject(change["failoverCriteria"])["statusCodes"];
  const criteria = change["selectionCriteria"] ?? "default";
  const isKnown = criteria === "default" || criteria === "media-quality-score";
  if (primary === undefined || secondary === undefined || !isKnown) {
    throw new InvalidOriginChange("selectionCriteria must be default or media-quality-score");
  }
  if (!Array.isArray(codes) || codes.length === 0) {
    throw new InvalidOriginChange("failoverCriteria.statusCodes must list some");
  }
  const statuses = new Set<number>(codes as number[]);
  if (!statuses.isSubsetOf(failoverStatuses)) {
    const known = [...failoverStatuses].join(", ");
    throw new InvalidOriginChange(`failoverCriteria.statusCodes can be ${known}`);
  }
  return { primary, failover: { secondary, statuses } };
}

function nameOverrides(
  fields: Fields,
): Partial<Pick<OriginSettings, "hostHeader" | "sni" | "certificateNames">> {
  const hostHeader = maybe(fields["hostHeader"], dnsName);
  const sni = maybe(fields["sni"], dnsName);
  const names = maybe(fields["allowedCertificateNames"], certificateNames);
  return {
    ...(hostHeader === undefined ? {} : { hostHeader }),
    ...(sni === undefined ? {} : { sni }),
    ...(names === undefined ? {} : { certificateNames: names }),
  };
}

function inMs(value: unknown, maxSeconds: number): number | undefined {
  const seconds = maybe(value, (given) => integer(given, 1, maxSeconds));
  return seconds === undefined ? undefined : seconds * 1000;
}

/** A header of the origin's must not silently replace one that the viewer sent, or a certificate's. */
function requireAbsent(
  headers: readonly (readonly [name: string, value: string])[],
  { headers: sent, certificates = [] }: AskedRequest,
): void {
  const names = new Set(headers.map(([name]) => headerRules(name).lower));
  for (const { to } of certificates) {
    if (names.has(to.toLowerCase())) {
      throw new InvalidOriginChange(`customHeaders: ${to} is a certificate's`);
    }
  }
  forEachLine(sent, (name) => {
    const { lower } = headerRules(name);
    if (names.has(lower)) {
      throw new InvalidOriginChange(`customHeaders: ${lower} is in the request`);
    }
  });
}

function requireObject(value: unknown): Fields {
  if (!isObject(value)) throw new InvalidOriginChange("it takes an object");
  return value;
}
