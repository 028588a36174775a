/** Where CreateDistribution and UpdateDistribution differ in what they refuse. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createTestAccount } from "../../../../test/support/test-account.ts";
import { createDistribution } from "../create-distribution.ts";
import { updateDistribution } from "../update-distribution.ts";
import {
  type Config,
  type Mutation,
  set,
  origin,
  legacy,
  without,
  mutated,
} from "../../../../test/support/config-contract.ts";
import { sampleConfig } from "../../../../test/support/sample-config.ts";

test("CreateDistribution answers InvalidOrigin, when an origin is of no kind or of two", async () => {
  const account = createTestAccount();
  for (const mutate of [
    (config: Config) => without(origin(config), "CustomOriginConfig"),
    (config: Config) => set(origin(config), { S3OriginConfig: { OriginAccessIdentity: "" } }),
  ]) {
    await assert.rejects(createDistribution({ DistributionConfig: mutated(mutate) }, account), {
      code: "InvalidOrigin",
    });
  }
});

test("CreateDistribution answers InvalidForwardCookies, when cookies are listed for no list; an update drops them", async () => {
  const account = createTestAccount();
  const mutate: Mutation = (config) => (legacy(config).ForwardedValues.Cookies.Forward = "all");
  await assert.rejects(createDistribution({ DistributionConfig: mutated(mutate) }, account), {
    code: "InvalidForwardCookies",
  });
  const DistributionConfig = sampleConfig();
  const { Distribution, ETag } = await createDistribution({ DistributionConfig }, account);
  const { Distribution: updated } = await updateDistribution(
    { Id: Distribution?.Id, IfMatch: ETag, DistributionConfig: mutated(mutate) },
    account,
  );
  const behavior = updated?.DistributionConfig?.CacheBehaviors?.Items?.[0];
  assert.deepEqual(behavior?.ForwardedValues?.Cookies, { Forward: "all" });
});
