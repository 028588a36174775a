import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { cacheStoreContract } from "../../test/support/cache-store-contract.ts";
import {
  keep,
  keptTexts,
  sampleBytes,
  sampleMeta,
  sampleNow,
} from "../../test/support/sample-responses.ts";
import { silentLogger } from "../base/logger.ts";
import { DiskStore } from "./disk/disk-store.ts";
import { filesOf } from "./disk/generation.ts";
import { replaceGeneration } from "./disk/replace-generation.ts";
import { HotStore } from "./hot-store.ts";
import type { Stored } from "./store.ts";

function newFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "footlight-cache-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(filesOf(replaceGeneration(folder, undefined)).checked, "test");
  return folder;
}

const onDisk = (folder: string, maxBytes: number): Promise<DiskStore> =>
  DiskStore.open({ folder, maxBytes, session: "test", logger: silentLogger });

const memoryBytes = 4 * 1024 * 1024;

cacheStoreContract("HotStore", {
  open: async (t, maxBytes) => {
    const disk = await onDisk(newFolder(t), maxBytes);
    return { store: new HotStore(disk, memoryBytes), bytes: () => disk.bytes };
  },
  marginBytes: 2 * 1024 * 1024,
});

/** @returns two workers' stores that share what is on disk */
async function twoWorkers(t: TestContext) {
  const folder = newFolder(t);
  const open = async () => new HotStore(await onDisk(folder, 64 * 1024 * 1024), memoryBytes);
  const [here, there] = [await open(), await open()];
  t.after(() => Promise.all([here.close(), there.close()]));
  return { here, there };
}

const revision = ([stored]: readonly Stored[]): number | undefined => stored?.meta.revision;

test("HotStore asks the shared store again when the clock was set back", async (t) => {
  const { here, there } = await twoWorkers(t);
  await keep(here, "key", "one", { freshUntil: sampleNow + 5_000 });
  assert.equal(revision(there.variantsOf("key", sampleNow)), 1);
  await keep(here, "key", "two", { revision: 2, freshUntil: sampleNow + 5_000 });
  assert.equal(revision(there.variantsOf("key", sampleNow - 3_600_000)), 2);
});

test("HotStore asks the shared store again once a second, and when a copy has expired", async (t) => {
  const { here, there } = await twoWorkers(t);
  await keep(here, "key", "one", { freshUntil: sampleNow + 5_000 });
  assert.equal(revision(there.variantsOf("key", sampleNow)), 1);
  await keep(here, "key", "two", { revision: 2, freshUntil: sampleNow + 1_500 });
  assert.equal(revision(here.variantsOf("key", sampleNow)), 2);
  assert.equal(revision(there.variantsOf("key", sampleNow + 999)), 1);
  assert.equal(revision(there.variantsOf("key", sampleNow + 1_000)), 2);
  await keep(here, "key", "three", { revision: 3, freshUntil: sampleNow + 9_000 });
  assert.equal(revision(there.variantsOf("key", sampleNow + 1_499)), 2);
  assert.equal(revision(there.variantsOf("key", sampleNow + 1_500)), 3);
});

test("HotStore gives the same objects when it has asked again and nothing has changed", async (t) => {
  const { here } = await twoWorkers(t);
  await keep(here, "key", "one");
  const [first] = here.variantsOf("key", sampleNow);
  const body = first && here.open(first);
  assert.ok(body?.whole);
  const [second] = here.variantsOf("key", sampleNow + 2_000);
  assert.equal(first, second);
  assert.equal(second && here.open(second), body);
});

test("HotStore shows at once what this worker refreshes and removes", async (t) => {
  const { here } = await twoWorkers(t);
  const stored = await keep(here, "key", "one");
  here.variantsOf("key", sampleNow);
  assert.ok(stored);
  const refreshed = here.refresh(stored, sampleMeta({ revision: 5 }));
  assert.equal(here.variantsOf("key", sampleNow)[0], refreshed);
  assert.deepEqual(await keptTexts(here, "key"), ["one"]);
  here.remove(refreshed);
  assert.deepEqual(here.variantsOf("key", sampleNow), []);
});

test("HotStore goes on giving the object that refresh() gave", async (t) => {
  const { here } = await twoWorkers(t);
  const stored = await keep(here, "key", "one");
  assert.ok(stored);
  const refreshed = here.refresh(stored, sampleMeta({ revision: 5 }));
  await keep(here, "other", "");
  for (const later of [0, 2_000, 4_000]) {
    assert.equal(here.variantsOf("key", sampleNow + later)[0], refreshed);
  }
});

test("HotStore takes a copy of a large body that is asked for again", async (t) => {
  const { here } = await twoWorkers(t);
  const bytes = sampleBytes(200_000);
  await keep(here, "key", bytes);
  const isWhole = (): boolean => {
    const [stored] = here.variantsOf("key", sampleNow);
    const whole = stored && here.open(stored)?.whole;
    return whole !== undefined && Buffer.from(whole).equals(bytes);
  };
  assert.equal(isWhole(), false);
  while (!isWhole()) await new Promise(setImmediate);
});

test("HotStore stays within its memory", async (t) => {
  const { here } = await twoWorkers(t);
  for (let index = 0; index < 200; index += 1) {
    await keep(here, `key ${index}`, sampleBytes(50_000, index));
    assert.ok((await keptTexts(here, `key ${index}`))[0]);
    const { memoryBytes: taken } = await here.inspect(1);
    assert.ok(taken <= memoryBytes, `${taken}`);
  }
  assert.ok((await here.inspect(1)).memoryBytes > memoryBytes / 2);
});

test("HotStore.inspect() counts, and names the biggest and the hottest", async (t) => {
  const { here } = await twoWorkers(t);
  for (const length of [1_000, 500_000, 100]) {
    await keep(here, `of ${length}`, sampleBytes(length), { uri: `/${length}` });
  }
  for (let hit = 0; hit < 5; hit += 1) here.variantsOf("of 1000", sampleNow);
  here.variantsOf("of 100", sampleNow);
  here.variantsOf("nothing", sampleNow);
  const found = await here.inspect(2);
  assert.equal(found.entries, 3);
  assert.deepEqual(
    found.biggest.map(({ stored }) => stored.length),
    [500_000, 1_000],
  );
  assert.deepEqual(
    found.hottest.map(({ stored, hits }) => [stored.meta.uri, hits]),
    [
      ["/1000", 4],
      ["/100", 0],
    ],
  );
  assert.deepEqual(found.hits, { memory: 4, disk: 2 });
  assert.equal(found.misses, 1);
  assert.ok(found.diskBytes > 500_000);
  assert.deepEqual(
    (await here.find(({ meta }) => meta.uri.startsWith("/1"), 10)).map(({ key }) => key).sort(),
    ["of 100", "of 1000"],
  );
  assert.equal((await here.find(() => true, 1)).length, 1);
});
