import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import { callOperation as call, createdId as idOf } from "../../../test/support/call-operation.ts";
import { createTestAccount } from "../../../test/support/test-account.ts";

const v1 = "ETVPDKIKX0DER";
const v2 = "E3UN6WX5RRO2AG";
const managed = "658327ea-f89d-4fab-a63d-7e88639e58f6";

const oac = (Name = "one") => ({
  OriginAccessControlConfig: {
    Name,
    SigningProtocol: "sigv4",
    SigningBehavior: "always",
    OriginAccessControlOriginType: "s3",
  },
});

const cachePolicy = (Name = "mine", changes: object = {}) => ({
  CachePolicyConfig: { Name, MinTTL: 1, ...changes },
});

test("a resource is created at the first version, with its place", async () => {
  const account = createTestAccount();
  const { OriginAccessControl, ETag, Location } = await call(
    account,
    "CreateOriginAccessControl",
    oac(),
  );
  const { Id, OriginAccessControlConfig } = OriginAccessControl!;
  assert.match(Id, /^E[A-Z0-9]{13}$/);
  assert.deepEqual(OriginAccessControlConfig, {
    ...oac().OriginAccessControlConfig,
    Description: "",
  });
  assert.equal(ETag, v1);
  assert.equal(
    Location,
    `https://cloudfront.amazonaws.com/2020-05-31/origin-access-control/${String(Id)}`,
  );
});

test("an update replaces the configuration and counts the version; a stale one changes nothing", async () => {
  const account = createTestAccount();
  const Id = await idOf(account, "CreateOriginAccessControl", oac());
  const updated = await call(account, "UpdateOriginAccessControl", {
    ...oac("two"),
    Id,
    IfMatch: v1,
  });
  assert.equal(updated["ETag"], v2);
  const stale = call(account, "UpdateOriginAccessControl", { ...oac("three"), Id, IfMatch: v1 });
  await assert.rejects(stale, { name: "PreconditionFailed" });
  const read = await call(account, "GetOriginAccessControlConfig", { Id });
  assert.equal(read["OriginAccessControlConfig"]!["Name"], "two");
  assert.equal(read["ETag"], v2);
});

test("a missing or garbled If-Match is told apart from a stale one, after what does not exist", async () => {
  const account = createTestAccount();
  const Id = await idOf(account, "CreateOriginAccessControl", oac());
  for (const [input, name] of [
    [{ Id: "none" }, "NoSuchOriginAccessControl"],
    [{ Id }, "InvalidIfMatchVersion"],
    [{ Id, IfMatch: "garbage" }, "InvalidIfMatchVersion"],
    [{ Id, IfMatch: v2 }, "PreconditionFailed"],
  ] as const) {
    await assert.rejects(call(account, "DeleteOriginAccessControl", input), { name });
  }
  await call(account, "DeleteOriginAccessControl", { Id, IfMatch: v1 });
  await assert.rejects(call(account, "GetOriginAccessControl", { Id }), {
    name: "NoSuchOriginAccessControl",
  });
});

test("a name is taken once per kind, AWS's own names too", async () => {
  const account = createTestAccount();
  await call(account, "CreateCachePolicy", cachePolicy("mine"));
  for (const Name of ["mine", "Managed-CachingOptimized"]) {
    await assert.rejects(call(account, "CreateCachePolicy", cachePolicy(Name)), {
      name: "CachePolicyAlreadyExists",
    });
  }
  await call(account, "CreateOriginAccessControl", oac("mine"));
});

test("the quota of a kind is AWS's, or the account's", async () => {
  const account = createTestAccount();
  for (let index = 0; index < 20; index++) {
    await call(account, "CreateCachePolicy", cachePolicy(`policy-${index}`));
  }
  const over = () => call(account, "CreateCachePolicy", cachePolicy("over"));
  await assert.rejects(over(), { name: "TooManyCachePolicies" });
  account.quotas = { ...account.quotas, cachePoliciesPerAccount: 21 };
  await over();
});

test("AWS's own policies are read like any, at version 0, and not changed", async () => {
  const account = createTestAccount();
  const { CachePolicy, ETag } = await call(account, "GetCachePolicy", { Id: managed });
  assert.equal(ETag, "E23ZP02F085DFQ");
  assert.deepEqual(CachePolicy!["LastModifiedTime"], new Date(0));
  const IfMatch = ETag;
  const update = { ...cachePolicy("x"), Id: managed, IfMatch };
  await assert.rejects(call(account, "UpdateCachePolicy", update), { name: "IllegalUpdate" });
  const remove = call(account, "DeleteCachePolicy", { Id: managed, IfMatch });
  await assert.rejects(remove, { name: "IllegalDelete" });
});

