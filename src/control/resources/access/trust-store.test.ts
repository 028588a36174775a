/** Trust stores: what their bundles come to, and what becomes of those that can't be read. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { callOperation as call } from "../../../../test/support/call-operation.ts";
import { createTestAccount } from "../../../../test/support/test-account.ts";
import { makeBetween, makeClient, makeClientRoot } from "../../../../test/tls/client-authority.ts";
import { InvalidArgument } from "../../../model/errors.ts";

const root = await makeClientRoot();
const between = await makeBetween(root);
const client = await makeClient(root);

/** @param objects by ARN */
function accountWith(objects: Record<string, string>) {
  return {
    ...createTestAccount(),
    readImportSource: async (arn: string) => {
      const object = objects[arn];
      if (object === undefined) throw new InvalidArgument(`The import source ${arn} is not there`);
      return Buffer.from(object);
    },
  };
}

const bundleAt = (Key: string) => ({
  CaCertificatesBundleSource: {
    CaCertificatesBundleS3Location: { Bucket: "trust", Key, Region: "us-east-1" },
  },
});

test("a bundle is read when a store is created, and counted", async () => {
  const account = accountWith({
    "arn:aws:s3:::trust/ca.pem": root.certificate + between.certificate,
  });
  const made = await call(account, "CreateTrustStore", { Name: "one", ...bundleAt("ca.pem") });
  const { Id, NumberOfCaCertificates, Status, Reason } = made["TrustStore"]!;
  assert.deepEqual([NumberOfCaCertificates, Status, Reason], [2, "active", undefined]);
  const { TrustStore, ETag } = await call(account, "GetTrustStore", { Identifier: Id });
  assert.equal(TrustStore!["NumberOfCaCertificates"], 2);
  assert.equal("Bundle" in TrustStore!, false);
  assert.ok(ETag);
});

test("a bundle that can't be read, or is none, makes a store that is failed and says why", async () => {
  const account = accountWith({
    "arn:aws:s3:::trust/text": "hello",
    "arn:aws:s3:::trust/client.pem": client.certificate,
    "arn:aws:s3:::trust/large": "x".repeat(1024 * 1024 + 1),
  });
  const cases: readonly (readonly [string, RegExp])[] = [
    ["gone", /arn:aws:s3:::trust\/gone is not there/],
    ["text", /s3:\/\/trust\/text is none: it holds no certificate in PEM/],
    ["client.pem", /certificate 1 is not an authority's/],
    ["large", /larger than 1048576 bytes/],
  ];
  for (const [Key, reason] of cases) {
    const made = await call(account, "CreateTrustStore", { Name: Key, ...bundleAt(Key) });
    const { NumberOfCaCertificates, Status, Reason } = made["TrustStore"]!;
    assert.deepEqual([NumberOfCaCertificates, Status], [0, "failed"], Key);
    assert.match(Reason, reason);
  }
});

test("an update exchanges the bundle; one that can't be read leaves the one before, and says so", async () => {
  const account = accountWith({
    "arn:aws:s3:::trust/one": root.certificate,
    "arn:aws:s3:::trust/two": root.certificate + between.certificate,
  });
  const made = await call(account, "CreateTrustStore", { Name: "store", ...bundleAt("one") });
  const { Id } = made["TrustStore"]!;
  let IfMatch: string | undefined = made["ETag"];
  const counts: unknown[] = [];
  for (const Key of ["two", "gone", "one"]) {
    const update = { Id, IfMatch, ...bundleAt(Key) };
    const { TrustStore, ETag } = await call(account, "UpdateTrustStore", update);
    IfMatch = ETag;
    counts.push([TrustStore!["NumberOfCaCertificates"], TrustStore!["Status"]]);
  }
  assert.deepEqual(counts, [
    [2, "active"],
    [2, "failed"],
    [1, "active"],
  ]);
});
