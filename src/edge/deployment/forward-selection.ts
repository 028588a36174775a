/**
 * What a cache behavior sends on to its origin of a viewer's headers, cookies and query string.
 *
 * A behavior says so in one of two ways: with ForwardedValues of its own, which also lets headers
 * pass that no rule names, or with a cache policy and an origin request policy. What enters the
 * cache key goes to the origin too, so the two policies' selections are joined.
 *
 * Source: CloudFront Developer Guide, "Understand how origin request policies and cache policies
 * work together" and "Cache content based on request headers".
 */
import type {
  CachePolicy,
  NameSelection,
  OriginRequestPolicy,
} from "../../model/managed-policies.ts";
import type { behaviorsOf } from "../../model/distribution.ts";
import { compilePattern } from "./path-pattern.ts";
import type { Policies } from "./policies.ts";
import {
  selectionOf,
  selectsAll,
  selectsNone,
  withoutSigning,
  type Selection,
} from "./selection.ts";
import { isRestricted } from "./trust.ts";
import {
  certificateHeaderNames,
  edgeHeaderNames,
  type EdgeHeaderName,
} from "./edge-header-names.ts";

export type BehaviorConfig = ReturnType<typeof behaviorsOf>[number];

export interface HeaderSelection {
  /** Every header of the viewer's, except those in `except`. */
  readonly all: boolean;
  /** In lower case, like the next. */
  readonly listed: ReadonlySet<string>;
  readonly except: ReadonlySet<string>;
  /** Whether headers pass that the table of defaults doesn't name. */
  readonly others: boolean;
}

/** The codings that Accept-Encoding is reduced to. */
export interface Encodings {
  readonly gzip: boolean;
  readonly brotli: boolean;
}

export interface Forwarding {
  readonly headers: HeaderSelection;
  readonly cookies: Selection;
  readonly query: Selection;
  /** Undefined treats Accept-Encoding like any other header. */
  readonly encodings: Encodings | undefined;
  /** The CloudFront-… headers to add. */
  readonly edgeHeaders: readonly EdgeHeaderName[];
  /** The same in lower case. */
  readonly edgeHeaderNames: ReadonlySet<string>;
  /** Whether the edge may answer OPTIONS from a cache, which decides on its Authorization. */
  readonly cachesOptions: boolean;
}

const noNames: ReadonlySet<string> = new Set();

export function forwardingOf(behavior: BehaviorConfig, policies: Policies): Forwarding {
  const cachesOptions = behavior.AllowedMethods?.CachedMethods?.Items?.includes("OPTIONS") ?? false;
  const cachePolicyId = behavior.CachePolicyId ?? "";
  const isSigned = isRestricted(behavior);
  if (cachePolicyId === "") return forwards(ofForwardedValues(behavior), cachesOptions, isSigned);
  const requestPolicyId = behavior.OriginRequestPolicyId ?? "";
  const cachePolicy = policies.findCachePolicy(cachePolicyId);
  const requestPolicy = policies.findOriginRequestPolicy(requestPolicyId);
  const key = `${cachePolicyId} ${requestPolicyId} ${cachesOptions} ${isSigned}`;
  let joined = policies.joined.get(key);
  if (joined === undefined) {
    joined = forwards(ofPolicies(cachePolicy, requestPolicy), cachesOptions, isSigned);
    policies.joined.set(key, joined);
  }
  return joined;
}

type Chosen = Omit<Forwarding, "cachesOptions">;

function forwards(chosen: Chosen, cachesOptions: boolean, isSigned: boolean): Forwarding {
  const query = isSigned ? withoutSigning(chosen.query) : chosen.query;
  return { ...chosen, query, cachesOptions };
}

function ofForwardedValues(behavior: BehaviorConfig): Chosen {
  const values = behavior.ForwardedValues;
  const names = values?.Headers?.Items ?? [];
  const listed = lowerCased(names);
  return {
    headers: { all: listed.has("*"), listed, except: noNames, others: true },
    cookies: legacyCookies(behavior),
    query: values?.QueryString === true ? selectsAll : selectsNone,
    encodings: legacyEncodings(behavior),
    ...edgeHeadersThat((lower) => listed.has(lower), listed),
  };
}

/** Listed names may have wildcards, as no policy's have. */
export function legacyCookies({ ForwardedValues }: BehaviorConfig): Selection {
  const { Forward, WhitelistedNames } = ForwardedValues?.Cookies ?? {};
  if (Forward === "all") return selectsAll;
  if (Forward !== "whitelist") return selectsNone;
  const patterns = (WhitelistedNames?.Items ?? []).map(compilePattern);
  return { kind: "some", has: (name) => patterns.some((matches) => matches(name)) };
}

function ofPolicies(
  cachePolicy: CachePolicy | undefined,
  requestPolicy: OriginRequestPolicy | undefined,
): Chosen {
  const keyed = lowerCased(cachePolicy?.headers ?? []);
  const requested = requestPolicy?.headers;
  const behavior = requested?.behavior ?? "none";
  const named = lowerCased(requested?.names ?? []);
  const isBlockList = behavior === "allExcept";
  const listed = isBlockList ? keyed : new Set([...keyed, ...named]);
  return {
    headers: {
      all: behavior !== "none" && behavior !== "whitelist",
      listed,
      // What is in the cache key goes to the origin even if the block list names it.
      except: isBlockList ? named.difference(keyed) : noNames,
      others: false,
    },
    cookies: joined(cachePolicy?.cookies, requestPolicy?.cookies),
    query: joined(cachePolicy?.query, requestPolicy?.query),
    encodings: policyEncodings(cachePolicy),
    ...edgeHeadersThat((lower) => (isBlockList ? !named.has(lower) : listed.has(lower)), listed),
  };
}

/** Brotli takes a cache policy. */
export function legacyEncodings({ Compress }: BehaviorConfig): Encodings | undefined {
  return Compress === true ? { gzip: true, brotli: false } : undefined;
}

export function policyEncodings(policy: CachePolicy | undefined): Encodings | undefined {
  if (policy === undefined) return undefined;
  const { gzip, brotli } = policy;
  return gzip || brotli ? { gzip, brotli } : undefined;
}

/** Two block lists both count; in every other pair, what either selects is sent. */
function joined(one: NameSelection | undefined, other: NameSelection | undefined): Selection {
  const first = selectionOf(one);
  const second = selectionOf(other);
  if (first.kind === "all" || second.kind === "all") return selectsAll;
  if (second.kind === "none") return first;
  if (first.kind === "none") return second;
  if (one?.behavior === "allExcept" && other?.behavior === "allExcept") {
    return { kind: "some", has: (name) => first.has(name) && second.has(name) };
  }
  return { kind: "some", has: (name) => first.has(name) || second.has(name) };
}

export function lowerCased(names: readonly string[]): Set<string> {
  return new Set(names.map((name) => name.toLowerCase()));
}

function edgeHeadersThat(
  chosen: (lower: string) => boolean,
  listed: ReadonlySet<string>,
): Pick<Forwarding, "edgeHeaders" | "edgeHeaderNames"> {
  const edgeHeaders = [
    ...edgeHeaderNames.filter((name) => chosen(name.toLowerCase())),
    ...certificateHeaderNames.filter((name) => listed.has(name.toLowerCase())),
  ];
  return { edgeHeaders, edgeHeaderNames: lowerCased(edgeHeaders) };
}
