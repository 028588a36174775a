import assert from "node:assert/strict";
import { test } from "node:test";
import { createTestAccount, type TestAccount } from "../../../test/support/test-account.ts";
import { createFunction } from "../functions/create-function.ts";
import { deleteFunction } from "../functions/delete-function.ts";
import { listTagsForResource } from "./list-tags-for-resource.ts";
import { tagResource } from "./tag-resource.ts";
import { untagResource } from "./untag-resource.ts";

const Resource = "arn:aws:cloudfront::000000000000:function/hello";
const team = { Key: "team", Value: "edge" };

async function withFunction(Items = [team]): Promise<TestAccount> {
  const account = createTestAccount();
  const FunctionConfig = { Comment: "", Runtime: "cloudfront-js-2.0" } as const;
  const FunctionCode = Buffer.from("x");
  await createFunction({ Name: "hello", FunctionConfig, FunctionCode, Tags: { Items } }, account);
  return account;
}

const tagsIn = async (account: TestAccount) =>
  (await listTagsForResource({ Resource }, account)).Tags?.Items;

const manyTags = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ Key: `key${index}`, Value: "" }));

test("createFunction() tags the function with what came with it", async () => {
  assert.deepEqual(await tagsIn(await withFunction()), [team]);
});

test("tagResource() adds tags, and replaces the value of a key that is there", async () => {
  const account = await withFunction();
  const Items = [{ Key: "team", Value: "other" }, { Key: "bare" }];
  await tagResource({ Resource, Tags: { Items } }, account);
  const expected = [
    { Key: "team", Value: "other" },
    { Key: "bare", Value: "" },
  ];
  assert.deepEqual(await tagsIn(account), expected);
});

test("untagResource() removes the keys it names, and passes over those that are not there", async () => {
  const account = await withFunction();
  await untagResource({ Resource, TagKeys: { Items: ["team", "never"] } }, account);
  assert.deepEqual(await tagsIn(account), []);
});

test("tagResource() refuses AWS's own keys, a key twice and the 51st tag, and changes nothing", async () => {
  const account = await withFunction();
  const refused = [[{ Key: "aws:x" }], [{ Key: "a" }, { Key: "a" }], manyTags(50)];
  for (const Items of refused) {
    await assert.rejects(tagResource({ Resource, Tags: { Items } }, account), {
      name: "InvalidTagging",
    });
  }
  assert.deepEqual(await tagsIn(account), [team]);
  await tagResource({ Resource, Tags: { Items: manyTags(49) } }, account);
});

test("tagResource() tags nothing but what is there under that very ARN", async () => {
  const account = await withFunction();
  const Tags = { Items: [{ Key: "a", Value: "b" }] };
  const refused = [
    [Resource.replace("arn:aws:", "arn:aws-cn:"), "NoSuchResource"],
    [Resource.replace("000000000000", "111111111111"), "NoSuchResource"],
    [Resource.replace("function/", "constructor/"), "InvalidArgument"],
    [Resource.replace("function/", "cache-policy/"), "InvalidArgument"],
  ] as const;
  const before = account.state();
  for (const [arn, name] of refused) {
    await assert.rejects(tagResource({ Resource: arn, Tags }, account), { name }, arn);
  }
  assert.equal(account.state(), before);
});

test("tags end with their resource: a new one of that name has none", async () => {
  const account = await withFunction();
  await deleteFunction({ Name: "hello", IfMatch: "ETVPDKIKX0DER" }, account);
  await assert.rejects(listTagsForResource({ Resource }, account), { name: "NoSuchResource" });
  const FunctionConfig = { Comment: "", Runtime: "cloudfront-js-2.0" } as const;
  await createFunction({ Name: "hello", FunctionConfig, FunctionCode: Buffer.from("") }, account);
  assert.deepEqual(await tagsIn(account), []);
});

test("listTagsForResource() knows what takes no tags from what does not exist", async () => {
  const account = createTestAccount();
  const arn = (rest: string) => ({ Resource: `arn:aws:cloudfront::${rest}` });
  for (const [rest, name] of [
    ["000000000000:cache-policy/658327ea-f89d-4fab-a63d-7e88639e58f6", "InvalidArgument"],
    ["000000000000:function", "InvalidArgument"],
    ["000000000000:function/none", "NoSuchResource"],
    ["000000000000:vpcorigin/vo_none", "NoSuchResource"],
    ["111111111111:function/hello", "NoSuchResource"],
  ] as const) {
    await assert.rejects(listTagsForResource(arn(rest), account), { name });
  }
});
