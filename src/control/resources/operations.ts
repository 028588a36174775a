/** All operations on resources, by name: those that follow from the rows, and the few of their own. */
import type { OperationName } from "../../schema/operations.ts";
import type { Operation } from "../operation.ts";
import { connectionFunctionOperations } from "./connection-functions/connection-function-stages.ts";
import { distributionsByOperations } from "./distributions-by.ts";
import { listDomainConflicts } from "./network/list-domain-conflicts.ts";
import { tenantLookups } from "./network/tenant-lookups.ts";
import { associateTenantWebAcl, disassociateTenantWebAcl } from "./network/tenant-web-acl.ts";
import { updateDomainAssociation } from "./network/update-domain-association.ts";
import { operationsOf } from "./resource-operations.ts";
import { resourceRows } from "./resource-rows.ts";
import type { ResourceRow } from "./resource-row.ts";
import {
  deleteResourcePolicy,
  getResourcePolicy,
  putResourcePolicy,
} from "./settings/resource-policy.ts";

type Operations = { readonly [Name in OperationName]?: Operation<Name> };

const rows = Object.values(resourceRows) as readonly ResourceRow[];

/** The types of those from tables are the model's: test/sdk/operation-matrix.test.ts holds them to it. */
export const resourceOperations: Operations = {
  ...(Object.fromEntries([
    ...rows.flatMap((row) => [...operationsOf(row)]),
    ...connectionFunctionOperations,
    ...distributionsByOperations,
    ...tenantLookups,
  ]) as Operations),
  AssociateDistributionTenantWebACL: associateTenantWebAcl,
  DeleteResourcePolicy: deleteResourcePolicy,
  DisassociateDistributionTenantWebACL: disassociateTenantWebAcl,
  GetResourcePolicy: getResourcePolicy,
  ListDomainConflicts: listDomainConflicts,
  PutResourcePolicy: putResourcePolicy,
  UpdateDomainAssociation: updateDomainAssociation,
};
