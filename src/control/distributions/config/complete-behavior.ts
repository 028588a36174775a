/** Fills in what AWS shows of a cache behavior. */
import type { CacheBehavior, DefaultCacheBehavior } from "../../../schema/shapes.ts";
import { idMember, wrap } from "./wrapper.ts";

export type Behavior = CacheBehavior | DefaultCacheBehavior;
export type ForwardedValues = NonNullable<Behavior["ForwardedValues"]>;
type AllowedMethods = NonNullable<Behavior["AllowedMethods"]>;
type Method = NonNullable<AllowedMethods["Items"]>[number];

export function completeBehavior<Kind extends Behavior>(
  behavior: Kind,
  purpose: "create" | "update",
): Kind {
  const { CachePolicyId, OriginRequestPolicyId, ResponseHeadersPolicyId, ...rest } = behavior;
  const { ForwardedValues, RealtimeLogConfigArn, ...others } = rest;
  const { TrustedSigners, TrustedKeyGroups } = behavior;
  return {
    ...others,
    TrustedSigners: { Enabled: TrustedSigners?.Enabled ?? false, ...wrap(TrustedSigners?.Items) },
    TrustedKeyGroups: {
      Enabled: TrustedKeyGroups?.Enabled ?? false,
      ...wrap(TrustedKeyGroups?.Items),
    },
    AllowedMethods: completeMethods(behavior.AllowedMethods),
    SmoothStreaming: behavior.SmoothStreaming ?? false,
    Compress: behavior.Compress ?? false,
    LambdaFunctionAssociations: wrap(
      behavior.LambdaFunctionAssociations?.Items?.map((association) => ({
        ...association,
        IncludeBody: association.IncludeBody ?? false,
      })),
    ),
    FunctionAssociations: wrap(behavior.FunctionAssociations?.Items),
    FieldLevelEncryptionId: behavior.FieldLevelEncryptionId ?? "",
    GrpcConfig: behavior.GrpcConfig ?? { Enabled: false },
    ...idMember("RealtimeLogConfigArn", RealtimeLogConfigArn),
    ...idMember("CachePolicyId", CachePolicyId),
    ...idMember("OriginRequestPolicyId", OriginRequestPolicyId),
    ...idMember("ResponseHeadersPolicyId", ResponseHeadersPolicyId),
    ...(ForwardedValues && { ForwardedValues: completeForwardedValues(ForwardedValues, purpose) }),
    ...legacyTtls(behavior),
  } as Kind;
}

/** AWS answers methods in an order of its own, HEAD first. */
const methodOrder: readonly Method[] = ["HEAD", "DELETE", "POST", "GET", "OPTIONS", "PUT", "PATCH"];

function inOrder(methods: readonly Method[] | undefined): Method[] {
  const rank = (method: Method) => methodOrder.indexOf(method);
  return [...(methods ?? ["HEAD", "GET"])].sort((a, b) => rank(a) - rank(b));
}

function completeMethods(given: Behavior["AllowedMethods"]): AllowedMethods {
  const allowed = inOrder(given?.Items);
  const cached = inOrder(given?.CachedMethods?.Items);
  return {
    Quantity: allowed.length,
    Items: allowed,
    CachedMethods: { Quantity: cached.length, Items: cached },
  };
}

/** Names that a selection of cookies leaves over are deleted by an update, and refused otherwise. */
function completeForwardedValues(
  values: ForwardedValues,
  purpose: "create" | "update",
): ForwardedValues {
  const { WhitelistedNames, ...cookies } = values.Cookies ?? { Forward: undefined };
  const names = WhitelistedNames?.Items ?? [];
  const isListed = cookies.Forward === "whitelist";
  const showsNames = names.length > 0 && (isListed || purpose === "create");
  return {
    ...values,
    Cookies: { ...cookies, ...(showsNames && { WhitelistedNames: wrap(names) }) },
    Headers: wrap(values.Headers?.Items),
    QueryStringCacheKeys: wrap(values.QueryStringCacheKeys?.Items),
  };
}

/** Without a cache policy the TTLs are the behavior's own, with AWS's defaults. */
function legacyTtls(behavior: Behavior): { DefaultTTL?: number; MaxTTL?: number } {
  const { CachePolicyId, ForwardedValues, DefaultTTL, MaxTTL, MinTTL = 0 } = behavior;
  if (CachePolicyId || !ForwardedValues) return {};
  const defaultTtl = DefaultTTL ?? Math.max(86_400, MinTTL);
  return { DefaultTTL: defaultTtl, MaxTTL: MaxTTL ?? Math.max(31_536_000, defaultTtl) };
}
