/**
 * Everything that can happen to an account, as self-contained facts.
 *
 * A change holds all that applying it needs: times, ids and defaults are decided before the
 * append, so every node that applies the same changes holds the same state. Facts are never
 * edited once they are in a log; what they mean may only be extended.
 */
import type { AccessKey } from "../model/access-key.ts";
import type { Distribution } from "../model/distribution.ts";
import type { FunctionCopy } from "../model/function.ts";
import type { LiveReason, VersionShare } from "../model/function-versions.ts";
import type { WavePlan, WavesMove } from "../model/function-waves.ts";
import type {
  AcmeChallenge,
  CertificateOrder,
  IssuedCertificate,
} from "../model/issued-certificate.ts";
import type { Rehearsal } from "../model/rehearsed.ts";
import type { Resource, ResourceConfigs, ResourceKind } from "../model/resource.ts";
import type { StackPatch } from "../model/stack.ts";
import type { Tag } from "../model/tag.ts";
import type { KeyValueFact } from "./key-value-facts.ts";

type FunctionConfig = FunctionCopy["config"];
type DistributionConfig = Distribution["config"];
type ContinuousDeploymentPolicyConfig = ResourceConfigs["continuous-deployment-policy"];

/**
 * What happened. `code` is base64. `version` and `sha256` say what the change came to where it was
 * decided; changes from before they were recorded lack them.
 */
