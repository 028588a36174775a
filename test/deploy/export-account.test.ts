/**
 * An account that every shape was deployed to, exported, deployed to another account, and exported from there.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { exportAccount, type AccountExport } from "../../src/deploy/export/export-account.ts";
import { readCloudAssembly } from "../../src/deploy/stack/cloud-assembly.ts";
import { createMemoryDeploy, plainCode, type MemoryDeploy } from "../support/memory-deploy.ts";
import { temporaryFolder } from "../support/test-node.ts";
import { templateShapes } from "./template-shapes.ts";
import { pairsOf } from "../../src/cli/deploy/deploy-template.ts";

const fixtures = resolve(import.meta.dirname, "../fixtures/templates");

async function deployShapes(): Promise<MemoryDeploy> {
  const memory = createMemoryDeploy();
  for (const { file, stack, value = "" } of templateShapes) {
    const path = join(fixtures, file);
    const assembly = readCloudAssembly(path, plainCode);
    const values = pairsOf(value, "--value");
    await memory.deploy(readFileSync(path, "utf8"), { stack, assembly, values });
  }
  return memory;
}

/** Without what differs from account to account: ids, and the names that follow from them. */
function comparable({ template, pairs }: AccountExport): unknown {
  const plain = (value: unknown): string =>
    JSON.stringify(value)
      .replaceAll(/(Distribution|OriginAccessIdentity)E[0-9A-Z]{13}/g, "$1")
      .replaceAll(/ContinuousDeploymentPolicy[0-9a-fA-F]{32}/g, "Policy");
  const { Resources: resources } = template as { readonly Resources: object };
  return {
    resources: Object.values(resources).map(plain).toSorted(),
    pairs: Object.fromEntries(pairs),
  };
}

test("what is exported of an account deploys to an equal one", async () => {
  const first = await deployShapes();
  const exported = await exportAccount(first.api);
  assert.deepEqual(exported.notices, []);
  assert.equal(exported.pairs.get("redirects")?.length, 2);

  const folder = temporaryFolder();
  mkdirSync(join(folder, "pairs"));
  const files = Object.fromEntries(
    [...exported.pairs].map(([name, held]) => {
      const data = held.map(({ Key, Value }) => ({ key: Key, value: Value }));
      writeFileSync(join(folder, `pairs/${name}.json`), JSON.stringify({ data }));
      const destinations = { current: { objectKey: `${name}.json` } };
      return [name, { source: { path: `pairs/${name}.json` }, destinations }];
    }),
  );
  writeFileSync(join(folder, "all.assets.json"), JSON.stringify({ files }));
  const assembly = readCloudAssembly(join(folder, "all.template.json"), plainCode);
  const text = JSON.stringify(exported.template, undefined, 2);

  const second = createMemoryDeploy();
  await second.deploy(text, { stack: "all", assembly });
  assert.deepEqual(comparable(await exportAccount(second.api)), comparable(exported));
  assert.deepEqual(await second.deploy(text, { stack: "all", assembly }), []);
});

test("what is exported refers to what is in it, and says the code as text", async () => {
  const { api, deploy } = createMemoryDeploy();
  const fixture = join(fixtures, "cors.yaml");
  await deploy(readFileSync(fixture, "utf8"));
  const { template } = await exportAccount(api);
  const { Resources: resources, Outputs: outputs } = template as {
    readonly Resources: Readonly<Record<string, { Type: string; Properties: never }>>;
    readonly Outputs: object;
  };
  const { Properties: stamp } = resources["Stamp"]! as { Properties: Record<string, unknown> };
  assert.match(String(stamp["FunctionCode"]), /^function handler\(event\) \{\n/);
  assert.equal(stamp["AutoPublish"], true);
  const [name, site] = Object.entries(resources).find(([, { Type }]) =>
    Type.endsWith("::Distribution"),
  )!;
  const { DistributionConfig: config } = site.Properties as {
    DistributionConfig: { DefaultCacheBehavior: Record<string, unknown> };
  };
  assert.deepEqual(config.DefaultCacheBehavior, {
    ...{ TargetOriginId: "site", ViewerProtocolPolicy: "allow-all" },
    CachePolicyId: "658327ea-f89d-4fab-a63d-7e88639e58f6",
    ResponseHeadersPolicyId: { Ref: "Cors" },
    AllowedMethods: ["HEAD", "GET", "OPTIONS"],
    CachedMethods: ["HEAD", "GET"],
    FunctionAssociations: [
      { EventType: "viewer-response", FunctionARN: { "Fn::GetAtt": ["Stamp", "FunctionARN"] } },
    ],
    GrpcConfig: { Enabled: false },
  });
  assert.deepEqual(outputs, {
    [`${name}DomainName`]: { Value: { "Fn::GetAtt": [name, "DomainName"] } },
  });
});

test("what is in DEVELOPMENT alone is told, and is not what is exported", async () => {
  const { api, deploy } = createMemoryDeploy();
  await deploy(readFileSync(join(fixtures, "cors.yaml"), "utf8"));
  const { ETag } = await api.perform("DescribeFunction", { Name: "stamp" });
  await api.perform("UpdateFunction", {
    ...{ Name: "stamp", IfMatch: ETag, FunctionCode: Buffer.from("other").toString("base64") },
    FunctionConfig: { Comment: "", Runtime: "cloudfront-js-2.0" },
  });
  const { template, notices } = await exportAccount(api);
  assert.deepEqual(notices, ["stamp: what is in DEVELOPMENT and was not published is left out"]);
  assert.ok(!JSON.stringify(template).includes('"other"'));
});
