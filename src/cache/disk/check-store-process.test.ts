/** What the process that checks a disk store's index does to those who open it beside it. */
import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { keep, keptTexts } from "../../../test/support/sample-responses.ts";
import { notedLogger } from "../../../test/support/noted-logger.ts";
import { DiskStore } from "./disk-store.ts";
import { currentGeneration, filesOf, noteDeath } from "./generation.ts";
import { requireSoundGeneration, type StorePlace } from "./check-store.ts";
import { openIndexFile } from "./index-file.ts";

const maxBytes = 16 * 1024 * 1024;

/** @returns where a store is that was closed, and is to be checked */
async function closedStore(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), "footlight-cache-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const logger = notedLogger();
  const place = { folder, maxBytes, session: "before", logger } satisfies StorePlace;
  const store = await DiskStore.open(place);
  assert.ok(await keep(store, "key", "hello"));
  await store.close();
  noteDeath(folder);
  const generation = currentGeneration(folder) as string;
  return { place, logger, generation, lock: filesOf(generation).lock };
}

/** What kind of lock glibc says that each of LMDB's is: one for all processes, that outlives them, and one that was destroyed. */
const [shared, destroyed] = [0x90, 0xffffffff];

/** @returns where in a file the kinds of LMDB's locks stand */
function placesOf(file: string | number, kind: number): number[] {
  const head = readFileSync(file).subarray(0, 192);
  const places = Array.from({ length: head.length / 4 }, (_, word) => 4 * word);
  return places.filter((place) => head.readUInt32LE(place) === kind);
}

/** @returns what the process said, once it has ended */
async function outcomeOf(generation: string): Promise<unknown> {
  const file = fileURLToPath(new URL("check-store-process.ts", import.meta.url));
  const child = fork(file, [generation, String(maxBytes), "all"], { execArgv: [] });
  const exit = once(child, "exit");
  const [outcome] = await once(child, "message");
  assert.deepEqual(await exit, [0, null]);
  return outcome;
}

test("the process that checks a store leaves the locks of its index to others who wait for them", async (t) => {
  const { generation, lock } = await closedStore(t);
  if (placesOf(lock, destroyed).length !== 3) {
    t.skip("locks look otherwise here");
    return;
  }
  assert.deepEqual(await outcomeOf(generation), { isSound: true });
  assert.equal(placesOf(lock, shared).length, 3);
});

test("a store whose locks another process takes along as it closes it is not taken for damaged", async (t) => {
  const { place, logger, generation, lock } = await closedStore(t);
  const other = openIndexFile(filesOf(generation).index, maxBytes);
  // Not closed before: by that this process would no longer be one that has the index open.
  const opened = openSync(lock, "r+");
  const places = placesOf(opened, shared);
  if (places.length !== 3) {
    await other.close();
    closeSync(opened);
    t.skip("locks look otherwise here");
    return;
  }
  for (const at of places) writeSync(opened, Uint8Array.of(255, 255, 255, 255), 0, 4, at);
  assert.deepEqual(await outcomeOf(generation), { isUnlockable: true });
  const checked = requireSoundGeneration({ ...place, session: "another" });
  // Long enough for a first look, as a rule.
  await wait(500);
  await other.close();
  closeSync(opened);
  assert.equal(await checked, generation);
  const store = await DiskStore.open({ ...place, session: "another" });
  t.after(() => store.close());
  assert.deepEqual(await keptTexts(store, "key"), ["hello"]);
  assert.deepEqual(logger.lines, []);
});
