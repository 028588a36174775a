/**
 * The table of the operations we do: name to function. A name of the API model that is absent
 * here answers 501 NotImplemented, naming itself; docs/operations.md is made from this table.
 */
import type { OperationName } from "../schema/operations.ts";
import { associateAlias } from "./distributions/associate-alias.ts";
import { associateDistributionWebAcl } from "./distributions/associate-distribution-web-acl.ts";
import { copyDistribution } from "./distributions/copy-distribution.ts";
import { createDistributionWithTags } from "./distributions/create-distribution-with-tags.ts";
import { createDistribution } from "./distributions/create-distribution.ts";
import { deleteDistribution } from "./distributions/delete-distribution.ts";
import { disassociateDistributionWebAcl } from "./distributions/disassociate-distribution-web-acl.ts";
import { getDistributionConfig } from "./distributions/get-distribution-config.ts";
import { getDistribution } from "./distributions/get-distribution.ts";
import { listConflictingAliases } from "./distributions/list-conflicting-aliases.ts";
import { listDistributions } from "./distributions/list-distributions.ts";
import { updateDistributionWithStagingConfig } from "./distributions/update-distribution-with-staging-config.ts";
import { updateDistribution } from "./distributions/update-distribution.ts";
import { createFunction } from "./functions/create-function.ts";
import { deleteFunction } from "./functions/delete-function.ts";
import { describeFunction } from "./functions/describe-function.ts";
import { getFunction } from "./functions/get-function.ts";
import { listFunctions } from "./functions/list-functions.ts";
import { publishFunction } from "./functions/publish-function.ts";
import { testFunction } from "./functions/test-function.ts";
import { updateFunction } from "./functions/update-function.ts";
import { createKeyValueStore } from "./key-value-stores/create-key-value-store.ts";
import { deleteKeyValueStore } from "./key-value-stores/delete-key-value-store.ts";
import { describeKeyValueStore } from "./key-value-stores/describe-key-value-store.ts";
import { listKeyValueStores } from "./key-value-stores/list-key-value-stores.ts";
import { updateKeyValueStore } from "./key-value-stores/update-key-value-store.ts";
import { createInvalidation } from "./invalidations/create-invalidation.ts";
import { getInvalidation } from "./invalidations/get-invalidation.ts";
import { listInvalidations } from "./invalidations/list-invalidations.ts";
import {
  createTenantInvalidation,
  getTenantInvalidation,
  listTenantInvalidations,
} from "./invalidations/tenant-invalidations.ts";
import type { Operation } from "./operation.ts";
import { resourceOperations } from "./resources/operations.ts";
import { listTagsForResource } from "./tags/list-tags-for-resource.ts";
import { tagResource } from "./tags/tag-resource.ts";
import { untagResource } from "./tags/untag-resource.ts";

export const operations: { readonly [Name in OperationName]?: Operation<Name> } = {
  ...resourceOperations,
  AssociateAlias: associateAlias,
  AssociateDistributionWebACL: associateDistributionWebAcl,
  CopyDistribution: copyDistribution,
  CreateDistribution: createDistribution,
  CreateDistributionWithTags: createDistributionWithTags,
  CreateFunction: createFunction,
  CreateInvalidation: createInvalidation,
  CreateInvalidationForDistributionTenant: createTenantInvalidation,
  CreateKeyValueStore: createKeyValueStore,
  DeleteDistribution: deleteDistribution,
  DeleteFunction: deleteFunction,
  DeleteKeyValueStore: deleteKeyValueStore,
  DescribeFunction: describeFunction,
  DescribeKeyValueStore: describeKeyValueStore,
  DisassociateDistributionWebACL: disassociateDistributionWebAcl,
  GetDistribution: getDistribution,
  GetDistributionConfig: getDistributionConfig,
  GetFunction: getFunction,
  GetInvalidation: getInvalidation,
  GetInvalidationForDistributionTenant: getTenantInvalidation,
  ListConflictingAliases: listConflictingAliases,
  ListDistributions: listDistributions,
  ListFunctions: listFunctions,
  ListInvalidations: listInvalidations,
  ListInvalidationsForDistributionTenant: listTenantInvalidations,
  ListKeyValueStores: listKeyValueStores,
  ListTagsForResource: listTagsForResource,
  PublishFunction: publishFunction,
  TagResource: tagResource,
  TestFunction: testFunction,
  UntagResource: untagResource,
  UpdateDistribution: updateDistribution,
  UpdateDistributionWithStagingConfig: updateDistributionWithStagingConfig,
  UpdateFunction: updateFunction,
  UpdateKeyValueStore: updateKeyValueStore,
};

/** The operations that have an implementation, by name. */
export const supportedOperations = Object.keys(operations).sort() as OperationName[];
