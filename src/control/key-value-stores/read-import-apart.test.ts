import assert from "node:assert/strict";
import { test } from "node:test";
import { quotas } from "../quotas.ts";
import { readImport } from "./import-format.ts";
import { readImportApart } from "./read-import-apart.ts";

const arn = "arn:aws:s3:::seeds/pairs.json";

function fileOf(count: number, last: object): Uint8Array {
  const data: object[] = Array.from({ length: count }, (_, index) => ({
    key: `key-${index}`,
    value: "value".repeat(10),
  }));
  return Buffer.from(JSON.stringify({ data: [...data, last] }));
}

test("readImportApart() reads what readImport() reads, small and large", async () => {
  for (const count of [10, 30_000]) {
    const bytes = fileOf(count, { key: "last", value: "ü" });
    const order = { arn, bytes, quotas };
    assert.deepEqual(await readImportApart(order), readImport(arn, bytes, quotas));
  }
});

test("readImportApart() refuses in the same words, from the other thread too", async () => {
  for (const count of [10, 30_000]) {
    const bytes = fileOf(count, { key: "last", value: 1 });
    await assert.rejects(readImportApart({ arn, bytes, quotas }), {
      name: "InvalidArgument",
      status: 400,
      message: new RegExp(
        `cannot be imported: data\\[${count}\\] must be an object of two strings`,
      ),
    });
  }
  const bytes = Buffer.alloc(quotas.importSourceBytes + 1);
  await assert.rejects(readImportApart({ arn, bytes, quotas }), {
    code: "EntitySizeLimitExceeded",
  });
});

test("readImportApart() leaves this thread to others meanwhile", async () => {
  const bytes = fileOf(60_000, { key: "last", value: "" });
  let turns = 0;
  const count = setInterval(() => (turns += 1), 1);
  await readImportApart({ arn, bytes, quotas });
  clearInterval(count);
  // On this thread there would be no turn at all before it is read.
  assert.ok(turns > 10, `${turns} turns`);
});
