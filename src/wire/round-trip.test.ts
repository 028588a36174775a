/**
 * Every operation of the model, there and back: the real SDK writes the request, we decode it, we
 * encode an answer, and the SDK reads that. Then the same inputs through the JSON face.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as cloudFront from "@aws-sdk/client-cloudfront";
import * as keyValueStore from "@aws-sdk/client-cloudfront-keyvaluestore";
import {
  cloudFrontOperations,
  keyValueStoreOperations,
  type OperationSchema,
} from "../schema/operation-table.ts";
import type { Shape, StructureShape } from "../schema/shape.ts";
import {
  requestHandler,
  type Answer,
  type RequestHandler,
} from "../../test/support/request-handler.ts";
import { sampleMembers, type Members } from "../../test/support/sample-input.ts";
import type { ApiRequest } from "./api-message.ts";
import { bodyLayout, membersOf } from "./body-layout.ts";
import {
  decodeCall,
  decodeKeyValueStoreCall,
  type Call,
  type KeyValueStoreCall,
} from "./decode-call.ts";
import { encodeOutput } from "./encode-output.ts";
import { snakeCase } from "./json/json-names.ts";
import { writeJsonMembers } from "./json/write-json.ts";

type Extent = "required members" | "all members";

const storeArn =
  "arn:aws:cloudfront::000000000000:key-value-store/11111111-2222-3333-4444-555555555555";

/** One of these satisfies each pattern of the models. */
const strings = [
  "abc",
  "us-east-1",
  "arn:aws:cloudfront::000000000000:distribution/E1",
  "arn:aws:cloudfront::000000000000:function/hello",
  storeArn,
];

function sampleOf(shape: StructureShape | undefined, extent: Extent): Members {
  const members = sampleMembers(shape, { strings, extent });
  // The SDK makes its endpoint of it.
  return "KvsARN" in members ? { ...members, KvsARN: storeArn } : members;
}

/** Runs one command of the SDK against a function instead of a network. */
async function send(
  { service, name }: OperationSchema,
  input: Members,
  answer: Answer,
): Promise<Members> {
  const handler = requestHandler(answer);
  const sdk = service === "cloudfront" ? cloudFront : keyValueStore;
  const makeClient = service === "cloudfront" ? cloudFrontClient : keyValueStoreClient;
  const client = makeClient(handler) as { readonly send: (command: never) => Promise<unknown> };
  const Command = (sdk as unknown as Record<string, new (input: Members) => never>)[
    `${name}Command`
  ]!;
  const { $metadata, ...output } = (await client.send(new Command(input))) as Members;
  assert.ok($metadata);
  return output;
}

const common = {
  region: "us-east-1",
  endpoint: "http://localhost:4580",
  credentials: { accessKeyId: "key", secretAccessKey: "secret" },
  maxAttempts: 1,
};

function cloudFrontClient(requestHandler: RequestHandler): cloudFront.CloudFrontClient {
  return new cloudFront.CloudFrontClient({ ...common, requestHandler });
}

/** Without signatures: those of this service need a package of their own. */
function keyValueStoreClient(
  requestHandler: RequestHandler,
): keyValueStore.CloudFrontKeyValueStoreClient {
  const schemeId = "smithy.api#noAuth";
  return new keyValueStore.CloudFrontKeyValueStoreClient({
    ...common,
    requestHandler,
    httpAuthSchemeProvider: () => [{ schemeId }],
    httpAuthSchemes: [
      {
        schemeId,
        identityProvider: () => async () => ({}),
        signer: { sign: async (request) => request },
      },
    ],
  });
}

