/** The ListDistributionsBy… operations: one table of what each goes by, one way to answer. */
import { resourceArn } from "../../model/arn.ts";
import type { ReferenceKind } from "../../model/distribution-references.ts";
import type { Distribution } from "../../model/distribution.ts";
import { ApiError, InvalidArgument } from "../../model/errors.ts";
import type { OperationName } from "../../schema/operations.ts";
import { ownResources } from "../../state/resources.ts";
import type { State } from "../../state/state.ts";
import { checkWebAcl } from "../distributions/config/check-settings.ts";
import { distributionStatus, distributionSummary } from "../distributions/distribution-output.ts";
import type { OperationContext } from "../operation.ts";
import { pageOf } from "../page.ts";
import { listOutput, listShapeOf } from "./list-output.ts";
import { requireById, requireResource } from "./require-resource.ts";
import { operationSchema, type TableOperation } from "./resource-operations.ts";
import { resourceRows } from "./resource-rows.ts";
import type { Input, ResourceRow } from "./resource-row.ts";
import { distributionsNaming } from "./resource-users.ts";

type ListName = Extract<OperationName, `ListDistributionsBy${string}`>;

/** What a list goes by, and which resource of it; that it exists is checked on the way. */
interface Criterion {
  readonly kind: ReferenceKind;
  readonly find: (input: Input, state: State) => string;
}

type RowKind = Extract<ReferenceKind, keyof typeof resourceRows>;

/** @param member the input's, which is the id, or also a name or ARN for some kinds */
function byResource(kind: RowKind, member: string): Criterion {
  const row = resourceRows[kind] as ResourceRow;
  const isIdentifier = member.endsWith("Identifier");
  const find = (input: Input, state: State): string => {
    const value = input[member] as string;
    if (isIdentifier) return requireResource(row, state, { Identifier: value }).id;
    return requireById(row, state, value).id;
  };
  return { kind, find };
}

const criteria: Readonly<Record<ListName, Criterion>> = {
  ListDistributionsByCachePolicyId: byResource("cache-policy", "CachePolicyId"),
  ListDistributionsByOriginRequestPolicyId: byResource(
    "origin-request-policy",
    "OriginRequestPolicyId",
  ),
  ListDistributionsByResponseHeadersPolicyId: byResource(
    "response-headers-policy",
    "ResponseHeadersPolicyId",
  ),
  ListDistributionsByKeyGroup: byResource("key-group", "KeyGroupId"),
  ListDistributionsByVpcOriginId: byResource("vpc-origin", "VpcOriginId"),
  ListDistributionsByAnycastIpListId: byResource("anycast-ip-list", "AnycastIpListId"),
  ListDistributionsByTrustStore: byResource("trust-store", "TrustStoreIdentifier"),
  ListDistributionsByConnectionFunction: byResource(
    "connection-function",
    "ConnectionFunctionIdentifier",
  ),
  ListDistributionsByOwnedResource: {
    kind: "vpc-origin",
    find: ({ ResourceArn }, state) => {
      const owned = ownResources(state, "vpc-origin").find(
        ({ id }) => resourceArn(state.account, "vpc-origin", id) === ResourceArn,
      );
      if (owned !== undefined) return owned.id;
      throw new ApiError(
        "EntityNotFound",
        `The account owns no resource with the ARN "${String(ResourceArn)}" that distributions share`,
      );
    },
  },
  ListDistributionsByRealtimeLogConfig: {
    kind: "realtime-log-config",
    find: ({ RealtimeLogConfigName: name, RealtimeLogConfigArn: arn }) => {
      const id = (name ?? arn) as string | undefined;
      if (id) return id.split(":realtime-log-config/").at(-1)!;
      throw new InvalidArgument("RealtimeLogConfigName or RealtimeLogConfigArn is required");
    },
  },
  ListDistributionsByConnectionMode: {
    kind: "connection-mode",
    find: ({ ConnectionMode }) => ConnectionMode as string,
  },
  // The literal "null" stands for no web ACL.
  ListDistributionsByWebACLId: {
    kind: "web-acl",
    find: ({ WebACLId }) => {
      const id = WebACLId === "null" ? "" : (WebACLId as string);
      checkWebAcl(id);
      return id;
    },
  },
};

function matching({ kind, find }: Criterion, input: Input, state: State): readonly Distribution[] {
  const id = find(input, state);
  if (id !== "") return distributionsNaming(state, kind, id);
  const without = state.distributions.valueSeq().filter(({ config }) => !config.WebACLId);
  return without.toArray().sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Three shapes of entries: a summary, an id with its owner's account, and just the id. */
function entryFor(
  shapeName: string | undefined,
  distribution: Distribution,
  state: State,
  context: OperationContext,
): unknown {
  if (shapeName === undefined) return distribution.id;
  if (shapeName === "DistributionIdOwner") {
    return { DistributionId: distribution.id, OwnerAccountId: state.account };
  }
  return distributionSummary(distribution, distributionStatus(distribution, context), state);
}

function listBy(name: ListName): TableOperation {
  const output = operationSchema(name).output!;
  const { entry } = listShapeOf(output);
  return async (input, context) => {
    const state = context.state();
    const page = pageOf(matching(criteria[name], input, state), ({ id }) => id, input);
    const items = page.items.map((one) => entryFor(entry?.name, one, state, context));
    return listOutput(output, input, { ...page, items });
  };
}

export const distributionsByOperations: ReadonlyMap<OperationName, TableOperation> = new Map(
  (Object.keys(criteria) as ListName[]).map((name) => [name, listBy(name)]),
);
