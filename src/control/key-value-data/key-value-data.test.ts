import assert from "node:assert/strict";
import { test } from "node:test";
import { createTestAccount, type TestAccount } from "../../../test/support/test-account.ts";
import { createKeyValueStore } from "../key-value-stores/create-key-value-store.ts";
import { updateKeyValueStore } from "../key-value-stores/update-key-value-store.ts";
import { quotas } from "../quotas.ts";
import { deleteKey } from "./delete-key.ts";
import { describeKeyValueStore } from "./describe-key-value-store.ts";
import { getKey } from "./get-key.ts";
import { listKeys } from "./list-keys.ts";
import { putKey } from "./put-key.ts";
import { updateKeys } from "./update-keys.ts";

const v1 = "KVTVPDKIKX0DER";
const v2 = "KV3UN6WX5RRO2AG";
const v3 = "KV1F83G8C2ARO7P";

interface Opened {
  readonly account: TestAccount;
  readonly KvsARN: string;
}

async function openStore(pairs: Record<string, string> = {}): Promise<Opened> {
  const data = Object.entries(pairs).map(([key, value]) => ({ key, value }));
  const account = createTestAccount();
  const source = { readImportSource: async () => Buffer.from(JSON.stringify({ data })) };
  const ImportSource = { SourceType: "S3", SourceARN: "arn:aws:s3:::seeds/x.json" } as const;
  const { KeyValueStore } = await createKeyValueStore(
    { Name: "flags", ImportSource },
    { ...account, ...source },
  );
  return { account, KvsARN: KeyValueStore!.ARN! };
}

function pairsOf({ account }: Opened): Record<string, string> {
  return account.state().keyValueStores.first()!.pairs.toObject();
}

test("describeKeyValueStore() tells what the store holds, and the ETag of its pairs", async () => {
  const { account, KvsARN } = await openStore({ ä: "€", b: "" });
  const Created = new Date(account.now);
  account.now = "2026-02-02T00:00:00.500Z";
  await putKey({ KvsARN, IfMatch: v1, Key: "c", Value: "1" }, account);
  assert.deepEqual(await describeKeyValueStore({ KvsARN }, account), {
    KvsARN,
    ItemCount: 3,
    TotalSizeInBytes: 8,
    Created,
    LastModified: new Date(account.now),
    Status: "READY",
    FailureReason: undefined,
    ETag: v2,
  });
});

test("describeKeyValueStore() knows a store by the ARN of its account, in whatever case the id is", async () => {
  const { account, KvsARN } = await openStore();
  const id = KvsARN.split("/")[1]!;
  assert.ok(await describeKeyValueStore({ KvsARN: KvsARN.replace(id, id.toUpperCase()) }, account));
  for (const arn of [
    id,
    KvsARN.replace("000000000000", "111111111111"),
    KvsARN.replace("/", "/x"),
    KvsARN.slice(0, -1),
  ]) {
    await assert.rejects(describeKeyValueStore({ KvsARN: arn }, account), {
      code: "ResourceNotFoundException",
      status: 404,
    });
  }
});

test("putKey() sets a key's value whether or not it was there, and counts a version each time", async () => {
  const { account, KvsARN } = await openStore();
  const first = await putKey({ KvsARN, IfMatch: v1, Key: "a", Value: "1" }, account);
  assert.deepEqual(first, { ItemCount: 1, TotalSizeInBytes: 2, ETag: v2 });
  const second = await putKey({ KvsARN, IfMatch: v2, Key: "a", Value: "" }, account);
  assert.deepEqual(second, { ItemCount: 1, TotalSizeInBytes: 1, ETag: v3 });
});

test("getKey() answers a key's value as it is now", async () => {
  const { account, KvsARN } = await openStore({ "a/b c": "v" });
  assert.deepEqual(await getKey({ KvsARN, Key: "a/b c" }, account), {
    Key: "a/b c",
    Value: "v",
    ItemCount: 1,
    TotalSizeInBytes: 6,
  });
  await assert.rejects(getKey({ KvsARN, Key: "gone" }, account), {
    code: "ResourceNotFoundException",
    status: 404,
    message: /"gone"/,
  });
});

