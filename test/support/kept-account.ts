/**
 * An account with a little of everything, as a release left it in a data folder, and what each later release must
 * make of it. What it holds stays as it is: folders of releases before would lack what is added.
 */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import {
  CreateCachePolicyCommand,
  CreateDistributionCommand,
  CreateFunctionCommand,
  CreateInvalidationCommand,
  CreateKeyGroupCommand,
  CreatePublicKeyCommand,
  DescribeFunctionCommand,
  GetFunctionCommand,
  ListCachePoliciesCommand,
  ListDistributionsCommand,
  ListInvalidationsCommand,
  ListKeyGroupsCommand,
  ListTagsForResourceCommand,
  PublishFunctionCommand,
  TagResourceCommand,
  UpdateFunctionCommand,
  type FunctionConfig,
} from "@aws-sdk/client-cloudfront";
import {
  DescribeKeyValueStoreCommand,
  GetKeyCommand,
  PutKeyCommand,
} from "@aws-sdk/client-cloudfront-keyvaluestore";
import { buildConfig } from "./distribution-config.ts";
import { createStore, keyValueClientFor } from "./key-value-client.ts";
import type { TestNode } from "./test-node.ts";
import { view } from "./viewer.ts";

/** Of each store's and function's words. */
const greeting = "hello, from a release before";
const host = "kept.example.org";

const source = (word: string): string => `import cf from 'cloudfront';
async function handler(event) {
  return { statusCode: 200, body: '${word}: ' + await cf.kvs().get('greeting') };
}`;

const config = (store: string): FunctionConfig => ({
  ...{ Comment: "kept", Runtime: "cloudfront-js-2.0" },
  KeyValueStoreAssociations: { Quantity: 1, Items: [{ KeyValueStoreARN: store }] },
});

/** Fills an empty account. */
export async function makeKeptAccount({ client, api }: TestNode): Promise<void> {
  const store = await createStore(client, "words");
  const pairs = keyValueClientFor(api, { signs: false });
  const { ETag: IfMatch } = await pairs.send(new DescribeKeyValueStoreCommand({ KvsARN: store }));
  const pair = { Key: "greeting", Value: greeting };
  await pairs.send(new PutKeyCommand({ KvsARN: store, IfMatch, ...pair }));

  const Name = "greet";
  const shared = { Name, FunctionConfig: config(store) };
  const created = await client.send(
    new CreateFunctionCommand({ ...shared, FunctionCode: Buffer.from(source("first")) }),
  );
  const published = { Name, IfMatch: created.ETag };
  await client.send(new PublishFunctionCommand(published));
  const second = { ...shared, FunctionCode: Buffer.from(source("second")) };
  const updated = await client.send(new UpdateFunctionCommand({ ...second, ...published }));
  await client.send(new PublishFunctionCommand({ Name, IfMatch: updated.ETag }));
  const third = { ...shared, FunctionCode: Buffer.from(source("third")) };
  await client.send(new UpdateFunctionCommand({ ...third, IfMatch: updated.ETag }));

  const ttl = { MinTTL: 0, DefaultTTL: 60, MaxTTL: 600 };
  await client.send(
    new CreateCachePolicyCommand({ CachePolicyConfig: { Name: "kept-policy", ...ttl } }),
  );
  const { publicKey } = generateKeyPairSync("rsa", {
    ...{ modulusLength: 2048, publicKeyEncoding: { type: "spki", format: "pem" } },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const key = { CallerReference: "kept", Name: "kept-key", EncodedKey: publicKey };
  const { PublicKey } = await client.send(new CreatePublicKeyCommand({ PublicKeyConfig: key }));
  const group = { Name: "kept-group", Items: [PublicKey!.Id!] };
  await client.send(new CreateKeyGroupCommand({ KeyGroupConfig: group }));

  const { Distribution } = await client.send(
    new CreateDistributionCommand({
      DistributionConfig: buildConfig({
        ...{ callerReference: "kept", originPort: 1024 },
        ...{ viewerRequest: Name, aliases: [host] },
      }),
    }),
  );
  const { ARN: Resource, Id: DistributionId } = Distribution!;
  const tags = { Items: [{ Key: "team", Value: "web" }] };
  await client.send(new TagResourceCommand({ Resource, Tags: tags }));
  const batch = { CallerReference: "kept", Paths: { Quantity: 1, Items: ["/old/*"] } };
  await client.send(new CreateInvalidationCommand({ DistributionId, InvalidationBatch: batch }));
}

/** @throws AssertionError, when something of it is not there, or not as it was */
export async function checkKeptAccount({ client, api, edge }: TestNode): Promise<void> {
  assert.equal((await view(edge, host, "/")).body, `second: ${greeting}`);
  const draft = await client.send(new GetFunctionCommand({ Name: "greet", Stage: "DEVELOPMENT" }));
  assert.match(Buffer.from(draft.FunctionCode!).toString(), /third/);
  const versions = await fetch(`${api}/footlight/v1/functions/greet/versions`);
  assert.match(await versions.text(), /"goes_back_to":1/);

  const { DistributionList } = await client.send(new ListDistributionsCommand({}));
  const [site, ...others] = DistributionList?.Items ?? [];
  assert.deepEqual([site?.Aliases?.Items, others.length], [[host], 0]);
  const { Tags } = await client.send(new ListTagsForResourceCommand({ Resource: site!.ARN }));
  assert.deepEqual(Tags?.Items, [{ Key: "team", Value: "web" }]);
  const { InvalidationList } = await client.send(
    new ListInvalidationsCommand({ DistributionId: site!.Id }),
  );
  assert.equal(InvalidationList?.Items?.[0]?.Status, "Completed");
  const policies = await client.send(new ListCachePoliciesCommand({ Type: "custom" }));
  const [policy] = policies.CachePolicyList?.Items ?? [];
  assert.equal(policy?.CachePolicy?.CachePolicyConfig?.Name, "kept-policy");
  const { KeyGroupList } = await client.send(new ListKeyGroupsCommand({}));
  assert.equal(KeyGroupList?.Items?.[0]?.KeyGroup?.KeyGroupConfig?.Name, "kept-group");

  // It is no picture of an account: it goes on.
  const live = await client.send(new DescribeFunctionCommand({ Name: "greet" }));
  await client.send(new PublishFunctionCommand({ Name: "greet", IfMatch: live.ETag }));
  assert.equal((await view(edge, host, "/")).body, `third: ${greeting}`);
  const { KeyValueStoreAssociations } = live.FunctionSummary!.FunctionConfig!;
  const KvsARN = KeyValueStoreAssociations!.Items![0]!.KeyValueStoreARN!;
  const { Value } = await keyValueClientFor(api, { signs: false }).send(
    new GetKeyCommand({ KvsARN, Key: "greeting" }),
  );
  assert.equal(Value, greeting);
}