export type Fact =
  | {
      readonly type: "function-created";
      readonly name: string;
      readonly config: FunctionConfig;
      readonly code: string;
      readonly tags?: readonly Tag[];
    }
  | {
      readonly type: "function-updated";
      readonly name: string;
      /** The DEVELOPMENT copy's new version. */
      readonly version?: number;
      readonly config: FunctionConfig;
      readonly code: string;
    }
  /** What is in DEVELOPMENT is copied to LIVE. */
  | {
      readonly type: "function-published";
      readonly name: string;
      /** Of the DEVELOPMENT copy. */
      readonly version?: number;
      /** Of the published code's bytes, in hex. */
      readonly sha256?: string;
      /**
       * The version that it is: a new one, or the newest, which is what DEVELOPMENT holds, once more.
       * Absent from before versions were kept: then what is LIVE is version 1, and the only one.
       */
      readonly number?: number;
      /** How many versions are kept from now on, beside those that serve viewers. */
      readonly keep?: number;
      readonly message?: string;
      /** Where it does not get all traffic: what each version has from now on. */
      readonly shares?: readonly VersionShare[];
      /** Where it gets traffic in waves, of which the first is on. */
      readonly waves?: WavePlan;
    }
  /** What was done to the waves that are on. */
  | ({
      readonly type: "function-waves-changed";
      readonly name: string;
      /** The new version that they are of. */
      readonly version: number;
      readonly message?: string;
    } & WavesMove)
  /** Other versions serve viewers, or others in other shares; DEVELOPMENT stays what it is. */
  | {
      readonly type: "function-live-changed";
      readonly name: string;
      readonly shares: readonly VersionShare[];
      readonly reason: LiveReason;
      readonly message?: string;
      /** Versions that nobody goes back to from now on, unless they name them. */
      readonly bad?: readonly number[];
      /** Versions that are bad no more. */
      readonly good?: readonly number[];
    }
  /** Somebody has rehearsed what DEVELOPMENT holds; what serves viewers stays what it is. */
  | ({ readonly type: "function-rehearsed"; readonly name: string } & Rehearsal)
  | { readonly type: "function-deleted"; readonly name: string }
  | {
      readonly type: "distribution-created";
      readonly id: string;
      readonly domainName: string;
      readonly config: DistributionConfig;
      readonly tags?: readonly Tag[];
    }
  | {
      readonly type: "distribution-updated";
      readonly id: string;
      readonly config: DistributionConfig;
    }
  | { readonly type: "distribution-deleted"; readonly id: string }
  /** Several configurations at once, by id, so that nobody sees one without the others. */
  | {
      readonly type: "distributions-updated";
      /** The one that the operation was about. */
      readonly id: string;
      readonly configs: Readonly<Record<string, DistributionConfig>>;
      /** Continuous deployment policies that change with them. */
      readonly policies?: Readonly<Record<string, ContinuousDeploymentPolicyConfig>>;
      /** Distribution tenants that change with them, or instead of them. */
      readonly tenants?: Readonly<Record<string, ResourceConfigs["distribution-tenant"]>>;
    }
  | {
      readonly type: "invalidation-created";
      readonly distributionId: string;
      /** The distribution tenant that it is for alone; absent where it is for all that the distribution has. */
      readonly tenantId?: string;
      readonly id: string;
      readonly callerReference: string;
      readonly paths: readonly string[];
    }
  | {
      readonly type: "resource-created";
      readonly kind: ResourceKind;
      readonly id: string;
      readonly config: ResourceConfigs[ResourceKind];
      readonly attributes?: Resource["attributes"];
      readonly tags?: readonly Tag[];
      /** What it refers to and nobody had created. */
      readonly along?: readonly CreatedAlong[];
    }
  | {
      readonly type: "resource-updated";
      readonly kind: ResourceKind;
      readonly id: string;
      readonly config: ResourceConfigs[ResourceKind];
    }
  /** What is in DEVELOPMENT is copied to LIVE. */
  | {
      readonly type: "resource-published";
      readonly kind: ResourceKind;
      readonly id: string;
      /** Of what was in DEVELOPMENT. */
      readonly version?: number;
      /** The rest is as of a function that was published. */
      readonly sha256?: string;
      readonly number?: number;
      readonly keep?: number;
      readonly message?: string;
    }
  /** As `function-live-changed`, of a resource that has versions. */
  | {
      readonly type: "resource-live-changed";
      readonly kind: "connection-function";
      readonly id: string;
      readonly shares: readonly VersionShare[];
      readonly reason: LiveReason;
      readonly message?: string;
      readonly bad?: readonly number[];
      readonly good?: readonly number[];
    }
  | { readonly type: "resource-deleted"; readonly kind: ResourceKind; readonly id: string }
  /** All the tags that a resource has from now on. */
  | { readonly type: "tags-set"; readonly arn: string; readonly tags: readonly Tag[] }
  | KeyValueFact
  | ({ readonly type: "access-key-created" } & Omit<AccessKey, "createdTime">)
  | { readonly type: "access-key-deleted"; readonly id: string }
  /** An authority looks for it from now on; another one for the same name is answered no more. */
  | ({ readonly type: "acme-challenge-set" } & AcmeChallenge)
  | { readonly type: "acme-challenge-removed"; readonly name: string }
  /** In place of what was said before of that name. */
  | ({ readonly type: "certificate-order-set" } & CertificateOrder)
  | { readonly type: "certificate-order-removed"; readonly name: string }
  /** In place of the one before for that name, whose order is over. */
  | ({ readonly type: "certificate-issued" } & Omit<IssuedCertificate, "issuedTime">)
  | { readonly type: "certificate-removed"; readonly name: string }
  /** The edges of a group stay at this change until the group is released. */
  | { readonly type: "group-held"; readonly group: string }
  | { readonly type: "group-released"; readonly group: string }
  /** A step of a deployment, which the record of a stack gets; the first makes the record. */
  | ({ readonly type: "stack-changed"; readonly name: string } & StackPatch)
  | { readonly type: "stack-deleted"; readonly name: string }
  /** Somebody has read what edges have recorded of a function's runs: for the audit alone, nothing changes. */
  | {
      readonly type: "recorded-runs-read";
      readonly name: string;
      /** Present where they were given what opens sealed values. */
      readonly opened?: true;
    }
  /** A request whose way was kept was sent to an edge again: for the audit alone, nothing changes. */
  | {
      readonly type: "request-sent";
      /** The id of the one that took it; absent where none did. */
      readonly distribution?: string;
      readonly method: string;
      readonly host: string;
      /** Without the query string. */
      readonly path: string;
    }
  /** Empties the account. Access keys, certificates, their orders and held groups stay: they are not of what was made by calling. */
  | { readonly type: "account-reset" };

/** A resource that the creation of another brings with it. */
export interface CreatedAlong {
  readonly kind: ResourceKind;
  readonly id: string;
  readonly config: ResourceConfigs[ResourceKind];
  readonly attributes?: Resource["attributes"];
}

/** Who did it, through what. */
export interface Cause {
  /** The API operation's name, like `PublishFunction`. */
  readonly operation: string;
  readonly requestId: string;
  /** The access key id that signed the request, or "anonymous". */
  readonly principal: string;
  readonly sourceIp: string;
}

/** A fact as the log keeps it. `at` is ISO 8601, UTC, with milliseconds. */
export type Change = Fact & { readonly at: string; readonly cause: Cause };
