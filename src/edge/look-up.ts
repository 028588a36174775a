/**
 * Looks a request up in the cache, without serving it: what is kept under its key, until when it is
 * good for what, and why there is nothing where there is nothing.
 *
 * The viewer-request function is not run, so the request is the one that it would leave. While several versions of it
 * serve, it is looked for as the one that had all traffic before would; what is the others' are other keys.
 */
import { firstValue } from "../base/header-lines.ts";
import { currentAge, isAhead } from "../cache/age.ts";
import type { InspectableStore, Stored, StoredMeta, StoredPart } from "../cache/store.ts";
import { matchesVaried } from "../cache/vary.ts";
import { behaviorRules, type BehaviorRules } from "./caching/behavior-rules.ts";
import { cacheKey, ownerInKey } from "./caching/cache-key.ts";
import { isInvalidated } from "./caching/invalidated.ts";
import { invalidatedBy } from "./caching/invalidated-by.ts";
import type { HttpCaching } from "./caching/keeping.ts";
import { reasons, reasonsNeverKept, type NeverKept } from "./caching/reasons.ts";
import type { CacheRules } from "./deployment/cache-rules.ts";
import {
  invalidationsFor,
  type CompiledInvalidations,
} from "./deployment/compiled-invalidations.ts";
import { comparedUri } from "./deployment/compared-uri.ts";
import type { Deployment } from "./deployment/deployment.ts";
import { findDistribution } from "./deployment/find-distribution.ts";
import { matchBehavior } from "./deployment/match-behavior.ts";
import { notApart } from "./record/kept-apart.ts";
import type { CacheRecord } from "./record/cache-record.ts";
import { withDefaultRootObject } from "./request/default-root-object.ts";
import { stagingByHeader } from "./request/staging/choose-staging.ts";

/** A request as the viewer-request function leaves it. */
export interface LookUpRequest {
  readonly method: string;
  /** With the port, as the viewer's Host header has it. */
  readonly authority: string;
  readonly path: string;
  readonly querystring: string | undefined;
  /** Names and values in turn. */
  readonly headers: readonly string[];
}

export interface LookUpParts {
  readonly deployment: Deployment;
  /** Undefined where nothing is kept. */
  readonly store: InspectableStore | undefined;
  readonly record: CacheRecord;
  readonly reading: HttpCaching;
  /** Milliseconds since the epoch, as all times here. */
  readonly now: number;
  /** How many are wanted of what is kept of the same path under other keys. */
  readonly othersMax: number;
}

/** What a kept response is good for. */
export type Condition = "fresh" | "updating" | "stale" | "expired" | "invalidated" | "other";

export interface LookedUpVariant {
  readonly condition: Condition;
  readonly status: number;
  readonly part?: StoredPart;
  readonly isHeadOnly?: boolean;
  readonly bytes: number;
  readonly contentType?: string;
  readonly contentEncoding?: string;
  readonly etag?: string;
  /** Of the request, where Vary counts: names and values in turn. */
  readonly varied?: readonly string[];
  readonly tags: readonly string[];
  readonly storedAt: number;
  readonly ageSeconds: number;
  readonly freshUntil: number;
  readonly updatingUntil?: number;
  readonly staleUntil?: number;
  /** The invalidation's id, and the path or tag of it that means this. */
  readonly invalidatedBy?: { readonly id: string; readonly path: string };
}

export interface LookedUp {
  /** The distribution's id. */
  readonly distribution: string;
  /** The tenant's id, where it is a tenant's domain. */
  readonly tenant?: string;
  readonly behavior: BehaviorRules;
  readonly reading: HttpCaching;
  readonly neverKept?: { readonly reason: NeverKept; readonly because: string };
  readonly key?: string;
  readonly variants: readonly LookedUpVariant[];
  /** Why the last response was not kept. */
  readonly notStored?: {
    readonly reason: string;
    readonly because: string;
    readonly status: number;
    readonly at: number;
  };
  /** Kept of the same path and query under other keys. */
  readonly otherKeys: readonly string[];
}

