/**
 * A state as an edge serves by it: whatever is the same for every request is worked out here,
 * before the change that brought it is acknowledged, so that no viewer pays for a change.
 *
 * It is worked out from the deployment before: a distribution is compiled anew when its
 * configuration or a policy that it names is another object, and otherwise taken over.
 */
import type { Distribution } from "../../model/distribution.ts";
import type { State } from "../../state/state.ts";
import {
  compileInvalidations,
  noInvalidations,
  type CompiledInvalidations,
} from "./compiled-invalidations.ts";
import { continuousDeploymentsOf, type ContinuousDeployments } from "./continuous-deployment.ts";
import {
  deployDistribution,
  withPolicies,
  type DeployedDistribution,
} from "./deployed-distribution.ts";
import { deployTenants, noTenants, type DeployedTenants } from "./deployed-tenants.ts";
import { buildHostTable, type Hosts } from "./find-distribution.ts";
import {
  namedByOrigins,
  originResourcesOf,
  type AccountOriginResources,
  type OriginResources,
} from "./origin-resources.ts";
import { policiesOf, type AccountPolicies, type Policies } from "./policies.ts";

export interface Deployment {
  /** Whose revision this serves; functions and key value stores are read from it. */
  readonly state: State;
  readonly hosts: Hosts;
  /** By id. */
  readonly compiled: ReadonlyMap<string, Compiled>;
  readonly tenants: DeployedTenants;
  /** By the id of the primary; undefined where there are none. */
  readonly continuousDeployments: ContinuousDeployments | undefined;
  readonly policies: AccountPolicies;
  readonly originResources: AccountOriginResources;
  /** By the id of a distribution or tenant; only of those that have any. Ask `invalidationsFor()`. */
  readonly invalidations: ReadonlyMap<string, CompiledInvalidations>;
}

/** A distribution, and what it was compiled from. */
interface Compiled {
  readonly deployed: DeployedDistribution;
  readonly config: Distribution["config"];
  /** The policies that it names, by the functions that find them; undefined where there is none. */
  readonly found: readonly Found[];
  /** What its origins name. */
  readonly named: ReturnType<typeof namedByOrigins>;
}

interface Found {
  readonly kind: PolicyFinder;
  readonly id: string;
  readonly policy: ReturnType<Policies[PolicyFinder]>;
}

type PolicyFinder =
  | "findCachePolicy"
  | "findOriginRequestPolicy"
  | "findResponseHeadersPolicy"
  | "findKeyGroup";

/**
 * Works the deployment of a state out, step by step: each turn of the generator is some hundred
 * microseconds of work, so that a large change can be spread between requests.
 *
 * @param previous the deployment before; none for the first
 */
export function* deploySteps(state: State, previous?: Deployment): Generator<void, Deployment> {
  const invalidations = yield* invalidationsAt(state, previous);
  const policies = policiesOf(state, previous?.policies);
  const originResources = originResourcesOf(state, previous?.originResources);
  const hasSameResources = previous?.originResources === originResources;
  if (
    hasSameResources &&
    previous.policies === policies &&
    previous.state.distributions === state.distributions
  ) {
    return yield* withTenants(withStaging({ ...previous, state, invalidations }, previous));
  }
  const compiled = new Map<string, Compiled>();
  let isSame = previous?.compiled.size === state.distributions.size;
  for (const [id, distribution] of state.distributions) {
    const before = previous?.compiled.get(id);
    if (
      before !== undefined &&
      isCurrent(before, distribution, policies) &&
      (hasSameResources || namesTheSame(before, originResources))
    ) {
      compiled.set(id, before);
      continue;
    }
    isSame = false;
    compiled.set(
      id,
      compile(distribution, { account: state.account, policies, originResources }, before),
    );
    yield;
  }
  if (isSame && previous !== undefined) {
    const same = { ...previous, state, policies, originResources, invalidations };
    return yield* withTenants(withStaging(same, previous));
  }
  const distributions = buildHostTable(Array.from(compiled.values(), (each) => each.deployed));
  const { tenants, hosts } = previous ?? {
    tenants: noTenants,
    hosts: { tenants: noTenants.hosts },
  };
  return yield* withTenants(
    withStaging({
      ...{ state, policies, originResources, compiled, invalidations, tenants },
      continuousDeployments: undefined,
      hosts: { ...hosts, distributions },
    }),
  );
}

