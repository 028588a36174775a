/**
 * The clients of the key value stores' data API on loopback, each with the one setting that
 * docs/key-value-stores.md shows for it. They put the account id in front of the host, and no
 * resolver need know that name.
 */
import "@aws-sdk/signature-v4a";
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import {
  CreateKeyValueStoreCommand,
  DeleteKeyValueStoreCommand,
  DescribeKeyValueStoreCommand as DescribeStoreCommand,
  ListKeyValueStoresCommand,
  UpdateKeyValueStoreCommand,
} from "@aws-sdk/client-cloudfront";
import {
  ConflictException,
  DeleteKeyCommand,
  DescribeKeyValueStoreCommand,
  GetKeyCommand,
  paginateListKeys,
  PutKeyCommand,
  ResourceNotFoundException,
  ServiceQuotaExceededException,
  UpdateKeysCommand,
  ValidationException,
} from "@aws-sdk/client-cloudfront-keyvaluestore";
import { createStore, keyValueClientFor } from "../support/key-value-client.ts";
import { skipWithout } from "../support/optional.ts";
import { skipWithoutTerraform, startTerraform } from "../support/terraform.ts";
import { startTestNode, temporaryFolder, type TestNode } from "../support/test-node.ts";

const run = promisify(execFile);
let node: TestNode;
let port: string;

before(async () => {
  const seeds = temporaryFolder();
  const data = [{ key: "a", value: "1" }];
  writeFileSync(join(seeds, "flags.json"), JSON.stringify({ data }));
  node = await startTestNode({ args: ["--import-sources", `seeds=${seeds}`] });
  ({ port } = new URL(node.api));
});
after(async () => assert.equal(await node.stop(), 0, node.stderr()));

const storeOf = (name: string): Promise<string> => createStore(node.client, name);

test("The JavaScript SDK makes, describes, changes, lists and deletes stores", async () => {
  const { client } = node;
  await client.send(new CreateKeyValueStoreCommand({ Name: "made", Comment: "" }));
  const described = await client.send(new DescribeStoreCommand({ Name: "made" }));
  const { Status, Comment } = described.KeyValueStore!;
  assert.deepEqual([Status, Comment], ["READY", ""]);
  const updated = await client.send(
    new UpdateKeyValueStoreCommand({ Name: "made", Comment: "new", IfMatch: described.ETag }),
  );
  const list = await client.send(new ListKeyValueStoresCommand({}));
  const entry = list.KeyValueStoreList?.Items?.find(({ Name }) => Name === "made");
  assert.deepEqual(entry, updated.KeyValueStore);
  await client.send(new DeleteKeyValueStoreCommand({ Name: "made", IfMatch: updated.ETag }));
  await assert.rejects(client.send(new DescribeStoreCommand({ Name: "made" })), {
    name: "EntityNotFound",
  });
});

test("The JavaScript SDK signs with SigV4A, and writes, reads, lists and deletes pairs", async () => {
  const client = keyValueClientFor(node.api);
  const KvsARN = await storeOf("sdk");
  const empty = await client.send(new DescribeKeyValueStoreCommand({ KvsARN }));
  assert.deepEqual([empty.ItemCount, empty.TotalSizeInBytes, empty.Status], [0, 0, "READY"]);
  assert.ok(Math.abs(Date.now() - empty.Created!.getTime()) < 60_000);

  const put = await client.send(
    new PutKeyCommand({ KvsARN, IfMatch: empty.ETag, Key: "a/b %2F ü", Value: '"€"' }),
  );
  assert.equal(put.ETag, "KV3UN6WX5RRO2AG");
  const got = await client.send(new GetKeyCommand({ KvsARN, Key: "a/b %2F ü" }));
  assert.deepEqual([got.Key, got.Value, got.ItemCount], ["a/b %2F ü", '"€"', 1]);

  const Puts = Array.from({ length: 49 }, (_, index) => ({ Key: `k${index}`, Value: "v" }));
  const Deletes = [{ Key: "a/b %2F ü" }];
  const updated = await client.send(
    new UpdateKeysCommand({ KvsARN, IfMatch: put.ETag, Puts, Deletes }),
  );
  const deleted = await client.send(
    new DeleteKeyCommand({ KvsARN, IfMatch: updated.ETag, Key: "k0" }),
  );
  assert.equal(deleted.ItemCount, 48);

  const keys: string[] = [];
  for await (const { Items = [] } of paginateListKeys({ client, pageSize: 20 }, { KvsARN })) {
    keys.push(...Items.map(({ Key }) => Key!));
  }
  assert.deepEqual(
    keys,
    Puts.slice(1)
      .map(({ Key }) => Key)
      .sort(),
  );
});