/** @returns undefined where no distribution answers to that name */
export async function lookUp(
  request: LookUpRequest,
  parts: LookUpParts,
): Promise<LookedUp | undefined> {
  const { deployment, store, record, reading, now } = parts;
  const host = request.authority.replace(/:\d+$/, "").replace(/\.$/, "").toLowerCase();
  const named = findDistribution(deployment.hosts, host);
  if (named === undefined) return undefined;
  const distribution = stagingByHeader(deployment, named, request.headers) ?? named;
  const path = withDefaultRootObject(distribution, request.path);
  const behavior = matchBehavior(distribution, path);
  const rules = behavior && behaviorRules(distribution, behavior, deployment);
  if (behavior === undefined || rules === undefined) return undefined;
  const { id, tenant } = distribution;
  const owner = { distribution: id, ...(tenant && { tenant: tenant.id }) };
  const common = { ...owner, behavior: rules, reading };

  const never = whyNeverKept(request.method, behavior.caching, store);
  if (never !== undefined || store === undefined) {
    const reason = never ?? "cache-off";
    const neverKept = { reason, because: reasonsNeverKept[reason] };
    return { ...common, neverKept, variants: [], otherKeys: [] };
  }
  const asked = { ...request, path };
  const viewer = {
    method: request.method,
    hostHeader: firstValue(request.headers, "host") ?? request.authority,
    httpVersion: "1.1" as const,
  };
  const { key, uri } = cacheKey(distribution, asked, viewer, behavior.caching, notApart.own);
  const invalidations = invalidationsFor(deployment.invalidations, distribution);
  const matching = { request, rules: behavior.caching, invalidations };
  const variants = store.variantsOf(key, now).map((stored) => describe(stored, matching, now));
  const omission = record.lastOmission(key);
  return {
    ...common,
    key,
    variants,
    ...(omission && { notStored: { ...omission, because: reasons[omission.reason] } }),
    otherKeys: await otherKeys(
      store,
      { key, uri, owner: ownerInKey(distribution) },
      parts.othersMax,
    ),
  };
}

function whyNeverKept(
  method: string,
  { isOff, key, methods }: CacheRules,
  store: InspectableStore | undefined,
): NeverKept | undefined {
  if (store === undefined) return "cache-off";
  if (isOff) return key.headers.includes("*") ? "all-headers" : "ttls-zero";
  return methods.has(method) ? undefined : "method";
}

/** What is kept is compared with. */
interface Matching {
  readonly request: LookUpRequest;
  readonly rules: CacheRules;
  readonly invalidations: CompiledInvalidations | undefined;
}

function describe({ meta, length }: Stored, matching: Matching, now: number): LookedUpVariant {
  const { invalidations } = matching;
  const { status, part, isHeadOnly, varied, tags, storedAt, headers } = meta;
  const contentType = firstValue(headers, "content-type");
  const contentEncoding = firstValue(headers, "content-encoding");
  const etag = firstValue(headers, "etag");
  const by = isInvalidated(meta, invalidations) ? invalidatedBy(meta, invalidations) : undefined;
  return {
    condition: conditionOf(meta, matching, now),
    status,
    ...(part && { part }),
    ...(isHeadOnly && { isHeadOnly }),
    bytes: length,
    ...(contentType !== undefined && { contentType }),
    ...(contentEncoding !== undefined && { contentEncoding }),
    ...(etag !== undefined && { etag }),
    ...(varied && { varied }),
    tags,
    storedAt,
    ageSeconds: currentAge(meta, now),
    freshUntil: meta.freshUntil,
    ...(meta.updatingUntil > 0 && { updatingUntil: meta.updatingUntil }),
    ...(meta.staleUntil > 0 && { staleUntil: meta.staleUntil }),
    ...(by && { invalidatedBy: by }),
  };
}

function conditionOf(
  meta: StoredMeta,
  { request: { method, headers }, rules, invalidations }: Matching,
  now: number,
): Condition {
  if (isInvalidated(meta, invalidations)) return "invalidated";
  if (meta.isHeadOnly === true && method !== "HEAD") return "other";
  if (meta.setsCookies === true && !rules.keepsCookies) return "other";
  if (meta.varied !== undefined && !matchesVaried(meta.varied, headers)) return "other";
  if (isAhead(meta.storedAt, now)) return "expired";
  if (now < meta.freshUntil) return "fresh";
  if (now < meta.updatingUntil) return "updating";
  return now < meta.staleUntil ? "stale" : "expired";
}

interface Sought {
  readonly key: string;
  readonly uri: string;
  /** Whose key it is. */
  readonly owner: string;
}

async function otherKeys(
  store: InspectableStore,
  { key, uri, owner }: Sought,
  max: number,
): Promise<readonly string[]> {
  if (max === 0) return [];
  const compared = comparedUri(uri);
  const [path] = compared.split("?");
  const isOther = (stored: Stored) =>
    stored.key !== key &&
    stored.meta.uri.split("?")[0] === path &&
    stored.key.replace(/^OPTIONS /, "").startsWith(`${owner} `);
  return (await store.find(isOther, max)).map((stored) => stored.key);
}
