/**
 * For which service and region a request is signed: by the origin's type, and by its domain name
 * where that says a region.
 *
 * Source: AWS General Reference, "Service endpoints"; CloudFront Developer Guide, "Restrict access
 * to an AWS origin".
 */
import type { OriginAccess } from "../../deployment/origin-access.ts";
import type { OriginCredentials } from "./origin-credentials.ts";

export interface SigningScope {
  readonly service: string;
  readonly region: string;
}

/** A region's name as AWS's are made, which other S3 services follow: `eu-central-1`, `us-west-004`. */
const region = /^[a-z]{2,}(?:-[a-z]+)+-\d+$/;

/** Signatures of version 4A are for a set of regions; Multi-Region Access Points are in all. */
const everywhere = "*";

export function signingScope(
  domainName: string,
  { originType, protocol, region: byFunction }: OriginAccess,
  credentials: OriginCredentials,
): SigningScope {
  const labels = domainName.split(".");
  const service =
    originType === "s3" && labels.some((label) => label === "s3-object-lambda")
      ? "s3-object-lambda"
      : originType;
  const named = regionIn(labels);
  if (protocol === "sigv4a") return { service, region: named ?? everywhere };
  return { service, region: named ?? byFunction ?? credentials.region ?? "us-east-1" };
}

/**
 * Endpoints name their region in a label of its own, and buckets' older ones as `s3-eu-west-1`. The
 * last that looks like one counts: a bucket's or a container's own name stands before it.
 */
function regionIn(labels: readonly string[]): string | undefined {
  const service = labels.findLastIndex((label) => serviceLabel.test(label));
  if (service < 0) return undefined;
  const named = labels.slice(service + 1).findLast((label) => region.test(label));
  if (named !== undefined) return named;
  const joined = labels[service]?.slice("s3-".length) ?? "";
  return region.test(joined) ? joined : undefined;
}

/** Before it stands what the account named, after it the region. */
const serviceLabel =
  /^(?:s3(?:-(?:fips|accesspoint|accesspoint-fips|object-lambda|[a-z]{2,}-[a-z-]+-\d+))?|mediastore|mediapackagev2|lambda-url)$/;
