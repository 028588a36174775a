/** Origin access identities: the older way to reach a private S3 bucket. */
import { randomText } from "../../../base/random-pool.ts";
import { ownResources } from "../../../state/resources.ts";
import { checkComment } from "../../comment.ts";
import { newLetterId } from "../resource-id.ts";
import type { ResourceRow } from "../resource-row.ts";

export const originAccessIdentity: ResourceRow<"origin-access-identity"> = {
  kind: "origin-access-identity",
  label: "origin access identity",
  operations: {
    create: "CreateCloudFrontOriginAccessIdentity",
    get: "GetCloudFrontOriginAccessIdentity",
    getConfig: "GetCloudFrontOriginAccessIdentityConfig",
    update: "UpdateCloudFrontOriginAccessIdentity",
    delete: "DeleteCloudFrontOriginAccessIdentity",
    list: "ListCloudFrontOriginAccessIdentities",
  },
  configMember: "CloudFrontOriginAccessIdentityConfig",
  collection: "origin-access-identity/cloudfront",
  errors: {
    missing: "NoSuchCloudFrontOriginAccessIdentity",
    exists: "CloudFrontOriginAccessIdentityAlreadyExists",
    inUse: "CloudFrontOriginAccessIdentityInUse",
    tooMany: "TooManyCloudFrontOriginAccessIdentities",
  },
  texts: { inUse: "The CloudFront origin access identity is still being used." },
  quota: "originAccessIdentitiesPerAccount",
  unique: ["CallerReference"],
  sameIsNoError: true,
  fixed: {
    members: ["CallerReference"],
    code: "IllegalUpdate",
    text: "You cannot update the value of CallerReference.",
  },
  enforced: { edge: "yes" },
  newId: () => newLetterId("E"),
  attributes: () => ({ S3CanonicalUserId: randomText(96, "0123456789abcdef") }),
  usedBy: ({ id }, state) =>
    ownResources(state, "streaming-distribution")
      .filter(({ config }) => identityIn(config.S3Origin?.OriginAccessIdentity) === id)
      .map((streaming) => `streaming distribution ${streaming.id}`),
  check: ({ Comment = "" }) => checkComment(Comment),
};

/** @returns the id in what an origin says, `origin-access-identity/cloudfront/ID`; "" for none */
export function identityIn(reference: string = ""): string {
  return reference.slice(reference.lastIndexOf("/") + 1);
}
