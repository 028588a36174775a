/**
 * Whatever a client signs, nobody can change: every byte of a signed request, one at a time, is
 * replaced by another, and each time the request must be refused.
 *
 * Headers that a client leaves unsigned are its own choice, and the listener's: which those are is
 * asserted too, so that one that starts to matter shows here.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ListTagsForResourceCommand, UpdateFunctionCommand } from "@aws-sdk/client-cloudfront";
import { PutKeyCommand } from "@aws-sdk/client-cloudfront-keyvaluestore";
import { HttpRequest } from "@smithy/core/protocols";
import { Hash } from "@smithy/core/serde";
import { SignatureV4 } from "@smithy/signature-v4";
import { requireSignatures } from "../../src/control/access/access.ts";
import { ApiError } from "../../src/model/errors.ts";
import type { ApiRequest } from "../../src/wire/api-message.ts";
import { testSecretKey, withKey } from "../support/access-key.ts";
import { apiRequestOf } from "../support/request-handler.ts";
import { catchRequest, cloudFrontClient, keyValueStoreClient } from "../support/signed-request.ts";

const permanent = withKey();
const { state, credentials: temporary } = withKey(permanent.state, undefined, {
  expires: new Date(Date.now() + 3_600_000),
});
const { credentials } = permanent;
const authenticate = requireSignatures({
  state: () => state,
  now: () => new Date(),
  secretKey: testSecretKey,
});

const storeArn =
  "arn:aws:cloudfront::000000000000:key-value-store/11111111-2222-3333-4444-555555555555";

const updateFunction = new UpdateFunctionCommand({
  Name: "hello",
  IfMatch: "ETVPDKIKX0DER",
  FunctionConfig: { Comment: "changed", Runtime: "cloudfront-js-2.0" },
  FunctionCode: Buffer.from("function handler(event) { return event.request; }"),
});

const requests: Readonly<Record<string, () => Promise<ApiRequest>>> = {
  "a body, in XML": () =>
    catchRequest((answer) => cloudFrontClient(credentials, answer).send(updateFunction)),
  "a body, and a session token": () =>
    catchRequest((answer) => cloudFrontClient(temporary, answer).send(updateFunction)),
  "a query": () =>
    catchRequest((answer) =>
      cloudFrontClient(credentials, answer).send(
        new ListTagsForResourceCommand({
          Resource: "arn:aws:cloudfront::000000000000:function/hello",
        }),
      ),
    ),
  "a signature of version 4A": () =>
    catchRequest((answer) =>
      keyValueStoreClient(credentials, answer).send(
        new PutKeyCommand({ KvsARN: storeArn, Key: "a/b c", Value: "v", IfMatch: "KVABC" }),
      ),
    ),
  "a presigned URL": async () => {
    const signer = new SignatureV4({
      credentials: temporary,
      region: "eu-west-1",
      service: "cloudfront",
      sha256: Hash.bind(null, "sha256"),
    });
    const request = new HttpRequest({
      method: "GET",
      path: "/2020-05-31/function",
      query: { Stage: "LIVE" },
      headers: { host: "localhost:4580" },
    });
    return apiRequestOf((await signer.presign(request)) as HttpRequest);
  },
};

for (const [what, build] of Object.entries(requests)) {
  test(`no byte of a request with ${what} can be changed`, async () => {
    const signed = await build();
    assert.match((await authenticate(signed)).principal, /^A[KS]IA[A-Z2-7]{16}$/);

    let count = 0;
    for (const [where, changed] of mutations(signed)) {
      count++;
      await assert.rejects(
        authenticate(changed),
        (error) => error instanceof ApiError && error.status >= 400 && error.status < 500,
        `${where} was changed, and nobody noticed`,
      );
    }
    assert.ok(count > 300, `only ${count} mutations`);
  });
}

/** Headers that may differ: the SDK leaves them unsigned, and no operation reads them. */
const unsigned: ReadonlySet<string> = new Set(["user-agent"]);

function* mutations(request: ApiRequest): Generator<readonly [where: string, ApiRequest]> {
  for (const method of ["GET", "PUT", "POST", "DELETE", "HEAD"]) {
    if (method !== request.method) yield [`the method, to ${method},`, { ...request, method }];
  }
  for (const [index, path] of changes(request.path, "/")) {
    yield [`byte ${index} of the path`, { ...request, path }];
  }
  for (const [index, query] of changes(request.query)) {
    yield [`byte ${index} of the query`, { ...request, query }];
  }
  for (const index of request.body.keys()) {
    const body = Uint8Array.from(request.body);
    body[index]! ^= 1;
    yield [`byte ${index} of the body`, { ...request, body }];
  }
  for (const [name, value = ""] of Object.entries(request.headers)) {
    if (unsigned.has(name)) continue;
    const { [name]: _, ...others } = request.headers;
    yield [`the header ${name}, by leaving it out,`, { ...request, headers: others }];
    for (const [index, changed] of changes(value)) {
      const headers = { ...request.headers, [name]: changed };
      yield [`byte ${index} of the header ${name}`, { ...request, headers }];
    }
  }
  for (const name of ["x-amz-anything", "if-match"]) {
    const headers = { ...request.headers, [name]: `${request.headers[name] ?? ""}x` };
    yield [`the header ${name}, by adding to it,`, { ...request, headers }];
  }
  yield ["the query, by adding to it,", { ...request, query: `${request.query}&Marker=x` }];
  yield ["the body, by adding to it,", { ...request, body: Buffer.from([...request.body, 10]) }];
}

/** A text with each of its characters, in turn, replaced by one that means something else. */
function* changes(text: string, keep = ""): Generator<readonly [number, string]> {
  for (let index = 0; index < text.length; index++) {
    if (index === 0 && text[index] === keep) continue;
    const other = text[index] === "x" ? "y" : "x";
    yield [index, text.slice(0, index) + other + text.slice(index + 1)];
  }
}
