import assert from "node:assert/strict";
import { test } from "node:test";
import { xmlNamespace } from "../schema/operation-table.ts";
import type { OperationName } from "../schema/operations.ts";
import type { Face } from "./face.ts";
import { encodeOutput } from "./encode-output.ts";

function encode(
  operation: OperationName,
  face: Face,
  output: unknown,
  input: object = {},
): ReturnType<typeof encodeOutput> {
  return encodeOutput({ operation, face, input }, output, "request-1");
}

function data(...parts: Parameters<typeof encode>): unknown {
  return (JSON.parse(String(encode(...parts).body)) as { readonly data: unknown }).data;
}

const summary = {
  Name: "my-function",
  Status: "UNASSOCIATED",
  FunctionConfig: { Comment: "hi", Runtime: "cloudfront-js-2.0" },
  FunctionMetadata: {
    FunctionARN: "arn:aws:cloudfront::000000000000:function/my-function",
    Stage: "LIVE",
    CreatedTime: new Date("2025-01-01T00:00:00.678Z"),
    LastModifiedTime: new Date("2025-01-02T00:00:00.001Z"),
  },
};

test("encodeOutput() answers PublishFunction in JSON in the documented shape", () => {
  const answer = encode("PublishFunction", "json", { FunctionSummary: summary, ETag: "E1" });
  assert.equal(answer.status, 200);
  assert.equal(answer.headers["Content-Type"], "application/json");
  assert.equal(answer.headers["x-amzn-RequestId"], "request-1");
  assert.equal(
    answer.body,
    JSON.stringify({
      success: true,
      data: {
        id: "my-function",
        created_at: "2025-01-01T00:00:00Z",
        etag: "E1",
        name: "my-function",
        status: "UNASSOCIATED",
        function_config: { comment: "hi", runtime: "cloudfront-js-2.0" },
        function_metadata: {
          function_arn: "arn:aws:cloudfront::000000000000:function/my-function",
          stage: "LIVE",
          created_time: "2025-01-01T00:00:00.678Z",
          last_modified_time: "2025-01-02T00:00:00.001Z",
        },
      },
    }),
  );
});

test("encodeOutput() answers PublishFunction in XML with its payload as the root, and the ETag", () => {
  const answer = encode("PublishFunction", "xml", { FunctionSummary: summary, ETag: "E1" });
  assert.deepEqual(answer.headers, {
    "x-amzn-RequestId": "request-1",
    "Content-Type": "text/xml",
    ETag: "E1",
  });
  const body = String(answer.body);
  assert.ok(
    body.startsWith(`<?xml version="1.0"?>\n<FunctionSummary xmlns="${xmlNamespace}"><Name>`),
  );
  assert.ok(body.includes("<CreatedTime>2025-01-01T00:00:00.678Z</CreatedTime>"));
});

test("encodeOutput() writes elements in the model's order, also where the SDK's is another", () => {
  const FunctionList = { Items: [summary], Quantity: 1, MaxItems: 1, NextMarker: "m" };
  const { body } = encode("ListFunctions", "xml", { FunctionList });
  assert.equal(
    body,
    `<?xml version="1.0"?>\n<FunctionList xmlns="${xmlNamespace}"><NextMarker>m</NextMarker><MaxItems>1</MaxItems>` +
      "<Quantity>1</Quantity><Items><FunctionSummary><Name>my-function</Name><Status>UNASSOCIATED</Status>" +
      "<FunctionConfig><Comment>hi</Comment><Runtime>cloudfront-js-2.0</Runtime></FunctionConfig><FunctionMetadata>" +
      "<FunctionARN>arn:aws:cloudfront::000000000000:function/my-function</FunctionARN><Stage>LIVE</Stage>" +
      "<CreatedTime>2025-01-01T00:00:00.678Z</CreatedTime><LastModifiedTime>2025-01-02T00:00:00.001Z</LastModifiedTime>" +
      "</FunctionMetadata></FunctionSummary></Items></FunctionList>",
  );
});

