/** DisassociateDistributionWebACL: leaves a distribution without a web ACL. */
import { etagOf } from "../../model/etag.ts";
import type { Operation } from "../operation.ts";
import { requireDistributionEntity, requireDistributionEtag } from "./find-distribution.ts";

/**
 * @throws EntityNotFound, when nothing has that id
 * @throws InvalidIfMatchVersion, PreconditionFailed, when IfMatch is not its ETag
 */
export const disassociateDistributionWebAcl: Operation<"DisassociateDistributionWebACL"> = async (
  { Id, IfMatch },
  { commit },
) => {
  const state = await commit((current) => {
    const distribution = requireDistributionEntity(current, Id);
    requireDistributionEtag(distribution, IfMatch);
    const config = { ...distribution.config, WebACLId: "" };
    return { type: "distribution-updated", id: distribution.id, config };
  });
  const { id, version } = requireDistributionEntity(state, Id);
  return { Id: id, ETag: etagOf(version) };
};
