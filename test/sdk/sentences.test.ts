/**
 * AWS's sentences. Clients look for some of them in messages (Ansible for the one about invalidations,
 * with its period), so a message of ours begins with AWS's, whole; what we add comes after it. Through
 * the SDK, and the same request again through the JSON face.
 */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import * as sdk from "@aws-sdk/client-cloudfront";
import { sampleConfig } from "../support/sample-config.ts";
import { handleApiCall } from "../../src/control/handle-api-call.ts";
import { cloudFrontOperations } from "../../src/schema/operation-table.ts";
import type { ApiRequest } from "../../src/wire/api-message.ts";
import { buildConfig } from "../support/distribution-config.ts";
import { createMemoryApi } from "../support/memory-api.ts";
import { requestHandler } from "../support/request-handler.ts";

const v1 = "ETVPDKIKX0DER";
const v2 = "E3UN6WX5RRO2AG";
const nobody = "11111111-2222-4333-8444-555555555555";
const functionArn = "arn:aws:cloudfront::000000000000:function/hello";

type Behavior = NonNullable<sdk.DistributionConfig["DefaultCacheBehavior"]>;
type Origin = NonNullable<NonNullable<sdk.DistributionConfig["Origins"]>["Items"]>[number];

const small = (callerReference = "small", viewerRequest?: string): sdk.DistributionConfig =>
  buildConfig({ callerReference, originPort: 80, ...(viewerRequest && { viewerRequest }) });

function withBehavior(change: Partial<Behavior>): sdk.DistributionConfig {
  const config = small();
  return { ...config, DefaultCacheBehavior: { ...config.DefaultCacheBehavior!, ...change } };
}

function withOrigin(change: object): sdk.DistributionConfig {
  const config = small();
  const [origin] = config.Origins!.Items!;
  return { ...config, Origins: { Quantity: 1, Items: [{ ...origin, ...change } as Origin] } };
}

const s3 = { CustomOriginConfig: undefined, S3OriginConfig: { OriginAccessIdentity: "" } };

