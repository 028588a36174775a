/**
 * Looking up what an account has besides functions and distributions, AWS's own policies
 * included: they are the same in every account, so the state does not keep them.
 */
import { managedResources } from "../model/managed-policies.ts";
import type { Resource, ResourceKind } from "../model/resource.ts";
import type { State } from "./state.ts";

export function findResource<Kind extends ResourceKind>(
  state: State,
  kind: Kind,
  id: string,
): Resource<Kind> | undefined {
  const own = state.resources.get(kind)?.get(id) as Resource<Kind> | undefined;
  return own ?? managedResources[kind]?.get(id);
}

/** Those that the account created itself, in no order. */
export function ownResources<Kind extends ResourceKind>(
  state: State,
  kind: Kind,
): readonly Resource<Kind>[] {
  return [...(state.resources.get(kind)?.values() ?? [])] as Resource<Kind>[];
}

/** Those and AWS's own, by id. */
export function allResources<Kind extends ResourceKind>(
  state: State,
  kind: Kind,
): readonly Resource<Kind>[] {
  const managed: readonly Resource<Kind>[] = [...(managedResources[kind]?.values() ?? [])];
  const all = [...managed, ...ownResources(state, kind)];
  return all.sort((a, b) => (a.id < b.id ? -1 : 1));
}

export function isManaged(kind: ResourceKind, id: string): boolean {
  return managedResources[kind]?.has(id) ?? false;
}
