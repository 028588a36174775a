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
import { isLocalName } from "../../../model/local-names.ts";

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
        `Cannot use both Origin Access Control and Origin Access Identity on an origin. Origin "${origin.Id}" has both`,
      );
    }
    const type = findResource(state, "origin-access-control", id)?.config
      .OriginAccessControlOriginType;
    if (type !== undefined) checkType(origin, type);
  }
}

/** Whether it exists is for checkReferences(). */
function checkIdentity({ Id, S3OriginConfig }: Origin): void {
  const identity = S3OriginConfig?.OriginAccessIdentity ?? "";
  if (identity === "" || /^origin-access-identity\/cloudfront\/[A-Z0-9]+$/.test(identity)) return;
  throw new ApiError(
    "InvalidOriginAccessIdentity",
    `The specified origin access identity does not exist or is not valid. It must be given as origin-access-identity/cloudfront/ID, got "${identity}" for origin "${Id}"`,
  );
}

function checkType({ Id, DomainName = "", S3OriginConfig }: Origin, type: string): void {
  if (isLocalName(DomainName)) return;
  if (!isOfType[type]?.(DomainName)) {
    throw new ApiError(
      "InvalidDomainNameForOriginAccessControl",
      `The domain name "${DomainName}" of origin "${Id}" is none of the ${type} origins that its origin access control is for; where a server of one's own stands for one, a node's --origin-sources says so`,
    );
  }
  if ((type === "s3") === (S3OriginConfig !== undefined)) return;
  throw new ApiError(
    "IllegalOriginAccessConfiguration",
    `Illegal configuration: The origin type and OAC origin type differ. Origin "${Id}" has ${S3OriginConfig ? "S3OriginConfig" : "no S3OriginConfig"}, and its origin access control is for ${type}`,
  );
}
