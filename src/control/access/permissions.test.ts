import assert from "node:assert/strict";
import { test } from "node:test";
import { withFact } from "../../../test/support/access-key.ts";
import { buildConfig } from "../../../test/support/distribution-config.ts";
import { emptyState, type State } from "../../state/state.ts";
import { allActions, permissionsOf, type ServiceCall } from "./permissions.ts";

const account = "000000000000";
const arn = (path: string): string => `arn:aws:cloudfront::${account}:${path}`;
const storeId = "a0000000-0000-4000-8000-00000000000a";

const state: State = [
  {
    type: "key-value-store-created",
    id: storeId,
    name: "flags",
    comment: "",
    pairs: [],
  } as const,
  {
    type: "resource-created",
    kind: "connection-function",
    id: "cf_1",
    config: {
      Name: "mutual",
      ConnectionFunctionConfig: { Comment: "", Runtime: "cloudfront-js-2.0" },
      ConnectionFunctionCode: "",
    },
  } as const,
  {
    type: "distribution-created",
    id: "EHOLDER",
    domainName: "d1.cloudfront.localhost",
    config: {
      ...buildConfig({ callerReference: "1", originPort: 80 }),
      ...aliases("a.example.com"),
    },
  } as const,
  {
    type: "resource-created",
    kind: "distribution-tenant",
    id: "dt_named",
    config: {
      DistributionId: "E1",
      Name: "shop.example.com",
      Domains: [{ Domain: "b.example.com" }],
    },
  } as const,
  {
    type: "resource-created",
    kind: "distribution-tenant",
    id: "dt_other",
    config: { DistributionId: "E1", Name: "other", Domains: [{ Domain: "shop.example.com" }] },
  } as const,
].reduce(withFact, emptyState(account));

function aliases(name: string): { readonly Aliases: { Quantity: number; Items: string[] } } {
  return { Aliases: { Quantity: 1, Items: [name] } };
}

type Name = Extract<ServiceCall, { readonly service?: "cloudfront" }>["operation"];

function permissions(operation: Name, input: object): string[] {
  return permissionsOf({ operation, input }, state).map(
    ({ action, resource }) => `${action} ${resource}`,
  );
}

test("permissionsOf() names the action after the operation, and the resource by its ARN", () => {
  assert.deepEqual(permissions("PublishFunction", { Name: "hello" }), [
    `cloudfront:PublishFunction ${arn("function/hello")}`,
  ]);
  assert.deepEqual(permissions("CreateInvalidation", { DistributionId: "E1" }), [
    `cloudfront:CreateInvalidation ${arn("distribution/E1")}`,
  ]);
  assert.deepEqual(permissions("ListFunctions", {}), ["cloudfront:ListFunctions *"]);
  assert.deepEqual(permissions("CreateDistribution", {}), [
    `cloudfront:CreateDistribution ${arn("distribution/*")}`,
  ]);
});

test("permissionsOf() asks for what AWS asks for, when an operation has no action of its own", () => {
  assert.deepEqual(
    permissions("CreateDistributionWithTags", { DistributionConfigWithTags: { Tags: {} } }),
    [
      `cloudfront:CreateDistribution ${arn("distribution/*")}`,
      `cloudfront:TagResource ${arn("distribution/*")}`,
    ],
  );
  assert.deepEqual(permissions("CopyDistribution", { PrimaryDistributionId: "E1" }), [
    `cloudfront:CopyDistribution ${arn("distribution/E1")}`,
    `cloudfront:GetDistribution ${arn("distribution/E1")}`,
    `cloudfront:CreateDistribution ${arn("distribution/E1")}`,
  ]);
});

test("permissionsOf() asks for TagResource too, when something is created with tags", () => {
  assert.deepEqual(permissions("CreateFunction", { Name: "hello", Tags: { Items: [] } }), [
    `cloudfront:CreateFunction ${arn("function/hello")}`,
    `cloudfront:TagResource ${arn("function/hello")}`,
  ]);
});

test("permissionsOf() finds one ARN for a resource, however it is named", () => {
  const store = `cloudfront:DescribeKeyValueStore ${arn(`key-value-store/${storeId}`)}`;
  assert.deepEqual(permissions("DescribeKeyValueStore", { Name: "flags" }), [store]);

  const connection = `cloudfront:GetConnectionFunction ${arn("connection-function/cf_1")}`;
  for (const Identifier of ["cf_1", "mutual", arn("connection-function/cf_1")]) {
    assert.deepEqual(permissions("GetConnectionFunction", { Identifier }), [connection]);
  }
  const shouted = arn(`key-value-store/${storeId.toUpperCase()}`);
  assert.deepEqual(
    permissionsOf(
      {
        service: "cloudfront-keyvaluestore",
        operation: "PutKey",
        input: { KvsARN: shouted, Key: "k" },
      },
      state,
    ),
    [{ action: "cloudfront-keyvaluestore:PutKey", resource: arn(`key-value-store/${storeId}`) }],
  );
});

