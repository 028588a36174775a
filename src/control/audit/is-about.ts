/**
 * Whether a change is about a resource, as people name one: by its ARN, by the ARN's end like
 * `function/hello`, or by its id or name alone.
 *
 * Most changes name a resource by its id. The name is then looked up in the state, so it finds what is
 * still there, and of what is gone the changes that say the name themselves.
 */
import { buildArn, resourceArn } from "../../model/arn.ts";
import type { Change, Fact } from "../../state/change.ts";
import { findResource } from "../../state/resources.ts";
import type { State } from "../../state/state.ts";
import { resourceOf } from "./describe-change.ts";

export function isAbout(change: Change, resource: string, state: State): boolean {
  return resourcesOf(change, state.account).some((arn) => {
    const path = arn.split(":").slice(5).join(":");
    const slash = path.indexOf("/");
    const kind = path.slice(0, slash);
    const names = [path.slice(slash + 1), ...namesOf(change, state)];
    return resource === arn || names.some((name) => [name, `${kind}/${name}`].includes(resource));
  });
}

/** All that a fact changes; what the operation was about comes first. */
function resourcesOf(fact: Fact, account: string): readonly string[] {
  const first = resourceOf(fact, account);
  if (fact.type === "resource-created") {
    return [first, ...(fact.along ?? []).map(({ kind, id }) => resourceArn(account, kind, id))];
  }
  if (fact.type !== "distributions-updated") return [first];
  const { configs, policies = {}, tenants = {} } = fact;
  return [
    first,
    ...Object.keys(configs).map((id) => buildArn(account, "distribution", id)),
    ...Object.keys(policies).map((id) => resourceArn(account, "continuous-deployment-policy", id)),
    ...Object.keys(tenants).map((id) => resourceArn(account, "distribution-tenant", id)),
  ];
}

/** What the one resource of a fact is or was called, where that is not its id. */
function namesOf(fact: Fact, state: State): readonly string[] {
  if (fact.type === "key-value-store-created") return [fact.name];
  if ("kind" in fact) {
    const known = findResource(state, fact.kind, fact.id)?.config;
    return [known, "config" in fact ? fact.config : undefined].flatMap(nameIn);
  }
  const store = "id" in fact ? state.keyValueStores.get(fact.id) : undefined;
  return store === undefined ? [] : [store.name];
}

function nameIn(config: object | undefined): string[] {
  const { Name } = (config ?? {}) as { readonly Name?: unknown };
  return typeof Name === "string" ? [Name] : [];
}
