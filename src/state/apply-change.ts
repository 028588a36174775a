/**
 * Folds one change into the state. Pure: it reads no clock, draws no random number and does no
 * I/O, so all nodes that apply the same changes agree.
 *
 * It does not judge. Whether a change is allowed was decided by the operation that appended it,
 * on the very state that it is applied to; a change that does not fit the state means that the
 * log is damaged, and throws.
 */
import type { Revision } from "../log/change-log.ts";
import { functionsUsedBy, type Distribution } from "../model/distribution.ts";
import type { CloudFrontFunction, FunctionCopy } from "../model/function.ts";
import type { Change } from "./change.ts";
import { emptyState, type State } from "./state.ts";

/** @param revision the change's position in the log, which is one more than `state.revision` */
export function applyChange(state: State, change: Change, revision: Revision): State {
  return { ...applyFact(state, change, revision), revision };
}

function applyFact(state: State, change: Change, revision: Revision): State {
  switch (change.type) {
    case "function-created": {
      const { name, config, code, at } = change;
      const copy: FunctionCopy = {
        config,
        code,
        version: 1,
        createdTime: at,
        lastModifiedTime: at,
      };
      return withFunction(state, { name, development: copy });
    }
    case "function-updated": {
      const fn = existing(state.functions.get(change.name), change);
      const { config, code, at } = change;
      const { createdTime, version } = fn.development;
      const copy = { config, code, version: version + 1, createdTime, lastModifiedTime: at };
      return withFunction(state, { ...fn, development: copy });
    }
    case "function-published":
      return published(state, existing(state.functions.get(change.name), change), change, revision);
    case "function-deleted":
      return { ...state, functions: state.functions.delete(change.name) };
    case "distribution-created": {
      const { id, domainName, config, at } = change;
      return withDistribution(state, {
        id,
        domainName,
        config,
        version: 1,
        deployRevision: revision,
        lastModifiedTime: at,
      });
    }
    case "distribution-updated": {
      const old = existing(state.distributions.get(change.id), change);
      return withDistribution(state, {
        ...old,
        config: change.config,
        version: old.version + 1,
        deployRevision: revision,
        lastModifiedTime: change.at,
      });
    }
    case "distribution-deleted":
      return { ...state, distributions: state.distributions.delete(change.id) };
    case "account-reset":
      return emptyState(state.account);
  }
}

/** LIVE becomes a copy of DEVELOPMENT, and each distribution that uses the function is deployed anew. */
function published(
  state: State,
  fn: CloudFrontFunction,
  change: Change,
  revision: Revision,
): State {
  const live: FunctionCopy = {
    ...fn.development,
    createdTime: fn.live?.createdTime ?? change.at,
    lastModifiedTime: change.at,
  };
  const distributions = state.distributions.map((distribution) =>
    functionsUsedBy(distribution.config, state.account).has(fn.name)
      ? { ...distribution, version: distribution.version + 1, deployRevision: revision }
      : distribution,
  );
  return withFunction({ ...state, distributions }, { ...fn, live });
}

function withFunction(state: State, fn: CloudFrontFunction): State {
  return { ...state, functions: state.functions.set(fn.name, fn) };
}

function withDistribution(state: State, distribution: Distribution): State {
  return { ...state, distributions: state.distributions.set(distribution.id, distribution) };
}

function existing<T>(value: T | undefined, change: Change): T {
  if (value === undefined) throw new Error(`The change log is damaged: ${JSON.stringify(change)}`);
  return value;
}
