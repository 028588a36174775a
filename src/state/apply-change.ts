/**
 * Folds one change into the state. Pure: it reads no clock, draws no random number and does no
 * I/O, so all nodes that apply the same changes agree.
 *
 * It does not judge. Whether a change is allowed was decided by the operation that appended it,
 * on the very state that it is applied to; a change that does not fit the state means that the
 * log is damaged, and throws.
 */
import { Set } from "immutable";
import type { Revision } from "../log/change-log.ts";
import { buildArn } from "../model/arn.ts";
import { functionsUsedBy, type Distribution } from "../model/distribution.ts";
import { codeSha256, type CloudFrontFunction } from "../model/function.ts";
import { patchStack } from "../model/stack.ts";
import { applyKeyValueFact } from "./apply-key-value-fact.ts";
import { applyResourceFact, isResourceFact } from "./apply-resource-fact.ts";
import type { Change } from "./change.ts";
import { changeLive, publishFunction } from "./function-versions.ts";
import { changeWaves } from "./function-waves.ts";
import { applyInvalidation } from "./invalidations.ts";
import { doesNotFit, requireAbsent, requirePresent, requireSame } from "./require-fit.ts";
import { emptyState, type State } from "./state.ts";
import { withTags } from "./tags.ts";

/**
 * @param revision the change's position in the log, which is one more than `state.revision`
 * @returns the state, whose head is still the one before: apply-entry.ts knows what the log holds
 */
export function applyChange(state: State, change: Change, revision: Revision): State {
  if (revision !== state.revision + 1) {
    throw new Error(`Change ${revision} cannot follow on revision ${state.revision}`);
  }
  return { ...applyFact(state, change, revision), revision };
}

function applyFact(state: State, change: Change, revision: Revision): State {
  if (isResourceFact(change)) return applyResourceFact(state, change, revision);
  switch (change.type) {
    case "function-created": {
      const { name, config, code, at } = change;
      requireAbsent(state.functions, name, change);
      const times = { createdTime: at, lastModifiedTime: at };
      const tagged = withTags(state, buildArn(state.account, "function", name), change.tags);
      return withFunction(tagged, { name, development: { config, code, version: 1, ...times } });
    }
    case "function-updated": {
      const fn = requirePresent(state.functions, change.name, change);
      const { config, code, at } = change;
      const { createdTime } = fn.development;
      const version = fn.development.version + 1;
      requireSame("version", change.version, version, change);
      const copy = { config, code, version, createdTime, lastModifiedTime: at };
      return withFunction(state, { ...fn, development: copy });
    }
    case "function-published": {
      const fn = requirePresent(state.functions, change.name, change);
      requireSame("version", change.version, fn.development.version, change);
      if (change.sha256 !== undefined) {
        requireSame("code's SHA-256", change.sha256, codeSha256(fn.development), change);
      }
      const next = publishFunction(fn, change, revision);
      return redeployed(withFunction(state, next), fn.name, revision);
    }
    case "function-live-changed": {
      const fn = requirePresent(state.functions, change.name, change);
      const next = changeLive(fn, change, revision);
      return redeployed(withFunction(state, next), fn.name, revision);
    }
    case "function-waves-changed": {
      const fn = requirePresent(state.functions, change.name, change);
      const next = withFunction(state, changeWaves(fn, change, revision));
      const isPause = change.move === "pause" || change.move === "resume";
      return isPause ? next : redeployed(next, fn.name, revision);
    }
    case "function-rehearsed": {
      const fn = requirePresent(state.functions, change.name, change);
      const { type: _type, name: _name, cause, ...told } = change;
      requireSame("version", told.version, fn.development.version, change);
      requireSame("LIVE", told.live, fn.published?.settled, change);
      return withFunction(state, { ...fn, rehearsed: { ...told, by: cause.principal } });
    }
    case "function-deleted":
      requirePresent(state.functions, change.name, change);
      return withoutFunction(
        withTags(state, buildArn(state.account, "function", change.name), []),
        change.name,
      );
    case "distribution-created": {
      const { id, domainName, config, at } = change;
      requireAbsent(state.distributions, id, change);
      const distribution = { id, domainName, config, version: 1, lastModifiedTime: at };
      const tagged = withTags(state, buildArn(state.account, "distribution", id), change.tags);
      return withDistribution(tagged, { ...distribution, deployRevision: revision });
    }
    case "distribution-updated":
      return withConfig(state, change.id, change.config, change, revision);
    case "distributions-updated": {
      const { configs, policies = {}, tenants = {}, at, cause } = change;
      let next = state;
      for (const [id, config] of Object.entries(configs)) {
        next = withConfig(next, id, config, change, revision);
      }
      const resources = {
        "continuous-deployment-policy": policies,
        "distribution-tenant": tenants,
      };
      for (const [kind, byId] of typedEntries(resources)) {
        for (const [id, config] of Object.entries(byId)) {
          const updated = { type: "resource-updated", kind, id, config, at, cause } as const;
          next = applyResourceFact(next, updated, revision);
        }
      }
      return next;
    }
    case "distribution-deleted": {
      const distribution = requirePresent(state.distributions, change.id, change);
      const untagged = withTags(state, buildArn(state.account, "distribution", change.id), []);
      const invalidations = state.invalidations.delete(change.id);
      return withoutDistribution({ ...untagged, invalidations }, distribution);
    }
    case "invalidation-created":
      return applyInvalidation(state, change, revision);
    case "tags-set":
      return withTags(state, change.arn, change.tags);
    case "key-value-store-created":
    case "key-value-store-updated":
    case "key-value-store-deleted":
    case "key-values-changed": {
      const stores = applyKeyValueFact(state.keyValueStores, change, change.at);
      if (stores === undefined) {
        const isThere = state.keyValueStores.has(change.id);
        throw doesNotFit(
          change,
          isThere ? `"${change.id}" is there already` : `there is no "${change.id}"`,
        );
      }
      const arn = buildArn(state.account, "key-value-store", change.id);
      const isTagged = change.type === "key-value-store-created";
      const isGone = change.type === "key-value-store-deleted";
      const tagged = isTagged || isGone ? withTags(state, arn, isTagged ? change.tags : []) : state;
      return { ...tagged, keyValueStores: stores };
    }
    case "access-key-created": {
      const { id, user, sealedSecret, policy, session, at } = change;
      requireAbsent(state.accessKeys, id, change);
      const key = { id, user, sealedSecret, policy, createdTime: at, ...(session && { session }) };
      return { ...state, accessKeys: state.accessKeys.set(id, key) };
    }
    case "access-key-deleted":
      requirePresent(state.accessKeys, change.id, change);
      return { ...state, accessKeys: state.accessKeys.delete(change.id) };
    case "acme-challenge-set": {
      const { name, token, keyAuthorization, certificate, privateKey } = change;
      const challenge = { name, token, keyAuthorization, certificate, privateKey };
      return { ...state, acmeChallenges: state.acmeChallenges.set(name, challenge) };
    }
    case "acme-challenge-removed":
      requirePresent(state.acmeChallenges, change.name, change);
      return { ...state, acmeChallenges: state.acmeChallenges.delete(change.name) };
    case "certificate-order-set": {
      const { name, holder, until, forMs, failures, keyMark } = change;
      const order = { name, holder, until, forMs, failures, keyMark };
      return { ...state, certificateOrders: state.certificateOrders.set(name, order) };
    }
    case "certificate-order-removed":
      requirePresent(state.certificateOrders, change.name, change);
      return { ...state, certificateOrders: state.certificateOrders.delete(change.name) };
    case "certificate-issued": {
      const { name, chain, sealedKey, directory, at } = change;
      const issued = { name, chain, sealedKey, directory, issuedTime: at };
      return {
        ...state,
        certificates: state.certificates.set(name, issued),
        certificateOrders: state.certificateOrders.delete(name),
      };
    }
    case "certificate-removed":
      requirePresent(state.certificates, change.name, change);
      return { ...state, certificates: state.certificates.delete(change.name) };
    case "group-held":
      requireAbsent(state.heldGroups, change.group, change);
      return { ...state, heldGroups: state.heldGroups.set(change.group, revision) };
    case "group-released":
      requirePresent(state.heldGroups, change.group, change);
      return { ...state, heldGroups: state.heldGroups.delete(change.group) };
    case "stack-changed": {
      const { name, at } = change;
      const stack = patchStack(state.stacks.get(name), change, { name, at, version: revision });
      return { ...state, stacks: state.stacks.set(name, stack) };
    }
    case "stack-deleted":
      requirePresent(state.stacks, change.name, change);
      return { ...state, stacks: state.stacks.delete(change.name) };
    case "recorded-runs-read":
    case "request-sent":
      return state;
    case "account-reset": {
      const { account, accessKeys, certificates, acmeChallenges, certificateOrders, heldGroups } =
        state;
      const kept = { accessKeys, certificates, acmeChallenges, certificateOrders, heldGroups };
      return { ...emptyState(account), ...kept };
    }
  }
}