test("The JavaScript SDK gets the model's errors", async () => {
  const client = keyValueClientFor(node.api);
  const KvsARN = await storeOf("errors");
  const IfMatch = "KVTVPDKIKX0DER";
  await assert.rejects(
    client.send(new PutKeyCommand({ KvsARN, IfMatch: "KV3UN6WX5RRO2AG", Key: "a", Value: "" })),
    (error) => error instanceof ConflictException && error.$metadata.httpStatusCode === 409,
  );
  await assert.rejects(
    client.send(new GetKeyCommand({ KvsARN, Key: "gone" })),
    (error) => error instanceof ResourceNotFoundException && /"gone"/.test(error.message),
  );
  await assert.rejects(
    client.send(new PutKeyCommand({ KvsARN, IfMatch, Key: "a", Value: "x".repeat(1025) })),
    (error) => error instanceof ValidationException && error.$metadata.httpStatusCode === 400,
  );
  const Puts = Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}`, Value: "" }));
  await assert.rejects(
    client.send(new UpdateKeysCommand({ KvsARN, IfMatch, Puts })),
    (error) =>
      error instanceof ServiceQuotaExceededException && error.$metadata.httpStatusCode === 402,
  );
});

test("A store imports an object of the folder that stands for its bucket", async () => {
  const create = (Name: string, file: string) =>
    node.client.send(
      new CreateKeyValueStoreCommand({
        Name,
        ImportSource: { SourceType: "S3", SourceARN: `arn:aws:s3:::seeds/${file}` },
      }),
    );
  const { KeyValueStore } = await create("imported", "flags.json");
  const found = await keyValueClientFor(node.api).send(
    new GetKeyCommand({ KvsARN: KeyValueStore!.ARN, Key: "a" }),
  );
  assert.deepEqual([found.Value, found.ItemCount], ["1", 1]);
  await assert.rejects(create("refused", "none.json"), { name: "InvalidArgument" });
  await assert.rejects(node.client.send(new DescribeStoreCommand({ Name: "refused" })), {
    name: "EntityNotFound",
  });
});

test("Plain HTTP gets AWS's JSON, or Footlight's where Accept asks for it", async () => {
  const arn = await storeOf("plain");
  const url = `${node.api}/key-value-stores/${encodeURIComponent(arn)}`;
  const put = await fetch(`${url}/keys/a%2Fb`, {
    method: "PUT",
    headers: { "if-match": "KVTVPDKIKX0DER", "content-type": "application/json" },
    body: '{"Value":"1"}',
  });
  assert.deepEqual([put.status, put.headers.get("etag")], [200, "KV3UN6WX5RRO2AG"]);
  assert.deepEqual(await put.json(), { ItemCount: 1, TotalSizeInBytes: 4 });
  const listed = await fetch(`${url}/keys`, { headers: { accept: "application/json" } });
  assert.deepEqual(await listed.json(), {
    success: true,
    data: { id: arn, items: [{ key: "a/b", value: "1" }] },
  });
  const stale = await fetch(`${url}/keys/a`, { method: "DELETE", headers: { "if-match": "KVX" } });
  assert.equal(stale.status, 409);
  assert.equal(stale.headers.get("x-amzn-errortype"), "ConflictException");
  const { Message } = (await stale.json()) as { Message: string };
  assert.match(Message, /If-Match is KVX, and the current ETag .* is KV3UN6WX5RRO2AG/);
});

const script = `
import boto3, json, sys
from botocore import UNSIGNED
from botocore.config import Config

api, port, arn = sys.argv[1:]
kvs = boto3.client("cloudfront-keyvaluestore", endpoint_url="http://footlight:" + port, region_name="us-east-1",
                   config=Config(signature_version=UNSIGNED, proxies={"http": api}))
etag = kvs.describe_key_value_store(KvsARN=arn)["ETag"]
etag = kvs.put_key(KvsARN=arn, IfMatch=etag, Key="a/b ü", Value="1")["ETag"]
etag = kvs.update_keys(KvsARN=arn, IfMatch=etag, Puts=[{"Key": "b", "Value": "2"}, {"Key": "c", "Value": "3"}])["ETag"]
value = kvs.get_key(KvsARN=arn, Key="a/b ü")["Value"]
count = kvs.delete_key(KvsARN=arn, IfMatch=etag, Key="c")["ItemCount"]
pages = kvs.get_paginator("list_keys").paginate(KvsARN=arn, PaginationConfig={"PageSize": 1})
keys = [item["Key"] for page in pages for item in page["Items"]]
try:
    kvs.put_key(KvsARN=arn, IfMatch=etag, Key="d", Value="4")
except kvs.exceptions.ConflictException as error:
    refused = error.response["Error"]["Code"]
print(json.dumps({"value": value, "count": count, "keys": keys, "refused": refused}))
`;
const noBoto3 = skipWithout(
  ["python3", "-c", "import boto3"],
  ["python3", "-c", "import boto3; boto3.client('cloudfront-keyvaluestore', 'us-east-1')"],
);

test(
  "boto3 reaches the data API unsigned, with the API as its proxy",
  { skip: noBoto3 },
  async () => {
    const KvsARN = await storeOf("boto3");
    const { stdout } = await run("python3", ["-c", script, node.api, port, KvsARN]);
    assert.deepEqual(JSON.parse(stdout), {
      value: "1",
      count: 2,
      keys: ["a/b ü", "b"],
      refused: "ConflictException",
    });
  },
);

const noAwsCli = skipWithout(
  ["aws", "--version"],
  ["aws", "cloudfront-keyvaluestore", "get-key", "--generate-cli-skeleton"],
);

test(
  "The AWS CLI reaches the data API unsigned, with the API as its proxy",
  { skip: noAwsCli },
  async () => {
    const KvsARN = await storeOf("cli");
    const aws = async (...args: string[]): Promise<Record<string, unknown>> => {
      const { stdout } = await run(
        "aws",
        ["cloudfront-keyvaluestore", ...args, "--kvs-arn", KvsARN, "--no-sign-request"],
        {
          env: {
            ...process.env,
            HTTP_PROXY: node.api,
            http_proxy: node.api,
            AWS_ENDPOINT_URL_CLOUDFRONT_KEYVALUESTORE: `http://footlight:${port}`,
            AWS_DEFAULT_REGION: "us-east-1",
            AWS_PAGER: "",
          },
        },
      );
      return JSON.parse(stdout) as Record<string, unknown>;
    };
    const { ETag } = await aws("describe-key-value-store");
    const written = await aws("put-key", "--if-match", String(ETag), "--key", "a", "--value", "1");
    assert.equal(written["ETag"], "KV3UN6WX5RRO2AG");
    assert.deepEqual((await aws("list-keys"))["Items"], [{ Key: "a", Value: "1" }]);
  },
);

