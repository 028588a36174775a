/**
 * Which changes make it likely that a copy is published next: what DEVELOPMENT holds of a function that serves viewers.
 */
import { asFunction } from "../model/connection-function.ts";
import type { CloudFrontFunction, FunctionCopy } from "../model/function.ts";
import { distributionsUsing } from "../state/associations.ts";
import type { Change } from "../state/change.ts";
import type { State } from "../state/state.ts";

/** What a change says of publishes to come. */
export interface Foreseen {
  /** The function's, for the log. */
  readonly name: string;
  readonly copy: FunctionCopy;
  /** Whether there is such a publish to come, or no more. */
  readonly isLikely: boolean;
}

/**
 * @param previous the state before the change
 * @returns undefined where a change says nothing; so it is for a function that no viewer is served by, which nobody
 *   prepares when it is published
 */
export function foreseePublish(
  change: Change,
  state: State,
  previous: State,
): Foreseen | undefined {
  const { type } = change;
  if (type === "function-updated") {
    const isUsed = distributionsUsing(state, change.name).length > 0;
    return isUsed ? foreseen(state.functions.get(change.name), true) : undefined;
  }
  if (type === "function-deleted") return foreseen(previous.functions.get(change.name), false);
  if (type === "resource-updated") return foreseen(findConnectionFunction(state, change), true);
  if (type === "resource-deleted") return foreseen(findConnectionFunction(previous, change), false);
  return undefined;
}

function foreseen(fn: CloudFrontFunction | undefined, isLikely: boolean): Foreseen | undefined {
  if (fn?.published === undefined) return undefined;
  return { name: fn.name, copy: fn.development, isLikely };
}

type OfResource = Extract<Change, { readonly type: "resource-updated" | "resource-deleted" }>;

function findConnectionFunction(
  state: State,
  { kind, id }: OfResource,
): CloudFrontFunction | undefined {
  const resource = state.resources.get(kind)?.get(id);
  return resource?.kind === "connection-function"
    ? asFunction(resource as Parameters<typeof asFunction>[0])
    : undefined;
}
