import assert from "node:assert/strict";
import { test } from "node:test";
import { buildConfig } from "../../../test/support/distribution-config.ts";
import { createTestAccount, type TestAccount } from "../../../test/support/test-account.ts";
import type { FunctionCopy } from "../../model/function.ts";
import { readTestEvent } from "../../runtime/event/test-event.ts";
import type { FunctionSummary } from "../../schema/shapes.ts";
import { createDistribution } from "../distributions/create-distribution.ts";
import { getDistribution } from "../distributions/get-distribution.ts";
import { createFunction } from "./create-function.ts";
import { deleteFunction } from "./delete-function.ts";
import { describeFunction } from "./describe-function.ts";
import { getFunction } from "./get-function.ts";
import { listFunctions } from "./list-functions.ts";
import { publishFunction } from "./publish-function.ts";
import { testFunction } from "./test-function.ts";
import { updateFunction } from "./update-function.ts";

const config = { Comment: "c", Runtime: "cloudfront-js-2.0" } as const;
const code = Buffer.from("function handler(e) { return e.request; }\r\n// ünïcode\n");
const v1 = "ETVPDKIKX0DER";
const v2 = "E3UN6WX5RRO2AG";

async function withFunction(account: TestAccount, Name = "hello"): Promise<void> {
  await createFunction({ Name, FunctionConfig: config, FunctionCode: code }, account);
}

function withDistribution(account: TestAccount, viewerRequest: string): Promise<unknown> {
  const DistributionConfig = buildConfig({
    callerReference: `for ${viewerRequest}`,
    originPort: 80,
    viewerRequest,
  });
  return createDistribution({ DistributionConfig }, account);
}

const update = (IfMatch: string | undefined) => ({
  Name: "hello",
  IfMatch,
  FunctionConfig: config,
  FunctionCode: code,
});

test("createFunction() answers a function in DEVELOPMENT, unpublished, at the first version", async () => {
  const account = createTestAccount();
  const output = await createFunction(
    { Name: "hello", FunctionConfig: config, FunctionCode: code },
    account,
  );
  assert.deepEqual(output, {
    ETag: v1,
    Location:
      "https://cloudfront.amazonaws.com/2020-05-31/function/arn:aws:cloudfront::000000000000:function/hello",
    FunctionSummary: {
      Name: "hello",
      Status: "UNPUBLISHED",
      FunctionConfig: config,
      FunctionMetadata: {
        FunctionARN: "arn:aws:cloudfront::000000000000:function/hello",
        Stage: "DEVELOPMENT",
        CreatedTime: new Date("2026-01-02T03:04:05.678Z"),
        LastModifiedTime: new Date("2026-01-02T03:04:05.678Z"),
      },
    },
  });
});

test("createFunction() refuses a name that is taken", async () => {
  const account = createTestAccount();
  await withFunction(account);
  await assert.rejects(withFunction(account), { code: "FunctionAlreadyExists", status: 409 });
});

test("createFunction() takes 10,240 bytes of code and refuses one more", async () => {
  const account = createTestAccount();
  const create = (size: number): Promise<unknown> =>
    createFunction(
      { Name: `f${size}`, FunctionConfig: config, FunctionCode: Buffer.alloc(size, " ") },
      account,
    );
  await create(10_240);
  await assert.rejects(create(10_241), { code: "FunctionSizeLimitExceeded", status: 413 });
  assert.equal(account.state().functions.size, 1);
});

test("createFunction() refuses the 101st function", async () => {
  const account = createTestAccount();
  for (let index = 0; index < 100; index++) await withFunction(account, `f${index}`);
  await assert.rejects(withFunction(account, "over"), { code: "TooManyFunctions", status: 400 });
});

test("createFunction() refuses a key value store for the first runtime", async () => {
  const arn =
    "arn:aws:cloudfront::000000000000:key-value-store/00000000-0000-0000-0000-000000000000";
  const FunctionConfig = {
    Comment: "",
    Runtime: "cloudfront-js-1.0",
    KeyValueStoreAssociations: { Quantity: 1, Items: [{ KeyValueStoreARN: arn }] },
  } as const;
  await assert.rejects(
    createFunction(
      {
        Name: "old",
        FunctionConfig: {
          ...FunctionConfig,
          KeyValueStoreAssociations: { Quantity: 1, Items: [{ KeyValueStoreARN: arn }] },
        },
        FunctionCode: code,
      },
      createTestAccount(),
    ),
    { code: "InvalidArgument", message: /cloudfront-js-1\.0/ },
  );
});

