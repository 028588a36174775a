/** Folds the facts about resources, whatever their kind, into the state. */
import { Map } from "immutable";
import type { Revision } from "../log/change-log.ts";
import { resourceArn } from "../model/arn.ts";
import type { Resource } from "../model/resource.ts";
import type { Change } from "./change.ts";
import { requireAbsent, requirePresent, requireSame } from "./require-fit.ts";
import type { State } from "./state.ts";
import { withTags } from "./tags.ts";

type ResourceChange = Extract<Change, { readonly type: `resource-${string}` }>;

export function isResourceFact(change: Change): change is ResourceChange {
  return change.type.startsWith("resource-");
}

export function applyResourceFact(state: State, change: ResourceChange, revision: Revision): State {
  const { kind, id, at } = change;
  const known = state.resources.get(kind) ?? Map<string, Resource>();
  switch (change.type) {
    case "resource-created": {
      requireAbsent(known, id, change);
      const created = {
        version: 1,
        deployRevision: revision,
        createdTime: at,
        lastModifiedTime: at,
      };
      let next = withTags(state, resourceArn(state.account, kind, id), change.tags);
      for (const { attributes = {}, ...described } of [...(change.along ?? []), change]) {
        const { kind: one, id: oneId, config } = described;
        next = withResource(next, { kind: one, id: oneId, config, attributes, ...created });
      }
      return next;
    }
    case "resource-updated": {
      const old = requirePresent(known, id, change);
      return withResource(state, {
        ...old,
        config: change.config,
        version: old.version + 1,
        deployRevision: revision,
        lastModifiedTime: at,
      });
    }
    case "resource-published": {
      const old = requirePresent(known, id, change);
      const { config, version, live } = old;
      requireSame("version", change.version, version, change);
      const createdTime = live?.createdTime ?? at;
      return withResource(state, {
        ...old,
        deployRevision: revision,
        live: { config, version, createdTime, lastModifiedTime: at },
      });
    }
    case "resource-deleted": {
      requirePresent(known, id, change);
      const others = known.delete(id);
      const { resources, invalidations } = state;
      return {
        ...withTags(state, resourceArn(state.account, kind, id), []),
        ...(kind === "distribution-tenant" && { invalidations: invalidations.delete(id) }),
        resources: others.isEmpty() ? resources.delete(kind) : resources.set(kind, others),
      };
    }
  }
}

/** Puts a resource in the place of what had its kind and id. */
export function withResource(state: State, resource: Resource): State {
  const { kind, id } = resource;
  const known = state.resources.get(kind) ?? Map<string, Resource>();
  return { ...state, resources: state.resources.set(kind, known.set(id, resource)) };
}
