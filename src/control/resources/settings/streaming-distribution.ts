/** RTMP streaming distributions, which AWS has retired but not removed from its API. */
import { randomText } from "../../../base/random-pool.ts";
import { ApiError } from "../../../model/errors.ts";
import { findResource } from "../../../state/resources.ts";
import { identityIn } from "../access/origin-access-identity.ts";
import { newLetterId } from "../resource-id.ts";
import type { ResourceRow } from "../resource-row.ts";

export const streamingDistribution: ResourceRow<"streaming-distribution"> = {
  kind: "streaming-distribution",
  label: "streaming distribution",
  operations: {
    create: "CreateStreamingDistribution",
    createWithTags: "CreateStreamingDistributionWithTags",
    get: "GetStreamingDistribution",
    getConfig: "GetStreamingDistributionConfig",
    update: "UpdateStreamingDistribution",
    delete: "DeleteStreamingDistribution",
    list: "ListStreamingDistributions",
  },
  configMember: "StreamingDistributionConfig",
  collection: "streaming-distribution",
  errors: {
    missing: "NoSuchStreamingDistribution",
    exists: "StreamingDistributionAlreadyExists",
    tooMany: "TooManyStreamingDistributions",
    notDisabled: "StreamingDistributionNotDisabled",
  },
  quota: "streamingDistributionsPerAccount",
  unique: ["CallerReference"],
  fixed: {
    members: ["CallerReference"],
    code: "IllegalUpdate",
    text: "You cannot update the value of CallerReference.",
  },
  enforced: { edge: "no", reason: "AWS has retired RTMP" },
  newId: () => newLetterId("E"),
  attributes: (_id, { domainSuffix }) => ({
    DomainName: `s${randomText(13, "abcdefghijklmnopqrstuvwxyz0123456789")}.${domainSuffix}`,
  }),
  complete: (config) => ({
    ...config,
    Aliases: config.Aliases ?? { Quantity: 0 },
    Logging: config.Logging ?? { Enabled: false, Bucket: "", Prefix: "" },
    PriceClass: config.PriceClass ?? "PriceClass_All",
  }),
  check: ({ S3Origin }, { state }) => {
    const identity = identityIn(S3Origin?.OriginAccessIdentity);
    if (identity === "" || findResource(state, "origin-access-identity", identity)) return;
    throw new ApiError(
      "InvalidOriginAccessIdentity",
      `The specified origin access identity does not exist. Id: ${identity}`,
    );
  },
  describe: () => ({ ActiveTrustedSigners: { Enabled: false, Quantity: 0 } }),
};
