/** What the process that checks a disk store's index does to those who open it beside it. */
import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
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

/** @returns how many locks of LMDB's glibc calls destroyed */
function destroyedIn(lock: string): number {
  const head = readFileSync(lock).subarray(0, 192);
  const words = Array.from({ length: head.length / 4 }, (_, word) => head.readUInt32LE(4 * word));
  return words.filter((word) => word === 0xffffffff).length;
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
  if (destroyedIn(lock) !== 3) {
    t.skip("locks look otherwise here");
    return;
  }
  assert.deepEqual(await outcomeOf(generation), { isSound: true });
  assert.equal(destroyedIn(lock), 0);
});

/** @returns what ends a process that has the index open with locks that cannot be taken; undefined where it could not make them so */
async function takeLocks(t: TestContext, generation: string) {
  const file = fileURLToPath(new URL("../../../test/support/lock-taker.ts", import.meta.url));
  const child = fork(file, [filesOf(generation).index], { execArgv: [] });
  const exit = once(child, "exit");
  const end = async (): Promise<void> => {
    if (child.connected) child.send("end");
    await exit;
  };
  t.after(end);
  const [found] = await once(child, "message");
  if (found === 3) return end;
  t.skip("locks look otherwise here");
  return undefined;
}

test("a store whose locks another process takes along as it closes it is not taken for damaged", async (t) => {
  const { place, logger, generation } = await closedStore(t);
  const end = await takeLocks(t, generation);
  if (end === undefined) return;
  assert.deepEqual(await outcomeOf(generation), { isUnlockable: true });
  const opening = DiskStore.open({ ...place, session: "another" });
  // Long enough for a first look, as a rule.
  await wait(500);
  await end();
  const store = await opening;
  t.after(() => store.close());
  // Where the other was slow to go it is tried again two seconds later, and that is said.
  while ((await keptTexts(store, "key")).length === 0) await wait(20);
  assert.deepEqual(await keptTexts(store, "key"), ["hello"]);
  assert.equal(currentGeneration(place.folder), generation);
  assert.doesNotMatch(logger.lines.join("\n"), /not sound/);
});

test("DiskStore is open a moment after another process that took its locks along is gone", async (t) => {
  const { place, logger, generation } = await closedStore(t);
  assert.equal(await requireSoundGeneration(place), generation);
  const end = await takeLocks(t, generation);
  if (end === undefined) return;
  const store = await DiskStore.open(place);
  t.after(() => store.close());
  assert.deepEqual(await keptTexts(store, "key"), []);
  await end();
  const since = performance.now();
  while ((await keptTexts(store, "key")).length === 0) {
    assert.ok(performance.now() - since < 10_000, logger.lines.join("\n"));
    await wait(20);
  }
  assert.deepEqual(await keptTexts(store, "key"), ["hello"]);
  assert.equal(logger.lines.length, 2, logger.lines.join("\n"));
  assert.match(logger.lines[1] as string, /^info: the cache on disk can be used again/);
});
