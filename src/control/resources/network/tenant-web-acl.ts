/** Associating web ACLs with distribution tenants. The edge applies none. */
import { etagOf } from "../../../model/etag.ts";
import { checkWebAclArn } from "../../distributions/config/check-settings.ts";
import type { Operation, OperationContext } from "../../operation.ts";
import { requireById, requireVersion } from "../require-resource.ts";
import { distributionTenant } from "./distribution-tenant.ts";

interface Input {
  readonly Id: string | undefined;
  readonly IfMatch?: string | undefined;
}

/** @param webAcl its ARN; undefined for none */
async function setWebAcl(
  { Id = "", IfMatch }: Input,
  webAcl: string | undefined,
  { commit }: OperationContext,
): Promise<{ Id: string; ETag: string }> {
  const state = await commit((current) => {
    const tenant = requireById(distributionTenant, current, Id);
    requireVersion(distributionTenant, tenant, IfMatch);
    if (webAcl !== undefined) checkWebAclArn(webAcl);
    const { WebAcl: _, ...others } = tenant.config.Customizations ?? {};
    const WebAcl = { Action: "override", Arn: webAcl } as const;
    const Customizations = { ...others, ...(webAcl !== undefined && { WebAcl }) };
    const config = { ...tenant.config, Customizations };
    return { type: "resource-updated", kind: tenant.kind, id: tenant.id, config };
  });
  return { Id, ETag: etagOf(requireById(distributionTenant, state, Id).version) };
}

/**
 * @throws EntityNotFound, InvalidIfMatchVersion, PreconditionFailed
 * @throws InvalidArgument, when the ARN is not one of a global AWS WAF web ACL
 */
export const associateTenantWebAcl: Operation<"AssociateDistributionTenantWebACL"> = async (
  input,
  context,
) => {
  const { WebACLArn = "" } = input;
  return { ...(await setWebAcl(input, WebACLArn, context)), WebACLArn };
};

/** @throws EntityNotFound, InvalidIfMatchVersion, PreconditionFailed */
export const disassociateTenantWebAcl: Operation<"DisassociateDistributionTenantWebACL"> = (
  input,
  context,
) => setWebAcl(input, undefined, context);
