/** Looking up tenants and connection groups by other things than their ids, and their domains. */
import { ApiError } from "../../../model/errors.ts";
import { ownResources } from "../../../state/resources.ts";
import type { OperationName } from "../../../schema/operations.ts";
import { aliasKey } from "../../distributions/config/check-aliases.ts";
import { fillOutput, valuesOf } from "../describe-resource.ts";
import { requireResource } from "../require-resource.ts";
import { listOperation, operationSchema, type TableOperation } from "../resource-operations.ts";
import { connectionGroup } from "./connection-group.ts";
import { distributionTenant } from "./distribution-tenant.ts";
import { managedCertificateDetails } from "./managed-certificate.ts";

const byDomain: TableOperation = async ({ Domain }, context) => {
  const state = context.state();
  const key = aliasKey(String(Domain));
  const tenant = ownResources(state, "distribution-tenant").find(({ config }) =>
    config.Domains?.some((item) => aliasKey(item.Domain ?? "") === key),
  );
  if (tenant === undefined) {
    throw new ApiError(
      "EntityNotFound",
      `No distribution tenant has the domain "${String(Domain)}"`,
    );
  }
  const { output } = operationSchema("GetDistributionTenantByDomain");
  return fillOutput(output, valuesOf(distributionTenant, tenant, state, context));
};

const byRoutingEndpoint: TableOperation = async ({ RoutingEndpoint }, context) => {
  const state = context.state();
  const group = ownResources(state, "connection-group").find(
    ({ attributes }) =>
      aliasKey(attributes["RoutingEndpoint"] ?? "") === aliasKey(String(RoutingEndpoint)),
  );
  if (group === undefined) {
    throw new ApiError(
      "EntityNotFound",
      `No connection group has the routing endpoint "${String(RoutingEndpoint)}"`,
    );
  }
  const { output } = operationSchema("GetConnectionGroupByRoutingEndpoint");
  return fillOutput(output, valuesOf(connectionGroup, group, state, context));
};

/** Nothing here asks a DNS server, and the answer says so. */
const verifyDns: TableOperation = async (input, context) => {
  const { config, id } = requireResource(distributionTenant, context.state(), input);
  const domains = (config.Domains ?? []).map(({ Domain }) => Domain);
  const { Domain } = input as { readonly Domain?: string };
  if (Domain && !domains.includes(Domain)) {
    throw new ApiError("EntityNotFound", `The distribution tenant ${id} has no domain "${Domain}"`);
  }
  const asked = Domain ? [Domain] : domains;
  const Reason = "Footlight asks no DNS server";
  return {
    DnsConfigurationList: asked.map((name) => ({
      Domain: name,
      Status: "unknown-configuration",
      Reason,
    })),
  };
};

const certificateDetails: TableOperation = async (input, { state, clock }) => {
  const tenant = requireResource(distributionTenant, state(), input);
  return { ManagedCertificateDetails: managedCertificateDetails(tenant, state(), clock()) };
};

export const tenantLookups: ReadonlyMap<OperationName, TableOperation> = new Map<
  OperationName,
  TableOperation
>([
  ["GetDistributionTenantByDomain", byDomain],
  ["GetConnectionGroupByRoutingEndpoint", byRoutingEndpoint],
  ["VerifyDnsConfiguration", verifyDns],
  ["GetManagedCertificateDetails", certificateDetails],
  [
    "ListDistributionTenantsByCustomization",
    listOperation(distributionTenant, "ListDistributionTenantsByCustomization"),
  ],
]);
