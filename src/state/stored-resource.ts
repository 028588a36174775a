/**
 * A resource as a snapshot keeps it: as it is, but for one that has versions, whose code is kept as that of functions.
 *
 * Snapshots from before connection functions had versions say what is LIVE of them, which is version 1 then.
 */
import { asFunction, runnableCopy, withPublished } from "../model/connection-function.ts";
import { publishedOnce } from "../model/function-versions.ts";
import type { Resource } from "../model/resource.ts";
import { restoreFunction, storeFunction, type StoredFunction } from "./stored-function.ts";

type ConnectionFunction = Resource<"connection-function">;

interface StoredVersions {
  /** As of a function. */
  readonly versions: Pick<StoredFunction, "live" | "published" | "codes">;
}

export type StoredResource =
  | Resource
  | (Omit<ConnectionFunction, "live" | "published"> & StoredVersions);

export function storeResource(resource: Resource): StoredResource {
  if (!isOfConnections(resource) || resource.published === undefined) return resource;
  const { live: _live, published: _published, ...rest } = resource;
  const {
    name: _name,
    development: _development,
    ...versions
  } = storeFunction(asFunction(resource));
  return { ...rest, versions };
}

/** @throws when it is not what {@link storeResource} made */
export function restoreResource(stored: StoredResource): Resource {
  if ("versions" in stored) {
    const { versions, ...resource } = stored;
    const fn = { name: resource.id, development: runnableCopy(resource), ...versions };
    return withPublished(resource, restoreFunction(fn));
  }
  if (!isOfConnections(stored) || stored.live === undefined) return stored;
  const fn = { name: stored.id, development: runnableCopy(stored) };
  return withPublished(stored, publishedOnce(fn, runnableCopy(stored.live)));
}

function isOfConnections(resource: Resource): resource is ConnectionFunction {
  return resource.kind === "connection-function";
}
