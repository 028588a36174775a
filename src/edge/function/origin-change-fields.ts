/**
 * The values that the origin helpers take, each judged by itself.
 *
 * Source: CloudFront Developer Guide, "updateRequestOrigin() method".
 */
import { isIP } from "node:net";
import { headerRules } from "../../model/header-rules.ts";
import type { OriginAccess } from "../deployment/origin-access.ts";
import type { SslProtocol } from "../deployment/origin-settings.ts";

export type Fields = Readonly<Record<string, unknown>>;

/** A value breaks a rule. The message names the field, for the log; viewers see one fixed sentence. */
export class InvalidOriginChange extends Error {
  override readonly name = "InvalidOriginChange";
}

export function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Judges a value that may be left out. */
export function maybe<T>(value: unknown, judge: (value: unknown) => T): T | undefined {
  return value === undefined || value === null ? undefined : judge(value);
}

export function integer(value: unknown, min: number, max: number): number {
  if (Number.isInteger(value) && Number(value) >= min && Number(value) <= max) return Number(value);
  throw new InvalidOriginChange(`${String(value)} is not an integer from ${min} to ${max}`);
}

/** A name and never an address; a port does not belong to it. */
export function dnsName(value: unknown): string {
  if (
    typeof value === "string" &&
    value.length <= 253 &&
    isIP(value) === 0 &&
    /^[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?$/i.test(value)
  ) {
    return value;
  }
  throw new InvalidOriginChange(`${String(value)} is not a DNS name`);
}

export function originPath(value: unknown): string {
  if (value === "") return value;
  if (
    typeof value === "string" &&
    value.length <= 255 &&
    /^\/[!-~]*$/.test(value) &&
    !/\/$|[?#]/.test(value)
  ) {
    return value;
  }
  throw new InvalidOriginChange(`${String(value)} is not an origin path`);
}

const sslProtocolNames = new Set<unknown>(["SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2"]);

export function sslProtocols(value: unknown): SslProtocol[] {
  if (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((name) => sslProtocolNames.has(name))
  ) {
    return value as SslProtocol[];
  }
  throw new InvalidOriginChange("sslProtocols must list SSLv3, TLSv1, TLSv1.1 or TLSv1.2");
}

export function certificateNames(value: unknown): string[] {
  const isName = (name: unknown) =>
    typeof name === "string" && name.length <= 64 && /^(\*\.)?[a-z0-9.-]+$/i.test(name);
  if (Array.isArray(value) && value.length <= 20 && value.every(isName)) return value as string[];
  throw new InvalidOriginChange("allowedCertificateNames must be up to 20 names of 64 characters");
}

/** There is one tier here, so a shield changes nothing; a wrong one is refused all the same. */
export function shield(value: unknown): void {
  if (!isObject(value) || typeof value["enabled"] !== "boolean") {
    throw new InvalidOriginChange("originShield.enabled must be true or false");
  }
  if (value["enabled"] && typeof value["region"] !== "string") {
    throw new InvalidOriginChange("originShield.region must be given");
  }
}

const accessControlValues: Readonly<Record<string, readonly unknown[]>> = {
  signingBehavior: ["always", "never", "no-override"],
  signingProtocol: ["sigv4"],
  originType: ["s3", "mediapackagev2", "mediastore", "lambda"],
};

/** @returns whether the origin has an origin access control, and how requests to it are signed */
export function accessControl(value: unknown): {
  readonly hasAccessControl: boolean;
  readonly access: OriginAccess | undefined;
} {
  if (!isObject(value) || typeof value["enabled"] !== "boolean") {
    throw new InvalidOriginChange("originAccessControlConfig.enabled must be true or false");
  }
  if (!value["enabled"]) return { hasAccessControl: false, access: undefined };
  for (const [field, allowed] of Object.entries(accessControlValues)) {
    if (!allowed.includes(value[field])) {
      throw new InvalidOriginChange(
        `originAccessControlConfig.${field} must be ${allowed.join(" or ")}`,
      );
    }
  }
  const { signingBehavior, signingProtocol, originType, region } = value;
  if (signingBehavior === "never") return { hasAccessControl: true, access: undefined };
  const access = {
    behavior: signingBehavior as OriginAccess["behavior"],
    protocol: signingProtocol as OriginAccess["protocol"],
    originType: originType as OriginAccess["originType"],
    isIdentity: false,
    names: [],
    // AWS's own sample passes it, though no page tells of it.
    ...(typeof region === "string" && /^[a-z0-9-]{1,64}$/.test(region) && { region }),
  };
  return { hasAccessControl: true, access };
}

/** @param name in lower case */
export function mayBeCustomHeader(name: string): boolean {
  return /^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(name) && headerRules(name).added === "freely";
}

/** @returns title-cased names, each with its value */
export function customHeaderMap(value: unknown): [name: string, value: string][] {
  if (!isObject(value)) throw new InvalidOriginChange("customHeaders must be an object");
  return Object.entries(value).map(([name, text]) => {
    if (!mayBeCustomHeader(name) || typeof text !== "string" || !/^[\t\x20-\x7e]*$/.test(text)) {
      throw new InvalidOriginChange(`customHeaders: ${name} can't be set, or not to that value`);
    }
    return [headerRules(name).titled, text];
  });
}
