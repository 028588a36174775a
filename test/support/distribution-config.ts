/** A small DistributionConfig for tests: one origin on this machine, functions on the default behavior. */
import type { DistributionConfig } from "@aws-sdk/client-cloudfront";

export interface ConfigInput {
  readonly callerReference: string;
  readonly originPort: number;
  readonly viewerRequest?: string;
  readonly viewerResponse?: string;
  readonly enabled?: boolean;
  readonly aliases?: readonly string[];
  /** Which cookies go to the origin and come back from it; none by default. */
  readonly cookies?: "all" | "none";
  /** The cache policy's ID, in the place of a behavior's own settings. */
  readonly cachePolicy?: string;
  /** The response headers policy's ID. */
  readonly headersPolicy?: string;
}

/** @param input function names, without the ARN around them */
export function buildConfig(input: ConfigInput, account = "000000000000"): DistributionConfig {
  const associations = [
    ["viewer-request", input.viewerRequest] as const,
    ["viewer-response", input.viewerResponse] as const,
  ].flatMap(([EventType, name]) =>
    name ? [{ EventType, FunctionARN: `arn:aws:cloudfront::${account}:function/${name}` }] : [],
  );
  return {
    CallerReference: input.callerReference,
    Comment: "",
    Enabled: input.enabled ?? true,
    ...(input.aliases && {
      Aliases: { Quantity: input.aliases.length, Items: [...input.aliases] },
    }),
    Origins: {
      Quantity: 1,
      Items: [
        {
          Id: "local",
          DomainName: "localhost",
          CustomOriginConfig: {
            HTTPPort: input.originPort,
            HTTPSPort: 443,
            OriginProtocolPolicy: "http-only",
          },
        },
      ],
    },
    DefaultCacheBehavior: {
      TargetOriginId: "local",
      ViewerProtocolPolicy: "allow-all",
      ...(input.cachePolicy === undefined
        ? {
            ForwardedValues: { QueryString: true, Cookies: { Forward: input.cookies ?? "none" } },
            MinTTL: 0,
          }
        : { CachePolicyId: input.cachePolicy }),
      ...(input.headersPolicy !== undefined && { ResponseHeadersPolicyId: input.headersPolicy }),
      FunctionAssociations: { Quantity: associations.length, Items: associations },
    },
  };
}