test("deleteKey() removes a key, and refuses one that is not there", async () => {
  const store = await openStore({ a: "1", b: "2" });
  const { account, KvsARN } = store;
  const deleted = await deleteKey({ KvsARN, IfMatch: v1, Key: "a" }, account);
  assert.deepEqual(deleted, { ItemCount: 1, TotalSizeInBytes: 2, ETag: v2 });
  await assert.rejects(deleteKey({ KvsARN, IfMatch: v2, Key: "a" }, account), {
    code: "ResourceNotFoundException",
  });
  assert.deepEqual(pairsOf(store), { b: "2" });
});

test("updateKeys() puts and deletes as one version", async () => {
  const store = await openStore({ a: "1", b: "2" });
  const { account, KvsARN } = store;
  const Puts = [
    { Key: "c", Value: "3" },
    { Key: "b", Value: "22" },
  ];
  const updated = await updateKeys({ KvsARN, IfMatch: v1, Puts, Deletes: [{ Key: "a" }] }, account);
  assert.deepEqual(updated, { ItemCount: 2, TotalSizeInBytes: 5, ETag: v2 });
  assert.deepEqual(pairsOf(store), { b: "22", c: "3" });
});

test("updateKeys() changes nothing, when it names no key", async () => {
  const { account, KvsARN } = await openStore();
  const before = account.state();
  const updated = await updateKeys({ KvsARN, IfMatch: v1 }, account);
  assert.deepEqual(updated, { ItemCount: 0, TotalSizeInBytes: 0, ETag: v1 });
  assert.equal(account.state(), before);
  await assert.rejects(updateKeys({ KvsARN, IfMatch: v2 }, account), { code: "ConflictException" });
});

const writes = {
  putKey: ({ account, KvsARN }: Opened, IfMatch?: string) =>
    putKey({ KvsARN, IfMatch, Key: "a", Value: "2" }, account),
  deleteKey: ({ account, KvsARN }: Opened, IfMatch?: string) =>
    deleteKey({ KvsARN, IfMatch, Key: "a" }, account),
  updateKeys: ({ account, KvsARN }: Opened, IfMatch?: string) =>
    updateKeys({ KvsARN, IfMatch, Deletes: [{ Key: "a" }] }, account),
};
for (const [name, write] of Object.entries(writes)) {
  test(`${name}() wants the ETag of the pairs, and changes nothing without it`, async () => {
    const store = await openStore({ a: "1" });
    const before = store.account.state();
    await assert.rejects(write(store), { code: "ValidationException", status: 400 });
    const conflict = { code: "ConflictException", status: 409, message: new RegExp(v1) };
    for (const stale of [v2, "garbage", "ETVPDKIKX0DER"]) {
      await assert.rejects(write(store, stale), conflict);
    }
    await assert.rejects(write({ ...store, KvsARN: `${store.KvsARN}0` }, v1), {
      code: "ResourceNotFoundException",
    });
    assert.equal(store.account.state(), before);
    await write(store, v1);
    assert.equal((await describeKeyValueStore(store, store.account)).ETag, v2);
  });
}

test("putKey() does not touch the store's ETag in the CloudFront API, nor the other way round", async () => {
  const { account, KvsARN } = await openStore();
  await putKey({ KvsARN, IfMatch: v1, Key: "a", Value: "" }, account);
  const IfMatch = "ETVPDKIKX0DER";
  await updateKeyValueStore({ Name: "flags", Comment: "new", IfMatch }, account);
  assert.equal((await describeKeyValueStore({ KvsARN }, account)).ETag, v2);
});

