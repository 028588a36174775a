import assert from "node:assert/strict";
import { test } from "node:test";
import { callOperation as call, createdId } from "../../../../test/support/call-operation.ts";
import { buildConfig } from "../../../../test/support/distribution-config.ts";
import { createTestAccount, type TestAccount } from "../../../../test/support/test-account.ts";

function create(
  account: TestAccount,
  callerReference: string,
  aliases: readonly string[],
  enabled = false,
): Promise<string> {
  const DistributionConfig = buildConfig({ callerReference, originPort: 80, enabled, aliases });
  return createdId(account, "CreateDistribution", { DistributionConfig });
}

async function aliasesOf(account: TestAccount, Id: string): Promise<unknown> {
  const { DistributionConfig } = await call(account, "GetDistributionConfig", { Id });
  return (DistributionConfig!["Aliases"] as { Items?: string[] }).Items ?? [];
}

async function withTenant(account: TestAccount): Promise<string> {
  const base = buildConfig({ callerReference: "multi", originPort: 80 });
  const { ForwardedValues: _, MinTTL: __, ...behavior } = base.DefaultCacheBehavior!;
  const DefaultCacheBehavior = {
    ...behavior,
    CachePolicyId: "658327ea-f89d-4fab-a63d-7e88639e58f6",
  };
  const DistributionConfig = { ...base, DefaultCacheBehavior, ConnectionMode: "tenant-only" };
  return createdId(account, "CreateDistributionTenant", {
    Name: "tenant",
    DistributionId: await createdId(account, "CreateDistribution", { DistributionConfig }),
    Domains: [{ Domain: "tenant.example.com" }, { Domain: "more.example.com" }],
    Enabled: false,
  });
}

test("updateDomainAssociation() moves a domain in one change, from a distribution to a tenant and back", async () => {
  const account = createTestAccount();
  const distribution = await create(account, "a", ["a.example.com"]);
  const tenant = await withTenant(account);
  const { revision } = account.state();
  const move = (TargetResource: object) =>
    call(account, "UpdateDomainAssociation", { Domain: "A.example.com", TargetResource });
  const moved = await move({ DistributionTenantId: tenant });
  assert.deepEqual(moved, {
    Domain: "A.example.com",
    ResourceId: tenant,
    ETag: "E3UN6WX5RRO2AG",
  });
  assert.equal(account.state().revision, revision + 1);
  assert.deepEqual(await aliasesOf(account, distribution), []);
  const { DistributionTenant } = await call(account, "GetDistributionTenant", {
    Identifier: tenant,
  });
  const domains = DistributionTenant!["Domains"] as { Domain: string }[];
  assert.deepEqual(
    domains.map(({ Domain }) => Domain),
    ["tenant.example.com", "more.example.com", "A.example.com"],
  );
  await move({ DistributionId: distribution });
  assert.deepEqual(await aliasesOf(account, distribution), ["A.example.com"]);
});

test("updateDomainAssociation() refuses what it cannot move, and moves nothing", async () => {
  const account = createTestAccount();
  const source = await create(account, "a", ["a.example.com"], true);
  const target = await create(account, "b", []);
  const TargetResource = { DistributionId: target };
  for (const [input, name] of [
    [{ Domain: "none.example.com", TargetResource }, "EntityNotFound"],
    [{ Domain: "a.example.com", TargetResource: {} }, "InvalidArgument"],
    [
      { Domain: "a.example.com", TargetResource: { DistributionTenantId: "none" } },
      "EntityNotFound",
    ],
    [{ Domain: "a.example.com", TargetResource }, "IllegalUpdate"],
    [{ Domain: "a.example.com", TargetResource: { DistributionId: source } }, "IllegalUpdate"],
    [{ Domain: "a.example.com", TargetResource, IfMatch: "E3UN6WX5RRO2AG" }, "PreconditionFailed"],
    [{ Domain: "a.example.com", TargetResource, IfMatch: "no" }, "InvalidIfMatchVersion"],
  ] as const) {
    await assert.rejects(call(account, "UpdateDomainAssociation", input), { name });
  }
  assert.deepEqual(await aliasesOf(account, source), ["a.example.com"]);
});

test("listDomainConflicts() finds equal, covering and covered domains of others", async () => {
  const account = createTestAccount();
  const own = await create(account, "own", ["own.example.com"]);
  const wildcard = await create(account, "wild", ["*.example.com"]);
  await create(account, "other", ["www.example.org"]);
  const tenant = await withTenant(account);
  const conflicts = async (Domain: string) => {
    const DomainControlValidationResource = { DistributionId: own };
    const input = { Domain, DomainControlValidationResource };
    const answer = await call(account, "ListDomainConflicts", input);
    const found = answer["DomainConflicts"] as unknown as { Domain: string; ResourceId: string }[];
    return found.map(({ Domain: domain, ResourceId }) => [domain, ResourceId]);
  };
  assert.deepEqual(await conflicts("own.example.com"), [["*.example.com", wildcard]]);
  assert.deepEqual(await conflicts("TENANT.example.com"), [
    ["*.example.com", wildcard],
    ["tenant.example.com", tenant],
  ]);
  assert.deepEqual(await conflicts("none.example.net"), []);
});

test("a tenant cannot have a domain that a distribution has, whatever its case", async () => {
  const account = createTestAccount();
  await create(account, "a", ["Tenant.example.com"]);
  await assert.rejects(withTenant(account), { name: "CNAMEAlreadyExists" });
});
