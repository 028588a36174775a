/**
 * Origins: where they are, how they are reached, and what they may combine.
 *
 * Origins on this machine and its network pass where AWS would refuse them; see local-names.ts.
 * Source: CloudFront Developer Guide, "Origin settings".
 */
import { isIP } from "node:net";
import { ApiError, InvalidArgument } from "../../../model/errors.ts";
import { fillParameters, parametersIn } from "../../../model/tenant-parameters.ts";
import type { CustomOriginConfig, DistributionConfig, Origin } from "../../../schema/shapes.ts";
import { checkCustomHeaders } from "./check-custom-headers.ts";
import type { Draft } from "./draft.ts";
import { isLocalName } from "../../../model/local-names.ts";

export function checkOrigins({ config, old, quotas }: Draft): void {
  const origins = config.Origins?.Items ?? [];
  if (origins.length === 0) throw new InvalidArgument("A distribution must have an origin");
  const seen = new Set<string>();
  for (const origin of origins) {
    const { Id = "" } = origin;
    if (Id === "" || seen.has(Id)) {
      throw new InvalidArgument(
        `Each origin must have an id of its own; "${Id}" is ${Id === "" ? "empty" : "used twice"}`,
      );
    }
    seen.add(Id);
    checkKind(origin, old === undefined);
    checkDomainName({ ...origin, DomainName: withoutParameters(origin, config) });
    checkOriginPath(origin);
    checkConnection(origin);
    checkTimeouts(origin);
    if (origin.CustomOriginConfig) checkCustomOrigin(origin.CustomOriginConfig, Id);
    checkCustomHeaders(origin, quotas);
  }
}

/** UpdateDistribution does not declare InvalidOrigin, CreateDistribution does. */
function checkKind(origin: Origin, isCreation: boolean): void {
  const kinds = ["CustomOriginConfig", "S3OriginConfig", "VpcOriginConfig"] as const;
  const given = kinds.filter((kind) => origin[kind] !== undefined);
  if (given.length === 1) return;
  throw new ApiError(
    isCreation ? "InvalidOrigin" : "InvalidArgument",
    `The specified origin server does not exist or is not valid. Origin "${origin.Id}" must have exactly one of ${kinds.join(", ")}, got ${given.join(" and ") || "none"}`,
  );
}

const hostName =
  /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/i;
const s3Endpoint = /^.+\.s3(?!-website)([.-][a-z0-9]+)*\.amazonaws\.com(\.cn)?$/i;

export function isS3Endpoint(domainName: string): boolean {
  return s3Endpoint.test(domainName) && !domainName.includes(".s3-website");
}

/**
 * A multi-tenant distribution's origins may have parameters in their names, which each tenant has values for:
 * the rest of the name is checked as if they were a label.
 */
function withoutParameters(
  { Id, DomainName = "" }: Origin,
  { ConnectionMode, TenantConfig }: DistributionConfig,
): string {
  const names = ConnectionMode === "tenant-only" ? parametersIn(DomainName) : [];
  if (names.length === 0) return DomainName;
  const defined = (TenantConfig?.ParameterDefinitions ?? []).map(({ Name }) => Name);
  const unknown = names.find((name) => !defined.includes(name));
  if (unknown !== undefined) {
    throw new InvalidArgument(
      `The parameter "${unknown}" in the name of origin "${Id}" is not defined: its definition goes into TenantConfig.ParameterDefinitions`,
    );
  }
  return fillParameters(DomainName, new Map(names.map((name) => [name, "p"]))) ?? DomainName;
}

function checkDomainName({ Id, DomainName = "", S3OriginConfig }: Origin): void {
  if (DomainName.includes(":")) {
    throw new InvalidArgument(
      `The parameter origin name cannot contain a colon. Origin "${Id}" has "${DomainName}"; a port goes into HTTPPort or HTTPSPort`,
    );
  }
  const isPublicAddress = isIP(DomainName) !== 0 && !isLocalName(DomainName);
  if (!hostName.test(DomainName) || isPublicAddress) {
    throw new InvalidArgument(
      `The parameter origin name must be a domain name. Origin "${Id}" has "${DomainName}"`,
    );
  }
  if (S3OriginConfig && !isS3Endpoint(DomainName) && !isLocalName(DomainName)) {
    throw new InvalidArgument(
      `The parameter Origin DomainName does not refer to a valid S3 bucket. Origin "${Id}" has "${DomainName}"`,
    );
  }
}

