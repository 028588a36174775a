/**
 * Origin access: an origin access control signs requests for origins of its type, and never
 * beside an origin access identity.
 *
 * Source: CloudFront Developer Guide, "Restrict access to an AWS origin".
 */
import { ApiError } from "../../../model/errors.ts";
import type { Origin } from "../../../schema/shapes.ts";
import { findResource } from "../../../state/resources.ts";
import { isS3Endpoint } from "./check-origins.ts";
import type { Draft } from "./draft.ts";
import { isLocalName } from "./local-names.ts";

/** By the origin type of an origin access control: whether a domain name is of one. */
const isOfType: Readonly<Record<string, (domainName: string) => boolean>> = {
  s3: isS3Endpoint,
  mediastore: (name) => /\.mediastore\.[a-z0-9-]+\.amazonaws\.com$/i.test(name),
  mediapackagev2: (name) => /\.mediapackagev2\.[a-z0-9-]+\.amazonaws\.com$/i.test(name),
  lambda: (name) => /\.lambda-url\.[a-z0-9-]+\.on\.aws$/i.test(name),
};

export function checkOriginAccess({ config, state }: Draft): void {
  for (const origin of config.Origins?.Items ?? []) {
    checkIdentity(origin);
    const id = origin.OriginAccessControlId ?? "";
    if (id === "") continue;
    if (origin.S3OriginConfig?.OriginAccessIdentity) {
      throw new ApiError(
        "IllegalOriginAccessConfiguration",
        `Origin "${origin.Id}" cannot have both an origin access control and an origin access identity`,
      );
    }
    const type = findResource(state, "origin-access-control", id)?.config
      .OriginAccessControlOriginType;
    if (type !== undefined) checkDomainName(origin, type);
  }
}

/** Whether it exists is for checkReferences(). */
function checkIdentity({ Id, S3OriginConfig }: Origin): void {
  const identity = S3OriginConfig?.OriginAccessIdentity ?? "";
  if (identity === "" || /^origin-access-identity\/cloudfront\/[A-Z0-9]+$/.test(identity)) return;
  throw new ApiError(
    "InvalidOriginAccessIdentity",
    `The origin access identity must be given as origin-access-identity/cloudfront/ID, got "${identity}" for origin "${Id}"`,
  );
}

function checkDomainName({ Id, DomainName = "" }: Origin, type: string): void {
  if (isLocalName(DomainName) || isOfType[type]?.(DomainName)) return;
  throw new ApiError(
    "InvalidDomainNameForOriginAccessControl",
    `The domain name "${DomainName}" of origin "${Id}" is none of the ${type} origins that its origin access control is for`,
  );
}
