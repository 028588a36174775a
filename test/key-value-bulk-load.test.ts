/**
 * Many keys at once, from several writers who do not know of each other: none is lost.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  ConflictException,
  DescribeKeyValueStoreCommand,
  paginateListKeys,
  UpdateKeysCommand,
} from "@aws-sdk/client-cloudfront-keyvaluestore";
import { createStore, keyValueClientFor } from "./support/key-value-client.ts";
import { startTestNode, type TestNode } from "./support/test-node.ts";

const keyCount = 10_000;
const batchSize = 50;
const writerCount = 4;
/** The value's part tells its key, so that a mix-up would show. */
const pairOf = (index: number) => ({ Key: `key-${index}`, Value: `${index}:`.padEnd(100, "v") });

let node: TestNode;
before(async () => {
  node = await startTestNode({ workers: 2 });
});
after(async () => assert.equal(await node.stop(), 0, node.stderr()));

test("10,000 keys in batches of 50 from four writers: conflicts are answered, no key is lost", async (context) => {
  const KvsARN = await createStore(node.client, "bulk");
  const batches = Array.from({ length: keyCount / batchSize }, (_, batch) =>
    Array.from({ length: batchSize }, (__, index) => pairOf(batch * batchSize + index)),
  );
  let conflicts = 0;
  const writer = async (): Promise<void> => {
    const client = keyValueClientFor(node.api, { signs: false });
    const describe = async (): Promise<string> =>
      (await client.send(new DescribeKeyValueStoreCommand({ KvsARN }))).ETag!;
    let etag = await describe();
    for (let Puts = batches.pop(); Puts !== undefined; Puts = batches.pop()) {
      for (let done = false; !done;) {
        try {
          const answer = await client.send(new UpdateKeysCommand({ KvsARN, IfMatch: etag, Puts }));
          etag = answer.ETag!;
          done = true;
        } catch (error) {
          if (!(error instanceof ConflictException)) throw error;
          conflicts += 1;
          etag = await describe();
        }
      }
    }
    client.destroy();
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: writerCount }, writer));
  const writtenMs = performance.now() - started;

  const client = keyValueClientFor(node.api, { signs: false });
  const { ItemCount, TotalSizeInBytes } = await client.send(
    new DescribeKeyValueStoreCommand({ KvsARN }),
  );
  const found = new Map<string, string>();
  for await (const { Items = [] } of paginateListKeys({ client, pageSize: 50 }, { KvsARN })) {
    for (const { Key, Value } of Items) found.set(Key!, Value!);
  }
  client.destroy();
  const expected = Array.from({ length: keyCount }, (_, index) => pairOf(index));
  assert.deepEqual(
    expected.filter(({ Key, Value }) => found.get(Key) !== Value),
    [],
  );
  assert.equal(found.size, keyCount);
  const bytes = expected.reduce((sum, { Key, Value }) => sum + Key.length + Value.length, 0);
  assert.deepEqual([ItemCount, TotalSizeInBytes], [keyCount, bytes]);
  assert.ok(conflicts > 0, "four writers at once do not go without conflicts");
  assert.ok(writtenMs < 60_000, `writing took ${writtenMs} ms`);
  context.diagnostic(`written in ${Math.round(writtenMs)} ms, ${conflicts} conflicts`);
});