test("a list of policies has both types, or the one that is asked for", async () => {
  const account = createTestAccount();
  const Id = await idOf(account, "CreateCachePolicy", cachePolicy());
  const listed = async (input: object) => {
    const { CachePolicyList } = await call(account, "ListCachePolicies", input);
    return CachePolicyList as unknown as {
      Quantity: number;
      Items: { Type: string; CachePolicy: { Id: string } }[];
    };
  };
  assert.equal((await listed({})).Quantity, 12);
  assert.equal((await listed({ Type: "managed" })).Quantity, 11);
  const [only, ...none] = (await listed({ Type: "custom" })).Items;
  assert.deepEqual([only?.Type, only?.CachePolicy.Id, none], ["custom", Id, []]);
});

test("a list goes on where the page before ended, while things come and go", async () => {
  const account = createTestAccount();
  const ids: string[] = [];
  for (const name of ["a", "b", "c", "d", "e"]) {
    ids.push(await idOf(account, "CreateOriginAccessControl", oac(name)));
  }
  ids.sort();
  const page = async (Marker?: string) => {
    const input = { MaxItems: 2, ...(Marker && { Marker }) };
    const answer = await call(account, "ListOriginAccessControls", input);
    return answer["OriginAccessControlList"] as unknown as {
      Items: { Id: string }[];
      NextMarker?: string;
      IsTruncated: boolean;
      Marker: string;
    };
  };
  const first = await page();
  assert.deepEqual([first.IsTruncated, first.Marker, first.NextMarker], [true, "", ids[1]]);
  await call(account, "DeleteOriginAccessControl", { Id: ids[1], IfMatch: v1 });
  const second = await page(first.NextMarker);
  assert.deepEqual(
    second.Items.map(({ Id }) => Id),
    ids.slice(2, 4),
  );
  const last = await page(second.NextMarker);
  assert.deepEqual([last.IsTruncated, last.NextMarker, last.Items.length], [false, undefined, 1]);
});

test("an origin access identity created again with the same content is the one there is", async () => {
  const account = createTestAccount();
  const create = (Comment: string) =>
    call(account, "CreateCloudFrontOriginAccessIdentity", {
      CloudFrontOriginAccessIdentityConfig: { CallerReference: "once", Comment },
    });
  const first = await create("same");
  assert.match(first["CloudFrontOriginAccessIdentity"]!["S3CanonicalUserId"], /^[0-9a-f]{96}$/);
  assert.deepEqual(await create("same"), first);
  await assert.rejects(create("other"), { name: "CloudFrontOriginAccessIdentityAlreadyExists" });
});

const pem = (type: "rsa" | "ec", size: number | string): string => {
  const { publicKey } =
    type === "rsa"
      ? generateKeyPairSync("rsa", { modulusLength: size as number })
      : generateKeyPairSync("ec", { namedCurve: size as string });
  return publicKey.export({ type: "spki", format: "pem" }).toString();
};

const keyConfig = (Name: string, EncodedKey: string, Comment = "") => ({
  PublicKeyConfig: { CallerReference: Name, Name, EncodedKey, Comment },
});

test("a public key is RSA 2048 or EC P-256 in PEM form, and nothing else", async () => {
  const account = createTestAccount();
  await call(account, "CreatePublicKey", keyConfig("rsa", pem("rsa", 2048)));
  await call(account, "CreatePublicKey", keyConfig("ec", pem("ec", "prime256v1")));
  const refused = [pem("rsa", 1024), pem("ec", "secp384r1"), "-----BEGIN PUBLIC KEY-----\nx", ""];
  for (const key of refused) {
    await assert.rejects(call(account, "CreatePublicKey", keyConfig("x", key)), {
      name: "InvalidArgument",
    });
  }
});

test("of a public key only the comment changes, and it stays while a key group has it", async () => {
  const account = createTestAccount();
  const key = pem("ec", "prime256v1");
  const Id = await idOf(account, "CreatePublicKey", keyConfig("k", key));
  const update = (config: object) =>
    call(account, "UpdatePublicKey", { ...config, Id, IfMatch: v1 });
  await assert.rejects(update(keyConfig("other", key)), {
    name: "CannotChangeImmutablePublicKeyFields",
  });
  await update(keyConfig("k", key, "new comment"));

  const unknown = { KeyGroupConfig: { Name: "g", Items: ["KNONE"] } };
  await assert.rejects(call(account, "CreateKeyGroup", unknown), { name: "InvalidArgument" });
  const group = { KeyGroupConfig: { Name: "g", Items: [Id] } };
  const groupId = await idOf(account, "CreateKeyGroup", group);
  const remove = () => call(account, "DeletePublicKey", { Id, IfMatch: v2 });
  await assert.rejects(remove(), { name: "PublicKeyInUse", message: new RegExp(groupId) });
  await call(account, "DeleteKeyGroup", { Id: groupId, IfMatch: v1 });
  await remove();
});

