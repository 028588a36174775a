/**
 * The account as it stands at one revision of the change log.
 *
 * The collections are persistent (immutable.js): a change costs the same with ten functions as
 * with ten thousand, and whoever holds a state keeps exactly that one. In which order a collection
 * iterates means nothing, and differs between nodes that hold the same state: sort what is listed.
 */
import { Map, Set } from "immutable";
import type { Revision } from "../log/change-log.ts";
import type { AccessKey } from "../model/access-key.ts";
import type { Distribution } from "../model/distribution.ts";
import type { CloudFrontFunction } from "../model/function.ts";
import type {
  AcmeChallenge,
  CertificateOrder,
  IssuedCertificate,
} from "../model/issued-certificate.ts";
import type { Invalidations } from "../model/invalidation.ts";
import type { Resource, ResourceKind } from "../model/resource.ts";
import type { Stack } from "../model/stack.ts";
import type { Tag } from "../model/tag.ts";
import type { KeyValueStore } from "../model/key-value-store.ts";

export interface State {
  /** The AWS account that ARNs name, 12 digits. Decided by the node's options, not by a change. */
  readonly account: string;
  /** The last change that is in it. */
  readonly revision: Revision;
  /** The SHA-256 of the log's entry at that revision, in hex: what the next entry must name. */
  readonly head: string;
  /** By name. */
  readonly functions: Map<string, CloudFrontFunction>;
  /** By name: those whose publish is going on in waves. An index that follows from `functions`. */
  readonly functionsInWaves: Set<string>;
  /** By id. */
  readonly distributions: Map<string, Distribution>;
  /** By id. */
  readonly keyValueStores: Map<string, KeyValueStore>;
  /**
   * By function name: the ids of the distributions that associate it with a behavior, at least
   * one. An index that follows from `distributions`.
   */
  readonly distributionsUsing: Map<string, Set<string>>;
  /** Policies, keys and all other configurations, by kind and id; ask `findResource()`. */
  readonly resources: Map<ResourceKind, Map<string, Resource>>;
  /** By the id of a distribution or distribution tenant; only of those that have any. */
  readonly invalidations: Map<string, Invalidations>;
  /** By ARN, at least one each, in the order they were set. */
  readonly tags: Map<string, readonly Tag[]>;
  /** By id: who may call the API, on a node that asks for signatures. */
  readonly accessKeys: Map<string, AccessKey>;
  /** By name: what an authority has issued by ACME. */
  readonly certificates: Map<string, IssuedCertificate>;
  /** By name: what an authority is looking for. */
  readonly acmeChallenges: Map<string, AcmeChallenge>;
  /** By name: who orders one, or waits to try again. */
  readonly certificateOrders: Map<string, CertificateOrder>;
  /** By group of edges that an operator holds: the revision that they stay at. */
  readonly heldGroups: Map<string, Revision>;
  /** By name: what was made of templates. */
  readonly stacks: Map<string, Stack>;
}

/** What the first entry names, in place of one before it. */
const noHead = "0".repeat(64);

export function emptyState(account: string): State {
  return {
    account,
    revision: 0,
    head: noHead,
    functions: Map(),
    functionsInWaves: Set(),
    distributions: Map(),
    keyValueStores: Map(),
    distributionsUsing: Map(),
    resources: Map(),
    invalidations: Map(),
    tags: Map(),
    accessKeys: Map(),
    certificates: Map(),
    acmeChallenges: Map(),
    certificateOrders: Map(),
    heldGroups: Map(),
    stacks: Map(),
  };
}
