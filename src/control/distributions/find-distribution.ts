/** Looking distributions up, for the operations on them. */
import type { Distribution } from "../../model/distribution.ts";
import {
  ApiError,
  InvalidIfMatchVersion,
  NoSuchDistribution,
  PreconditionFailed,
} from "../../model/errors.ts";
import { etagOf, isEtag } from "../../model/etag.ts";
import type { State } from "../../state/state.ts";

/** @throws NoSuchDistribution, when nothing has that id */
export function requireDistribution(state: State, id: string | undefined): Distribution {
  const distribution = state.distributions.get(id ?? "");
  if (distribution === undefined) throw new NoSuchDistribution(id ?? "");
  return distribution;
}

/**
 * For the operations that do not call it a distribution.
 *
 * @throws EntityNotFound, when nothing has that id
 */
export function requireDistributionEntity(state: State, id: string | undefined): Distribution {
  const distribution = state.distributions.get(id ?? "");
  if (distribution === undefined) {
    throw new ApiError("EntityNotFound", `The specified distribution does not exist. Id: ${id}`);
  }
  return distribution;
}

/**
 * @throws InvalidIfMatchVersion, when IfMatch is absent or no ETag
 * @throws PreconditionFailed, when it is the ETag of another version
 */
export function requireDistributionEtag(
  distribution: Distribution,
  ifMatch: string | undefined,
): void {
  const resource = `distribution ${distribution.id}`;
  if (ifMatch === undefined || !isEtag(ifMatch)) throw new InvalidIfMatchVersion(resource, ifMatch);
  const current = etagOf(distribution.version);
  if (ifMatch !== current) throw new PreconditionFailed(resource, ifMatch, current);
}