const put = (Key: string, Value = "") => ({ Puts: [{ Key, Value }] });
const many = (count: number) => Array.from({ length: count }, (_, index) => ({ Key: `k${index}` }));
type Batch = Pick<Parameters<typeof updateKeys>[0], "Puts" | "Deletes">;
const refusals: [string, Batch, string, RegExp][] = [
  ["a key of 513 bytes", put("é".repeat(256) + "x"), "ValidationException", /is 513 bytes long/],
  ["a value of 1,025 bytes", put("k", "x".repeat(1025)), "ValidationException", /1025 bytes/],
  ["half a surrogate", put("k", "\ud800"), "ValidationException", /not Unicode/],
  ["an empty key", put(""), "ValidationException", /A key is empty/],
  [
    "a key to delete of 513 bytes",
    { Deletes: [{ Key: "x".repeat(513) }] },
    "ValidationException",
    /513/,
  ],
  [
    "a key that is put twice",
    { Puts: [...put("k").Puts, ...put("k").Puts] },
    "ValidationException",
    /"k" twice/,
  ],
  [
    "a key that is put and deleted",
    { ...put("a"), Deletes: [{ Key: "a" }] },
    "ValidationException",
    /"a" twice/,
  ],
  ["51 keys", { Deletes: many(51) }, "ServiceQuotaExceededException", /names 51 keys/],
  [
    "over 3 MB",
    put("k", "x".repeat(3 * 1024 * 1024)),
    "ServiceQuotaExceededException",
    /UpdateKeys holds 3145729 bytes/,
  ],
  [
    "a key to delete that is not there",
    { ...put("k", "1"), Deletes: [{ Key: "b" }] },
    "ResourceNotFoundException",
    /"b" is not in/,
  ],
];
for (const [what, batch, code, message] of refusals) {
  test(`updateKeys() refuses ${what}, and changes nothing`, async () => {
    const { account, KvsARN } = await openStore({ a: "1" });
    const before = account.state();
    await assert.rejects(updateKeys({ KvsARN, IfMatch: v1, ...batch }, account), { code, message });
    assert.equal(account.state(), before);
  });
}

test("updateKeys() takes 50 keys of 512 bytes with values of 1,024", async () => {
  const { account, KvsARN } = await openStore();
  const Puts = Array.from({ length: 50 }, (_, index) => ({
    Key: String(index).padEnd(512, "k"),
    Value: "v".repeat(1024),
  }));
  const { TotalSizeInBytes } = await updateKeys({ KvsARN, IfMatch: v1, Puts }, account);
  assert.equal(TotalSizeInBytes, 50 * 1536);
});

test("putKey() fills a store to its limit and not beyond, and a full one can shrink", async () => {
  const { account, KvsARN } = await openStore({ a: "123" });
  account.quotas = { ...quotas, keyValueStoreBytes: 6 };
  const putPair = (IfMatch: string, Key: string, Value: string): Promise<unknown> =>
    putKey({ KvsARN, IfMatch, Key, Value }, account);
  const full = { code: "ServiceQuotaExceededException", status: 402 };
  await assert.rejects(putPair(v1, "b", "22"), full);
  await putPair(v1, "b", "2");
  account.quotas = { ...quotas, keyValueStoreBytes: 4 };
  await assert.rejects(putPair(v2, "b", "22"), full);
  await putPair(v2, "a", "12");
});

test("listKeys() pages by key, ten at a time unless asked otherwise", async () => {
  const names = Array.from({ length: 25 }, (_, index) => `k${String(index).padStart(2, "0")}`);
  const { account, KvsARN } = await openStore(
    Object.fromEntries(names.toReversed().map((name) => [name, `v${name}`])),
  );
  const first = await listKeys({ KvsARN }, account);
  assert.deepEqual(first.Items?.[0], { Key: "k00", Value: "vk00" });
  const seen = [...first.Items];
  let { NextToken } = first;
  while (NextToken !== undefined) {
    const page = await listKeys({ KvsARN, NextToken, MaxResults: 7 }, account);
    seen.push(...page.Items!);
    ({ NextToken } = page);
  }
  assert.equal(first.Items?.length, 10);
  assert.deepEqual(
    seen.map(({ Key }) => Key),
    names,
  );
});

test("listKeys() neither repeats nor hides what stays, while keys come and go", async () => {
  const { account, KvsARN } = await openStore({ a: "", b: "", c: "", d: "" });
  const { NextToken } = await listKeys({ KvsARN, MaxResults: 2 }, account);
  const Puts = [{ Key: "aa", Value: "" }];
  await updateKeys({ KvsARN, IfMatch: v1, Puts, Deletes: [{ Key: "b" }] }, account);
  const rest = await listKeys({ KvsARN, MaxResults: 50, NextToken }, account);
  assert.deepEqual(
    rest.Items?.map(({ Key }) => Key),
    ["c", "d"],
  );
  assert.equal(rest.NextToken, undefined);
});

test("listKeys() refuses a token that it never answered", async () => {
  const { account, KvsARN } = await openStore({ a: "" });
  await assert.rejects(listKeys({ KvsARN, NextToken: "not!base64" }, account), {
    code: "ValidationException",
  });
});