test("getFunction() returns the code byte for byte", async () => {
  const account = createTestAccount();
  await withFunction(account);
  const { FunctionCode, ContentType } = await getFunction({ Name: "hello" }, account);
  assert.deepEqual(FunctionCode, code);
  assert.equal(ContentType, "application/octet-stream");
});

test("updateFunction() replaces DEVELOPMENT, keeps its creation time and counts a version", async () => {
  const account = createTestAccount();
  await withFunction(account);
  account.now = "2026-02-02T00:00:00.000Z";
  const { ETag, FunctionSummary } = await updateFunction(update(v1), account);
  assert.equal(ETag, v2);
  assert.deepEqual(
    FunctionSummary?.FunctionMetadata?.CreatedTime,
    new Date("2026-01-02T03:04:05.678Z"),
  );
  assert.deepEqual(FunctionSummary?.FunctionMetadata?.LastModifiedTime, new Date(account.now));
});

for (const [name, call] of [
  [
    "updateFunction",
    (account: TestAccount, etag?: string) => updateFunction(update(etag), account),
  ],
  [
    "publishFunction",
    (account: TestAccount, etag?: string) =>
      publishFunction({ Name: "hello", IfMatch: etag }, account),
  ],
  [
    "deleteFunction",
    (account: TestAccount, etag?: string) =>
      deleteFunction({ Name: "hello", IfMatch: etag }, account),
  ],
] as const) {
  test(`${name}() wants the DEVELOPMENT ETag, and changes nothing without it`, async () => {
    const account = createTestAccount();
    await assert.rejects(call(account, v1), { code: "NoSuchFunctionExists", status: 404 });
    await withFunction(account);
    const before = account.state();
    await assert.rejects(call(account), {
      code: "InvalidIfMatchVersion",
      message: /If-Match is missing/,
    });
    await assert.rejects(call(account, "garbage"), { code: "InvalidIfMatchVersion", status: 400 });
    await assert.rejects(call(account, v2), { code: "PreconditionFailed", status: 412 });
    assert.equal(account.state(), before);
    await call(account, v1);
    assert.notEqual(account.state(), before);
  });
}

test("publishFunction() copies DEVELOPMENT to LIVE, with its ETag, and leaves DEVELOPMENT alone", async () => {
  const account = createTestAccount();
  await withFunction(account);
  await assert.rejects(describeFunction({ Name: "hello", Stage: "LIVE" }, account), {
    code: "NoSuchFunctionExists",
  });
  account.now = "2026-03-03T00:00:00.000Z";
  const { FunctionSummary } = await publishFunction({ Name: "hello", IfMatch: v1 }, account);
  assert.equal(FunctionSummary?.Status, "UNASSOCIATED");
  assert.equal(FunctionSummary?.FunctionMetadata?.Stage, "LIVE");
  assert.deepEqual(FunctionSummary?.FunctionMetadata?.CreatedTime, new Date(account.now));

  const [development, live] = await Promise.all([
    describeFunction({ Name: "hello" }, account),
    describeFunction({ Name: "hello", Stage: "LIVE" }, account),
  ]);
  assert.deepEqual([development.ETag, live.ETag], [v1, v1]);
  assert.equal(development.FunctionSummary?.Status, "UNASSOCIATED");
});

test("publishFunction() publishes again what is LIVE already", async () => {
  const account = createTestAccount();
  await withFunction(account);
  await publishFunction({ Name: "hello", IfMatch: v1 }, account);
  const again = await publishFunction({ Name: "hello", IfMatch: v1 }, account);
  assert.equal(again.FunctionSummary?.Status, "UNASSOCIATED");
});

test("publishFunction() takes DEVELOPMENT's ETag, not LIVE's, once they differ", async () => {
  const account = createTestAccount();
  await withFunction(account);
  await publishFunction({ Name: "hello", IfMatch: v1 }, account);
  await updateFunction(update(v1), account);
  await assert.rejects(publishFunction({ Name: "hello", IfMatch: v1 }, account), {
    code: "PreconditionFailed",
  });
  await publishFunction({ Name: "hello", IfMatch: v2 }, account);
});

test("publishFunction() deploys the distributions that use the function anew", async () => {
  const account = createTestAccount();
  await withFunction(account);
  await publishFunction({ Name: "hello", IfMatch: v1 }, account);
  await withDistribution(account, "hello");
  const id = [...account.state().distributions.keys()][0]!;
  account.deployedRevision = account.state().revision;
  assert.equal((await getDistribution({ Id: id }, account)).Distribution?.Status, "Deployed");

  await publishFunction({ Name: "hello", IfMatch: v1 }, account);
  const during = await getDistribution({ Id: id }, account);
  assert.deepEqual([during.Distribution?.Status, during.ETag], ["InProgress", v2]);
  const { FunctionSummary } = await describeFunction({ Name: "hello" }, account);
  assert.equal(FunctionSummary?.Status, "IN_PROGRESS");
  account.deployedRevision = account.state().revision;
  assert.equal((await getDistribution({ Id: id }, account)).Distribution?.Status, "Deployed");
});

