/**
 * A script that calls every operation that Footlight does, in an order in which each has what it
 * needs. A step's input may name what earlier steps answered.
 */
import { generateKeyPairSync } from "node:crypto";
import type { OperationName } from "../../src/schema/operations.ts";
import { buildConfig } from "../support/distribution-config.ts";

/** Sends one operation and answers its output: the SDK's, whatever its type. */
export type Send = (name: OperationName, input: object) => Promise<Answer>;

/** An answer as far as the script looks into it. */
export interface Answer {
  readonly ETag?: string;
  readonly [member: string]: unknown;
}

const account = "000000000000";
const pem = generateKeyPairSync("ec", { namedCurve: "prime256v1" })
  .publicKey.export({ type: "spki", format: "pem" })
  .toString();
const fnConfig = { Comment: "", Runtime: "cloudfront-js-2.0" };
const code = Buffer.from("function handler(event) { return event.request; }");
const managedCaching = "658327ea-f89d-4fab-a63d-7e88639e58f6";
const allViewer = "216adef6-5c7f-47e4-b989-5492eafa07d3";
const simpleCors = "60669652-455b-4ae9-85a4-c4c02393f86c";
const event = Buffer.from(
  JSON.stringify({
    version: "1.0",
    context: { eventType: "viewer-request" },
    viewer: { ip: "198.51.100.7" },
    request: { method: "GET", uri: "/", querystring: {}, headers: {}, cookies: {} },
  }),
);

/** @returns the Id of the one resource in an answer */
function idIn(answer: Answer): string {
  const resource = Object.values(answer).find(
    (value): value is { Id: string } =>
      typeof value === "object" && value !== null && "Id" in value,
  );
  return resource!.Id;
}

interface Kind {
  /** As the operations spell it, in the singular: Create…, Get…, Update… and Delete…. */
  readonly name: string;
  readonly list: OperationName;
  /** The member that holds the configuration; without it the members stand by themselves. */
  readonly config?: string;
  readonly hasGetConfig: boolean;
  readonly identifier?: "Identifier";
  readonly create: Record<string, unknown>;
  readonly update?: Record<string, unknown>;
}

/** What a node is started with that is to do them all: one that orders certificates, though of an authority that is not there. */
export const nodeOfEveryOperation = {
  args: ["--acme-email", "me@example.com", "--acme-directory", "https://127.0.0.1:9/dir"],
} as const;

/** Creates one of a kind, reads it in all ways, updates it; and says how to delete it. */
async function walk(send: Send, kind: Kind): Promise<{ id: string; remove: () => Promise<void> }> {
  const { name, config } = kind;
  const wrap = (members: Record<string, unknown>) => (config ? { [config]: members } : members);
  const operation = (verb: string, noun = name) => `${verb}${noun}` as OperationName;
  const created = await send(operation("Create"), wrap(kind.create));
  const id = idIn(created);
  const key = { [kind.identifier ?? "Id"]: id };
  // Its Get… has another name than its Create….
  const noun = name === "FieldLevelEncryptionConfig" ? "FieldLevelEncryption" : name;
  await send(operation("Get", noun), key);
  if (kind.hasGetConfig) await send(operation("Get", `${noun}Config`), key);
  await send(kind.list, {});
  const changed = wrap(kind.update ?? kind.create);
  const updated = await send(operation("Update"), { ...changed, Id: id, IfMatch: created.ETag });
  return {
    id,
    remove: async () => {
      await send(operation("Delete"), { Id: id, IfMatch: updated.ETag });
    },
  };
}

export async function runEveryOperation(send: Send): Promise<void> {
  await walkFunctions(send);
  const policies = await walkPolicies(send);
  const access = await walkAccess(send);
  await walkSettings(send);
  const { distribution, remove } = await walkDistributions(send, policies, access.groupId);
  await walkStaging(send);
  await walkTenants(send);
  await walkConnections(send);
  await send("TagResource", {
    Resource: distribution,
    Tags: { Items: [{ Key: "a", Value: "b" }] },
  });
  await send("ListTagsForResource", { Resource: distribution });
  await send("UntagResource", { Resource: distribution, TagKeys: { Items: ["a"] } });
  await remove();
  await access.remove();
  await policies.remove();
}

