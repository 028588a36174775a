import assert from "node:assert/strict";
import { test } from "node:test";
import { ListFunctionsCommand } from "@aws-sdk/client-cloudfront";
import {
  allowAll,
  policyText,
  testSecretKey,
  withFact,
  withKey,
} from "../../../test/support/access-key.ts";
import {
  catchRequest,
  cloudFrontClient,
  type Credentials,
} from "../../../test/support/signed-request.ts";
import type { State } from "../../state/state.ts";
import type { ApiRequest } from "../../wire/api-message.ts";
import { requireSignatures, type Caller } from "./access.ts";

const { state, credentials } = withKey();

function signed(by: Credentials): Promise<ApiRequest> {
  return catchRequest((answer) => cloudFrontClient(by, answer).send(new ListFunctionsCommand({})));
}

async function call(
  by: Credentials,
  account: State = state,
  now: () => Date = () => new Date(),
): Promise<Caller> {
  const request = await signed(by);
  return requireSignatures({ state: () => account, now, secretKey: testSecretKey })(request);
}

const invalidToken = {
  code: "InvalidClientTokenId",
  status: 403,
  message: "The security token included in the request is invalid.",
};

test("requireSignatures() knows the caller by the access key", async () => {
  assert.equal((await call(credentials)).principal, credentials.accessKeyId);
});

test("requireSignatures() refuses a wrong secret, in AWS's words", async () => {
  await assert.rejects(call({ ...credentials, secretAccessKey: "wrong" }), {
    code: "SignatureDoesNotMatch",
    status: 403,
    message: /^The request signature we calculated does not match the signature you provided\./,
  });
});

test("requireSignatures() refuses a key that is unknown, or deleted", async () => {
  await assert.rejects(call({ ...credentials, accessKeyId: "AKIAUNKNOWN" }), invalidToken);
  const deleted = withFact(state, { type: "access-key-deleted", id: credentials.accessKeyId });
  await assert.rejects(call(credentials, deleted), invalidToken);
});

test("a caller whose key is deleted, or over, no longer stands", async () => {
  let account = state;
  const access = { state: () => account, now: () => new Date(), secretKey: testSecretKey };
  const caller = await requireSignatures(access)(await signed(credentials));
  caller.requireStanding();
  account = withFact(state, { type: "access-key-deleted", id: credentials.accessKeyId });
  assert.throws(() => caller.requireStanding(), invalidToken);

  const temporary = withKey(undefined, allowAll, { expires: new Date(Date.now() + 60_000) });
  let now = new Date();
  const ending = await requireSignatures({
    ...{ state: () => temporary.state, now: () => now, secretKey: testSecretKey },
  })(await signed(temporary.credentials));
  ending.requireStanding();
  now = new Date(Date.now() + 61_000);
  assert.throws(() => ending.requireStanding(), { code: "ExpiredToken" });
});

test("requireSignatures() refuses a session token that is not the key's", async () => {
  const temporary = withKey(undefined, allowAll, { expires: new Date(Date.now() + 60_000) });
  await call(temporary.credentials, temporary.state);

  const { sessionToken: _, ...without } = temporary.credentials;
  await assert.rejects(call(without, temporary.state), invalidToken);
  await assert.rejects(call({ ...without, sessionToken: "x" }, temporary.state), invalidToken);
  await assert.rejects(call({ ...credentials, sessionToken: "x" }), invalidToken);
});

test("requireSignatures() refuses a temporary key from the moment it ends", async () => {
  const ends = new Date(Date.now() + 60_000);
  const { state: account, credentials: temporary } = withKey(undefined, allowAll, {
    expires: ends,
  });
  await call(temporary, account, () => new Date(ends.getTime() - 1));
  await assert.rejects(
    call(temporary, account, () => ends),
    {
      code: "ExpiredToken",
      status: 403,
      message: "The security token included in the request is expired",
    },
  );
});

test("require() says who may not do what, to what and why, in AWS's words", async () => {
  const policy = policyText(
    { Effect: "Allow", Action: "cloudfront:Get*", Resource: "*" },
    { Effect: "Deny", Action: "*", Resource: "arn:aws:cloudfront::000000000000:function/secret" },
  );
  const { state: account, credentials: reader } = withKey(undefined, policy, { user: "reader" });
  const { require } = await call(reader, account);
  const hello = "arn:aws:cloudfront::000000000000:function/hello";
  require([{ action: "cloudfront:GetFunction", resource: hello }]);

  const who = "User: arn:aws:iam::000000000000:user/reader is not authorized to perform:";
  const refused = (action: string, resource: string, message: string): void => {
    const permissions = [
      { action: "cloudfront:GetFunction", resource: hello },
      { action, resource },
    ];
    assert.throws(() => require(permissions), { code: "AccessDenied", status: 403, message });
  };
  refused(
    "cloudfront:PublishFunction",
    hello,
    `${who} cloudfront:PublishFunction on resource: ${hello} because no identity-based policy allows the cloudfront:PublishFunction action`,
  );
  refused(
    "cloudfront:ListFunctions",
    "*",
    `${who} cloudfront:ListFunctions because no identity-based policy allows the cloudfront:ListFunctions action`,
  );
  const secret = hello.replace("hello", "secret");
  refused(
    "cloudfront:GetFunction",
    secret,
    `${who} cloudfront:GetFunction on resource: ${secret} with an explicit deny in an identity-based policy`,
  );
});

test("requireSignatures() takes as long for an unknown key as for a wrong secret", async () => {
  const authenticate = requireSignatures({
    state: () => state,
    now: () => new Date(),
    secretKey: testSecretKey,
  });
  const wrongSecret = await signed({ ...credentials, secretAccessKey: "wrong" });
  const unknownKey = await signed({ ...credentials, accessKeyId: "AKIAUNKNOWN234567AB" });
  const time = async (request: ApiRequest): Promise<number> => {
    const start = process.hrtime.bigint();
    await assert.rejects(authenticate(request));
    return Number(process.hrtime.bigint() - start);
  };
  const known: number[] = [];
  const unknown: number[] = [];
  for (let round = 0; round < 400; round++) {
    known.push(await time(wrongSecret));
    unknown.push(await time(unknownKey));
  }
  const ratio = median(unknown) / median(known);
  assert.ok(ratio > 0.6 && ratio < 1.67, `the medians differ by ${ratio.toFixed(2)}`);
});

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1]!;
}
