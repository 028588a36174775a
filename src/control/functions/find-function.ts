/** Looking functions up, for the operations on them. */
import {
  InvalidIfMatchVersion,
  NoSuchFunctionExists,
  PreconditionFailed,
} from "../../model/errors.ts";
import { isEtag } from "../../model/etag.ts";
import {
  copyOfStage,
  functionEtag,
  type CloudFrontFunction,
  type FunctionCopy,
} from "../../model/function.ts";
import type { Stage } from "../../model/stage.ts";
import type { State } from "../../state/state.ts";

/** @throws NoSuchFunctionExists, when nothing has that name */
export function requireFunction(state: State, name: string | undefined): CloudFrontFunction {
  const fn = state.functions.get(name ?? "");
  if (fn === undefined) throw new NoSuchFunctionExists(name ?? "", "DEVELOPMENT");
  return fn;
}

/** @throws NoSuchFunctionExists, when nothing has that name or it was never published to that stage */
export function requireCopy(
  state: State,
  name: string | undefined,
  stage: Stage,
): { readonly fn: CloudFrontFunction; readonly copy: FunctionCopy } {
  const fn = state.functions.get(name ?? "");
  const copy = fn && copyOfStage(fn, stage);
  if (fn === undefined || copy === undefined) throw new NoSuchFunctionExists(name ?? "", stage);
  return { fn, copy };
}

/**
 * The model marks If-Match as required for the operations on functions, so its absence is told
 * before anything is looked up.
 *
 * @throws InvalidIfMatchVersion, when it is absent or empty
 */
export function requireIfMatch(name: string | undefined, ifMatch: string | undefined): string {
  if (!ifMatch) throw new InvalidIfMatchVersion(`function "${name}"`, undefined);
  return ifMatch;
}

/**
 * Refuses a caller who did not see the DEVELOPMENT copy as it is now.
 *
 * @throws InvalidIfMatchVersion, when IfMatch is no ETag
 * @throws PreconditionFailed, when it is the ETag of another version
 */
export function requireDevelopmentEtag(fn: CloudFrontFunction, ifMatch: string): void {
  const resource = `function "${fn.name}" in stage DEVELOPMENT`;
  if (!isEtag(ifMatch)) throw new InvalidIfMatchVersion(resource, ifMatch);
  const current = functionEtag(fn.development);
  if (ifMatch !== current) throw new PreconditionFailed(resource, ifMatch, current);
}
