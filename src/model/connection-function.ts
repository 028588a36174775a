/**
 * A connection function as a function: the state keeps connection functions as resources, and they run, are published and go back
 * as functions do.
 */
import type { CloudFrontFunction, FunctionCopy } from "./function.ts";
import type { Resource, ResourceCopy } from "./resource.ts";

type ConnectionFunction = Resource<"connection-function">;
type Kept = ResourceCopy<"connection-function">;

/** By what is kept, which is the same object until something else is. */
const copies = new WeakMap<Kept, FunctionCopy>();

/** @returns a copy as one that runs */
export function runnableCopy(kept: Kept): FunctionCopy {
  let copy = copies.get(kept);
  if (copy === undefined) {
    const { config, version, createdTime, lastModifiedTime } = kept;
    copy = {
      config: config.ConnectionFunctionConfig as FunctionCopy["config"],
      code: config.ConnectionFunctionCode,
      ...{ version, createdTime, lastModifiedTime, kind: "connection" },
    };
    copies.set(kept, copy);
  }
  return copy;
}

/** @returns it as a function with both stages and its versions, under the name that people gave it */
export function asFunction(resource: ConnectionFunction): CloudFrontFunction {
  const { id, config, live, published } = resource;
  return {
    name: config.Name ?? id,
    development: runnableCopy(resource),
    ...(live && { live: runnableCopy(live) }),
    ...(published && { published }),
  };
}

/** @returns the resource once its LIVE stage and its versions are those of a function */
export function withPublished(
  resource: ConnectionFunction,
  { live, published }: Pick<CloudFrontFunction, "live" | "published">,
): ConnectionFunction {
  if (live === undefined || published === undefined) return resource;
  const { config, code, version, createdTime, lastModifiedTime } = live;
  const kept: Kept = {
    config: {
      ...resource.config,
      ConnectionFunctionConfig: config,
      ConnectionFunctionCode: code,
    },
    ...{ version, createdTime, lastModifiedTime },
  };
  return { ...resource, live: kept, published };
}