test("testFunction() answers TestFunctionFailed when nothing could be run, and not an error of ours", async () => {
  const account = createTestAccount();
  await withFunction(account);
  const input = { Name: "hello", IfMatch: v1, EventObject: Buffer.from("{}") };
  await assert.rejects(testFunction(input, account), { code: "TestFunctionFailed", status: 500 });
});

test("testFunction() refuses what is no event object, and says what is wrong once", async () => {
  const account = createTestAccount();
  await withFunction(account);
  const context = { ...account, tester: { ...account.tester, test: readTestEventOnly } };
  const input = { Name: "hello", IfMatch: v1, EventObject: Buffer.from("{}") };
  await assert.rejects(testFunction(input, context), {
    code: "InvalidArgument",
    message: "The event object's context must be an object, got nothing",
  });
});

async function readTestEventOnly(_copy: FunctionCopy, text: string): Promise<never> {
  readTestEvent(text);
  throw new Error("The event object is one");
}

test("deleteFunction() refuses a function in use, and says by how many", async () => {
  const account = createTestAccount();
  await withFunction(account);
  await publishFunction({ Name: "hello", IfMatch: v1 }, account);
  await withDistribution(account, "hello");
  await assert.rejects(deleteFunction({ Name: "hello", IfMatch: v1 }, account), {
    code: "FunctionInUse",
    status: 409,
    message: "Cannot delete function hello, it is in use by 1 distributions",
  });
});

test("deleteFunction() removes both stages", async () => {
  const account = createTestAccount();
  await withFunction(account);
  await publishFunction({ Name: "hello", IfMatch: v1 }, account);
  await deleteFunction({ Name: "hello", IfMatch: v1 }, account);
  for (const Stage of ["DEVELOPMENT", "LIVE"] as const) {
    await assert.rejects(describeFunction({ Name: "hello", Stage }, account), {
      code: "NoSuchFunctionExists",
    });
  }
});

test("describeFunction() says UNPUBLISHED while DEVELOPMENT is ahead of LIVE", async () => {
  const account = createTestAccount();
  await withFunction(account);
  await publishFunction({ Name: "hello", IfMatch: v1 }, account);
  await withDistribution(account, "hello");
  await updateFunction(update(v1), account);
  const status = async (Stage: "DEVELOPMENT" | "LIVE"): Promise<unknown> =>
    (await describeFunction({ Name: "hello", Stage }, account)).FunctionSummary?.Status;
  assert.deepEqual(
    [await status("DEVELOPMENT"), await status("LIVE")],
    ["UNPUBLISHED", "DEPLOYED"],
  );
});

test("listFunctions() shows an entry for each stage that exists", async () => {
  const account = createTestAccount();
  await withFunction(account, "b");
  await withFunction(account, "a");
  await publishFunction({ Name: "b", IfMatch: v1 }, account);
  const list = async (Stage?: "DEVELOPMENT" | "LIVE"): Promise<string[]> =>
    entries((await listFunctions({ Stage }, account)).FunctionList?.Items);
  assert.deepEqual(await list(), ["a DEVELOPMENT", "b DEVELOPMENT", "b LIVE"]);
  assert.deepEqual(await list("LIVE"), ["b LIVE"]);
  assert.deepEqual(await list("DEVELOPMENT"), ["a DEVELOPMENT", "b DEVELOPMENT"]);
});

test("listFunctions() pages without repeating or hiding what stays, while others come and go", async () => {
  const account = createTestAccount();
  for (const name of ["a", "a-b", "c", "d", "e"]) await withFunction(account, name);
  const first = (await listFunctions({ MaxItems: 2 }, account)).FunctionList;
  assert.deepEqual(entries(first?.Items), ["a DEVELOPMENT", "a-b DEVELOPMENT"]);
  await deleteFunction({ Name: "a-b", IfMatch: v1 }, account);
  await withFunction(account, "b");
  const rest = (await listFunctions({ MaxItems: 9, Marker: first?.NextMarker }, account))
    .FunctionList;
  assert.deepEqual(
    entries(rest?.Items).map((entry) => entry[0]),
    ["b", "c", "d", "e"],
  );
  assert.equal(rest?.NextMarker, undefined);
});

function entries(items: FunctionSummary[] | undefined): string[] {
  return (items ?? []).map(({ Name, FunctionMetadata }) => `${Name} ${FunctionMetadata?.Stage}`);
}