/** @param previous whose distributions they are too; none where any is another */
function withStaging(deployment: Deployment, previous?: Deployment): Deployment {
  const { state, compiled } = deployment;
  const policiesAt = ({ resources }: State) => resources.get("continuous-deployment-policy");
  if (previous !== undefined && policiesAt(previous.state) === policiesAt(state)) return deployment;
  const continuousDeployments = continuousDeploymentsOf(state, (id) => compiled.get(id)?.deployed);
  return { ...deployment, continuousDeployments };
}

/** @param deployment of a state, with the tenants of an earlier one */
function* withTenants(deployment: Deployment): Generator<void, Deployment> {
  const { state, compiled, tenants: before } = deployment;
  const tenants = yield* deployTenants(state, compiled, before);
  if (tenants === before) return deployment;
  return { ...deployment, tenants, hosts: { ...deployment.hosts, tenants: tenants.hosts } };
}

/** Distributions and tenants whose invalidations a turn looks at, most of which are as they were. */
const ownersPerTurn = 500;

/** What of a distribution's or tenant's invalidations is as it was is taken over. */
function* invalidationsAt(
  state: State,
  previous: Deployment | undefined,
): Generator<void, Deployment["invalidations"]> {
  if (previous?.state.invalidations === state.invalidations) return previous.invalidations;
  // A state of an earlier revision is another history's, whose revisions mean something else.
  const isLater = previous !== undefined && previous.state.revision <= state.revision;
  const invalidations = new Map<string, CompiledInvalidations>();
  let looked = 0;
  for (const [id, source] of state.invalidations) {
    looked += 1;
    if (looked % ownersPerTurn === 0) yield;
    const before = isLater ? previous.invalidations.get(id) : undefined;
    invalidations.set(id, yield* compileInvalidations(source, before ?? noInvalidations));
  }
  return invalidations;
}

/** The same in one go. */
export function deploy(state: State, previous?: Deployment): Deployment {
  const steps = deploySteps(state, previous);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

function isCurrent({ config, found }: Compiled, to: Distribution, policies: Policies): boolean {
  return (
    config === to.config && found.every(({ kind, id, policy }) => policies[kind](id) === policy)
  );
}

function namesTheSame({ config, named }: Compiled, resources: OriginResources): boolean {
  const now = namedByOrigins(config, resources);
  return now.every((each, index) => each === named[index]);
}

interface Surroundings {
  readonly account: string;
  readonly policies: Policies;
  readonly originResources: OriginResources;
}

function compile(
  distribution: Distribution,
  { account, policies, originResources }: Surroundings,
  before: Compiled | undefined,
): Compiled {
  const { config } = distribution;
  const found = new Map<string, Found>();
  const noted = <Policy extends Found["policy"]>(
    kind: PolicyFinder,
    id: string,
    policy: Policy,
  ): Policy => {
    found.set(kind + id, { kind, id, policy });
    return policy;
  };
  const noting: Policies = {
    joined: policies.joined,
    rules: policies.rules,
    findCachePolicy: (id) => noted("findCachePolicy", id, policies.findCachePolicy(id)),
    findOriginRequestPolicy: (id) =>
      noted("findOriginRequestPolicy", id, policies.findOriginRequestPolicy(id)),
    findResponseHeadersPolicy: (id) =>
      noted("findResponseHeadersPolicy", id, policies.findResponseHeadersPolicy(id)),
    findKeyGroup: (id) => noted("findKeyGroup", id, policies.findKeyGroup(id)),
  };
  const deployed =
    before?.config === config && namesTheSame(before, originResources)
      ? withPolicies(before.deployed, config, noting)
      : deployDistribution(distribution, account, noting, originResources);
  const named = namedByOrigins(config, originResources);
  return { deployed, config, found: [...found.values()], named };
}
