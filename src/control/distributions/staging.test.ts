/** Staging distributions and continuous deployment: copy, attach, promote, and what holds what. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createTestAccount, type TestAccount } from "../../../test/support/test-account.ts";
import type { DistributionConfig } from "../../schema/shapes.ts";
import { findResource } from "../../state/resources.ts";
import { resourceOperations } from "../resources/operations.ts";
import { copyDistribution } from "./copy-distribution.ts";
import { createDistribution } from "./create-distribution.ts";
import { deleteDistribution } from "./delete-distribution.ts";
import { getDistributionConfig } from "./get-distribution-config.ts";
import { getDistribution } from "./get-distribution.ts";
import { sampleConfig } from "../../../test/support/sample-config.ts";
import { updateDistributionWithStagingConfig } from "./update-distribution-with-staging-config.ts";
import { updateDistribution } from "./update-distribution.ts";

const v1 = "ETVPDKIKX0DER";
const v2 = "E3UN6WX5RRO2AG";

interface Pair {
  readonly account: TestAccount;
  readonly primary: string;
  readonly staging: string;
}

const primaryConfig = (): DistributionConfig => ({
  ...sampleConfig("primary"),
  HttpVersion: "http2",
});

async function primaryAndCopy(): Promise<Pair> {
  const account = createTestAccount();
  const made = await createDistribution({ DistributionConfig: primaryConfig() }, account);
  const primary = made.Distribution?.Id ?? "";
  const input = { PrimaryDistributionId: primary, Staging: true, CallerReference: "copy" };
  const copied = await copyDistribution({ ...input, IfMatch: v1 }, account);
  return { account, primary, staging: copied.Distribution?.Id ?? "" };
}

async function createPolicy({ account, staging }: Pair): Promise<string> {
  const name = account.state().distributions.get(staging)?.domainName ?? "";
  const { ContinuousDeploymentPolicy } = await resourceOperations.CreateContinuousDeploymentPolicy!(
    {
      ContinuousDeploymentPolicyConfig: {
        Enabled: true,
        StagingDistributionDnsNames: { Quantity: 1, Items: [name] },
        TrafficConfig: { Type: "SingleWeight", SingleWeightConfig: { Weight: 0.1 } },
      },
    },
    account,
  );
  return ContinuousDeploymentPolicy?.Id ?? "";
}

const configOf = (account: TestAccount, id: string): DistributionConfig =>
  account.state().distributions.get(id)!.config;

async function change(
  account: TestAccount,
  Id: string,
  members: Partial<DistributionConfig>,
): Promise<string> {
  const { Distribution, ETag: IfMatch } = await getDistribution({ Id }, account);
  const DistributionConfig = { ...Distribution!.DistributionConfig!, ...members };
  const { ETag } = await updateDistribution({ Id, IfMatch, DistributionConfig }, account);
  return ETag ?? "";
}

test("copyDistribution() makes a staging distribution that is like its primary, without aliases", async () => {
  const { account, primary, staging } = await primaryAndCopy();
  assert.deepEqual(configOf(account, staging), {
    ...configOf(account, primary),
    CallerReference: "copy",
    Aliases: { Quantity: 0 },
    Staging: true,
  });
});

test("copyDistribution() refuses what is not to be copied, and changes nothing", async () => {
  const { account, primary, staging } = await primaryAndCopy();
  const before = account.state();
  const copy = (changes: object): Promise<unknown> => {
    const input = { PrimaryDistributionId: primary, Staging: true, IfMatch: v1 };
    return copyDistribution({ ...input, CallerReference: "again", ...changes }, account);
  };
  await assert.rejects(copy({ PrimaryDistributionId: "E1" }), { code: "NoSuchDistribution" });
  await assert.rejects(copy({ IfMatch: undefined }), { code: "InvalidIfMatchVersion" });
  await assert.rejects(copy({ IfMatch: v2 }), { code: "PreconditionFailed" });
  await assert.rejects(copy({ Staging: false }), { code: "InvalidArgument" });
  await assert.rejects(copy({ PrimaryDistributionId: staging }), { code: "InvalidArgument" });
  await assert.rejects(copy({ CallerReference: "copy" }), { code: "DistributionAlreadyExists" });
  account.quotas = { ...account.quotas, stagingDistributionsPerAccount: 1 };
  await assert.rejects(copy({}), { code: "TooManyDistributions", message: /staging/ });
  assert.equal(account.state(), before);
});

test("updateDistribution() keeps a staging distribution one, without aliases and policy", async () => {
  const pair = await primaryAndCopy();
  const { account, primary, staging } = pair;
  const policy = await createPolicy(pair);
  const before = account.state();
  const Aliases = { Quantity: 1, Items: ["new.example.com"] };
  await assert.rejects(change(account, staging, { Staging: false }), { code: "IllegalUpdate" });
  await assert.rejects(change(account, primary, { Staging: true }), { code: "IllegalUpdate" });
  await assert.rejects(change(account, staging, { Aliases }), { code: "InvalidArgument" });
  await assert.rejects(change(account, staging, { ContinuousDeploymentPolicyId: policy }), {
    code: "InvalidArgument",
  });
  assert.equal(account.state(), before);
});

test("A continuous deployment policy is attached by an update, to one primary, without HTTP/3", async () => {
  const pair = await primaryAndCopy();
  const { account, primary } = pair;
  const ContinuousDeploymentPolicyId = await createPolicy(pair);
  const DistributionConfig = {
    ...primaryConfig(),
    CallerReference: "another",
    Aliases: { Quantity: 0 },
  };
  await assert.rejects(
    createDistribution(
      { DistributionConfig: { ...DistributionConfig, ContinuousDeploymentPolicyId } },
      account,
    ),
    { message: "Continuous deployment policy is not supported during distribution creation." },
  );
  const attach = (id: string, more = {}): Promise<string> =>
    change(account, id, { ContinuousDeploymentPolicyId, ...more });
  await assert.rejects(attach(primary, { HttpVersion: "http3" }), { code: "InvalidArgument" });
  await assert.rejects(attach(primary, { ContinuousDeploymentPolicyId: "gone" }), {
    code: "NoSuchContinuousDeploymentPolicy",
  });
  await attach(primary);
  const { Distribution } = await createDistribution({ DistributionConfig }, account);
  await assert.rejects(attach(Distribution?.Id ?? ""), {
    code: "ContinuousDeploymentPolicyInUse",
    status: 409,
  });
});

test("updateDistribution() changes what a policy's two distributions may differ in, and nothing else", async () => {
  const pair = await primaryAndCopy();
  const { account, primary, staging } = pair;
  const ContinuousDeploymentPolicyId = await createPolicy(pair);
  await change(account, staging, { PriceClass: "PriceClass_200" });
  await change(account, primary, { ContinuousDeploymentPolicyId });
  for (const id of [primary, staging]) {
    const before = account.state();
    for (const members of [
      { PriceClass: "PriceClass_All" },
      { WebACLId: "11111111-2222-3333-4444-555555555555" },
      { IsIPV6Enabled: false },
      { HttpVersion: "http1.1" },
    ] as const) {
      await assert.rejects(change(account, id, members), {
        code: "IllegalUpdate",
        message:
          /^One or more fields updated are not supported for continuous deployment\. (PriceClass|WebACLId|IsIPV6Enabled|HttpVersion) of /,
      });
    }
    assert.equal(account.state(), before);
    await change(account, id, { Comment: "new", DefaultRootObject: "new.html" });
  }
  await change(account, primary, {
    ContinuousDeploymentPolicyId: "",
    PriceClass: "PriceClass_All",
  });
  await change(account, staging, { PriceClass: "PriceClass_All" });
});

test("a staging distribution shows the policy that its primary has, and an update sends it back", async () => {
  const pair = await primaryAndCopy();
  const { account, primary, staging } = pair;
  const policy = await createPolicy(pair);
  const shown = async (): Promise<string | undefined> => {
    const { DistributionConfig } = await getDistributionConfig({ Id: staging }, account);
    const { Distribution } = await getDistribution({ Id: staging }, account);
    assert.deepEqual(Distribution?.DistributionConfig, DistributionConfig);
    return DistributionConfig?.ContinuousDeploymentPolicyId;
  };
  assert.equal(await shown(), "");
  await change(account, primary, { ContinuousDeploymentPolicyId: policy });
  assert.equal(await shown(), policy);

  const before = account.state();
  for (const ContinuousDeploymentPolicyId of [
    "",
    undefined,
    "11111111-2222-4333-8444-555555555555",
  ]) {
    await assert.rejects(change(account, staging, { ContinuousDeploymentPolicyId }), {
      code: "IllegalUpdate",
      message: new RegExp(`ContinuousDeploymentPolicyId of .* must be ${policy}`),
    });
  }
  assert.equal(account.state(), before);
  await change(account, staging, { Comment: "tried" });
  assert.equal(await shown(), policy);

  await change(account, primary, { ContinuousDeploymentPolicyId: "" });
  assert.equal(await shown(), "");
  await change(account, staging, { Comment: "tried again" });
});

test("updateDistributionWithStagingConfig() gives the primary what was tried, and disables the policy", async () => {
  const pair = await primaryAndCopy();
  const { account, primary, staging } = pair;
  const policy = await createPolicy(pair);
  const primaryEtag = await change(account, primary, { ContinuousDeploymentPolicyId: policy });
  const stagingEtag = await change(account, staging, {
    Comment: "tried",
    DefaultRootObject: "new.html",
  });
  const old = configOf(account, primary);
  const { revision } = account.state();

  const promote = (changes: object): ReturnType<typeof updateDistributionWithStagingConfig> => {
    const IfMatch = `${primaryEtag}, ${stagingEtag}`;
    const input = { Id: primary, StagingDistributionId: staging, IfMatch };
    return updateDistributionWithStagingConfig({ ...input, ...changes }, account);
  };
  await assert.rejects(promote({ Id: "E1" }), { code: "NoSuchDistribution" });
  await assert.rejects(promote({ StagingDistributionId: "E1" }), { code: "NoSuchDistribution" });
  await assert.rejects(promote({ StagingDistributionId: undefined }), { code: "InvalidArgument" });
  await assert.rejects(promote({ IfMatch: primaryEtag }), { code: "InvalidIfMatchVersion" });
  await assert.rejects(promote({ IfMatch: `${primaryEtag},${v1}` }), {
    code: "PreconditionFailed",
  });
  assert.equal(account.state().revision, revision);

  const { Distribution, ETag } = await promote({});
  assert.equal(account.state().revision, revision + 1);
  assert.equal(ETag, "E1F83G8C2ARO7P");
  const { CallerReference, Aliases, ContinuousDeploymentPolicyId } = old;
  assert.deepEqual(Distribution?.DistributionConfig, {
    ...configOf(account, staging),
    CallerReference,
    Aliases,
    ContinuousDeploymentPolicyId,
    Staging: false,
  });
  const stored = findResource(account.state(), "continuous-deployment-policy", policy);
  assert.deepEqual([stored?.config.Enabled, stored?.version], [false, 2]);
});

test("updateDistributionWithStagingConfig() refuses two that no policy joins", async () => {
  const { account, primary, staging } = await primaryAndCopy();
  const input = { Id: primary, StagingDistributionId: staging, IfMatch: `${v1},${v1}` };
  await assert.rejects(updateDistributionWithStagingConfig(input, account), {
    code: "IllegalUpdate",
  });
});

test("deleteDistribution() keeps what a policy needs, and a primary while its policy is enabled", async () => {
  const pair = await primaryAndCopy();
  const { account, primary, staging } = pair;
  const policy = await createPolicy(pair);
  const IfMatch = await change(account, primary, {
    ContinuousDeploymentPolicyId: policy,
    Enabled: false,
  });
  const inUse = {
    code: "StagingDistributionInUse",
    status: 409,
    message:
      /^The specified staging distribution is currently used by a continuous deployment policy\. Please the update policy before deleting\. /,
  };
  await assert.rejects(change(account, staging, { Enabled: false }), inUse);
  await assert.rejects(deleteDistribution({ Id: primary, IfMatch }, account), {
    code: "ResourceInUse",
  });

  const { config } = account.state().resources.get("continuous-deployment-policy")!.get(policy)!;
  await resourceOperations.UpdateContinuousDeploymentPolicy!(
    {
      Id: policy,
      IfMatch: v1,
      ContinuousDeploymentPolicyConfig: { ...config, Enabled: false } as never,
    },
    account,
  );
  const stagingEtag = await change(account, staging, { Enabled: false });
  const deletion = { Id: staging, IfMatch: stagingEtag };
  await assert.rejects(deleteDistribution(deletion, account), inUse);
  await deleteDistribution({ Id: primary, IfMatch }, account);
  await resourceOperations.DeleteContinuousDeploymentPolicy!({ Id: policy, IfMatch: v2 }, account);
  await deleteDistribution(deletion, account);
  assert.equal(account.state().distributions.size, 0);
});
