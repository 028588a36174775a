import assert from "node:assert/strict";
import { test } from "node:test";
import { allKept } from "./all-kept.ts";
import { DamagedIndex } from "./damage.ts";
import type { IndexFile } from "./index-file.ts";
import { recordKey } from "./index-keys.ts";
import { encodeRecord } from "./record.ts";

test("allKept() ends where keys lead back, as those of a damaged index may", async () => {
  const value = encodeRecord({ key: "key", variants: [] }, 1);
  const keys = [5, 2].map((byte) => recordKey(new Uint8Array(16).fill(byte)));
  let asked = 0;
  const index = {
    resetReadTxn() {},
    getRange: () => [{ key: keys[Math.min(asked++, 1)], value }],
  } as unknown as IndexFile;
  await assert.rejects(async () => {
    for await (const stored of allKept(index, () => asked > 100)) assert.fail(stored.key);
  }, DamagedIndex);
});