test("encodeOutput() sends UpdateFunction's version in both spellings of the header", () => {
  const { headers } = encode("UpdateFunction", "xml", { FunctionSummary: summary, ETag: "E2" });
  assert.equal(headers["ETag"], "E2");
  assert.equal(headers["ETtag"], "E2");
});

test("encodeOutput() sends a function's code as the bytes it is, and as base64 in JSON", () => {
  const output = { FunctionCode: Buffer.from([0, 255, 13, 10]), ETag: "E1" };
  const answer = encode("GetFunction", "xml", output);
  assert.deepEqual(answer.body, output.FunctionCode);
  assert.equal(answer.headers["Content-Type"], "application/octet-stream");
  assert.deepEqual(data("GetFunction", "json", output, { Name: "hello" }), {
    id: "hello",
    etag: "E1",
    function_code: "AP8NCg==",
  });
});

test("encodeOutput() sends nothing with 204, and the id with 200 in JSON", () => {
  const xml = encode("DeleteFunction", "xml", undefined, { Name: "hello" });
  assert.deepEqual([xml.status, xml.body, xml.headers["Content-Type"]], [204, "", undefined]);
  const json = encode("DeleteFunction", "json", undefined, { Name: "hello" });
  assert.equal(json.status, 200);
  assert.equal(json.body, '{"success":true,"data":{"id":"hello"}}');
});

test("encodeOutput() names the root after the output, where it has no payload", () => {
  const output = { Id: "E1", WebACLArn: "arn", ETag: "E2" };
  const { body } = encode("AssociateDistributionWebACL", "xml", output);
  assert.equal(
    body,
    `<?xml version="1.0"?>\n<AssociateDistributionWebACLResult xmlns="${xmlNamespace}"><Id>E1</Id><WebACLArn>arn</WebACLArn></AssociateDistributionWebACLResult>`,
  );
});

test("encodeOutput() lists under items in JSON, also when there are none", () => {
  const list = { MaxItems: 1, Quantity: 1, NextMarker: "m", Items: [summary] };
  const some = data("ListFunctions", "json", { FunctionList: list }) as Record<string, unknown>;
  assert.equal(some["id"], "function");
  assert.equal(some["next_marker"], "m");
  assert.equal((some["items"] as { readonly name: string }[])[0]?.name, "my-function");
  assert.deepEqual(data("ListFunctions", "json", { FunctionList: { MaxItems: 1, Quantity: 0 } }), {
    id: "function",
    max_items: 1,
    quantity: 0,
    items: [],
  });
  const functions = { ConnectionFunctions: [], NextMarker: "m" };
  assert.deepEqual(data("ListConnectionFunctions", "json", functions), {
    id: "connection-functions",
    next_marker: "m",
    items: [],
  });
});

test("encodeOutput() escapes text, and replaces what XML cannot carry", () => {
  const result = { FunctionExecutionLogs: ["a\u{0}b\u{1B}\u{D800}", "<&>\r\n", "\u{1F600}"] };
  const { body } = encode("TestFunction", "xml", { TestResult: result });
  assert.match(String(body), /<member>a\u{FFFD}b\u{FFFD}\u{FFFD}<\/member>/u);
  assert.match(String(body), /<member>&lt;&amp;&gt;&#x0D;&#x0A;<\/member><member>\u{1F600}</u);
});

test("encodeOutput() names a configuration by the resource it is of, not by its own name", () => {
  const configs = [
    ["GetCachePolicyConfig", { CachePolicyConfig: { Name: "mine", MinTTL: 1 } }],
    ["GetOriginAccessControlConfig", { OriginAccessControlConfig: { Name: "mine" } }],
    ["GetPublicKeyConfig", { PublicKeyConfig: { Name: "mine" } }],
    ["GetKeyGroupConfig", { KeyGroupConfig: { Name: "mine", Items: [] } }],
    ["GetDistributionConfig", { DistributionConfig: { CallerReference: "mine" } }],
  ] as const;
  for (const [operation, output] of configs) {
    const { id } = data(operation, "json", output, { Id: "E1" }) as { readonly id: unknown };
    assert.equal(id, "E1", operation);
  }
});