/** The SDK's blobs have methods of their own; only the bytes matter. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("utf8");
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
}

async function roundTrip(
  operation: OperationSchema,
  extent: Extent,
): Promise<{
  readonly input: Members;
  readonly call: Call | KeyValueStoreCall;
  readonly request: ApiRequest;
}> {
  const input = sampleOf(operation.input, extent);
  const output = sampleOf(operation.output, extent);
  let decoded:
    | { readonly call: Call | KeyValueStoreCall; readonly request: ApiRequest }
    | undefined;
  const read = await send(operation, input, (request) => {
    decoded = { request, call: decode(operation, request) };
    return encodeOutput(decoded.call, output, "request-1");
  });
  assert.deepEqual(plain(read), plain(asAnswered(output, operation)));
  return { input, ...decoded! };
}

function decode({ service }: OperationSchema, request: ApiRequest): Call | KeyValueStoreCall {
  return service === "cloudfront" ? decodeCall(request) : decodeKeyValueStoreCall(request);
}

/** What the wire adds to an output: a payload that has nothing in it, a type for bytes. */
function asAnswered(output: Members, { output: shape }: OperationSchema): Members {
  const { payload } = bodyLayout(shape);
  if (payload === undefined || payload.name in output) return output;
  return payload.shape.kind === "blob"
    ? { ...output, ContentType: "application/octet-stream" }
    : { ...output, [payload.name]: {} };
}

test("decodeCall() and encodeOutput() know all operations of the model", () => {
  const commands = Object.keys(cloudFront).filter((name) => /^[A-Z]\w+Command$/.test(name));
  assert.equal(cloudFrontOperations.size, commands.length);
  assert.equal(cloudFrontOperations.size, 167);
  assert.equal(keyValueStoreOperations.size, 6);
});

const allOperations = [...cloudFrontOperations.values(), ...keyValueStoreOperations.values()];

for (const extent of ["required members", "all members"] as const) {
  for (const operation of allOperations) {
    test(`${operation.service} ${operation.name} makes the round trip with the SDK, with ${extent}`, async () => {
      const { input, call } = await roundTrip(operation, extent);
      assert.equal(call.operation, operation.name);
      assert.equal(call.face, operation.service === "cloudfront" ? "xml" : "rest-json");
      assert.deepEqual(plain(call.input), plain(input));
    });
  }
}

for (const operation of allOperations) {
  test(`${operation.service} ${operation.name} takes the same input as JSON, and answers with an id`, async () => {
    const { input, request, call } = await roundTrip(operation, "all members");
    for (const body of jsonBodies(operation, input)) {
      const headers = { ...request.headers, accept: "application/json" };
      const jsonCall = decode(operation, { ...request, headers, body: Buffer.from(body) });
      assert.equal(jsonCall.face, "json");
      assert.deepEqual(plain(jsonCall.input), plain(call.input));

      const output = sampleOf(operation.output, "all members");
      const answer = encodeOutput(jsonCall, output, "request-1");
      assert.equal(answer.headers["Content-Type"], "application/json");
      const { success, data } = JSON.parse(String(answer.body)) as {
        readonly success: boolean;
        readonly data: Members;
      };
      assert.equal(success, true);
      assert.equal(typeof data["id"], "string");
      assert.equal(answer.status, operation.status === 204 ? 200 : operation.status);
    }
  });
}

/** The body in snake_case, wrapped in its payload member and, where it has one, without that. */
function jsonBodies({ input: shape }: OperationSchema, input: Members): string[] {
  const { payload, inBody } = bodyLayout(shape);
  if (payload === undefined) {
    return inBody.length === 0 ? ["", "{}"] : [JSON.stringify(writeJsonMembers(inBody, input))];
  }
  const wrapped = writeJsonMembers([payload], input);
  return [JSON.stringify(wrapped), JSON.stringify(wrapped[snakeCase(payload.name)])];
}

test("payloads have no member that could be taken for the payload itself", () => {
  for (const { name, input } of allOperations) {
    const { payload } = bodyLayout(input);
    if (payload === undefined) continue;
    const inside = membersOf(asStructure(payload.shape)).map((member) => member.name);
    assert.ok(!inside.includes(payload.name), `${name} has ${payload.name} in ${payload.name}`);
    assert.ok(!inside.includes("IfMatch"), `${name} has IfMatch in ${payload.name}`);
  }
});

function asStructure(shape: Shape): StructureShape {
  assert.equal(shape.kind, "structure");
  return shape;
}