test("permissionsOf() asks for both, when a call names two resources", () => {
  const named = { Name: "logs", ARN: arn("realtime-log-config/other") };
  assert.deepEqual(permissions("DeleteRealtimeLogConfig", named), [
    `cloudfront:DeleteRealtimeLogConfig ${arn("realtime-log-config/logs")}`,
    `cloudfront:DeleteRealtimeLogConfig ${arn("realtime-log-config/other")}`,
  ]);
});

test("permissionsOf() takes a name for nothing else than the operation does", () => {
  const tenant = (operation: string, id: string): string[] => [
    `cloudfront:${operation} ${arn(`distribution-tenant/${id}`)}`,
  ];
  const name = "shop.example.com";
  assert.deepEqual(
    permissions("GetDistributionTenant", { Identifier: name }),
    tenant("GetDistributionTenant", "dt_named"),
  );
  assert.deepEqual(
    permissions("GetDistributionTenantByDomain", { Domain: name }),
    tenant("GetDistributionTenantByDomain", "dt_other"),
  );
  assert.deepEqual(
    permissions("UpdateDistributionTenant", { Id: name }),
    tenant("UpdateDistributionTenant", name),
  );
});

test("permissionsOf() asks for both, when one's name is another's id", () => {
  const named = withFact(state, {
    type: "resource-created",
    kind: "connection-function",
    id: "cf_2",
    config: {
      Name: "cf_1",
      ConnectionFunctionConfig: { Comment: "", Runtime: "cloudfront-js-2.0" },
      ConnectionFunctionCode: "",
    },
  });
  const call = { operation: "GetConnectionFunction", input: { Identifier: "cf_1" } } as const;
  const resources = permissionsOf(call, named).map(({ resource }) => resource);
  assert.deepEqual(resources.sort(), [
    arn("connection-function/cf_1"),
    arn("connection-function/cf_2"),
  ]);
});

test("permissionsOf() finds a tenant by its domain in any case, as the operation does", () => {
  for (const Domain of ["b.example.com", "B.Example.COM"]) {
    assert.deepEqual(permissions("GetDistributionTenantByDomain", { Domain }), [
      `cloudfront:GetDistributionTenantByDomain ${arn("distribution-tenant/dt_named")}`,
    ]);
  }
});

test("permissionsOf() asks for what loses a domain too, when one is moved", () => {
  const associate = { TargetDistributionId: "E1", Alias: "A.example.com" };
  assert.deepEqual(permissions("AssociateAlias", associate), [
    `cloudfront:AssociateAlias ${arn("distribution/E1")}`,
    `cloudfront:AssociateAlias ${arn("distribution/EHOLDER")}`,
  ]);
  const move = (TargetResource: object, Domain = "b.example.com"): string[] =>
    permissions("UpdateDomainAssociation", { TargetResource, Domain });
  const action = "cloudfront:UpdateDomainAssociation";
  assert.deepEqual(move({ DistributionId: "E1" }), [
    `${action} ${arn("distribution/E1")}`,
    `${action} ${arn("distribution-tenant/dt_named")}`,
  ]);
  assert.deepEqual(move({ DistributionTenantId: "dt_other" }, "nobodys.example.com"), [
    `${action} ${arn("distribution-tenant/dt_other")}`,
  ]);
  assert.deepEqual(move({}, "nobodys.example.com"), [`${action} *`]);
});

test("permissionsOf() asks for the staging distribution that is promoted", () => {
  const input = { Id: "E1", StagingDistributionId: "E2" };
  assert.deepEqual(permissions("UpdateDistributionWithStagingConfig", input).sort(), [
    `cloudfront:GetDistribution ${arn("distribution/E1")}`,
    `cloudfront:GetDistribution ${arn("distribution/E2")}`,
    `cloudfront:UpdateDistribution ${arn("distribution/E1")}`,
    `cloudfront:UpdateDistribution ${arn("distribution/E2")}`,
  ]);
});

test("allActions lists each action that some call needs", () => {
  for (const action of [
    "cloudfront:PublishFunction",
    "cloudfront:TagResource",
    "cloudfront-keyvaluestore:UpdateKeys",
    "footlight:ReadChanges",
  ]) {
    assert.ok(allActions.includes(action), action);
  }
  assert.ok(!allActions.includes("cloudfront:CreateDistributionWithTags"));
});
