/**
 * The ten commonest mistakes of who begins with CloudFront Functions: what is said of each, and that it leads on, with a value that was
 * wrong and what to write or do instead.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { test } from "node:test";
import { HttpRequest } from "@smithy/core/protocols";
import { Hash } from "@smithy/core/serde";
import { SignatureV4 } from "@smithy/signature-v4";
import { createDistribution } from "../../src/control/distributions/create-distribution.ts";
import { createFunction } from "../../src/control/functions/create-function.ts";
import { publishFunction } from "../../src/control/functions/publish-function.ts";
import { testFunction } from "../../src/control/functions/test-function.ts";
import { refuseUnknownHost } from "../../src/edge/request/unknown-host.ts";
import { parseEventFile } from "../../src/events/event-file.ts";
import { listenErrorMessage } from "../../src/node/listen-address.ts";
import { checkFunction } from "../../src/runtime/check/check-function.ts";
import { viewerRequest } from "../../src/runtime/testing/short-event.ts";
import { checkTerms } from "../../src/wire/signature/check-terms.ts";
import { readSignature } from "../../src/wire/signature/read-signature.ts";
import { verifySignature } from "../../src/wire/signature/verify-signature.ts";
import { Router } from "../../src/wire/route.ts";
import { buildConfig } from "../support/distribution-config.ts";
import { createTestAccount, type TestAccount } from "../support/test-account.ts";

function found(source: string): string {
  return checkFunction(source, "cloudfront-js-2.0")
    .map(({ line, column, message }) => `${line}:${column}: ${message}`)
    .join("\n");
}

async function accountWithFunction(): Promise<TestAccount> {
  const account = createTestAccount();
  const FunctionCode = Buffer.from("function handler(event) { return event.request; }");
  const FunctionConfig = { Comment: "", Runtime: "cloudfront-js-2.0" } as const;
  await createFunction({ Name: "fn", FunctionConfig, FunctionCode }, account);
  return account;
}

test("1. a missing return", () => {
  const source = "function handler(event) {\n  event.request.uri = '/';\n}";
  assert.match(
    found(source),
    /^1:1: handler returns nothing; return event\.request or a response on every way/,
  );
});

test("2. a header in capitals", () => {
  const source =
    "function handler(event) {\n  var request = event.request;\n  if (request.headers['Accept-Language']) request.uri = '/de';\n  return request;\n}";
  assert.match(
    found(source),
    /^3:\d+: request\.headers never has Accept-Language: names are in lower case; write 'accept-language'/,
  );
});

test("3. syntax that the runtime does not know", () => {
  const source = "function handler(event) {\n  const { request } = event;\n  return request;\n}";
  assert.match(
    found(source),
    /^2:\d+: destructuring is not supported by cloudfront-js-2\.0; write const a = event\.a/,
  );
});

test("4. a publish that was forgotten", async () => {
  const account = await accountWithFunction();
  const DistributionConfig = buildConfig({
    callerReference: "a",
    originPort: 80,
    viewerRequest: "fn",
  });
  await assert.rejects(createDistribution({ DistributionConfig }, account), {
    message:
      "The function fn is not in the LIVE stage. Publish it before associating it with a cache behavior",
  });
});

test("5. a wrong ETag, and none", async () => {
  const account = await accountWithFunction();
  await assert.rejects(publishFunction({ Name: "fn", IfMatch: "E2QWRUHAPOMQZL" }, account), {
    message:
      /If-Match is E2QWRUHAPOMQZL, and the current ETag of function "fn" in stage DEVELOPMENT is ETVPDKIKX0DER/,
  });
  await assert.rejects(publishFunction({ Name: "fn", IfMatch: undefined }, account), {
    message: /The header If-Match is missing; send the ETag that the resource was last read with/,
  });
});

test("6. a wrong endpoint: the edge's for the API's", () => {
  const { sentence, status } = refuseUnknownHost("/2020-05-31/function");
  assert.equal(status, 403);
  assert.match(
    sentence,
    /^This is an edge, .* The API is .* at another port: 4580, unless --api-port says otherwise\.$/,
  );
  assert.equal(refuseUnknownHost("/2020-05-31-news").sentence, "Bad request.");
});

test("6. a wrong endpoint: ours for another service's", () => {
  const router = new Router(new Map());
  const call = (headers: Readonly<Record<string, string>>) => () =>
    router.route(
      {
        ...{ method: "POST", path: "/", query: "", sourceIp: "127.0.0.1", headers },
        body: new Uint8Array(),
      },
      new Map(),
    );
  const only =
    "this is CloudFront's endpoint alone: give --endpoint-url, or AWS_ENDPOINT_URL_CLOUDFRONT, to calls of cloudfront and cloudfront-keyvaluestore only";
  const signed = (scope: string) => ({
    authorization: `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261129/${scope}/aws4_request, SignedHeaders=host, Signature=00`,
  });
  assert.throws(call(signed("us-east-1/sts")), {
    code: "UnknownOperation",
    message: `No operation answers POST /. The call is for sts, and ${only}`,
  });
  assert.throws(call({ "x-amz-target": "DynamoDB_20120810.ListTables" }), {
    message: `No operation answers POST /. The call is for DynamoDB_20120810, and ${only}`,
  });
  assert.throws(call(signed("us-east-1/cloudfront")), {
    message: "No operation answers POST /. Paths of the CloudFront API start with /2020-05-31/",
  });
});

test("6. a wrong region is none here: whatever a client signs for is taken", async () => {
  const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" };
  const path = "/2020-05-31/function";
  for (const region of ["us-east-1", "eu-west-1", "local"]) {
    const sha256 = Hash.bind(null, "sha256");
    const signer = new SignatureV4({ service: "cloudfront", region, credentials, sha256 });
    const { headers } = await signer.sign(
      new HttpRequest({ method: "GET", path, headers: { host: "localhost" } }),
    );
    const request = {
      ...{ method: "GET", path, query: "", sourceIp: "127.0.0.1", headers },
      body: new Uint8Array(),
    };
    const signature = readSignature(request);
    checkTerms(request, signature, new Date());
    assert.equal(await verifySignature(request, signature, "secret"), true);
  }
});

test("7. base64 of an event, in a file and in a call", async () => {
  const base64 = Buffer.from(JSON.stringify(viewerRequest("/"))).toString("base64");
  assert.throws(() => parseEventFile("e.json", base64), {
    message: /^e\.json is base64 of JSON, as it goes to the API: keep the JSON itself in the file/,
  });
  const account = await accountWithFunction();
  const call = { Name: "fn", IfMatch: "ETVPDKIKX0DER", EventObject: Buffer.from(base64) };
  await assert.rejects(testFunction(call, account), {
    message:
      /encoded twice; clients encode it themselves, and AWS CLI 2 wants --event-object fileb:\/\/event\.json/,
  });
});

test("8. a port that is taken", () => {
  const error = Object.assign(new Error("listen"), { code: "EADDRINUSE" });
  assert.equal(
    listenErrorMessage(error, { host: "127.0.0.1", port: 8080 }, "--edge-port"),
    "Cannot listen on 127.0.0.1:8080: the port is taken; choose another with --edge-port, or 0 for a free one",
  );
});

test("9. an old Node", () => {
  const older =
    "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.11.1' } })";
  const bin = resolve(import.meta.dirname, "../../bin/footlight.mjs");
  const args = ["--import", `data:text/javascript,${encodeURIComponent(older)}`, bin, "dev"];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  assert.equal(status, 1);
  assert.match(
    stderr,
    /^footlight needs Node 24\.7 or newer; this is Node 20\.11\.1\.\nIn a clone, npm install brings its own/,
  );
});

test("10. broken JSON", () => {
  const text = '{\n  "version": "1.0",\n  "context": { "eventType": "viewer-request", },\n}';
  assert.throws(() => parseEventFile("e.json", text), {
    message: /^e\.json is not JSON: .*\(line 3 column \d+\); no comma may stand before \} or \]$/,
  });
});
