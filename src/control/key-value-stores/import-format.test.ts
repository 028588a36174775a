import assert from "node:assert/strict";
import { test } from "node:test";
import { quotas } from "../quotas.ts";
import { readImport } from "./import-format.ts";

const arn = "arn:aws:s3:::seeds/x.json";
const read = (text: string | Uint8Array): unknown => readImport(arn, Buffer.from(text), quotas);
const pairs = (...data: unknown[]): string => JSON.stringify({ data });
const pair = (key: string, value = ""): object => ({ key, value });

test("readImport() reads the pairs in their order, empty values and all of Unicode among them", () => {
  assert.deepEqual(read(pairs(pair("b", "€"), pair("__proto__"), pair("a"))), [
    ["b", "€"],
    ["__proto__", ""],
    ["a", ""],
  ]);
  assert.deepEqual(read(pairs()), []);
});

test("readImport() counts keys and values in bytes", () => {
  assert.ok(read(pairs(pair("é".repeat(256), "€".repeat(341)))));
});

const refusals: [string | Uint8Array, RegExp][] = [
  [Buffer.from([0xff]), /it is not UTF-8/],
  ["{", /it is not JSON: /],
  ['{"data": [], "data": []}', /it says "data" twice/],
  ['{"data": [{"key": "a", "value": "1", "value": "2"}]}', /it says "data\[0\]\.value" twice/],
  ["[]", /it must be \{"data": \[…\]\} and nothing else/],
  ['{"data": {}}', /it must be \{"data"/],
  ['{"data": [], "more": 1}', /and nothing else/],
  [pairs("x"), /data\[0\] must be an object of two strings.*got "x"$/],
  [pairs(pair("a"), { key: "b" }), /data\[1\] must be.*got an object of key$/],
  [pairs({ key: "a", value: 1 }), /data\[0\] must be.*got the value 1$/],
  [pairs({ key: ["a"], value: "1" }), /got the key \["a"\]$/],
  [pairs({ key: "a", value: "", ttl: 1 }), /got an object of key, value, ttl/],
  [
    pairs(pair("a"), pair("b"), pair("a")),
    /the key "a" is there twice, in data\[0\] and data\[2\]/,
  ],
  [pairs(pair("")), /A key is empty \(data\[0\]\)/],
  [pairs(pair("é".repeat(257))), /is 514 bytes long, and the limit is 512/],
  [pairs(pair("a", "x".repeat(1025))), /The value of "a" is 1025 bytes long/],
  ['{"data": [{"key": "a", "value": "\\ud800"}]}', /value of "a" is not Unicode/],
];
for (const [text, message] of refusals) {
  test(`readImport() refuses a file where ${message}`, () => {
    assert.throws(() => read(text), { code: "InvalidArgument", message });
  });
}

test("readImport() refuses a file over 5 MB, and pairs over what a store may hold", () => {
  const tooLarge = { code: "EntitySizeLimitExceeded", status: 413 };
  assert.throws(() => read(pairs().padEnd(quotas.importSourceBytes + 1)), tooLarge);
  const small = { ...quotas, keyValueStoreBytes: 2 };
  const bytes = Buffer.from(pairs(pair("a", "1"), pair("b")));
  assert.throws(() => readImport(arn, bytes, small), tooLarge);
  assert.ok(readImport(arn, bytes, { ...small, keyValueStoreBytes: 3 }));
});
