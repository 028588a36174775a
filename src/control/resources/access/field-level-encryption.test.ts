import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import { callOperation as call, createdId } from "../../../../test/support/call-operation.ts";
import { createTestAccount, type TestAccount } from "../../../../test/support/test-account.ts";

const v1 = "ETVPDKIKX0DER";
const EncodedKey = generateKeyPairSync("ec", { namedCurve: "prime256v1" })
  .publicKey.export({ type: "spki", format: "pem" })
  .toString();

const withKey = (account: TestAccount) =>
  createdId(account, "CreatePublicKey", {
    PublicKeyConfig: { CallerReference: "k", Name: "k", EncodedKey },
  });

const profile = (PublicKeyId: string, patterns = ["card"], entities = 1) => ({
  FieldLevelEncryptionProfileConfig: {
    Name: "p",
    CallerReference: "p",
    EncryptionEntities: {
      Quantity: entities,
      Items: Array.from({ length: entities }, () => ({
        PublicKeyId,
        ProviderId: "me",
        FieldPatterns: { Quantity: patterns.length, Items: patterns },
      })),
    },
  },
});

const config = (ProfileId: string, ContentType = "application/x-www-form-urlencoded") => ({
  FieldLevelEncryptionConfig: {
    CallerReference: "c",
    QueryArgProfileConfig: {
      ForwardWhenQueryArgProfileIsUnknown: true,
      QueryArgProfiles: { Quantity: 1, Items: [{ QueryArg: "q", ProfileId }] },
    },
    ContentTypeProfileConfig: {
      ForwardWhenContentTypeIsUnknown: true,
      ContentTypeProfiles: { Quantity: 1, Items: [{ Format: "URLEncoded", ContentType }] },
    },
  },
});

test("a field-level encryption profile needs a key that exists, and stays within its quotas", async () => {
  const account = createTestAccount();
  const key = await withKey(account);
  const many = Array.from({ length: 11 }, (_, index) => `field${index}`);
  for (const [input, name] of [
    [profile("KNONE"), "NoSuchPublicKey"],
    [profile(key, many), "TooManyFieldLevelEncryptionFieldPatterns"],
    [profile(key, ["a"], 2), "TooManyFieldLevelEncryptionEncryptionEntities"],
  ] as const) {
    await assert.rejects(call(account, "CreateFieldLevelEncryptionProfile", input), { name });
  }
});

test("key, profile and configuration are deleted in the order in which they use each other", async () => {
  const account = createTestAccount();
  const key = await withKey(account);
  const profileId = await createdId(account, "CreateFieldLevelEncryptionProfile", profile(key));
  const Id = await createdId(account, "CreateFieldLevelEncryptionConfig", config(profileId));
  const removeKey = () => call(account, "DeletePublicKey", { Id: key, IfMatch: v1 });
  const removeProfile = () =>
    call(account, "DeleteFieldLevelEncryptionProfile", { Id: profileId, IfMatch: v1 });
  await assert.rejects(removeKey(), { name: "PublicKeyInUse", message: new RegExp(profileId) });
  await assert.rejects(removeProfile(), {
    name: "FieldLevelEncryptionProfileInUse",
    message: new RegExp(Id),
  });
  await call(account, "DeleteFieldLevelEncryptionConfig", { Id, IfMatch: v1 });
  await removeProfile();
  await removeKey();
});

test("a field-level encryption configuration names profiles that exist, and form posts only", async () => {
  const account = createTestAccount();
  for (const [input, name] of [
    [config("none"), "NoSuchFieldLevelEncryptionProfile"],
    [config(""), "QueryArgProfileEmpty"],
    [config("none", "application/json"), "InvalidArgument"],
  ] as const) {
    await assert.rejects(call(account, "CreateFieldLevelEncryptionConfig", input), { name });
  }
});

test("an update may not change the caller reference", async () => {
  const account = createTestAccount();
  const key = await withKey(account);
  const Id = await createdId(account, "CreateFieldLevelEncryptionProfile", profile(key));
  const { FieldLevelEncryptionProfileConfig } = profile(key);
  const changed = { ...FieldLevelEncryptionProfileConfig, CallerReference: "other" };
  const update = call(account, "UpdateFieldLevelEncryptionProfile", {
    Id,
    IfMatch: v1,
    FieldLevelEncryptionProfileConfig: changed,
  });
  await assert.rejects(update, { name: "IllegalUpdate", message: /was "p", got "other"/ });
});

test("a field-level encryption configuration maps five query arguments at most", async () => {
  const account = createTestAccount();
  const key = await withKey(account);
  const ProfileId = await createdId(account, "CreateFieldLevelEncryptionProfile", profile(key));
  const create = (Quantity: number, CallerReference: string) => {
    const Items = Array.from({ length: Quantity }, (_, at) => ({ QueryArg: `q${at}`, ProfileId }));
    const QueryArgProfileConfig = {
      ForwardWhenQueryArgProfileIsUnknown: true,
      QueryArgProfiles: { Quantity, Items },
    };
    return call(account, "CreateFieldLevelEncryptionConfig", {
      FieldLevelEncryptionConfig: { CallerReference, QueryArgProfileConfig },
    });
  };
  await create(5, "five");
  await assert.rejects(create(6, "six"), { name: "TooManyFieldLevelEncryptionQueryArgProfiles" });
});
