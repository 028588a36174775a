/** A connection function's copy as one that runs: the state keeps connection functions as resources. */
import type { FunctionCopy } from "./function.ts";
import type { ResourceCopy } from "./resource.ts";

type Kept = ResourceCopy<"connection-function">;

/** By what is kept, which is the same object until something else is. */
const copies = new WeakMap<Kept, FunctionCopy>();

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
