import assert from "node:assert/strict";
import { test } from "node:test";
import { createTestAccount, type TestAccount } from "../../../test/support/test-account.ts";
import { tagsOf } from "../../state/tags.ts";
import { createFunction } from "../functions/create-function.ts";
import { deleteFunction } from "../functions/delete-function.ts";
import { publishFunction } from "../functions/publish-function.ts";
import { testFunction } from "../functions/test-function.ts";
import { updateFunction } from "../functions/update-function.ts";
import { quotas } from "../quotas.ts";
import { createKeyValueStore } from "./create-key-value-store.ts";
import { deleteKeyValueStore } from "./delete-key-value-store.ts";
import { describeKeyValueStore } from "./describe-key-value-store.ts";
import { listKeyValueStores } from "./list-key-value-stores.ts";
import { updateKeyValueStore } from "./update-key-value-store.ts";

const v1 = "ETVPDKIKX0DER";
const v2 = "E3UN6WX5RRO2AG";
const FunctionCode = Buffer.from("function handler(e) { return e.request; }");

async function withStore(account: TestAccount, Name = "flags"): Promise<string> {
  const { KeyValueStore } = await createKeyValueStore({ Name, Comment: "c" }, account);
  return KeyValueStore!.ARN!;
}

const configOf = (arn?: string) => ({
  Comment: "",
  Runtime: "cloudfront-js-2.0" as const,
  ...(arn && {
    KeyValueStoreAssociations: { Quantity: 1, Items: [{ KeyValueStoreARN: arn }] },
  }),
});

function withFunction(account: TestAccount, Name: string, arn?: string): Promise<unknown> {
  return createFunction({ Name, FunctionConfig: configOf(arn), FunctionCode }, account);
}

test("createKeyValueStore() answers PROVISIONING, and the store is READY at the same version", async () => {
  const account = createTestAccount();
  const created = await createKeyValueStore({ Name: "flags", Comment: "c" }, account);
  const id = created.KeyValueStore?.Id ?? "";
  assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const ARN = `arn:aws:cloudfront::000000000000:key-value-store/${id}`;
  const store = { Name: "flags", Id: id, Comment: "c", ARN };
  const LastModifiedTime = new Date(account.now);
  assert.deepEqual(created, {
    KeyValueStore: { ...store, Status: "PROVISIONING", LastModifiedTime },
    ETag: v1,
    Location: `https://cloudfront.amazonaws.com/2020-05-31/key-value-store/${ARN}`,
  });
  assert.deepEqual(await describeKeyValueStore({ Name: "flags" }, account), {
    KeyValueStore: { ...store, Status: "READY", LastModifiedTime },
    ETag: v1,
  });
});

test("createKeyValueStore() leaves the comment out, when none was given, and keeps an empty one", async () => {
  const account = createTestAccount();
  const commentOf = async (Name: string, Comment?: string): Promise<string | undefined> =>
    (await createKeyValueStore({ Name, Comment }, account)).KeyValueStore?.Comment;
  assert.deepEqual([await commentOf("a"), await commentOf("b", "")], [undefined, ""]);
});

test("createKeyValueStore() keeps the tags it was given", async () => {
  const account = createTestAccount();
  const Tags = { Items: [{ Key: "team", Value: "edge" }] };
  const { KeyValueStore } = await createKeyValueStore({ Name: "flags", Tags }, account);
  assert.deepEqual(tagsOf(account.state(), KeyValueStore!.ARN!), Tags.Items);
});

test("createKeyValueStore() refuses a name that is taken, before it reads an import", async () => {
  const account = createTestAccount();
  await withStore(account);
  const ImportSource = { SourceType: "S3", SourceARN: "arn:aws:s3:::nowhere/x.json" } as const;
  await assert.rejects(createKeyValueStore({ Name: "flags", ImportSource }, account), {
    code: "EntityAlreadyExists",
    status: 409,
  });
});

test("createKeyValueStore() refuses the 51st store", async () => {
  const account = createTestAccount();
  for (let index = 0; index < 50; index++) await withStore(account, `s${index}`);
  await assert.rejects(withStore(account, "over"), { code: "EntityLimitExceeded", status: 400 });
});

test("createKeyValueStore() imports a source whole", async () => {
  const data = [
    { key: "a", value: "1" },
    { key: "b", value: "" },
  ];
  const account = {
    ...createTestAccount(),
    readImportSource: async () => Buffer.from(JSON.stringify({ data })),
  };
  const ImportSource = { SourceType: "S3", SourceARN: "arn:aws:s3:::seeds/x.json" } as const;
  const { KeyValueStore } = await createKeyValueStore({ Name: "flags", ImportSource }, account);
  const { pairs, sizeBytes } = account.state().keyValueStores.get(KeyValueStore!.Id!)!;
  assert.deepEqual(pairs.toObject(), { a: "1", b: "" });
  assert.equal(sizeBytes, 3);
});

test("createKeyValueStore() leaves nothing behind, when an import is refused", async () => {
  const account = createTestAccount();
  const before = account.state();
  const ImportSource = { SourceType: "S3", SourceARN: "arn:aws:s3:::seeds/x.json" } as const;
  await assert.rejects(createKeyValueStore({ Name: "flags", ImportSource }, account), {
    code: "InvalidArgument",
    message: /bucket "seeds".*--import-sources seeds=/,
  });
  assert.equal(account.state(), before);
});

test("updateKeyValueStore() replaces the comment and counts a version", async () => {
  const account = createTestAccount();
  await withStore(account);
  account.now = "2026-02-02T00:00:00.000Z";
  const updated = await updateKeyValueStore(
    { Name: "flags", Comment: "new", IfMatch: v1 },
    account,
  );
  assert.equal(updated.ETag, v2);
  assert.equal(updated.KeyValueStore?.Comment, "new");
  assert.deepEqual(updated.KeyValueStore?.LastModifiedTime, new Date(account.now));
});

