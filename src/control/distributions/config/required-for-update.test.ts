/** What an update must send though a creation may leave it out. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createTestAccount } from "../../../../test/support/test-account.ts";
import { createDistribution } from "../create-distribution.ts";
import { updateDistribution } from "../update-distribution.ts";
import {
  type Config,
  type Mutation,
  origin,
  standard,
  without,
  mutated,
} from "../../../../test/support/config-contract.ts";

const requiredForUpdate: readonly (readonly [name: string, code: string, mutate: Mutation])[] = [
  ...(
    [
      "Aliases",
      "DefaultRootObject",
      "CacheBehaviors",
      "CustomErrorResponses",
      "Logging",
      "PriceClass",
      "ViewerCertificate",
      "Restrictions",
      "WebACLId",
      "HttpVersion",
    ] as const
  ).map((name) => [name, "IllegalUpdate", (c: Config) => without(c, name)] as const),
  ...(
    [
      ["AllowedMethods", "IllegalUpdate"],
      ["Compress", "IllegalUpdate"],
      ["LambdaFunctionAssociations", "IllegalUpdate"],
      ["FieldLevelEncryptionId", "InvalidArgument"],
    ] as const
  ).flatMap(([name, code]) => [
    [
      `${name} of the default cache behavior`,
      code,
      (c: Config) => without(standard(c), name),
    ] as const,
    [
      `${name} of another cache behavior`,
      code,
      (c: Config) => without(c.CacheBehaviors.Items[1]!, name),
    ] as const,
  ]),
  ["SmoothStreaming", "InvalidArgument", (c) => without(standard(c), "SmoothStreaming")],
  ...(["OriginSslProtocols", "OriginReadTimeout", "OriginKeepaliveTimeout"] as const).map(
    (name) =>
      [name, "IllegalUpdate", (c: Config) => without(origin(c).CustomOriginConfig, name)] as const,
  ),
];

test("UpdateDistribution asks for a custom origin's timeouts in AWS's words", async () => {
  const account = createTestAccount();
  const DistributionConfig = mutated((c) =>
    without(origin(c).CustomOriginConfig, "OriginReadTimeout"),
  );
  const { Distribution, ETag } = await createDistribution({ DistributionConfig }, account);
  const update = { Id: Distribution?.Id, IfMatch: ETag, DistributionConfig };
  await assert.rejects(updateDistribution(update, account), {
    message: /^OriginReadTimeout is required for updates/,
  });
});

for (const [name, code, mutate] of requiredForUpdate) {
  test(`UpdateDistribution answers ${code} without ${name}, which a creation may leave out`, async () => {
    const account = createTestAccount();
    const DistributionConfig = mutated(mutate);
    const { Distribution, ETag } = await createDistribution({ DistributionConfig }, account);
    const before = account.state();
    const update = { Id: Distribution?.Id, IfMatch: ETag, DistributionConfig };
    const [member = ""] = name.split(" ");
    await assert.rejects(updateDistribution(update, account), {
      code,
      message: new RegExp(member),
    });
    assert.equal(account.state(), before);
  });
}