async function walkFunctions(send: Send): Promise<void> {
  await send("CreateKeyValueStore", { Name: "pairs", Comment: "c" });
  await send("ListKeyValueStores", {});
  const store = await send("DescribeKeyValueStore", { Name: "pairs" });
  const input = { Name: "pairs", IfMatch: store.ETag, Comment: "d" };
  const { ETag } = await send("UpdateKeyValueStore", input);
  await send("DeleteKeyValueStore", { Name: "pairs", IfMatch: ETag });

  const Name = "hello";
  const source = { Name, FunctionConfig: fnConfig, FunctionCode: code };
  const created = await send("CreateFunction", source);
  const updated = await send("UpdateFunction", { ...source, IfMatch: created.ETag });
  await send("TestFunction", { Name, IfMatch: updated.ETag, EventObject: event });
  await send("PublishFunction", { Name, IfMatch: updated.ETag });
  await send("DescribeFunction", { Name, Stage: "LIVE" });
  await send("GetFunction", { Name });
  await send("ListFunctions", {});
  await send("DeleteFunction", { Name, IfMatch: updated.ETag });
}

interface Walked {
  readonly remove: () => Promise<void>;
}

interface Policies extends Walked {
  readonly cache: string;
  readonly request: string;
  readonly headers: string;
}

async function walkPolicies(send: Send): Promise<Policies> {
  const Name = "matrix";
  const cache = await walk(send, {
    name: "CachePolicy",
    list: "ListCachePolicies",
    config: "CachePolicyConfig",
    hasGetConfig: true,
    create: { Name, MinTTL: 1 },
  });
  const request = await walk(send, {
    name: "OriginRequestPolicy",
    list: "ListOriginRequestPolicies",
    config: "OriginRequestPolicyConfig",
    hasGetConfig: true,
    create: {
      Name,
      HeadersConfig: { HeaderBehavior: "none" },
      CookiesConfig: { CookieBehavior: "all" },
      QueryStringsConfig: { QueryStringBehavior: "all" },
    },
  });
  const headers = await walk(send, {
    name: "ResponseHeadersPolicy",
    list: "ListResponseHeadersPolicies",
    config: "ResponseHeadersPolicyConfig",
    hasGetConfig: true,
    create: {
      Name,
      SecurityHeadersConfig: { ContentTypeOptions: { Override: true } },
      ServerTimingHeadersConfig: { Enabled: true, SamplingRate: 12.5 },
    },
  });
  return {
    cache: cache.id,
    request: request.id,
    headers: headers.id,
    remove: async () => {
      await cache.remove();
      await request.remove();
      await headers.remove();
    },
  };
}

