/** A configuration that uses every kind of member, for tests to start from: creates and updates take it. */
import type { CacheBehavior, DistributionConfig, Origin } from "../../src/schema/shapes.ts";

/** Managed policies, which every account has. */
export const cachingOptimized = "658327ea-f89d-4fab-a63d-7e88639e58f6";
export const allViewer = "216adef6-5c7f-47e4-b989-5492eafa07d3";
export const simpleCors = "60669652-455b-4ae9-85a4-c4c02393f86c";

/** With every member that an update must send. Each call gives a new one, for a test to change. */
export function sampleConfig(callerReference = "sample"): DistributionConfig {
  return {
    CallerReference: callerReference,
    Comment: "a comment",
    Enabled: true,
    Aliases: { Quantity: 2, Items: ["www.example.com", "*.example.com"] },
    DefaultRootObject: "index.html",
    Origins: { Quantity: 3, Items: [customOrigin("custom"), customOrigin("spare"), s3Origin()] },
    OriginGroups: {
      Quantity: 1,
      Items: [
        {
          Id: "group",
          FailoverCriteria: { StatusCodes: { Quantity: 2, Items: [500, 502] } },
          Members: { Quantity: 2, Items: [{ OriginId: "custom" }, { OriginId: "spare" }] },
        },
      ],
    },
    DefaultCacheBehavior: {
      ...policyBehavior("custom"),
      AllowedMethods: {
        Quantity: 7,
        Items: ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"],
        CachedMethods: { Quantity: 2, Items: ["GET", "HEAD"] },
      },
    },
    CacheBehaviors: {
      Quantity: 3,
      Items: [
        { ...legacyBehavior("spare"), PathPattern: "/legacy/*" },
        { ...policyBehavior("group"), PathPattern: "*.png" },
        { ...policyBehavior("bucket"), PathPattern: "/files/?.txt" },
      ],
    },
    CustomErrorResponses: {
      Quantity: 2,
      Items: [
        { ErrorCode: 404, ResponsePagePath: "/404.html", ResponseCode: "200" },
        { ErrorCode: 500, ErrorCachingMinTTL: 0 },
      ],
    },
    Logging: {
      Enabled: true,
      IncludeCookies: false,
      Bucket: "logs.s3.amazonaws.com",
      Prefix: "cdn/",
    },
    PriceClass: "PriceClass_100",
    ViewerCertificate: {
      ACMCertificateArn:
        "arn:aws:acm:us-east-1:000000000000:certificate/11111111-2222-3333-4444-555555555555",
      SSLSupportMethod: "sni-only",
      MinimumProtocolVersion: "TLSv1.2_2021",
    },
    Restrictions: {
      GeoRestriction: { RestrictionType: "whitelist", Quantity: 2, Items: ["DE", "NZ"] },
    },
    WebACLId: "",
    HttpVersion: "http2and3",
    IsIPV6Enabled: true,
  };
}

export function customOrigin(id: string): Origin {
  return {
    Id: id,
    DomainName: `${id}.example.com`,
    OriginPath: "/site",
    CustomHeaders: { Quantity: 1, Items: [{ HeaderName: "x-from", HeaderValue: "edge" }] },
    CustomOriginConfig: {
      HTTPPort: 8080,
      HTTPSPort: 443,
      OriginProtocolPolicy: "https-only",
      OriginSslProtocols: { Quantity: 1, Items: ["TLSv1.2"] },
      OriginReadTimeout: 30,
      OriginKeepaliveTimeout: 5,
    },
  };
}

export function s3Origin(id = "bucket"): Origin {
  return {
    Id: id,
    DomainName: "bucket.s3.eu-west-1.amazonaws.com",
    S3OriginConfig: { OriginAccessIdentity: "" },
  };
}

type Behavior = Omit<CacheBehavior, "PathPattern">;

const requiredForUpdate = {
  AllowedMethods: {
    Quantity: 2,
    Items: ["GET", "HEAD"],
    CachedMethods: { Quantity: 2, Items: ["GET", "HEAD"] },
  },
  SmoothStreaming: false,
  Compress: true,
  LambdaFunctionAssociations: { Quantity: 0 },
  FieldLevelEncryptionId: "",
} satisfies Partial<Behavior>;

export function policyBehavior(origin: string): Behavior {
  return {
    ...structuredClone(requiredForUpdate),
    TargetOriginId: origin,
    ViewerProtocolPolicy: "redirect-to-https",
    CachePolicyId: cachingOptimized,
    OriginRequestPolicyId: allViewer,
    ResponseHeadersPolicyId: simpleCors,
  };
}

export function legacyBehavior(origin: string): Behavior {
  return {
    ...structuredClone(requiredForUpdate),
    TargetOriginId: origin,
    ViewerProtocolPolicy: "allow-all",
    ForwardedValues: {
      QueryString: true,
      Cookies: { Forward: "whitelist", WhitelistedNames: { Quantity: 1, Items: ["session"] } },
      Headers: { Quantity: 1, Items: ["Accept-Language"] },
      QueryStringCacheKeys: { Quantity: 1, Items: ["page"] },
    },
    MinTTL: 0,
    DefaultTTL: 60,
    MaxTTL: 3_600,
  };
}
