import assert from "node:assert/strict";
import { test } from "node:test";
import { buildConfig } from "../../../test/support/distribution-config.ts";
import { createTestAccount, type TestAccount } from "../../../test/support/test-account.ts";
import { createDistribution } from "../distributions/create-distribution.ts";
import { getDistributionConfig } from "../distributions/get-distribution-config.ts";
import { getDistribution } from "../distributions/get-distribution.ts";
import { updateDistribution } from "../distributions/update-distribution.ts";
import { createInvalidation } from "./create-invalidation.ts";
import { getInvalidation } from "./get-invalidation.ts";
import { listInvalidations } from "./list-invalidations.ts";

async function accountWithDistribution(): Promise<{ account: TestAccount; id: string }> {
  const account = createTestAccount();
  const DistributionConfig = buildConfig({ callerReference: "site", originPort: 80 });
  const { Distribution } = await createDistribution({ DistributionConfig }, account);
  return { account, id: Distribution?.Id ?? "" };
}

const batch = (CallerReference: string, ...Items: string[]) => ({
  CallerReference,
  Paths: { Quantity: Items.length, Items },
});

test("createInvalidation() answers it in progress, and it is completed once every edge applied it", async () => {
  const { account, id } = await accountWithDistribution();
  account.deployedRevision = account.state().revision;
  const InvalidationBatch = batch("one", "/a.html", "/images/*");
  const { Invalidation, Location } = await createInvalidation(
    { DistributionId: id, InvalidationBatch },
    account,
  );
  const Id = Invalidation?.Id ?? "";
  assert.match(Id, /^I[A-Z0-9]{25}$/);
  assert.equal(
    Location,
    `https://cloudfront.amazonaws.com/2020-05-31/distribution/${id}/invalidation/${Id}`,
  );
  assert.deepEqual(Invalidation, {
    Id,
    Status: "InProgress",
    CreateTime: new Date(account.now),
    InvalidationBatch,
  });
  const read = async (): Promise<unknown[]> => {
    const { Invalidation: found } = await getInvalidation({ DistributionId: id, Id }, account);
    const { Distribution } = await getDistribution({ Id: id }, account);
    return [found?.Status, Distribution?.InProgressInvalidationBatches];
  };
  assert.deepEqual(await read(), ["InProgress", 1]);
  account.deployedRevision = account.state().revision;
  assert.deepEqual(await read(), ["Completed", 0]);
});

test("updateDistribution() counts only the invalidations that are still in progress", async () => {
  const { account, id } = await accountWithDistribution();
  await createInvalidation({ DistributionId: id, InvalidationBatch: batch("one", "/a") }, account);
  account.deployedRevision = account.state().revision;
  await createInvalidation({ DistributionId: id, InvalidationBatch: batch("two", "/b") }, account);
  const { DistributionConfig, ETag } = await getDistributionConfig({ Id: id }, account);
  const input = { Id: id, IfMatch: ETag, DistributionConfig };
  const { Distribution } = await updateDistribution(input, account);
  assert.equal(Distribution?.Status, "InProgress");
  assert.equal(Distribution.InProgressInvalidationBatches, 1);
});

test("createInvalidation() leaves the distribution's version and status alone", async () => {
  const { account, id } = await accountWithDistribution();
  account.deployedRevision = account.state().revision;
  const before = await getDistribution({ Id: id }, account);
  await createInvalidation({ DistributionId: id, InvalidationBatch: batch("one", "/*") }, account);
  const after = await getDistribution({ Id: id }, account);
  assert.deepEqual([after.ETag, after.Distribution?.Status], [before.ETag, "Deployed"]);
});

const good = [
  "/",
  "/*",
  "/images/*",
  "/images*",
  "/a*b",
  "/a?x=1&y=2",
  "/%C3%BC",
  `/${"a".repeat(3_999)}`,
  "#product-1",
];
for (const path of good) {
  test(`createInvalidation() takes the path ${path.slice(0, 20)}`, async () => {
    const { account, id } = await accountWithDistribution();
    const InvalidationBatch = batch("one", path);
    await createInvalidation({ DistributionId: id, InvalidationBatch }, account);
  });
}

const bad = [
  "",
  "a.html",
  "*",
  "/ü",
  "/a b",
  "/~user",
  "/a%2",
  "/<a>",
  "/a#b",
  `/${"a".repeat(4_000)}`,
  "#",
  "#a,b",
  "#ü",
  `#${"t".repeat(257)}`,
];
for (const path of bad) {
  test(`createInvalidation() refuses the path "${path.slice(0, 20)}"`, async () => {
    const { account, id } = await accountWithDistribution();
    const before = account.state();
    const InvalidationBatch = batch("one", "/good", path);
    await assert.rejects(createInvalidation({ DistributionId: id, InvalidationBatch }, account), {
      code: "InvalidArgument",
      message: /one or more invalid invalidation paths/,
    });
    assert.equal(account.state(), before);
  });
}

