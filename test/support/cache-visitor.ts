/**
 * A process that opens a disk store, reads all of it and keeps something in it, and ends: with 1, and says
 * why, when it was given something wrong.
 *
 * Arguments: the store's folder, its bytes, the session.
 */
import assert from "node:assert/strict";
import { silentLogger } from "../../src/base/logger.ts";
import { DiskStore } from "../../src/cache/disk/disk-store.ts";
import { readAllChecked } from "./cache-writer.ts";
import { keep, keptTexts } from "./sample-responses.ts";

const [folder = "", maxBytes = "0", session = ""] = process.argv.slice(2);
try {
  await visit();
} catch (error) {
  process.send?.(String(error));
  process.exitCode = 1;
}
process.disconnect();

async function visit(): Promise<void> {
  const place = { folder, maxBytes: Number(maxBytes), session, logger: silentLogger };
  const store = await DiskStore.open(place);
  await readAllChecked(store);
  while ((await keep(store, "key", "again")) === undefined) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.deepEqual(await keptTexts(store, "key"), ["again"]);
  await store.close();
}