function checkOriginPath({ Id, OriginPath = "" }: Origin): void {
  if (OriginPath === "") return;
  if (!OriginPath.startsWith("/") || OriginPath.endsWith("/")) {
    throw new InvalidArgument(
      `The parameter OriginPath must start with "/" and not end with it, got "${OriginPath}" for origin "${Id}"`,
    );
  }
  checkRelativePath("OriginPath", OriginPath);
}

/** @throws InvalidRelativePath, in the model's words: too big, not URL-encoded, or without a slash in front */
export function checkRelativePath(name: string, path: string): void {
  if (path.startsWith("/") && path.length <= 255 && /^[\x21-\x7e]*$/.test(path)) return;
  throw new ApiError(
    "InvalidRelativePath",
    `${name} must begin with "/", be URL-encoded and have at most 255 characters, got "${path}"`,
  );
}

function checkConnection({
  Id,
  ConnectionAttempts = 3,
  ConnectionTimeout = 10,
  ...rest
}: Origin): void {
  checkRange("ConnectionAttempts", ConnectionAttempts, 1, 3, Id);
  checkRange("ConnectionTimeout", ConnectionTimeout, 1, 10, Id);
  if (rest.OriginShield?.Enabled && !rest.OriginShield.OriginShieldRegion) {
    throw new InvalidArgument(
      `The parameter OriginShieldRegion is required when Origin Shield is enabled (origin "${Id}")`,
    );
  }
}

function checkRange(name: string, value: number, min: number, max: number, id?: string): void {
  if (value >= min && value <= max) return;
  throw new InvalidArgument(
    `The parameter ${name} must be from ${min} to ${max}, got ${value} for origin "${id}"`,
  );
}

const longestTimeout = 120;

function checkTimeouts(origin: Origin): void {
  const { Id, CustomOriginConfig: custom, VpcOriginConfig: vpc, S3OriginConfig: s3 } = origin;
  const read = (custom ?? vpc ?? s3)?.OriginReadTimeout ?? 30;
  const keepalive = (custom ?? vpc)?.OriginKeepaliveTimeout ?? 5;
  if (read < 1 || read > longestTimeout) {
    throw new ApiError(
      "InvalidOriginReadTimeout",
      `OriginReadTimeout must be from 1 to ${longestTimeout} seconds, got ${read} for origin "${Id}"`,
    );
  }
  if (keepalive < 1 || keepalive > longestTimeout) {
    throw new ApiError(
      "InvalidOriginKeepaliveTimeout",
      `OriginKeepaliveTimeout must be from 1 to ${longestTimeout} seconds, got ${keepalive} for origin "${Id}"`,
    );
  }
  const completion = origin.ResponseCompletionTimeout;
  if (completion !== undefined && completion < read) {
    throw new InvalidArgument(
      `The parameter ResponseCompletionTimeout must be at least OriginReadTimeout, ${read}, got ${completion} for origin "${Id}"`,
    );
  }
}

function checkCustomOrigin(custom: CustomOriginConfig, id: string): void {
  for (const name of ["HTTPPort", "HTTPSPort"] as const) {
    const port = custom[name] ?? 0;
    if (port === 80 || port === 443 || (port >= 1024 && port <= 65_535)) continue;
    throw new InvalidArgument(
      `The parameter ${name} must be 80, 443 or from 1024 to 65535, got ${port} for origin "${id}"`,
    );
  }
  const protocols = custom.OriginSslProtocols?.Items ?? [];
  if (protocols.length === 0 || new Set(protocols).size < protocols.length) {
    throw new InvalidArgument(
      `The parameter OriginSslProtocols must list protocols, each once, got "${protocols.join(" ")}" for origin "${id}"`,
    );
  }
}