const noTerraform = skipWithoutTerraform();

test(
  "Terraform makes a store, its keys and a function that reads it, and removes them",
  { skip: noTerraform },
  async () => {
    const terraform = await startTerraform(
      temporaryFolder(),
      `
  endpoints {
    cloudfront = "${node.api}"
  }`,
    );
    const resources = (value: string): string => `
provider "aws" {
  alias                       = "pairs"
  region                      = "us-east-1"
  access_key                  = "any"
  secret_key                  = "any"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true

  http_proxy = "${node.api}"
  endpoints {
    cloudfrontkeyvaluestore = "http://footlight:${port}"
  }
}

resource "aws_cloudfront_key_value_store" "flags" {
  name    = "terraform"
  comment = "by Terraform"
}

resource "aws_cloudfrontkeyvaluestore_key" "flag" {
  provider            = aws.pairs
  for_each            = { "a" = "1", "b/ü" = "${value}" }
  key_value_store_arn = aws_cloudfront_key_value_store.flags.arn
  key                 = each.key
  value               = each.value
}

resource "aws_cloudfront_key_value_store" "all" {
  name = "terraform-all"
}

resource "aws_cloudfrontkeyvaluestore_keys_exclusive" "all" {
  provider            = aws.pairs
  key_value_store_arn = aws_cloudfront_key_value_store.all.arn

  resource_key_value_pair {
    key   = "x"
    value = "${value}"
  }
}

resource "aws_cloudfront_function" "reader" {
  name                         = "terraform-reader"
  runtime                      = "cloudfront-js-2.0"
  code                         = "function handler(event) { return event.request; }"
  key_value_store_associations = [aws_cloudfront_key_value_store.flags.arn]
}
`;
    terraform.write(resources("one"));
    await terraform.run("apply", "-auto-approve");
    await terraform.run("plan", "-detailed-exitcode"); // 0: nothing left to do
    terraform.write(resources("two"));
    assert.match(await terraform.run("apply", "-auto-approve"), /0 added, 2 changed, 0 destroyed/);

    const { KeyValueStore } = await node.client.send(
      new DescribeStoreCommand({ Name: "terraform" }),
    );
    const { Value } = await keyValueClientFor(node.api).send(
      new GetKeyCommand({ KvsARN: KeyValueStore!.ARN, Key: "b/ü" }),
    );
    assert.equal(Value, "two");
    assert.match(await terraform.run("destroy", "-auto-approve"), /Destroy complete/);
  },
);
