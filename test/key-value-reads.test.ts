/**
 * What functions read of their key value store: on a whole node, through viewers and TestFunction.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { Agent } from "node:http";
import { after, before, test } from "node:test";
import {
  CreateDistributionCommand,
  CreateFunctionCommand,
  PublishFunctionCommand,
  TestFunctionCommand,
} from "@aws-sdk/client-cloudfront";
import {
  DescribeKeyValueStoreCommand,
  UpdateKeysCommand,
  type CloudFrontKeyValueStoreClient,
} from "@aws-sdk/client-cloudfront-keyvaluestore";
import { buildConfig } from "./support/distribution-config.ts";
import { createStore, keyValueClientFor } from "./support/key-value-client.ts";
import { startTestNode, type TestNode } from "./support/test-node.ts";
import { startTestOrigin, type TestOrigin } from "./support/test-origin.ts";
import { view } from "./support/viewer.ts";

let node: TestNode;
let origin: TestOrigin;
let keyValues: CloudFrontKeyValueStoreClient;

before(async () => {
  [node, origin] = await Promise.all([startTestNode({ workers: 2 }), startTestOrigin()]);
  keyValues = keyValueClientFor(node.api, { signs: false });
});
after(async () => {
  await Promise.all([node.stop(), origin.close()]);
});

/** @returns the host name of a distribution whose viewer-request function has the store */
async function serve(name: string, arn: string, body: string): Promise<string> {
  const { ETag } = await node.client.send(
    new CreateFunctionCommand({
      Name: name,
      FunctionCode: Buffer.from(`import cf from 'cloudfront';\n${body}`),
      FunctionConfig: {
        Comment: "",
        Runtime: "cloudfront-js-2.0",
        KeyValueStoreAssociations: { Quantity: 1, Items: [{ KeyValueStoreARN: arn }] },
      },
    }),
  );
  await node.client.send(new PublishFunctionCommand({ Name: name, IfMatch: ETag }));
  const DistributionConfig = buildConfig({
    callerReference: name,
    originPort: origin.port,
    viewerRequest: name,
  });
  const { Distribution } = await node.client.send(
    new CreateDistributionCommand({ DistributionConfig }),
  );
  return Distribution!.DomainName!;
}

/** Puts pairs, whatever the store's version is: this test is its only writer. */
async function put(KvsARN: string, pairs: Record<string, string>): Promise<void> {
  const { ETag } = await keyValues.send(new DescribeKeyValueStoreCommand({ KvsARN }));
  const Puts = Object.entries(pairs).map(([Key, Value]) => ({ Key, Value }));
  await keyValues.send(new UpdateKeysCommand({ KvsARN, IfMatch: ETag, Puts }));
}

const reader = `
async function handler(event) {
  const kvs = cf.kvs();
  const meta = await kvs.meta();
  const seen = {
    text: await kvs.get('text'),
    json: await kvs.get('json', { format: 'json' }),
    bytes: (await kvs.get('text', { format: 'bytes' })).length,
    exists: [await kvs.exists('text'), await kvs.exists('gone')],
    keyCount: meta.keyCount,
    times: [meta.creationDateTime, meta.lastUpdatedDateTime].map((time) => new Date(time).toISOString() === time),
  };
  try {
    await kvs.get('gone');
  } catch (error) {
    seen.missing = String(error);
  }
  return { statusCode: 200, body: JSON.stringify(seen) };
}
`;

test("A function reads its store as text, JSON and bytes, for viewers and in TestFunction", async () => {
  const arn = await createStore(node.client, "formats");
  await put(arn, { text: "ä€", json: '{"a":[1]}' });
  const host = await serve("formats", arn, reader);
  const expected = {
    text: "ä€",
    json: { a: [1] },
    bytes: 5,
    exists: [true, false],
    keyCount: 2,
    times: [true, true],
    missing: "KeyNotFound",
  };
  const { status, body } = await view(node.edge, host, "/");
  assert.deepEqual([status, JSON.parse(body)], [200, expected]);

  const event = {
    version: "1.0",
    context: { eventType: "viewer-request" },
    viewer: { ip: "198.51.100.7" },
    request: { method: "GET", uri: "/", headers: {}, cookies: {}, querystring: {} },
  };
  const { TestResult } = await node.client.send(
    new TestFunctionCommand({
      Name: "formats",
      IfMatch: "ETVPDKIKX0DER",
      EventObject: Buffer.from(JSON.stringify(event)),
    }),
  );
  assert.equal(TestResult?.FunctionErrorMessage, "");
  const { response } = JSON.parse(TestResult.FunctionOutput!);
  assert.deepEqual(JSON.parse(response.body.data ?? response.body), expected);
});

test("A put that was acknowledged is seen by the next request, on every worker", async () => {
  const arn = await createStore(node.client, "fresh");
  const host = await serve(
    "fresh",
    arn,
    "async function handler() { return { statusCode: 200, body: await cf.kvs().get('n') }; }",
  );
  for (let n = 0; n < 20; n++) {
    await put(arn, { n: String(n) });
    // Connections of their own, so that both workers answer some of them.
    const answers = await Promise.all([1, 2, 3, 4].map(() => view(node.edge, host, "/")));
    assert.deepEqual(
      answers.map(({ body }) => body),
      Array(4).fill(String(n)),
    );
  }
});

// With many reads each run is one; with few, what it answered is remembered.
for (const reads of [50, 5]) {
  test(`An invocation of ${reads + 2} reads sees one version of its store, whatever is written meanwhile`, async () => {
    const arn = await createStore(node.client, `whole-${reads}`);
    await put(arn, { a: "0", b: "0" });
    const host = await serve(
      `whole-${reads}`,
      arn,
      `async function handler() {
      const kvs = cf.kvs();
      const a = await kvs.get('a');
      for (let i = 0; i < ${reads}; i++) await kvs.exists('key' + i);
      return { statusCode: 200, body: a + '=' + await kvs.get('b') };
    }`,
    );
    const written = new AbortController();
    const agent = new Agent({ keepAlive: true });
    const torn: string[] = [];
    const seen = new Set<string>();
    const viewer = async (): Promise<void> => {
      while (!written.signal.aborted) {
        const { body } = await view(node.edge, host, "/", { agent });
        seen.add(body);
        if (!/^(\d+)=\1$/.test(body)) torn.push(body);
      }
    };
    const viewers = Promise.all([viewer(), viewer(), viewer(), viewer()]);
    for (let n = 1; n <= 100; n++) await put(arn, { a: String(n), b: String(n) });
    written.abort();
    await viewers;
    agent.destroy();
    assert.deepEqual(torn, []);
    assert.ok(seen.size > 10, `viewers saw ${seen.size} versions`);
  });
}
