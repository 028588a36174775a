/** Fills in what AWS shows of an origin. */
import type { CustomOriginConfig, Origin } from "../../../schema/shapes.ts";
import { idMember, wrap } from "./wrapper.ts";

const defaultReadTimeout = 30;
const defaultKeepaliveTimeout = 5;

export function completeOrigin(origin: Origin): Origin {
  const { CustomOriginConfig, S3OriginConfig, VpcOriginConfig, OriginShield } = origin;
  return {
    ...origin,
    OriginPath: origin.OriginPath ?? "",
    CustomHeaders: wrap(origin.CustomHeaders?.Items),
    ...(CustomOriginConfig && { CustomOriginConfig: completeCustom(CustomOriginConfig) }),
    ...(S3OriginConfig && {
      S3OriginConfig: {
        OriginAccessIdentity: S3OriginConfig.OriginAccessIdentity ?? "",
        OriginReadTimeout: S3OriginConfig.OriginReadTimeout ?? defaultReadTimeout,
      },
    }),
    ...(VpcOriginConfig && {
      VpcOriginConfig: {
        ...VpcOriginConfig,
        OriginReadTimeout: VpcOriginConfig.OriginReadTimeout ?? defaultReadTimeout,
        OriginKeepaliveTimeout: VpcOriginConfig.OriginKeepaliveTimeout ?? defaultKeepaliveTimeout,
      },
    }),
    ConnectionAttempts: origin.ConnectionAttempts ?? 3,
    ConnectionTimeout: origin.ConnectionTimeout ?? 10,
    OriginShield: {
      Enabled: OriginShield?.Enabled ?? false,
      ...idMember("OriginShieldRegion", OriginShield?.OriginShieldRegion),
    },
    OriginAccessControlId: origin.OriginAccessControlId ?? "",
  };
}

function completeCustom(custom: CustomOriginConfig): CustomOriginConfig {
  return {
    ...custom,
    OriginSslProtocols: custom.OriginSslProtocols ?? {
      Quantity: 3,
      Items: ["TLSv1", "TLSv1.1", "TLSv1.2"],
    },
    OriginReadTimeout: custom.OriginReadTimeout ?? defaultReadTimeout,
    OriginKeepaliveTimeout: custom.OriginKeepaliveTimeout ?? defaultKeepaliveTimeout,
  };
}
