/** The API's shapes that the rooms above name. They are the AWS SDK's own types. */
export type {
  CacheBehavior,
  CustomErrorResponse,
  CustomOriginConfig,
  DefaultCacheBehavior,
  Distribution,
  DistributionConfig,
  DistributionSummary,
  FunctionAssociation,
  FunctionConfig,
  FunctionSummary,
  Origin,
  ViewerCertificate,
} from "@aws-sdk/client-cloudfront";