async function walkAccess(send: Send): Promise<Walked & { readonly groupId: string }> {
  const key = await walk(send, {
    name: "PublicKey",
    list: "ListPublicKeys",
    config: "PublicKeyConfig",
    hasGetConfig: true,
    create: { CallerReference: "k", Name: "k", EncodedKey: pem },
  });
  const group = await walk(send, {
    name: "KeyGroup",
    list: "ListKeyGroups",
    config: "KeyGroupConfig",
    hasGetConfig: true,
    create: { Name: "g", Items: [key.id] },
  });
  const control = await walk(send, {
    name: "OriginAccessControl",
    list: "ListOriginAccessControls",
    config: "OriginAccessControlConfig",
    hasGetConfig: true,
    create: {
      Name: "o",
      SigningProtocol: "sigv4",
      SigningBehavior: "always",
      OriginAccessControlOriginType: "s3",
    },
  });
  const identity = await walk(send, {
    name: "CloudFrontOriginAccessIdentity",
    list: "ListCloudFrontOriginAccessIdentities",
    config: "CloudFrontOriginAccessIdentityConfig",
    hasGetConfig: true,
    create: { CallerReference: "i", Comment: "" },
  });
  const profile = await walk(send, {
    name: "FieldLevelEncryptionProfile",
    list: "ListFieldLevelEncryptionProfiles",
    config: "FieldLevelEncryptionProfileConfig",
    hasGetConfig: true,
    create: {
      Name: "p",
      CallerReference: "p",
      EncryptionEntities: {
        Quantity: 1,
        Items: [
          {
            PublicKeyId: key.id,
            ProviderId: "me",
            FieldPatterns: { Quantity: 1, Items: ["card"] },
          },
        ],
      },
    },
  });
  const encryption = await walk(send, {
    name: "FieldLevelEncryptionConfig",
    list: "ListFieldLevelEncryptionConfigs",
    config: "FieldLevelEncryptionConfig",
    hasGetConfig: true,
    create: {
      CallerReference: "c",
      QueryArgProfileConfig: {
        ForwardWhenQueryArgProfileIsUnknown: true,
        QueryArgProfiles: { Quantity: 1, Items: [{ QueryArg: "q", ProfileId: profile.id }] },
      },
    },
  });
  return {
    groupId: group.id,
    remove: async () => {
      for (const one of [encryption, profile, identity, control, group, key]) await one.remove();
    },
  };
}

async function walkSettings(send: Send): Promise<void> {
  const log = {
    Name: "log",
    SamplingRate: 5,
    Fields: ["timestamp"],
    EndPoints: [{ StreamType: "Kinesis", KinesisStreamConfig: { RoleARN: "r", StreamARN: "s" } }],
  };
  await send("CreateRealtimeLogConfig", log);
  await send("GetRealtimeLogConfig", { Name: "log" });
  await send("UpdateRealtimeLogConfig", { Name: "log", SamplingRate: 6 });
  await send("ListRealtimeLogConfigs", {});
  await send("ListDistributionsByRealtimeLogConfig", { RealtimeLogConfigName: "log" });
  await send("DeleteRealtimeLogConfig", { Name: "log" });

  const streaming = (CallerReference: string) => ({
    CallerReference,
    S3Origin: { DomainName: "bucket.s3.amazonaws.com", OriginAccessIdentity: "" },
    Comment: "",
    TrustedSigners: { Enabled: false, Quantity: 0 },
    Enabled: false,
  });
  const one = await walk(send, {
    name: "StreamingDistribution",
    list: "ListStreamingDistributions",
    config: "StreamingDistributionConfig",
    hasGetConfig: true,
    create: streaming("one"),
  });
  const tagged = { StreamingDistributionConfig: streaming("two"), Tags: { Items: [{ Key: "k" }] } };
  await send("CreateStreamingDistributionWithTags", {
    StreamingDistributionConfigWithTags: tagged,
  });
  await one.remove();
}

