/** The API's shapes that the rooms above name. They are the AWS SDK's own types. */
export type {
  CacheBehavior,
  CustomOriginConfig,
  DefaultCacheBehavior,
  DistributionConfig,
  FunctionAssociation,
  FunctionConfig,
  Origin,
} from "@aws-sdk/client-cloudfront";
