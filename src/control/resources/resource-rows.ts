/** The table of the kinds of resources that one mechanism serves: a row a kind. */
import type { ResourceKind } from "../../model/resource.ts";
import {
  fieldLevelEncryptionConfig,
  fieldLevelEncryptionProfile,
} from "./access/field-level-encryption.ts";
import { keyGroup } from "./access/key-group.ts";
import { originAccessControl } from "./access/origin-access-control.ts";
import { originAccessIdentity } from "./access/origin-access-identity.ts";
import { publicKey } from "./access/public-key.ts";
import { trustStore } from "./access/trust-store.ts";
import { connectionFunction } from "./connection-functions/connection-function.ts";
import { anycastIpList } from "./network/anycast-ip-list.ts";
import { connectionGroup } from "./network/connection-group.ts";
import { distributionTenant } from "./network/distribution-tenant.ts";
import { vpcOrigin } from "./network/vpc-origin.ts";
import { cachePolicy } from "./policies/cache-policy.ts";
import { continuousDeploymentPolicy } from "./policies/continuous-deployment-policy.ts";
import { originRequestPolicy } from "./policies/origin-request-policy.ts";
import { responseHeadersPolicy } from "./policies/response-headers-policy.ts";
import type { ResourceRow } from "./resource-row.ts";
import { monitoringSubscription } from "./settings/monitoring-subscription.ts";
import { realtimeLogConfig } from "./settings/realtime-log-config.ts";
import { streamingDistribution } from "./settings/streaming-distribution.ts";

/** Resource policies are put, not created, so they have operations of their own. */
type RowKind = Exclude<ResourceKind, "resource-policy">;

export const resourceRows: { readonly [Kind in RowKind]: ResourceRow<Kind> } = {
  "cache-policy": cachePolicy,
  "origin-request-policy": originRequestPolicy,
  "response-headers-policy": responseHeadersPolicy,
  "continuous-deployment-policy": continuousDeploymentPolicy,
  "origin-access-control": originAccessControl,
  "origin-access-identity": originAccessIdentity,
  "public-key": publicKey,
  "key-group": keyGroup,
  "field-level-encryption-config": fieldLevelEncryptionConfig,
  "field-level-encryption-profile": fieldLevelEncryptionProfile,
  "trust-store": trustStore,
  "realtime-log-config": realtimeLogConfig,
  "streaming-distribution": streamingDistribution,
  "monitoring-subscription": monitoringSubscription,
  "vpc-origin": vpcOrigin,
  "anycast-ip-list": anycastIpList,
  "connection-group": connectionGroup,
  "distribution-tenant": distributionTenant,
  "connection-function": connectionFunction,
};
