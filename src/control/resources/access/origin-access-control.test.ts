import assert from "node:assert/strict";
import { test } from "node:test";
import { callOperation as call, createdId } from "../../../../test/support/call-operation.ts";
import { createTestAccount, type TestAccount } from "../../../../test/support/test-account.ts";

const v1 = "ETVPDKIKX0DER";
const s3 = {
  Name: "bucket",
  SigningProtocol: "sigv4",
  SigningBehavior: "always",
  OriginAccessControlOriginType: "s3",
} as const;

const create = (account: TestAccount, change: object) =>
  createdId(account, "CreateOriginAccessControl", {
    OriginAccessControlConfig: { ...s3, ...change },
  });

test("always-amz-auth is for origins of type lambda alone, at creation and later", async () => {
  const account = createTestAccount();
  const amz = { SigningBehavior: "always-amz-auth" };
  await assert.rejects(create(account, amz), {
    name: "InvalidArgument",
    message: /lambda, got s3/,
  });
  const Id = await create(account, { ...amz, OriginAccessControlOriginType: "lambda" });
  const update = { Id, IfMatch: v1, OriginAccessControlConfig: { ...s3, ...amz } };
  await assert.rejects(call(account, "UpdateOriginAccessControl", update), {
    name: "InvalidArgument",
  });
});