async function walkDistributions(
  send: Send,
  { cache, request, headers }: Policies,
  groupId: string,
): Promise<Walked & { readonly distribution: string }> {
  const vpc = await walk(send, {
    name: "VpcOrigin",
    list: "ListVpcOrigins",
    config: "VpcOriginEndpointConfig",
    hasGetConfig: false,
    create: {
      Name: "v",
      Arn: "arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/app/v/1",
      HTTPPort: 80,
      HTTPSPort: 443,
      OriginProtocolPolicy: "match-viewer",
    },
  });
  const vpcArn = `arn:aws:cloudfront::${account}:vpcorigin/${vpc.id}`;
  const config = (CallerReference: string) => ({
    ...buildConfig({ callerReference: CallerReference, originPort: 8080, enabled: false }),
    DefaultCacheBehavior: {
      TargetOriginId: "local",
      ViewerProtocolPolicy: "allow-all",
      CachePolicyId: cache,
      OriginRequestPolicyId: request,
      ResponseHeadersPolicyId: headers,
      TrustedKeyGroups: { Enabled: true, Quantity: 1, Items: [groupId] },
    },
  });
  const created = await send("CreateDistribution", { DistributionConfig: config("main") });
  const Id = idIn(created);
  await send("GetDistribution", { Id });
  const read = await send("GetDistributionConfig", { Id });
  await send("ListDistributions", {});
  const updated = await send("UpdateDistribution", {
    Id,
    IfMatch: read.ETag,
    DistributionConfig: read["DistributionConfig"],
  });
  await send("CreateDistributionWithTags", {
    DistributionConfigWithTags: {
      DistributionConfig: config("tagged"),
      Tags: { Items: [{ Key: "a" }] },
    },
  });

  await send("ListDistributionsByCachePolicyId", { CachePolicyId: cache });
  await send("ListDistributionsByCachePolicyId", { CachePolicyId: managedCaching });
  await send("ListDistributionsByOriginRequestPolicyId", { OriginRequestPolicyId: allViewer });
  await send("ListDistributionsByResponseHeadersPolicyId", {
    ResponseHeadersPolicyId: simpleCors,
  });
  await send("ListDistributionsByKeyGroup", { KeyGroupId: groupId });
  await send("ListDistributionsByVpcOriginId", { VpcOriginId: vpc.id });
  await send("ListDistributionsByOwnedResource", { ResourceArn: vpcArn });
  await send("ListDistributionsByWebACLId", { WebACLId: "null" });
  await send("ListDistributionsByConnectionMode", { ConnectionMode: "direct" });

  const Resource = { ResourceArn: vpcArn };
  await send("PutResourcePolicy", { ...Resource, PolicyDocument: '{"Statement":[]}' });
  await send("GetResourcePolicy", Resource);
  await send("DeleteResourcePolicy", Resource);
  await vpc.remove();

  const subscription = {
    RealtimeMetricsSubscriptionConfig: { RealtimeMetricsSubscriptionStatus: "Enabled" },
  };
  const DistributionId = Id;
  await send("CreateMonitoringSubscription", {
    DistributionId,
    MonitoringSubscription: subscription,
  });
  await send("GetMonitoringSubscription", { DistributionId });
  await send("DeleteMonitoringSubscription", { DistributionId });

  const InvalidationBatch = { CallerReference: "i", Paths: { Quantity: 1, Items: ["/*"] } };
  const invalidation = await send("CreateInvalidation", { DistributionId, InvalidationBatch });
  await send("GetInvalidation", { DistributionId, Id: idIn(invalidation) });
  await send("ListInvalidations", { DistributionId });
  await send("ListConflictingAliases", { DistributionId, Alias: "www.example.com" });

  const WebACLArn = `arn:aws:wafv2:us-east-1:${account}:global/webacl/w/11111111-2222-3333-4444-555555555555`;
  const guarded = await send("AssociateDistributionWebACL", {
    Id,
    WebACLArn,
    IfMatch: updated.ETag,
  });
  const { ETag } = await send("DisassociateDistributionWebACL", { Id, IfMatch: guarded.ETag });
  return {
    distribution: `arn:aws:cloudfront::${account}:distribution/${Id}`,
    remove: async () => {
      await send("DeleteDistribution", { Id, IfMatch: ETag });
      const list = await send("ListDistributions", {});
      const { Items = [] } = list["DistributionList"] as { Items?: { Id: string; ETag: string }[] };
      for (const other of Items) {
        const current = await send("GetDistributionConfig", { Id: other.Id });
        const DistributionConfig = {
          ...(current["DistributionConfig"] as object),
          Enabled: false,
          ContinuousDeploymentPolicyId: "",
        };
        const off = await send("UpdateDistribution", {
          Id: other.Id,
          IfMatch: current.ETag,
          DistributionConfig,
        });
        await send("DeleteDistribution", { Id: other.Id, IfMatch: off.ETag });
      }
    },
  };
}

