/**
 * The call `/footlight/v1/functions/NAME/rehearsal-subject`: what it takes to run both versions of a function as the
 * edge would, and to know their cache keys. It is a snapshot of a state that holds nothing else: the function, what
 * uses it, the policies that are named there, and key value stores.
 */
import { InvalidArgument } from "../../model/errors.ts";
import type { Distribution } from "../../model/distribution.ts";
import { functionEtag, type FunctionCopy } from "../../model/function.ts";
import { storeIdOf } from "../../state/key-value-reader.ts";
import { encodeSnapshot } from "../../state/snapshot.ts";
import { emptyState, type State } from "../../state/state.ts";
import { requireFunction } from "../functions/find-function.ts";

const policyKinds = new Set<string>([
  "cache-policy",
  "origin-request-policy",
  "response-headers-policy",
]);

export interface RehearsalSubject {
  readonly name: string;
  readonly account: string;
  readonly developmentEtag: string;
  readonly liveEtag: string;
  /** For the same Footlight alone. */
  readonly snapshot: Uint8Array;
}

/** @throws as {@link rehearsalSubject} does */
export function readRehearsalSubject(name: string, state: State): object {
  const { account, developmentEtag, liveEtag, snapshot } = rehearsalSubject(name, state);
  return {
    ...{ id: name, account, development_etag: developmentEtag, live_etag: liveEtag },
    snapshot: Buffer.from(snapshot).toString("base64"),
  };
}

/**
 * @throws NoSuchFunctionExists, when nothing has that name
 * @throws InvalidArgument, when it was never published: there is nothing to compare with
 */
export function rehearsalSubject(name: string, state: State): RehearsalSubject {
  const fn = requireFunction(state, name);
  if (fn.live === undefined) {
    throw new InvalidArgument(
      `Function "${name}" was never published: there is no LIVE to compare with`,
    );
  }
  return {
    name,
    account: state.account,
    developmentEtag: functionEtag(fn.development),
    liveEtag: functionEtag(fn.live),
    snapshot: encodeSnapshot(subjectOf(name, state)),
  };
}

function subjectOf(name: string, state: State): State {
  const { account, revision, head } = state;
  const fn = requireFunction(state, name);
  const users = state.distributionsUsing.get(name);
  const stores = new Set(
    [fn.development, fn.live].map(
      (copy: FunctionCopy | undefined) => copy && storeIdOf(copy, account),
    ),
  );
  return {
    ...{ ...emptyState(account), revision, head },
    functions: state.functions.filter((_, key) => key === name),
    distributions: state.distributions
      .filter((_, id) => users?.has(id) === true)
      .map(withoutOriginSecrets),
    keyValueStores: state.keyValueStores.filter((_, id) => stores.has(id)),
    resources: state.resources.filter((_, kind) => policyKinds.has(kind)),
  };
}

/** Custom headers are what origins know the edge by. */
function withoutOriginSecrets(distribution: Distribution): Distribution {
  const { config } = distribution;
  const items = (config.Origins?.Items ?? []).map((origin) => ({
    ...origin,
    CustomHeaders: { Quantity: 0, Items: [] },
  }));
  return {
    ...distribution,
    config: { ...config, Origins: { Quantity: items.length, Items: items } },
  };
}