test("createInvalidation() refuses what is malformed, with the code that says what", async () => {
  const { account, id } = await accountWithDistribution();
  const refused = async (InvalidationBatch: object, code: string, DistributionId = id) =>
    assert.rejects(createInvalidation({ DistributionId, InvalidationBatch } as never, account), {
      code,
    });
  await refused(batch("one", "/*"), "NoSuchDistribution", "E1");
  await refused(batch("one"), "InvalidArgument");
  await refused(batch("", "/*"), "InvalidArgument");
  const Paths = { Quantity: 2, Items: ["/*"] };
  await refused({ CallerReference: "one", Paths }, "InconsistentQuantities");
});

test("createInvalidation() answers the earlier one to the same request, and refuses its reference for other paths", async () => {
  const { account, id } = await accountWithDistribution();
  const send = async (...paths: string[]): Promise<string | undefined> => {
    const input = { DistributionId: id, InvalidationBatch: batch("one", ...paths) };
    return (await createInvalidation(input, account)).Invalidation?.Id;
  };
  const first = await send("/a", "/b");
  const { revision } = account.state();
  assert.equal(await send("/b", "/a"), first);
  assert.equal(account.state().revision, revision);
  await assert.rejects(send("/a"), { code: "InvalidArgument", message: /caller reference/ });
});

test("createInvalidation() counts paths and wildcards in progress apart, and frees them when completed", async () => {
  const { account, id } = await accountWithDistribution();
  account.deployedRevision = account.state().revision;
  let reference = 0;
  const send = (paths: string[]): Promise<unknown> => {
    const InvalidationBatch = batch(`reference ${reference++}`, ...paths);
    return createInvalidation({ DistributionId: id, InvalidationBatch }, account);
  };
  const paths = (count: number): string[] => Array.from({ length: count }, (_, i) => `/p${i}`);
  const wildcards = (count: number): string[] => paths(count).map((path) => `${path}*`);
  await assert.rejects(send(paths(3_001)), { code: "BatchTooLarge", status: 413 });
  await assert.rejects(send(wildcards(16)), { code: "TooManyInvalidationsInProgress" });
  await send(paths(2_999));
  await send(wildcards(15));
  await send(["/one-more"]);
  await assert.rejects(send(["/too-many"]), { code: "TooManyInvalidationsInProgress" });
  await assert.rejects(send(["/too-many/*"]), { code: "TooManyInvalidationsInProgress" });
  account.deployedRevision = account.state().revision;
  await send(["/too-many", "/too-many/*"]);
});

test("getInvalidation() says what does not exist", async () => {
  const { account, id } = await accountWithDistribution();
  await assert.rejects(getInvalidation({ DistributionId: "E1", Id: "I1" }, account), {
    code: "NoSuchDistribution",
  });
  await assert.rejects(getInvalidation({ DistributionId: id, Id: "I1" }, account), {
    code: "NoSuchInvalidation",
    status: 404,
  });
});

test("listInvalidations() gives the newest first, in pages that new ones don't shift", async () => {
  const { account, id } = await accountWithDistribution();
  const made: string[] = [];
  const make = async (): Promise<void> => {
    const InvalidationBatch = batch(`reference ${made.length}`, "/*");
    const input = { DistributionId: id, InvalidationBatch };
    made.unshift((await createInvalidation(input, account)).Invalidation?.Id ?? "");
  };
  for (let count = 0; count < 5; count++) await make();
  const page = async (Marker?: string, MaxItems?: number) => {
    const input = { DistributionId: id, Marker, MaxItems };
    const { InvalidationList } = await listInvalidations(input, account);
    return { ...InvalidationList, ids: InvalidationList?.Items?.map((item) => item.Id) };
  };
  const first = await page(undefined, 2);
  assert.deepEqual(first.ids, made.slice(0, 2));
  assert.deepEqual([first.IsTruncated, first.NextMarker], [true, made[1]]);
  const rest = made.slice(2);
  await make();
  const second = await page(first.NextMarker, 10);
  assert.deepEqual(second.ids, rest);
  assert.deepEqual([second.IsTruncated, second.NextMarker], [false, undefined]);
  assert.deepEqual((await page("IFORGOTTEN")).ids, undefined);
  await assert.rejects(page(undefined, 0), { code: "InvalidArgument" });
});
