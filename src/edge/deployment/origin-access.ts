/**
 * How requests to an origin are signed: what its origin access control says, or that it has an
 * origin access identity.
 *
 * Source: CloudFront Developer Guide, "Restrict access to an AWS origin".
 */
import { isLocalName } from "../../model/local-names.ts";
import type { ResourceConfigs } from "../../model/resource.ts";

export type SignedOriginType = "s3" | "mediastore" | "mediapackagev2" | "lambda";

export interface OriginAccess {
  /**
   * Which requests are signed: all; those that bring no Authorization of the viewer's to the origin;
   * or all, in a header beside the viewer's Authorization. Where none is, there is no OriginAccess.
   */
  readonly behavior: "always" | "no-override" | "always-amz-auth";
  readonly protocol: "sigv4" | "sigv4a";
  readonly originType: SignedOriginType;
  /** Whether it is of an origin access identity, the older way, which only S3 has. */
  readonly isIdentity: boolean;
  /** What credentials for it may be configured under, besides the origin's domain name. */
  readonly names: readonly string[];
  /** Where neither the domain name nor the credentials say one. Only a function sets it. */
  readonly region?: string;
}

/** @returns undefined where nothing is signed */
export function accessByControl(
  id: string,
  control: ResourceConfigs["origin-access-control"],
): OriginAccess | undefined {
  const { SigningBehavior: behavior = "never" } = control;
  if (behavior === "never") return undefined;
  return {
    behavior,
    protocol: control.SigningProtocol ?? "sigv4",
    originType: control.OriginAccessControlOriginType ?? "s3",
    isIdentity: false,
    names: [id, control.Name ?? ""],
  };
}

/** @param reference as an origin names it, `origin-access-identity/cloudfront/ID`; "" for none */
export function accessByIdentity(reference: string): OriginAccess | undefined {
  if (reference === "") return undefined;
  return {
    behavior: "always",
    protocol: "sigv4",
    originType: "s3",
    isIdentity: true,
    names: [reference.slice(reference.lastIndexOf("/") + 1)],
  };
}

/**
 * A bucket is asked as the viewer asks, and by HTTPS alone where all that it gets is signed. One on
 * this machine or its network is no bucket of AWS's, and may have no certificate.
 */
export function bucketProtocol(
  domainName: string,
  access: OriginAccess | undefined,
): "https-only" | "match-viewer" {
  if (access === undefined || access.isIdentity || access.behavior === "no-override") {
    return "match-viewer";
  }
  return isLocalName(domainName) ? "match-viewer" : "https-only";
}
