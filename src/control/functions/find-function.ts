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
 * Refuses a caller who did not see the DEVELOPMENT copy as it is now.
 *
 * @throws InvalidIfMatchVersion, when IfMatch is absent or no ETag
 * @throws PreconditionFailed, when it is the ETag of another version
 */
export function requireDevelopmentEtag(fn: CloudFrontFunction, ifMatch: string | undefined): void {
  const resource = `function "${fn.name}" in stage DEVELOPMENT`;
  if (ifMatch === undefined || !isEtag(ifMatch)) throw new InvalidIfMatchVersion(resource, ifMatch);
  const current = functionEtag(fn.development);
  if (ifMatch !== current) throw new PreconditionFailed(resource, ifMatch, current);
}