async function walkStaging(send: Send): Promise<void> {
  const DistributionConfig = buildConfig({ callerReference: "primary", originPort: 8080 });
  const primary = await send("CreateDistribution", { DistributionConfig });
  const PrimaryDistributionId = idIn(primary);
  const copy = await send("CopyDistribution", {
    PrimaryDistributionId,
    Staging: true,
    IfMatch: primary.ETag,
    CallerReference: "staging",
  });
  const { DomainName } = copy["Distribution"] as { DomainName: string };
  const policy = await walk(send, {
    name: "ContinuousDeploymentPolicy",
    list: "ListContinuousDeploymentPolicies",
    config: "ContinuousDeploymentPolicyConfig",
    hasGetConfig: true,
    create: {
      StagingDistributionDnsNames: { Quantity: 1, Items: [DomainName] },
      Enabled: true,
      TrafficConfig: { Type: "SingleWeight", SingleWeightConfig: { Weight: 0.1 } },
    },
  });
  const read = await send("GetDistributionConfig", { Id: PrimaryDistributionId });
  const attached = await send("UpdateDistribution", {
    Id: PrimaryDistributionId,
    IfMatch: read.ETag,
    DistributionConfig: {
      ...(read["DistributionConfig"] as object),
      ContinuousDeploymentPolicyId: policy.id,
    },
  });
  const promoted = await send("UpdateDistributionWithStagingConfig", {
    Id: PrimaryDistributionId,
    StagingDistributionId: idIn(copy),
    IfMatch: `${attached.ETag}, ${copy.ETag}`,
  });
  const detached = {
    ...(promoted["Distribution"] as { DistributionConfig: object }).DistributionConfig,
    ContinuousDeploymentPolicyId: "",
  };
  await send("UpdateDistribution", {
    Id: PrimaryDistributionId,
    IfMatch: promoted.ETag,
    DistributionConfig: detached,
  });
  const current = await send("GetContinuousDeploymentPolicy", { Id: policy.id });
  await send("DeleteContinuousDeploymentPolicy", { Id: policy.id, IfMatch: current.ETag });
  const TargetDistributionId = PrimaryDistributionId;
  await send("AssociateAlias", { TargetDistributionId, Alias: "moved.example.com" });
}

