/** Folds the facts about resources, whatever their kind, into the state. Those that have versions have them as functions do. */
import { Map } from "immutable";
import type { Revision } from "../log/change-log.ts";
import { resourceArn } from "../model/arn.ts";
import { asFunction, withPublished } from "../model/connection-function.ts";
import { codeSha256 } from "../model/function.ts";
import type { Resource } from "../model/resource.ts";
import type { Change } from "./change.ts";
import { changeLive, publishFunction } from "./function-versions.ts";
import { doesNotFit, requireAbsent, requirePresent, requireSame } from "./require-fit.ts";
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
      requireSame("version", change.version, old.version, change);
      if (!isConnectionFunction(old)) return withCopyLive(state, old, at, revision);
      const fn = asFunction(old);
      requireSame("code's SHA-256", change.sha256, codeSha256(fn.development), change);
      const next = publishFunction(
        fn,
        { ...change, type: "function-published", name: id },
        revision,
      );
      return withResource(state, { ...withPublished(old, next), deployRevision: revision });
    }
    case "resource-live-changed": {
      const old = requirePresent(known, id, change);
      if (!isConnectionFunction(old)) throw doesNotFit(change, `a ${kind} has no versions`);
      const live = { ...change, type: "function-live-changed", name: id } as const;
      const next = changeLive(asFunction(old), live, revision);
      return withResource(state, { ...withPublished(old, next), deployRevision: revision });
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

function isConnectionFunction(resource: Resource): resource is Resource<"connection-function"> {
  return resource.kind === "connection-function";
}

/** What logs may say of kinds that have no versions. */
function withCopyLive(state: State, old: Resource, at: string, revision: Revision): State {
  const { config, version, live } = old;
  const createdTime = live?.createdTime ?? at;
  return withResource(state, {
    ...old,
    deployRevision: revision,
    live: { config, version, createdTime, lastModifiedTime: at },
  });
}

/** Puts a resource in the place of what had its kind and id. */
export function withResource(state: State, resource: Resource): State {
  const { kind, id } = resource;
  const known = state.resources.get(kind) ?? Map<string, Resource>();
  return { ...state, resources: state.resources.set(kind, known.set(id, resource)) };
}
