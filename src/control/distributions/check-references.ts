/**
 * Whether what a configuration names by id is there, and may have one more distribution:
 * policies, origin access, key groups and the like.
 */
import { referencesOf, type ReferenceKind } from "../../model/distribution-references.ts";
import { behaviorsOf } from "../../model/distribution.ts";
import { ApiError, InvalidArgument } from "../../model/errors.ts";
import type { ResourceKind } from "../../model/resource.ts";
import type { ErrorCode } from "../../schema/errors.ts";
import { findResource, isManaged } from "../../state/resources.ts";
import type { QuotaName } from "../quotas.ts";
import type { Draft } from "./config/draft.ts";

interface ReferenceRule {
  /** What the caller is told when there is no such resource. */
  readonly missing: ErrorCode;
  /** AWS's own sentence for it, where it is another. */
  readonly text?: string;
  /** How many distributions can share one, and what the next one is told. */
  readonly shared?: readonly [quota: QuotaName, code: ErrorCode];
}

const rules = {
  "cache-policy": {
    missing: "NoSuchCachePolicy",
    shared: ["distributionsPerCachePolicy", "TooManyDistributionsAssociatedToCachePolicy"],
  },
  "origin-request-policy": {
    missing: "NoSuchOriginRequestPolicy",
    shared: [
      "distributionsPerOriginRequestPolicy",
      "TooManyDistributionsAssociatedToOriginRequestPolicy",
    ],
  },
  "response-headers-policy": {
    missing: "NoSuchResponseHeadersPolicy",
    shared: [
      "distributionsPerResponseHeadersPolicy",
      "TooManyDistributionsAssociatedToResponseHeadersPolicy",
    ],
  },
  "realtime-log-config": { missing: "NoSuchRealtimeLogConfig" },
  "field-level-encryption-config": { missing: "NoSuchFieldLevelEncryptionConfig" },
  "key-group": {
    missing: "TrustedKeyGroupDoesNotExist",
    shared: ["distributionsPerKeyGroup", "TooManyDistributionsAssociatedToKeyGroup"],
  },
  "origin-access-control": {
    missing: "InvalidOriginAccessControl",
    shared: [
      "distributionsPerOriginAccessControl",
      "TooManyDistributionsAssociatedToOriginAccessControl",
    ],
  },
  "origin-access-identity": {
    missing: "InvalidOriginAccessIdentity",
    text: "The specified origin access identity does not exist or is not valid.",
  },
  "continuous-deployment-policy": { missing: "NoSuchContinuousDeploymentPolicy" },
  "vpc-origin": { missing: "EntityNotFound" },
  "anycast-ip-list": { missing: "EntityNotFound" },
  "trust-store": { missing: "EntityNotFound" },
  "connection-function": { missing: "EntityNotFound" },
} as const satisfies Partial<Record<ReferenceKind & ResourceKind, ReferenceRule>>;

type ReferableKind = keyof typeof rules;

export function checkReferences(draft: Draft): void {
  checkLogConfigOwner(draft);
  const { config, state, old, quotas } = draft;
  checkWebAclPlace(config.WebACLId ?? "", { state, quotas, exceptId: old?.id });
  for (const kind of Object.keys(rules) as ReferableKind[]) {
    for (const id of referencesOf(draft.config, kind)) checkReference(kind, id, draft);
  }
}

function checkReference(kind: ReferableKind, id: string, { state, old, quotas }: Draft): void {
  const { missing, shared, text }: ReferenceRule = rules[kind];
  const what = kind.replaceAll("-", " ");
  if (findResource(state, kind, id) === undefined) {
    throw new ApiError(missing, `${text ?? `The specified ${what} does not exist.`} Id: ${id}`);
  }
  if (shared === undefined || isManaged(kind, id)) return;
  const [quota, code] = shared;
  const others = state.distributions.count(
    (other) => other.id !== old?.id && referencesOf(other.config, kind).has(id),
  );
  if (others >= quotas[quota]) {
    throw new ApiError(
      code,
      `The ${what} ${id} is used by ${others} distributions, and the limit is ${quotas[quota]}`,
    );
  }
}

/**
 * Whether one more distribution can have a web ACL.
 *
 * @param exceptId the distribution that is to have it, if it is there already
 * @throws EntityLimitExceeded
 */
export function checkWebAclPlace(
  id: string,
  { state, quotas, exceptId }: Pick<Draft, "state" | "quotas"> & { exceptId: string | undefined },
): void {
  if (id === "") return;
  const others = state.distributions.count(
    (other) => other.id !== exceptId && other.config.WebACLId === id,
  );
  if (others < quotas.distributionsPerWebAcl) return;
  throw new ApiError(
    "EntityLimitExceeded",
    `The web ACL ${id} is used by ${others} distributions, and the limit is ${quotas.distributionsPerWebAcl}`,
  );
}

/** The one reference by ARN, whose account must be the distribution's. */
function checkLogConfigOwner({ config, state: { account } }: Draft): void {
  for (const { RealtimeLogConfigArn: arn } of behaviorsOf(config)) {
    if (!arn) continue;
    const [, owner] = /^arn:aws:cloudfront::(\d{12}):realtime-log-config\/[^/]+$/.exec(arn) ?? [];
    if (owner === undefined) {
      throw new InvalidArgument(
        `The parameter RealtimeLogConfigArn must be the ARN of a real-time log configuration, got "${arn}"`,
      );
    }
    if (owner !== account) {
      throw new ApiError(
        "RealtimeLogConfigOwnerMismatch",
        `The specified real-time log configuration belongs to a different Amazon Web Services account. ${arn}`,
      );
    }
  }
}
