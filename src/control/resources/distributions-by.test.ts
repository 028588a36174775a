import assert from "node:assert/strict";
import { test } from "node:test";
import { callOperation as call, createdId } from "../../../test/support/call-operation.ts";
import { buildConfig } from "../../../test/support/distribution-config.ts";
import { createTestAccount, type TestAccount } from "../../../test/support/test-account.ts";
import type { OperationName } from "../../schema/operations.ts";

const webAcl = (name: string) =>
  `arn:aws:wafv2:us-east-1:000000000000:global/webacl/${name}/11111111-2222-3333-4444-555555555555`;

function create(account: TestAccount, callerReference: string, changes: object): Promise<string> {
  const base = buildConfig({ callerReference, originPort: 80 });
  const DistributionConfig = { ...base, ...changes };
  return createdId(account, "CreateDistribution", { DistributionConfig });
}

interface Page {
  readonly Items?: readonly { readonly Id: string }[];
  readonly NextMarker?: string;
  readonly IsTruncated: boolean;
  readonly Quantity: number;
}

async function listed(account: TestAccount, name: OperationName, input: object): Promise<Page> {
  const [page] = Object.values(await call(account, name, input));
  return page as unknown as Page;
}

const ids = ({ Items = [] }: Page) => Items.map(({ Id }) => Id);

test("listDistributionsByWebACLId lists by the ACL, and by having none for the literal null", async () => {
  const account = createTestAccount();
  const guarded = await create(account, "a", { WebACLId: webAcl("mine") });
  const free = await create(account, "b", {});
  const by = async (WebACLId: string) =>
    ids(await listed(account, "ListDistributionsByWebACLId", { WebACLId }));
  assert.deepEqual(await by(webAcl("mine")), [guarded]);
  assert.deepEqual(await by(webAcl("other")), []);
  assert.deepEqual(await by("null"), [free]);
});

test("listDistributionsByConnectionMode takes a distribution without a mode as direct", async () => {
  const account = createTestAccount();
  const one = await create(account, "a", {});
  const by = (ConnectionMode: string) =>
    listed(account, "ListDistributionsByConnectionMode", { ConnectionMode });
  assert.deepEqual(ids(await by("direct")), [one]);
  const none = await by("tenant-only");
  assert.deepEqual([none.Quantity, "Items" in none], [0, false]);
});

test("listDistributionsByRealtimeLogConfig finds by name and by ARN what a behavior logs to", async () => {
  const account = createTestAccount();
  const { RealtimeLogConfig } = await call(account, "CreateRealtimeLogConfig", {
    Name: "log",
    SamplingRate: 1,
    Fields: ["timestamp"],
    EndPoints: [{ StreamType: "Kinesis", KinesisStreamConfig: { RoleARN: "r", StreamARN: "s" } }],
  });
  const RealtimeLogConfigArn: string = RealtimeLogConfig!["ARN"];
  const { DefaultCacheBehavior } = buildConfig({ callerReference: "", originPort: 80 });
  const user = await create(account, "a", {
    DefaultCacheBehavior: { ...DefaultCacheBehavior, RealtimeLogConfigArn },
  });
  for (const input of [{ RealtimeLogConfigName: "log" }, { RealtimeLogConfigArn }]) {
    const page = await listed(account, "ListDistributionsByRealtimeLogConfig", input);
    assert.deepEqual(ids(page), [user]);
  }
  await assert.rejects(call(account, "DeleteRealtimeLogConfig", { Name: "log" }), {
    name: "RealtimeLogConfigInUse",
    message: new RegExp(user),
  });
});

test("the lists by what a distribution names answer in pages", async () => {
  const account = createTestAccount();
  const all: string[] = [];
  for (const reference of ["a", "b", "c"]) all.push(await create(account, reference, {}));
  all.sort();
  const page = (Marker?: string) =>
    listed(account, "ListDistributionsByWebACLId", { WebACLId: "null", MaxItems: 2, Marker });
  const first = await page();
  assert.deepEqual(
    [ids(first), first.NextMarker, first.IsTruncated],
    [all.slice(0, 2), all[1], true],
  );
  const second = await page(first.NextMarker);
  assert.deepEqual([ids(second), second.NextMarker], [all.slice(2), undefined]);
});

test("a list by what does not exist says so, each in its operation's code", async () => {
  const account = createTestAccount();
  for (const [name, input, code] of [
    ["ListDistributionsByCachePolicyId", { CachePolicyId: "none" }, "NoSuchCachePolicy"],
    ["ListDistributionsByKeyGroup", { KeyGroupId: "none" }, "NoSuchResource"],
    ["ListDistributionsByVpcOriginId", { VpcOriginId: "none" }, "EntityNotFound"],
    ["ListDistributionsByTrustStore", { TrustStoreIdentifier: "none" }, "EntityNotFound"],
    ["ListDistributionsByOwnedResource", { ResourceArn: "none" }, "EntityNotFound"],
    ["ListDistributionsByRealtimeLogConfig", {}, "InvalidArgument"],
    ["ListDistributionsByWebACLId", { WebACLId: "none" }, "InvalidWebACLId"],
  ] as const) {
    await assert.rejects(call(account, name, input), { name: code });
  }
});