function typedEntries<Key extends string, Value>(record: Record<Key, Value>): [Key, Value][] {
  return Object.entries(record) as [Key, Value][];
}

/** Each distribution that uses the function has something new to apply, and its ETag changes. */
function redeployed(state: State, functionName: string, deployRevision: Revision): State {
  const ids = state.distributionsUsing.get(functionName) ?? Set<string>();
  const distributions = state.distributions.withMutations((all) => {
    for (const id of ids) {
      all.update(id, (old) => old && { ...old, version: old.version + 1, deployRevision });
    }
  });
  return { ...state, distributions };
}

export function withFunction(state: State, fn: CloudFrontFunction): State {
  const { name, published } = fn;
  const functionsInWaves =
    published?.waves === undefined
      ? state.functionsInWaves.delete(name)
      : state.functionsInWaves.add(name);
  return { ...state, functionsInWaves, functions: state.functions.set(name, fn) };
}

export function withoutFunction(state: State, name: string): State {
  const functionsInWaves = state.functionsInWaves.delete(name);
  return { ...state, functionsInWaves, functions: state.functions.delete(name) };
}

function withConfig(
  state: State,
  id: string,
  config: Distribution["config"],
  change: Change,
  deployRevision: Revision,
): State {
  const old = requirePresent(state.distributions, id, change);
  const version = old.version + 1;
  const updated = { ...old, config, version, deployRevision, lastModifiedTime: change.at };
  return withDistribution(withoutDistribution(state, old), updated);
}

/** The distribution must not be in the state in another version: its index entries would stay. */
export function withDistribution(state: State, distribution: Distribution): State {
  const { id, config } = distribution;
  const distributionsUsing = state.distributionsUsing.withMutations((index) => {
    for (const name of functionsUsedBy(config, state.account)) {
      index.update(name, Set<string>(), (ids) => ids.add(id));
    }
  });
  return { ...state, distributionsUsing, distributions: state.distributions.set(id, distribution) };
}

export function withoutDistribution(state: State, { id, config }: Distribution): State {
  const distributionsUsing = state.distributionsUsing.withMutations((index) => {
    for (const name of functionsUsedBy(config, state.account)) {
      const others = index.get(name, Set<string>()).delete(id);
      if (others.isEmpty()) index.delete(name);
      else index.set(name, others);
    }
  });
  return { ...state, distributionsUsing, distributions: state.distributions.delete(id) };
}