async function walkTenants(send: Send): Promise<void> {
  const base = buildConfig({ callerReference: "multi", originPort: 8080 });
  const { MinTTL: _, ForwardedValues: __, ...behavior } = base.DefaultCacheBehavior!;
  const multi = await send("CreateDistribution", {
    DistributionConfig: {
      ...base,
      DefaultCacheBehavior: { ...behavior, CachePolicyId: managedCaching },
      ConnectionMode: "tenant-only",
    },
  });
  const list = await walk(send, {
    name: "AnycastIpList",
    list: "ListAnycastIpLists",
    hasGetConfig: false,
    create: { Name: "ips", IpCount: 3 },
    update: { IpAddressType: "dualstack" },
  });
  await send("ListDistributionsByAnycastIpListId", { AnycastIpListId: list.id });
  const group = await walk(send, {
    name: "ConnectionGroup",
    list: "ListConnectionGroups",
    identifier: "Identifier",
    hasGetConfig: false,
    create: { Name: "group", AnycastIpListId: list.id },
    update: { Enabled: false, Ipv6Enabled: false },
  });
  const read = await send("GetConnectionGroup", { Identifier: group.id });
  const { RoutingEndpoint } = read["ConnectionGroup"] as { RoutingEndpoint: string };
  await send("GetConnectionGroupByRoutingEndpoint", { RoutingEndpoint });

  const tenant = await walk(send, {
    name: "DistributionTenant",
    list: "ListDistributionTenants",
    identifier: "Identifier",
    hasGetConfig: false,
    create: {
      Name: "tenant",
      DistributionId: idIn(multi),
      Domains: [{ Domain: "tenant.example.com" }],
      ConnectionGroupId: group.id,
      ManagedCertificateRequest: { ValidationTokenHost: "cloudfront" },
    },
    update: { Enabled: false },
  });
  await send("GetManagedCertificateDetails", { Identifier: tenant.id });
  await send("GetDistributionTenantByDomain", { Domain: "tenant.example.com" });
  const InvalidationBatch = { CallerReference: "t", Paths: { Quantity: 1, Items: ["/*"] } };
  const invalidation = await send("CreateInvalidationForDistributionTenant", {
    Id: tenant.id,
    InvalidationBatch,
  });
  await send("GetInvalidationForDistributionTenant", {
    DistributionTenantId: tenant.id,
    Id: idIn(invalidation),
  });
  await send("ListInvalidationsForDistributionTenant", { Id: tenant.id });
  await send("VerifyDnsConfiguration", { Identifier: tenant.id });
  const TargetResource = { DistributionTenantId: tenant.id };
  await send("ListDomainConflicts", {
    Domain: "*.example.com",
    DomainControlValidationResource: TargetResource,
  });
  const config = buildConfig({ callerReference: "source", originPort: 8080, enabled: false });
  const Aliases = { Quantity: 1, Items: ["from.example.com"] };
  await send("CreateDistribution", { DistributionConfig: { ...config, Aliases } });
  await send("UpdateDomainAssociation", { Domain: "from.example.com", TargetResource });
  const { ETag } = await send("GetDistributionTenant", { Identifier: tenant.id });
  const WebACLArn = `arn:aws:wafv2:us-east-1:${account}:global/webacl/w/11111111-2222-3333-4444-555555555555`;
  const key = { Id: tenant.id, IfMatch: ETag };
  const guarded = await send("AssociateDistributionTenantWebACL", { ...key, WebACLArn });
  await send("ListDistributionTenantsByCustomization", { WebACLArn });
  const free = await send("DisassociateDistributionTenantWebACL", {
    Id: tenant.id,
    IfMatch: guarded.ETag,
  });
  await send("DeleteDistributionTenant", { Id: tenant.id, IfMatch: free.ETag });
  await group.remove();
  await list.remove();
}

async function walkConnections(send: Send): Promise<void> {
  const CaCertificatesBundleSource = {
    CaCertificatesBundleS3Location: { Bucket: "b", Key: "k", Region: "us-east-1" },
  };
  const store = await walk(send, {
    name: "TrustStore",
    list: "ListTrustStores",
    identifier: "Identifier",
    hasGetConfig: false,
    create: { Name: "trust", CaCertificatesBundleSource },
    update: { CaCertificatesBundleSource },
  });
  await send("ListDistributionsByTrustStore", { TrustStoreIdentifier: "trust" });
  await store.remove();

  const source = { ConnectionFunctionConfig: fnConfig, ConnectionFunctionCode: code };
  const created = await send("CreateConnectionFunction", { Name: "connect", ...source });
  const Id = idIn(created);
  const updated = await send("UpdateConnectionFunction", { Id, IfMatch: created.ETag, ...source });
  const ConnectionObject = Buffer.from('{"clientIp":"192.0.2.1"}');
  await send("TestConnectionFunction", { Id, IfMatch: updated.ETag, ConnectionObject });
  await send("PublishConnectionFunction", { Id, IfMatch: updated.ETag });
  await send("DescribeConnectionFunction", { Identifier: Id, Stage: "LIVE" });
  await send("GetConnectionFunction", { Identifier: "connect" });
  await send("ListConnectionFunctions", {});
  await send("ListDistributionsByConnectionFunction", { ConnectionFunctionIdentifier: Id });
  await send("DeleteConnectionFunction", { Id, IfMatch: updated.ETag });
}
