import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import { callOperation as call } from "../../../../test/support/call-operation.ts";
import { createTestAccount } from "../../../../test/support/test-account.ts";

const EncodedKey = generateKeyPairSync("ec", { namedCurve: "prime256v1" })
  .publicKey.export({ type: "spki", format: "pem" })
  .toString();
const PublicKeyConfig = { CallerReference: "key", Name: "key", EncodedKey };

test("a public key without a comment shows an empty one, wherever it is shown", async () => {
  const account = createTestAccount();
  const { PublicKey } = await call(account, "CreatePublicKey", { PublicKeyConfig });
  const withComment = { ...PublicKeyConfig, Comment: "" };
  assert.deepEqual(PublicKey!["PublicKeyConfig"], withComment);
  const { Id } = PublicKey!;
  const got = await call(account, "GetPublicKey", { Id });
  assert.deepEqual(got["PublicKey"]!["PublicKeyConfig"], withComment);
  const config = await call(account, "GetPublicKeyConfig", { Id });
  assert.deepEqual(config["PublicKeyConfig"], withComment);
  const { PublicKeyList } = await call(account, "ListPublicKeys");
  assert.equal(PublicKeyList!["Items"][0]["Comment"], "");
  const updated = await call(account, "UpdatePublicKey", {
    Id,
    IfMatch: "ETVPDKIKX0DER",
    PublicKeyConfig,
  });
  assert.deepEqual(updated["PublicKey"]!["PublicKeyConfig"], withComment);
});
