/**
 * The rows of the kinds that are alike. What Ref and Fn::GetAtt answer, and what makes another resource of one, are
 * CloudFormation's: its resource schemas' identifiers, read-only and create-only properties.
 */
import { memberAt, withMember } from "./member-path.ts";
import type { PlainRow } from "./plain-kind.ts";

const idAndTime = { Id: "Id", LastModifiedTime: "LastModifiedTime" } as const;

export const plainRows: readonly PlainRow[] = [
  {
    type: "AWS::CloudFront::CachePolicy",
    ...{ create: "CreateCachePolicy", read: "GetCachePolicy", update: "UpdateCachePolicy" },
    ...{ delete: "DeleteCachePolicy", list: "ListCachePolicies" },
    ...{ id: "Id", config: "CachePolicyConfig", attributes: idAndTime },
  },
  {
    type: "AWS::CloudFront::OriginRequestPolicy",
    ...{ create: "CreateOriginRequestPolicy", read: "GetOriginRequestPolicy" },
    ...{ update: "UpdateOriginRequestPolicy", delete: "DeleteOriginRequestPolicy" },
    list: "ListOriginRequestPolicies",
    ...{ id: "Id", config: "OriginRequestPolicyConfig", attributes: idAndTime },
  },
  {
    type: "AWS::CloudFront::ResponseHeadersPolicy",
    ...{ create: "CreateResponseHeadersPolicy", read: "GetResponseHeadersPolicy" },
    ...{ update: "UpdateResponseHeadersPolicy", delete: "DeleteResponseHeadersPolicy" },
    list: "ListResponseHeadersPolicies",
    ...{ id: "Id", config: "ResponseHeadersPolicyConfig", attributes: idAndTime },
  },
  {
    type: "AWS::CloudFront::OriginAccessControl",
    ...{ create: "CreateOriginAccessControl", read: "GetOriginAccessControl" },
    ...{ update: "UpdateOriginAccessControl", delete: "DeleteOriginAccessControl" },
    list: "ListOriginAccessControls",
    ...{ id: "Id", config: "OriginAccessControlConfig", attributes: { Id: "Id" } },
  },
  {
    type: "AWS::CloudFront::CloudFrontOriginAccessIdentity",
    create: "CreateCloudFrontOriginAccessIdentity",
    read: "GetCloudFrontOriginAccessIdentity",
    update: "UpdateCloudFrontOriginAccessIdentity",
    delete: "DeleteCloudFrontOriginAccessIdentity",
    list: "ListCloudFrontOriginAccessIdentities",
    ...{ id: "Id", config: "CloudFrontOriginAccessIdentityConfig" },
    attributes: { Id: "Id", S3CanonicalUserId: "S3CanonicalUserId" },
    reference: "CloudFrontOriginAccessIdentityConfig.CallerReference",
  },
  {
    type: "AWS::CloudFront::PublicKey",
    ...{ create: "CreatePublicKey", read: "GetPublicKey", update: "UpdatePublicKey" },
    ...{ delete: "DeletePublicKey", list: "ListPublicKeys" },
    ...{ id: "Id", config: "PublicKeyConfig" },
    attributes: { Id: "Id", CreatedTime: "CreatedTime" },
    fixed: [
      ...["PublicKeyConfig.CallerReference", "PublicKeyConfig.Name", "PublicKeyConfig.EncodedKey"],
    ],
  },
  {
    type: "AWS::CloudFront::KeyGroup",
    ...{ create: "CreateKeyGroup", read: "GetKeyGroup", update: "UpdateKeyGroup" },
    ...{ delete: "DeleteKeyGroup", list: "ListKeyGroups" },
    ...{ id: "Id", config: "KeyGroupConfig", attributes: idAndTime },
  },
  {
    type: "AWS::CloudFront::Distribution",
    ...{ create: "CreateDistribution", read: "GetDistribution", update: "UpdateDistribution" },
    ...{ delete: "DeleteDistribution", list: "ListDistributions" },
    withTags: "CreateDistributionWithTags",
    ...{ id: "Id", config: "DistributionConfig" },
    attributes: { Id: "Id", DomainName: "DomainName", Arn: "ARN", Status: "Status" },
    reference: "DistributionConfig.CallerReference",
    idle: {
      "DistributionConfig.Enabled": false,
      "DistributionConfig.ContinuousDeploymentPolicyId": "",
    },
    arn: "Arn",
    afterwards: "DistributionConfig.ContinuousDeploymentPolicyId",
    // A staging distribution shows the policy that names it.
    own: (config) =>
      memberAt(config, "DistributionConfig.Staging") === true
        ? withMember(config, "DistributionConfig.ContinuousDeploymentPolicyId", "")
        : config,
  },
  {
    type: "AWS::CloudFront::StreamingDistribution",
    ...{ create: "CreateStreamingDistribution", read: "GetStreamingDistribution" },
    ...{ update: "UpdateStreamingDistribution", delete: "DeleteStreamingDistribution" },
    ...{ list: "ListStreamingDistributions", withTags: "CreateStreamingDistributionWithTags" },
    ...{ id: "Id", config: "StreamingDistributionConfig", arn: "Arn" },
    attributes: { Id: "Id", DomainName: "DomainName", Arn: "ARN", Status: "Status" },
    reference: "StreamingDistributionConfig.CallerReference",
    idle: { "StreamingDistributionConfig.Enabled": false },
  },
  {
    type: "AWS::CloudFront::AnycastIpList",
    ...{ create: "CreateAnycastIpList", read: "GetAnycastIpList", update: "UpdateAnycastIpList" },
    ...{ delete: "DeleteAnycastIpList", list: "ListAnycastIpLists", id: "Id", arn: "Arn" },
    fixed: ["Name", "IpCount"],
    attributes: { ...idAndTime, Arn: "Arn", Status: "Status" },
    defaults: { IpAddressType: "ipv4" },
  },
  {
    type: "AWS::CloudFront::ContinuousDeploymentPolicy",
    ...{ create: "CreateContinuousDeploymentPolicy", read: "GetContinuousDeploymentPolicy" },
    ...{ update: "UpdateContinuousDeploymentPolicy", delete: "DeleteContinuousDeploymentPolicy" },
    list: "ListContinuousDeploymentPolicies",
    ...{ id: "Id", config: "ContinuousDeploymentPolicyConfig", attributes: idAndTime },
  },
  {
    type: "AWS::CloudFront::RealtimeLogConfig",
    ...{ create: "CreateRealtimeLogConfig", read: "GetRealtimeLogConfig" },
    ...{ update: "UpdateRealtimeLogConfig", delete: "DeleteRealtimeLogConfig" },
    list: "ListRealtimeLogConfigs",
    ...{ id: "ARN", holder: "RealtimeLogConfig", attributes: { Arn: "ARN" }, fixed: ["Name"] },
  },
  {
    type: "AWS::CloudFront::MonitoringSubscription",
    ...{ create: "CreateMonitoringSubscription", read: "GetMonitoringSubscription" },
    delete: "DeleteMonitoringSubscription",
    ...{ id: "DistributionId", config: "MonitoringSubscription", attributes: {} },
    fixed: ["DistributionId"],
  },
  {
    type: "AWS::CloudFront::VpcOrigin",
    ...{ create: "CreateVpcOrigin", read: "GetVpcOrigin", update: "UpdateVpcOrigin" },
    ...{ delete: "DeleteVpcOrigin", list: "ListVpcOrigins" },
    ...{ id: "Id", config: "VpcOriginEndpointConfig", arn: "Arn" },
    attributes: { ...idAndTime, Arn: "Arn", CreatedTime: "CreatedTime", Status: "Status" },
  },
  {
    type: "AWS::CloudFront::ConnectionGroup",
    ...{ create: "CreateConnectionGroup", read: "GetConnectionGroup" },
    ...{ update: "UpdateConnectionGroup", delete: "DeleteConnectionGroup" },
    ...{
      list: "ListConnectionGroups",
      id: "Id",
      arn: "Arn",
      idle: { Enabled: false },
      fixed: ["Name"],
    },
    attributes: {
      ...idAndTime,
      ...{ Arn: "Arn", CreatedTime: "CreatedTime", IsDefault: "IsDefault", Status: "Status" },
      RoutingEndpoint: "RoutingEndpoint",
    },
    defaults: { Enabled: true, Ipv6Enabled: true },
  },
  {
    type: "AWS::CloudFront::DistributionTenant",
    ...{ create: "CreateDistributionTenant", read: "GetDistributionTenant" },
    ...{ update: "UpdateDistributionTenant", delete: "DeleteDistributionTenant" },
    ...{ list: "ListDistributionTenants", id: "Id", arn: "Arn", idle: { Enabled: false } },
    fixed: ["Name"],
    attributes: { ...idAndTime, Arn: "Arn", CreatedTime: "CreatedTime", Status: "Status" },
    defaults: { Enabled: true, Customizations: {}, Parameters: [] },
  },
  {
    type: "AWS::CloudFront::TrustStore",
    ...{ create: "CreateTrustStore", read: "GetTrustStore", update: "UpdateTrustStore" },
    ...{ delete: "DeleteTrustStore", list: "ListTrustStores", id: "Id", arn: "Arn" },
    fixed: ["Name"],
    attributes: { ...idAndTime, Arn: "Arn", Status: "Status" },
  },
];
