/** Who has which alternate domain name: uniqueness, wildcards, moving one, asking who has it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { buildConfig } from "../../../test/support/distribution-config.ts";
import { createTestAccount, type TestAccount } from "../../../test/support/test-account.ts";
import { associateAlias } from "./associate-alias.ts";
import { createDistribution } from "./create-distribution.ts";
import { listConflictingAliases } from "./list-conflicting-aliases.ts";

async function create(account: TestAccount, ...aliases: string[]): Promise<string> {
  const callerReference = `reference ${account.state().revision}`;
  const DistributionConfig = buildConfig({ callerReference, originPort: 80, aliases });
  const { Distribution } = await createDistribution({ DistributionConfig }, account);
  return Distribution?.Id ?? "";
}

const aliasesOf = (account: TestAccount, id: string): unknown =>
  account.state().distributions.get(id)?.config.Aliases;

test("createDistribution() refuses an alias that another distribution has, in whatever case", async () => {
  const account = createTestAccount();
  await create(account, "www.example.com");
  for (const alias of ["www.example.com", "WWW.Example.com"]) {
    await assert.rejects(create(account, "other.example.com", alias), {
      code: "CNAMEAlreadyExists",
      status: 409,
      message: /One or more of the CNAMEs you provided are already associated/,
    });
  }
});

test("createDistribution() takes localhost, and no other name of one label", async () => {
  const account = createTestAccount();
  const id = await create(account, "localhost");
  assert.deepEqual(aliasesOf(account, id), { Quantity: 1, Items: ["localhost"] });
  await assert.rejects(create(account, "intranet"), { code: "InvalidArgument" });
});

test("createDistribution() lets a wildcard and the names it covers live on two distributions", async () => {
  const account = createTestAccount();
  await create(account, "*.example.com");
  await create(account, "www.example.com");
  await create(account, "*.www.example.com");
  await assert.rejects(create(account, "*.example.com"), { code: "CNAMEAlreadyExists" });
});

test("associateAlias() moves a name in one change, and both distributions get a new version", async () => {
  const account = createTestAccount();
  const source = await create(account, "www.example.com", "*.example.com");
  const target = await create(account, "shop.example.com");
  const { revision } = account.state();
  await associateAlias({ TargetDistributionId: target, Alias: "www.example.com" }, account);
  assert.equal(account.state().revision, revision + 1);
  assert.deepEqual(aliasesOf(account, source), { Quantity: 1, Items: ["*.example.com"] });
  assert.deepEqual(aliasesOf(account, target), {
    Quantity: 2,
    Items: ["shop.example.com", "www.example.com"],
  });
  const versions = [source, target].map((id) => account.state().distributions.get(id)?.version);
  assert.deepEqual(versions, [2, 2]);
});

test("associateAlias() gives a name that nobody has", async () => {
  const account = createTestAccount();
  const target = await create(account);
  await associateAlias({ TargetDistributionId: target, Alias: "new.example.com" }, account);
  assert.deepEqual(aliasesOf(account, target), { Quantity: 1, Items: ["new.example.com"] });
});

test("associateAlias() refuses what cannot be moved, and changes nothing", async () => {
  const account = createTestAccount();
  account.quotas = { ...account.quotas, aliasesPerDistribution: 1 };
  await create(account, "www.example.com");
  const target = await create(account, "shop.example.com");
  const before = account.state();
  const associate = (Alias: string, TargetDistributionId = target): Promise<unknown> =>
    associateAlias({ TargetDistributionId, Alias }, account);
  await assert.rejects(associate("www.example.com", "E1"), { code: "NoSuchDistribution" });
  await assert.rejects(associate("www example"), { code: "InvalidArgument" });
  await assert.rejects(associate("d1.cloudfront.localhost"), { code: "InvalidArgument" });
  await assert.rejects(associate("shop.example.com"), { code: "IllegalUpdate" });
  await assert.rejects(associate("www.example.com"), { code: "TooManyDistributionCNAMEs" });
  assert.equal(account.state(), before);
});

test("A distribution tenant's domain is no distribution's alias", async () => {
  const account = createTestAccount();
  const target = await create(account, "www.example.com");
  const Domains = [{ Domain: "tenant.example.com" }];
  const config = { DistributionId: "E1", Name: "tenant", Domains };
  await account.commit(() => {
    return { type: "resource-created", kind: "distribution-tenant", id: "dt_1", config };
  });
  await assert.rejects(create(account, "Tenant.example.com"), { code: "CNAMEAlreadyExists" });
  await assert.rejects(
    associateAlias({ TargetDistributionId: target, Alias: "tenant.example.com" }, account),
    { code: "IllegalUpdate", message: /dt_1/ },
  );
});

test("listConflictingAliases() finds the same name, what covers it and what it covers, elsewhere", async () => {
  const account = createTestAccount();
  const asking = await create(account, "www.example.com");
  const other = await create(account, "*.example.com", "a.example.com", "example.org");
  const list = async (Alias: string, more = {}): Promise<unknown[]> => {
    const input = { DistributionId: asking, Alias, ...more };
    const { ConflictingAliasesList } = await listConflictingAliases(input, account);
    return (ConflictingAliasesList?.Items ?? []).map((item) => item.Alias);
  };
  assert.deepEqual(await list("www.example.com"), ["*.example.com"]);
  assert.deepEqual(await list("*.example.com"), ["*.example.com", "a.example.com"]);
  assert.deepEqual(await list("example.net"), []);
  assert.deepEqual(await list("*.example.com", { MaxItems: 1 }), ["*.example.com"]);

  const input = { DistributionId: asking, Alias: "example.org" };
  const { ConflictingAliasesList } = await listConflictingAliases(input, account);
  assert.deepEqual(ConflictingAliasesList?.Items, [
    {
      Alias: "example.org",
      DistributionId: `*******${other.slice(7)}`,
      AccountId: "******000000",
    },
  ]);
  await assert.rejects(listConflictingAliases({ ...input, DistributionId: "E1" }, account), {
    code: "NoSuchDistribution",
  });
  await assert.rejects(listConflictingAliases({ ...input, MaxItems: 101 }, account), {
    code: "InvalidArgument",
  });
});