for (const [name, call] of [
  [
    "updateKeyValueStore",
    (account: TestAccount, IfMatch?: string) =>
      updateKeyValueStore({ Name: "flags", Comment: "", IfMatch }, account),
  ],
  [
    "deleteKeyValueStore",
    (account: TestAccount, IfMatch?: string) =>
      deleteKeyValueStore({ Name: "flags", IfMatch }, account),
  ],
] as const) {
  test(`${name}() wants the store's ETag, and changes nothing without it`, async () => {
    const account = createTestAccount();
    await assert.rejects(call(account, v1), { code: "EntityNotFound", status: 404 });
    await withStore(account);
    const before = account.state();
    await assert.rejects(call(account), { code: "InvalidIfMatchVersion", status: 400 });
    await assert.rejects(call(account, "KVTVPDKIKX0DER"), { code: "InvalidIfMatchVersion" });
    await assert.rejects(call(account, v2), { code: "PreconditionFailed", status: 412 });
    assert.equal(account.state(), before);
    await call(account, v1);
    assert.notEqual(account.state(), before);
  });
}

test("deleteKeyValueStore() refuses a store that a function has in either stage, and names it", async () => {
  const account = createTestAccount();
  const arn = await withStore(account);
  const remove = (): Promise<unknown> =>
    deleteKeyValueStore({ Name: "flags", IfMatch: v1 }, account);
  const inUse = {
    code: "CannotDeleteEntityWhileInUse",
    status: 409,
    message: /associated with function reader\./,
  };
  await withFunction(account, "reader", arn);
  await assert.rejects(remove(), inUse);
  await publishFunction({ Name: "reader", IfMatch: v1 }, account);
  const config = { FunctionConfig: configOf(), FunctionCode };
  await updateFunction({ Name: "reader", IfMatch: v1, ...config }, account);
  await assert.rejects(remove(), inUse);
  await publishFunction({ Name: "reader", IfMatch: v2 }, account);
  await remove();
  assert.equal(account.state().keyValueStores.size, 0);
});

test("listKeyValueStores() lists by name, in pages, and by status", async () => {
  const account = createTestAccount();
  for (const name of ["b", "a", "c"]) await withStore(account, name);
  const first = (await listKeyValueStores({ MaxItems: 2 }, account)).KeyValueStoreList;
  assert.deepEqual([first?.Quantity, first?.MaxItems, first?.NextMarker], [2, 2, "b"]);
  const rest = (await listKeyValueStores({ Marker: "b" }, account)).KeyValueStoreList;
  assert.deepEqual(
    [...first!.Items!, ...rest!.Items!].map(({ Name }) => Name),
    ["a", "b", "c"],
  );
  const count = async (Status: string): Promise<unknown> =>
    (await listKeyValueStores({ Status }, account)).KeyValueStoreList?.Quantity;
  assert.deepEqual([await count("READY"), await count("PROVISIONING")], [3, 0]);
});

test("createFunction() and updateFunction() refuse a store that does not exist", async () => {
  const account = createTestAccount();
  const gone =
    "arn:aws:cloudfront::000000000000:key-value-store/00000000-0000-0000-0000-000000000000";
  const refusal = { code: "InvalidArgument", status: 400, message: /no key value store arn:aws/ };
  await assert.rejects(withFunction(account, "reader", gone), refusal);
  await withFunction(account, "reader");
  const FunctionConfig = configOf(gone);
  await assert.rejects(
    updateFunction({ Name: "reader", IfMatch: v1, FunctionConfig, FunctionCode }, account),
    refusal,
  );
  const foreign = (await withStore(account)).replace("::000000000000:", "::111111111111:");
  await assert.rejects(withFunction(account, "other", foreign), refusal);
});

test("createFunction() refuses the 11th function of a store, and updateFunction() keeps the ten", async () => {
  const account = createTestAccount();
  const arn = await withStore(account);
  for (let index = 0; index < 10; index++) await withFunction(account, `f${index}`, arn);
  await assert.rejects(withFunction(account, "over", arn), {
    code: "InvalidArgument",
    message: /associated with 10 functions, and the limit is 10/,
  });
  const again = { FunctionConfig: configOf(arn), FunctionCode };
  await updateFunction({ Name: "f0", IfMatch: v1, ...again }, account);
  await deleteFunction({ Name: "f1", IfMatch: v1 }, account);
  await withFunction(account, "over", arn);
});

test("createFunction() reads its limit from the account's quotas", async () => {
  const account = createTestAccount();
  account.quotas = { ...quotas, functionsPerKeyValueStore: 1 };
  const arn = await withStore(account);
  await withFunction(account, "one", arn);
  await assert.rejects(withFunction(account, "two", arn), { code: "InvalidArgument" });
});

test("testFunction() hands the function its store as it is now", async () => {
  const stores: unknown[] = [];
  const account = createTestAccount({
    test: async (_copy, _event, store) => {
      stores.push(store && [store.id, store.keyCount]);
      return { computeUtilization: 0, logs: [], errorMessage: "", output: "{}" };
    },
    check: async () => [],
    close() {},
  });
  const arn = await withStore(account);
  await withFunction(account, "reader", arn);
  await withFunction(account, "plain");
  for (const Name of ["reader", "plain"]) {
    await testFunction({ Name, IfMatch: v1, EventObject: Buffer.from("{}") }, account);
  }
  assert.deepEqual(stores, [[arn.split("/")[1], 0], undefined]);
});