/** An account, and what is done in it. */
class Scene {
  readonly #control = createMemoryApi().control;
  #last: ApiRequest | undefined;
  #lastBody: object = {};
  readonly #client = new sdk.CloudFrontClient({
    region: "us-east-1",
    endpoint: "http://localhost:4580",
    credentials: { accessKeyId: "key", secretAccessKey: "secret" },
    maxAttempts: 1,
    requestHandler: requestHandler((request) => {
      this.#last = request;
      return handleApiCall(request, this.#control);
    }),
  });
  readonly send = this.#client.send.bind(this.#client);

  constructor() {
    this.#client.middlewareStack.add(
      (next, { commandName = "" }) =>
        (args) => {
          const { members } = cloudFrontOperations.get(commandName.replace(/Command$/, ""))!.input!;
          const inBody = Object.entries(args.input as Record<string, unknown>)
            .filter(([name]) => (members.get(name)?.binding?.in ?? "payload") === "payload")
            .map(([name, value]) => [
              name,
              value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value,
            ]);
          this.#lastBody = Object.fromEntries(inBody) as object;
          return next(args);
        },
      { step: "initialize" },
    );
  }

  /** @returns the message that a JSON request gets for what the SDK asked for last */
  async lastAsJson(): Promise<string> {
    const { headers, body, ...request } = this.#last!;
    const answer = await handleApiCall(
      {
        ...request,
        headers: { ...headers, accept: "application/json", "content-type": "application/json" },
        body: Buffer.from(body.length === 0 ? "" : JSON.stringify(this.#lastBody)),
      },
      this.#control,
    );
    const { error } = JSON.parse(String(answer.body)) as { readonly error: { message: string } };
    return error.message;
  }

  createDistribution(DistributionConfig: sdk.DistributionConfig) {
    return this.send(new sdk.CreateDistributionCommand({ DistributionConfig }));
  }

  async updateDistribution(change: Partial<sdk.DistributionConfig>) {
    const DistributionConfig = sampleConfig();
    const { Distribution } = await this.createDistribution(DistributionConfig);
    const config = { ...DistributionConfig, ...change };
    return this.send(
      new sdk.UpdateDistributionCommand({
        Id: Distribution?.Id,
        IfMatch: v1,
        DistributionConfig: config,
      }),
    );
  }

  createFunction(
    FunctionConfig: object = { Comment: "", Runtime: "cloudfront-js-2.0" },
    code = "x",
  ) {
    const input = { Name: "hello", FunctionConfig, FunctionCode: Buffer.from(code) };
    return this.send(new sdk.CreateFunctionCommand(input as sdk.CreateFunctionCommandInput));
  }

  async createCachePolicy(change: Partial<sdk.CachePolicyConfig> = {}): Promise<string> {
    const CachePolicyConfig = { Name: "policy", MinTTL: 0, ...change };
    const made = await this.send(new sdk.CreateCachePolicyCommand({ CachePolicyConfig }));
    return made.CachePolicy?.Id ?? "";
  }

  async createOriginAccessControl(): Promise<string> {
    const OriginAccessControlConfig = {
      Name: "access",
      SigningProtocol: "sigv4",
      SigningBehavior: "always",
      OriginAccessControlOriginType: "s3",
    } as const;
    const made = await this.send(
      new sdk.CreateOriginAccessControlCommand({ OriginAccessControlConfig }),
    );
    return made.OriginAccessControl?.Id ?? "";
  }

  async createPublicKey(CallerReference = "key"): Promise<string> {
    const { publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
    const EncodedKey = publicKey.export({ type: "spki", format: "pem" }).toString();
    const PublicKeyConfig = { CallerReference, Name: "key", EncodedKey };
    const made = await this.send(new sdk.CreatePublicKeyCommand({ PublicKeyConfig }));
    return made.PublicKey?.Id ?? "";
  }

  async createIdentity(Comment = ""): Promise<string> {
    const made = await this.send(
      new sdk.CreateCloudFrontOriginAccessIdentityCommand({
        CloudFrontOriginAccessIdentityConfig: { CallerReference: "identity", Comment },
      }),
    );
    return made.CloudFrontOriginAccessIdentity?.Id ?? "";
  }

  async invalidate(...paths: string[]) {
    const { DistributionList } = await this.send(new sdk.ListDistributionsCommand({}));
    const DistributionId =
      DistributionList?.Items?.[0]?.Id ?? (await this.createDistribution(small())).Distribution?.Id;
    const Paths = { Quantity: paths.length, Items: paths };
    const InvalidationBatch = { CallerReference: "once", Paths };
    return this.send(new sdk.CreateInvalidationCommand({ DistributionId, InvalidationBatch }));
  }

  /** @returns the policy's id, which the primary distribution has */
  async createStaging(): Promise<string> {
    const primary = await this.createDistribution(small());
    const { Id } = primary.Distribution!;
    const staging = await this.send(
      new sdk.CopyDistributionCommand({
        PrimaryDistributionId: Id,
        IfMatch: v1,
        Staging: true,
        CallerReference: "staging",
      }),
    );
    const names = [staging.Distribution?.DomainName ?? ""];
    const { ContinuousDeploymentPolicy } = await this.send(
      new sdk.CreateContinuousDeploymentPolicyCommand({
        ContinuousDeploymentPolicyConfig: {
          Enabled: true,
          StagingDistributionDnsNames: { Quantity: 1, Items: names },
          TrafficConfig: { Type: "SingleWeight", SingleWeightConfig: { Weight: 0.1 } },
        },
      }),
    );
    const { DistributionConfig } = await this.send(new sdk.GetDistributionConfigCommand({ Id }));
    const ContinuousDeploymentPolicyId = ContinuousDeploymentPolicy?.Id ?? "";
    await this.send(
      new sdk.UpdateDistributionCommand({
        Id,
        IfMatch: v1,
        DistributionConfig: { ...DistributionConfig!, ContinuousDeploymentPolicyId },
      }),
    );
    return ContinuousDeploymentPolicyId;
  }
}

/** The code, AWS's sentence, and what provokes it. */
type Row = readonly [code: string, sentence: string, provoke: (scene: Scene) => Promise<unknown>];

const rows: readonly Row[] = [
  [
    "MalformedXML",
    "1 validation error detected: Value 'cloudfront-js-3.0' at 'functionConfig.runtime' failed to satisfy constraint: Member must satisfy value set: [cloudfront-js-1.0, cloudfront-js-2.0]",
    (scene) => scene.createFunction({ Comment: "", Runtime: "cloudfront-js-3.0" }),
  ],
  [
    "MalformedXML",
    "1 validation error detected: Value at 'functionCode' failed to satisfy constraint: Member must have length greater than or equal to 1",
    (scene) => scene.createFunction(undefined, ""),
  ],
  [
    "MalformedXML",
    "2 validation errors detected: Value '1' at 'distributionConfig.defaultCacheBehavior.functionAssociations.items.1.member.eventType' failed to satisfy constraint: Member must satisfy value set: [viewer-request, viewer-response]; Value '0' at 'distributionConfig.defaultCacheBehavior.functionAssociations.items.2.member.eventType' failed to satisfy constraint: Member must satisfy value set: [viewer-request, viewer-response]",
    (scene) => {
      const Items = ["1", "0"].map((EventType) => ({ EventType, FunctionARN: functionArn }));
      const FunctionAssociations = { Quantity: 2, Items } as Behavior["FunctionAssociations"];
      return scene.createDistribution(withBehavior({ FunctionAssociations }));
    },
  ],
  [
    "MalformedXML",
    "1 validation error detected: Value 'a*b' at 'tags.items.1.member.key' failed to satisfy constraint: Member must satisfy regular expression pattern: ",
    async (scene) => {
      await scene.createFunction();
      const Tags = { Items: [{ Key: "a*b", Value: "" }] };
      return scene.send(new sdk.TagResourceCommand({ Resource: functionArn, Tags }));
    },
  ],
  [
    "InvalidIfMatchVersion",
    "The If-Match version is missing or not valid for the resource.",
    async (scene) => {
      const { Distribution } = await scene.createDistribution(small());
      return scene.send(new sdk.DeleteDistributionCommand({ Id: Distribution?.Id }));
    },
  ],
  [
    "PreconditionFailed",
    "The request failed because it didn't meet the preconditions in one or more request-header fields.",
    async (scene) => {
      await scene.createFunction();
      return scene.send(new sdk.PublishFunctionCommand({ Name: "hello", IfMatch: v2 }));
    },
  ],
  [
    "NoSuchFunctionExists",
    "The specified function does not exist.",
    (scene) => scene.send(new sdk.DescribeFunctionCommand({ Name: "nobody", Stage: "LIVE" })),
  ],
  [
    "FunctionInUse",
    "Cannot delete function hello, it is in use by 1 distributions",
    async (scene) => {
      await scene.createFunction();
      await scene.send(new sdk.PublishFunctionCommand({ Name: "hello", IfMatch: v1 }));
      await scene.createDistribution(small("user", "hello"));
      return scene.send(new sdk.DeleteFunctionCommand({ Name: "hello", IfMatch: v1 }));
    },
  ],
  [
    "EntityNotFound",
    "The specified key value store does not exist.",
    (scene) => scene.send(new sdk.DescribeKeyValueStoreCommand({ Name: "nobody" })),
  ],
  [
    "NoSuchDistribution",
    "The specified distribution does not exist.",
    (scene) => scene.send(new sdk.GetDistributionCommand({ Id: "ENOBODY" })),
  ],
  [
    "EntityNotFound",
    "The specified distribution does not exist.",
    (scene) =>
      scene.send(new sdk.DisassociateDistributionWebACLCommand({ Id: "ENOBODY", IfMatch: v1 })),
  ],
  [
    "DistributionNotDisabled",
    "The distribution you are trying to delete has not been disabled.",
    async (scene) => {
      const { Distribution } = await scene.createDistribution(small());
      return scene.send(new sdk.DeleteDistributionCommand({ Id: Distribution?.Id, IfMatch: v1 }));
    },
  ],
  [
    "DistributionAlreadyExists",
    "The caller reference that you are using to create a distribution is associated with another distribution. Already exists: E",
    async (scene) => {
      await scene.createDistribution(small());
      return scene.createDistribution(small());
    },
  ],
  [
    "IllegalUpdate",
    "You cannot update Origin or CallerReference.",
    (scene) => scene.updateDistribution({ CallerReference: "another" }),
  ],
  [
    "IllegalUpdate",
    "PriceClass is missing for the resource",
    (scene) => scene.updateDistribution({ PriceClass: undefined }),
  ],
  [
    "IllegalUpdate",
    "AllowedMethods is missing for the resource",
    (scene) => {
      const config = sampleConfig();
      const behavior = { ...config.DefaultCacheBehavior!, AllowedMethods: undefined };
      return scene.updateDistribution({ DefaultCacheBehavior: behavior });
    },
  ],
  [
    "IllegalUpdate",
    "The specified list of custom error responses does not exist or is not valid.",
    (scene) => scene.updateDistribution({ CustomErrorResponses: undefined }),
  ],
  [
    "IllegalUpdate",
    "OriginReadTimeout is required for updates",
    (scene) => {
      const { Origins } = sampleConfig();
      for (const { CustomOriginConfig: custom } of Origins!.Items!) {
        if (custom) delete custom.OriginReadTimeout;
      }
      return scene.updateDistribution({ Origins });
    },
  ],
  [
    "InvalidArgument",
    "The parameter SmoothStreaming flag is missing",
    (scene) => {
      const config = sampleConfig();
      const behavior = { ...config.DefaultCacheBehavior!, SmoothStreaming: undefined };
      return scene.updateDistribution({ DefaultCacheBehavior: behavior });
    },
  ],
  [
    "NoSuchOrigin",
    "One or more of your origins or origin groups do not exist.",
    (scene) => scene.createDistribution(withBehavior({ TargetOriginId: "nobody" })),
  ],
  [
    "InvalidArgument",
    "The parameter Origin DomainName does not refer to a valid S3 bucket.",
    (scene) => scene.createDistribution(withOrigin({ ...s3, DomainName: "www.example.com" })),
  ],
  [
    "InvalidArgument",
    "The parameter origin name cannot contain a colon.",
    (scene) => scene.createDistribution(withOrigin({ DomainName: "example.com:8080" })),
  ],
  [
    "InvalidArgument",
    "The parameter origin name must be a domain name.",
    (scene) => scene.createDistribution(withOrigin({ DomainName: "example.com/path" })),
  ],
  [
    "InvalidArgument",
    "The parameter ForwardedValues cannot be used when a cache policy is associated to the cache behavior.",
    async (scene) =>
      scene.createDistribution(withBehavior({ CachePolicyId: await scene.createCachePolicy() })),
  ],
  [
    "InvalidArgument",
    "The parameter MinTTL cannot be used when a cache policy is associated to the cache behavior.",
    async (scene) => {
      const CachePolicyId = await scene.createCachePolicy();
      const legacy = { ForwardedValues: undefined, MinTTL: 0 };
      return scene.createDistribution(withBehavior({ ...legacy, CachePolicyId }));
    },
  ],
  [
    "InvalidArgument",
    "The parameter MinTTL is required.",
    (scene) => scene.createDistribution(withBehavior({ MinTTL: undefined })),
  ],
  [
    "InvalidTTLOrder",
    "MinTTL, MaxTTL and DefaultTTL should follow order MinTTL less than or equal to DefaultTTL less than or equal to MaxTTL",
    (scene) => scene.createDistribution(withBehavior({ MinTTL: 9, DefaultTTL: 5, MaxTTL: 7 })),
  ],
  [
    "InvalidArgument",
    "MinTTL, MaxTTL and DefaultTTL should follow order MinTTL less than or equal to DefaultTTL less than or equal to MaxTTL",
    (scene) => scene.createCachePolicy({ MinTTL: 9, DefaultTTL: 5, MaxTTL: 7 }),
  ],
  [
    "InvalidArgument",
    "The parameter QueryString cannot be false if query strings are set in QueryStringCacheKeys",
    (scene) => {
      const QueryStringCacheKeys = { Quantity: 1, Items: ["page"] };
      const Cookies = { Forward: "none" } as const;
      const ForwardedValues = { QueryString: false, Cookies, QueryStringCacheKeys };
      return scene.createDistribution(withBehavior({ ForwardedValues }));
    },
  ],
  ...(
    [
      ["NoSuchCachePolicy", "cache policy", { CachePolicyId: nobody }],
      ["NoSuchOriginRequestPolicy", "origin request policy", { OriginRequestPolicyId: nobody }],
      [
        "NoSuchResponseHeadersPolicy",
        "response headers policy",
        { ResponseHeadersPolicyId: nobody },
      ],
    ] as const
  ).map(([code, what, change]): Row => [
    code,
    `The specified ${what} does not exist.`,
    (scene) => {
      const legacy = { ForwardedValues: undefined, MinTTL: undefined };
      const CachePolicyId = "658327ea-f89d-4fab-a63d-7e88639e58f6";
      return scene.createDistribution(withBehavior({ ...legacy, CachePolicyId, ...change }));
    },
  ]),
  [
    "InvalidOriginAccessIdentity",
    "The specified origin access identity does not exist or is not valid.",
    (scene) => {
      const OriginAccessIdentity = "origin-access-identity/cloudfront/ENOBODY";
      const DomainName = "bucket.s3.amazonaws.com";
      const S3OriginConfig = { OriginAccessIdentity };
      return scene.createDistribution(withOrigin({ ...s3, S3OriginConfig, DomainName }));
    },
  ],
  [
    "InvalidOriginAccessIdentity",
    "The specified origin access identity does not exist or is not valid.",
    (scene) => {
      const S3OriginConfig = { OriginAccessIdentity: "ENOBODY" };
      const DomainName = "bucket.s3.amazonaws.com";
      return scene.createDistribution(withOrigin({ ...s3, S3OriginConfig, DomainName }));
    },
  ],
  [
    "CNAMEAlreadyExists",
    "One or more of the CNAMEs you provided are already associated with a different resource.",
    async (scene) => {
      const Aliases = { Quantity: 1, Items: ["www.example.com"] };
      await scene.createDistribution({ ...small("one"), Aliases });
      return scene.createDistribution({ ...small("two"), Aliases });
    },
  ],
  [
    "InvalidViewerCertificate",
    "The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't valid, or doesn't include a valid certificate chain.",
    (scene) => {
      const ACMCertificateArn = `arn:aws:acm:eu-west-1:000000000000:certificate/${nobody}`;
      const ViewerCertificate = { ACMCertificateArn, SSLSupportMethod: "sni-only" } as const;
      return scene.createDistribution({ ...small(), ViewerCertificate });
    },
  ],
  [
    "InvalidLambdaFunctionAssociation",
    "The function ARN must reference a specific function version. (The ARN must end with the version number.) ARN: arn:aws:lambda:us-east-1:000000000000:function:edge",
    (scene) => {
      const LambdaFunctionARN = "arn:aws:lambda:us-east-1:000000000000:function:edge";
      const Items = [{ LambdaFunctionARN, EventType: "origin-request" as const }];
      const LambdaFunctionAssociations = { Quantity: 1, Items };
      return scene.createDistribution(withBehavior({ LambdaFunctionAssociations }));
    },
  ],
  [
    "InvalidArgument",
    "Your request contains a caller reference that was used for a previous invalidation batch for the same distribution.",
    async (scene) => {
      await scene.invalidate("/a");
      return scene.invalidate("/b");
    },
  ],
  [
    "InvalidArgument",
    "Your request contains one or more invalid invalidation paths.",
    (scene) => scene.invalidate("no-slash"),
  ],
  [
    "InconsistentQuantities",
    "The value of Quantity and the size of Items don't match",
    (scene) => scene.createDistribution({ ...small(), Aliases: { Quantity: 1 } }),
  ],
  [
    "CachePolicyInUse",
    "The specified cache policy is currently associated with a cache behavior. Please disassociate the policy before deleting.",
    async (scene) => {
      const Id = await scene.createCachePolicy();
      const legacy = { ForwardedValues: undefined, MinTTL: undefined };
      await scene.createDistribution(withBehavior({ ...legacy, CachePolicyId: Id }));
      return scene.send(new sdk.DeleteCachePolicyCommand({ Id, IfMatch: v1 }));
    },
  ],
  [
    "NoSuchCachePolicy",
    "The specified cache policy does not exist.",
    (scene) => scene.send(new sdk.GetCachePolicyCommand({ Id: nobody })),
  ],
  [
    "InvalidArgument",
    "The parameter HeaderBehavior is invalid for policy with caching disabled.",
    (scene) => {
      const ParametersInCacheKeyAndForwardedToOrigin = {
        EnableAcceptEncodingGzip: false,
        HeadersConfig: {
          HeaderBehavior: "whitelist" as const,
          Headers: { Quantity: 1, Items: ["x-a"] },
        },
        CookiesConfig: { CookieBehavior: "none" as const },
        QueryStringsConfig: { QueryStringBehavior: "none" as const },
      };
      const ttls = { MinTTL: 0, DefaultTTL: 0, MaxTTL: 0 };
      return scene.createCachePolicy({ ...ttls, ParametersInCacheKeyAndForwardedToOrigin });
    },
  ],
  [
    "OriginAccessControlInUse",
    "The CloudFront origin access control is still being used.",
    async (scene) => {
      const Id = await scene.createOriginAccessControl();
      const DomainName = "bucket.s3.amazonaws.com";
      await scene.createDistribution(withOrigin({ ...s3, DomainName, OriginAccessControlId: Id }));
      return scene.send(new sdk.DeleteOriginAccessControlCommand({ Id, IfMatch: v1 }));
    },
  ],
  [
    "OriginAccessControlAlreadyExists",
    "An origin access control with the same name already exists.",
    async (scene) => {
      await scene.createOriginAccessControl();
      return scene.createOriginAccessControl();
    },
  ],
  [
    "CloudFrontOriginAccessIdentityInUse",
    "The CloudFront origin access identity is still being used.",
    async (scene) => {
      const Id = await scene.createIdentity();
      const OriginAccessIdentity = `origin-access-identity/cloudfront/${Id}`;
      const DomainName = "bucket.s3.amazonaws.com";
      const S3OriginConfig = { OriginAccessIdentity };
      await scene.createDistribution(withOrigin({ ...s3, S3OriginConfig, DomainName }));
      return scene.send(new sdk.DeleteCloudFrontOriginAccessIdentityCommand({ Id, IfMatch: v1 }));
    },
  ],
  [
    "IllegalUpdate",
    "You cannot update the value of CallerReference",
    async (scene) => {
      const Id = await scene.createIdentity();
      return scene.send(
        new sdk.UpdateCloudFrontOriginAccessIdentityCommand({
          Id,
          IfMatch: v1,
          CloudFrontOriginAccessIdentityConfig: { CallerReference: "another", Comment: "" },
        }),
      );
    },
  ],
  [
    "InvalidArgument",
    "The parameter Access-Control-Allow-Origin contains https://example.com/ which is not a valid URL.",
    (scene) => {
      const CorsConfig = {
        AccessControlAllowOrigins: { Quantity: 1, Items: ["https://example.com/"] },
        AccessControlAllowHeaders: { Quantity: 1, Items: ["*"] },
        AccessControlAllowMethods: { Quantity: 1, Items: ["ALL" as const] },
        AccessControlAllowCredentials: false,
        OriginOverride: true,
      };
      const ResponseHeadersPolicyConfig = { Name: "cors", CorsConfig };
      return scene.send(
        new sdk.CreateResponseHeadersPolicyCommand({ ResponseHeadersPolicyConfig }),
      );
    },
  ],
  [
    "PublicKeyInUse",
    "The Cloudfront public key is currently associated with either Key Group or a field level encryption profile. Please disassociate the key before deleting.",
    async (scene) => {
      const Id = await scene.createPublicKey();
      const KeyGroupConfig = { Name: "group", Items: [Id] };
      await scene.send(new sdk.CreateKeyGroupCommand({ KeyGroupConfig }));
      return scene.send(new sdk.DeletePublicKeyCommand({ Id, IfMatch: v1 }));
    },
  ],
  [
    "PublicKeyAlreadyExists",
    "The name that you are using to create a CloudFront public key is associated with another public key in your account.",
    async (scene) => {
      await scene.createPublicKey("one");
      return scene.createPublicKey("two");
    },
  ],
  [
    "ContinuousDeploymentPolicyInUse",
    "The specified continuous deployment policy is currently associated with a distribution.",
    async (scene) => {
      const Id = await scene.createStaging();
      return scene.send(new sdk.DeleteContinuousDeploymentPolicyCommand({ Id, IfMatch: v1 }));
    },
  ],
];

for (const [code, sentence, provoke] of rows) {
  test(`${code} begins with AWS's sentence: ${sentence.slice(0, 90)}`, async () => {
    const scene = new Scene();
    const refusal = await provoke(scene).then(
      () => assert.fail("nothing was refused"),
      (error: unknown) => error as sdk.CloudFrontServiceException,
    );
    assert.equal(refusal.name, code, refusal.message);
    assert.equal(refusal.message.slice(0, sentence.length), sentence);
    assert.equal(await scene.lastAsJson(), refusal.message);
  });
}