test("a real-time log configuration goes by its name or its ARN", async () => {
  const account = createTestAccount();
  const input = {
    Name: "all",
    SamplingRate: 50,
    Fields: ["timestamp"],
    EndPoints: [{ StreamType: "Kinesis", KinesisStreamConfig: { RoleARN: "r", StreamARN: "s" } }],
  };
  const { RealtimeLogConfig } = await call(account, "CreateRealtimeLogConfig", input);
  const { ARN } = RealtimeLogConfig!;
  assert.equal(ARN, "arn:aws:cloudfront::000000000000:realtime-log-config/all");
  await assert.rejects(call(account, "CreateRealtimeLogConfig", input), {
    name: "RealtimeLogConfigAlreadyExists",
  });
  await call(account, "UpdateRealtimeLogConfig", { ARN, SamplingRate: 7 });
  const read = await call(account, "GetRealtimeLogConfig", { Name: "all" });
  assert.deepEqual(read["RealtimeLogConfig"], { ...input, SamplingRate: 7, ARN });
  await assert.rejects(call(account, "GetRealtimeLogConfig"), { name: "InvalidArgument" });
  await call(account, "DeleteRealtimeLogConfig", { ARN });
  await assert.rejects(call(account, "GetRealtimeLogConfig", { ARN }), {
    name: "NoSuchRealtimeLogConfig",
  });
});

test("a connection function has stages: LIVE is what was published", async () => {
  const account = createTestAccount();
  const ConnectionFunctionConfig = { Comment: "", Runtime: "cloudfront-js-2.0" };
  const source = (text: string) => ({
    ConnectionFunctionConfig,
    ConnectionFunctionCode: Buffer.from(text),
  });
  const created = await call(account, "CreateConnectionFunction", { Name: "fn", ...source("one") });
  const { Id, Status, Stage } = created["ConnectionFunctionSummary"]!;
  assert.deepEqual([Status, Stage], ["UNPUBLISHED", "DEVELOPMENT"]);
  const live = () => call(account, "GetConnectionFunction", { Identifier: "fn", Stage: "LIVE" });
  await assert.rejects(live(), { name: "EntityNotFound" });

  await call(account, "PublishConnectionFunction", { Id, IfMatch: v1 });
  await call(account, "UpdateConnectionFunction", { Id, IfMatch: v1, ...source("two") });
  const { ConnectionFunctionCode, ETag } = await live();
  assert.deepEqual([String(ConnectionFunctionCode), ETag], ["one", v1]);
  const development = await call(account, "DescribeConnectionFunction", { Identifier: Id });
  assert.equal(development["ETag"], v2);
  assert.equal(development["ConnectionFunctionSummary"]!["Name"], "fn");
  const { ConnectionFunctions } = await call(account, "ListConnectionFunctions");
  assert.deepEqual(
    (ConnectionFunctions as unknown as { Stage: string }[]).map(({ Stage }) => Stage),
    ["DEVELOPMENT", "LIVE"],
  );
});

test("a connection function has one key value store that is there, and keeps it", async () => {
  const account = createTestAccount();
  const made = await call(account, "CreateKeyValueStore", { Name: "flags" });
  const { ARN } = made["KeyValueStore"]! as { readonly ARN: string };
  const create = (Name: string, arns: string[], Runtime = "cloudfront-js-2.0") => {
    const Items = arns.map((KeyValueStoreARN) => ({ KeyValueStoreARN }));
    return call(account, "CreateConnectionFunction", {
      Name,
      ConnectionFunctionConfig: {
        Comment: "",
        Runtime,
        KeyValueStoreAssociations: { Quantity: Items.length, Items },
      },
      ConnectionFunctionCode: Buffer.from("x"),
    });
  };
  const none = ARN.replace(/[^/]+$/, "11111111-2222-3333-4444-555555555555");
  const refused = { name: "InvalidArgument" };
  await assert.rejects(create("fn", [none]), refused);
  await assert.rejects(create("fn", [ARN, ARN]), refused);
  await assert.rejects(create("fn", [ARN], "cloudfront-js-1.0"), refused);

  const { ConnectionFunctionSummary } = await create("fn", [ARN]);
  const { Id } = ConnectionFunctionSummary!;
  const remove = () => call(account, "DeleteKeyValueStore", { Name: "flags", IfMatch: v1 });
  await call(account, "PublishConnectionFunction", { Id, IfMatch: v1 });
  await call(account, "UpdateConnectionFunction", {
    Id,
    IfMatch: v1,
    ConnectionFunctionConfig: { Comment: "", Runtime: "cloudfront-js-2.0" },
    ConnectionFunctionCode: Buffer.from("y"),
  });
  await assert.rejects(remove(), {
    name: "CannotDeleteEntityWhileInUse",
    message: /it is associated with connection function fn\./,
  });
  await call(account, "PublishConnectionFunction", { Id, IfMatch: v2 });
  await remove();
});

test("what must be disabled before it is deleted is refused until then", async () => {
  const account = createTestAccount();
  const Id = await idOf(account, "CreateConnectionGroup", { Name: "group" });
  const remove = (IfMatch: string) => call(account, "DeleteConnectionGroup", { Id, IfMatch });
  await assert.rejects(remove(v1), { name: "ResourceNotDisabled" });
  await call(account, "UpdateConnectionGroup", { Id, IfMatch: v1, Enabled: false });
  const { ConnectionGroup } = await call(account, "GetConnectionGroup", { Identifier: "group" });
  assert.equal(ConnectionGroup!["Ipv6Enabled"], true);
  await remove(v2);
});
