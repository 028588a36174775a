/** AssociateDistributionWebACL: names the web ACL of a distribution. It is stored, and not enforced. */
import { etagOf } from "../../model/etag.ts";
import type { Operation } from "../operation.ts";
import { checkWebAclPlace } from "./check-references.ts";
import { checkWebAclArn } from "./config/check-settings.ts";
import { requireDistributionEntity, requireDistributionEtag } from "./find-distribution.ts";

/**
 * @throws EntityNotFound, when nothing has that id
 * @throws InvalidIfMatchVersion, PreconditionFailed, when IfMatch is not its ETag
 * @throws InvalidArgument, when the ARN is not one of a global AWS WAF web ACL
 * @throws EntityLimitExceeded, when the web ACL can't have one more distribution
 */
export const associateDistributionWebAcl: Operation<"AssociateDistributionWebACL"> = async (
  { Id, IfMatch, WebACLArn = "" },
  { commit, quotas },
) => {
  const state = await commit((current) => {
    const distribution = requireDistributionEntity(current, Id);
    requireDistributionEtag(distribution, IfMatch);
    checkWebAclArn(WebACLArn);
    checkWebAclPlace(WebACLArn, { state: current, quotas, exceptId: distribution.id });
    const config = { ...distribution.config, WebACLId: WebACLArn };
    return { type: "distribution-updated", id: distribution.id, config };
  });
  const { id, version } = requireDistributionEntity(state, Id);
  return { Id: id, WebACLArn, ETag: etagOf(version) };
};
