/** Broken requests: thousands of small edits of valid ones, none of which may be a crash. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { tried } from "../../test/support/tried.ts";
import { ApiError } from "../model/errors.ts";
import type { ApiRequest } from "./api-message.ts";
import { decodeCall } from "./decode-call.ts";

const noBody = new Uint8Array();
const valid: readonly ApiRequest[] = [
  {
    method: "POST",
    path: "/2020-05-31/distribution",
    query: "WithTags",
    headers: {},
    body: Buffer.from(`<?xml version="1.0"?>
      <DistributionConfigWithTags xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/">
      <DistributionConfig><CallerReference>r</CallerReference><Comment/><Enabled>true</Enabled>
      <Origins><Quantity>1</Quantity><Items><Origin><Id>o</Id><DomainName>a.example</DomainName></Origin></Items></Origins>
      <DefaultCacheBehavior><TargetOriginId>o</TargetOriginId><ViewerProtocolPolicy>allow-all</ViewerProtocolPolicy>
      <MinTTL>0</MinTTL></DefaultCacheBehavior></DistributionConfig>
      <Tags><Items><Tag><Key>k</Key><Value>v</Value></Tag></Items></Tags></DistributionConfigWithTags>`),
    sourceIp: "",
  },
  {
    method: "PUT",
    path: "/2020-05-31/function/hello",
    query: "",
    headers: { accept: "application/json" },
    body: Buffer.from(
      '{"function_config": {"comment": "", "runtime": "cloudfront-js-2.0"}, "function_code": {"text": "x"}, "if_match": "E1"}',
    ),
    sourceIp: "",
  },
  {
    method: "GET",
    path: "/2020-05-31/distributionsByOwnedResource/arn%3Aaws%3A%2Fx",
    query: "MaxItems=5&Marker=a%20b",
    headers: {},
    body: noBody,
    sourceIp: "",
  },
];

interface Edit {
  readonly at: number;
  readonly remove: number;
  readonly insert: Uint8Array;
}

const tokens =
  '< > </ & &# ]]> <![CDATA[ <!-- <!DOCTYPE <? " { } [ , : % %2F / = null -1 1e9 \u{0} __proto__'.split(
    " ",
  );
const edits: fc.Arbitrary<Edit[]> = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    remove: fc.nat(12),
    insert: fc.oneof(
      fc.uint8Array({ maxLength: 4 }),
      fc.constantFrom(...tokens).map((token) => new Uint8Array(Buffer.from(token))),
    ),
  }),
  { minLength: 1, maxLength: 4 },
);

function edited(bytes: Uint8Array, changes: readonly Edit[]): Buffer {
  let result = Buffer.from(bytes);
  for (const { at, remove, insert } of changes) {
    const start = Math.floor(at * result.length);
    result = Buffer.concat([result.subarray(0, start), insert, result.subarray(start + remove)]);
  }
  return result;
}

function editedText(text: string, changes: readonly Edit[]): string {
  return edited(Buffer.from(text), changes).toString("latin1");
}

const parts: Readonly<Record<string, (whole: ApiRequest, changes: readonly Edit[]) => ApiRequest>> =
  {
    body: (whole, changes) => ({ ...whole, body: edited(whole.body, changes) }),
    path: (whole, changes) => ({ ...whole, path: editedText(whole.path, changes) }),
    query: (whole, changes) => ({ ...whole, query: editedText(whole.query, changes) }),
    headers: (whole, changes) => ({
      ...whole,
      headers: {
        accept: editedText("application/json;q=0.5, */*", changes),
        "content-type": editedText("application/json", changes),
        "if-match": editedText("E1", changes),
      },
    }),
  };

test("decodeCall() decodes the requests that the edits start from", () => {
  assert.deepEqual(
    valid.map((request) => decodeCall(request).operation),
    ["CreateDistributionWithTags", "UpdateFunction", "ListDistributionsByOwnedResource"],
  );
});

for (const [part, breakPart] of Object.entries(parts)) {
  test(`decodeCall() ends in an ApiError or a call, whatever becomes of the ${part}`, () => {
    fc.assert(
      fc.property(fc.constantFrom(...valid), edits, (whole, changes) => {
        try {
          assert.ok(decodeCall(breakPart(whole, changes)).operation);
        } catch (error) {
          assert.ok(error instanceof ApiError, `not an ApiError: ${String(error)}`);
          assert.ok(error.status < 500, `a status of ${error.status}`);
          assert.ok(error.message.length < 8000, `a message of ${error.message.length}`);
        }
      }),
      tried(2000),
    );
  });
}
