import assert from "node:assert/strict";
import { mkdtempSync, rmSync, statSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { notedLogger } from "../../test/support/noted-logger.ts";
import { keep, keptTexts } from "../../test/support/sample-responses.ts";
import { silentLogger } from "../base/logger.ts";
import { currentGeneration, filesOf } from "./disk/generation.ts";
import { openStore } from "./open-store.ts";
import { noteWorkerEnd, prepareStore } from "./prepare-store.ts";

const maxBytes = 16 * 1024 * 1024;
const memoryBytes = 4 * 1024 * 1024;

function newFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "footlight-cache-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  // Below a folder that is not there yet.
  return join(folder, "of", "node");
}

test("openStore() keeps responses in memory alone where it is given no folder", async () => {
  const settings = { folder: undefined, maxBytes, memoryBytes, session: "1", logger: silentLogger };
  const store = await openStore(settings);
  await keep(store, "key", "hello");
  assert.deepEqual(await keptTexts(store, "key"), ["hello"]);
  assert.equal((await store.inspect(1)).diskBytes, 0);
  await store.close();
});

test("openStore() finds after a restart what was kept in a folder", async (t) => {
  const folder = newFolder(t);
  for (const [session, expected] of [
    ["1", []],
    ["2", ["hello"]],
  ] as const) {
    await prepareStore({ folder, maxBytes, session, logger: silentLogger });
    const store = await openStore({ folder, maxBytes, memoryBytes, session, logger: silentLogger });
    assert.deepEqual(await keptTexts(store, "key"), expected);
    await keep(store, "key", "hello");
    await store.close();
  }
});

test("prepareStore() sets aside what is damaged, and workers find it sound", async (t) => {
  const folder = newFolder(t);
  const logger = notedLogger();
  const place = { folder, maxBytes, logger };
  const before = await openStore({ ...place, memoryBytes, session: "1" });
  await keep(before, "key", "hello");
  await before.close();
  truncateSync(filesOf(currentGeneration(folder) as string).index, 5_000);
  await prepareStore({ ...place, session: "2" });
  assert.equal(logger.lines.length, 1);
  const store = await openStore({ ...place, memoryBytes, session: "2" });
  assert.ok(await keep(store, "key", "hello"));
  await store.close();
  assert.equal(logger.lines.length, 1);
});

test("prepareStore() starts no process for a store that is yet to be made", async (t) => {
  const folder = newFolder(t);
  await prepareStore({ folder, maxBytes, session: "1", logger: silentLogger });
  // It would have filled the index.
  assert.equal(statSync(filesOf(currentGeneration(folder) as string).index).size, 0);
});

test("prepareStore() says so where nothing can be kept", async () => {
  const logger = notedLogger();
  await prepareStore({ folder: "/dev/null/cache", maxBytes, session: "1", logger });
  assert.match(logger.lines.join("\n"), /^error: the cache on disk cannot be used/);
});

for (const last of ["SIGBUS", "SIGABRT"]) {
  test(`noteWorkerEnd() has the store begun anew after two deaths by a damaged file, of ${last} at last`, async (t) => {
    const folder = newFolder(t);
    const place = { folder, maxBytes, logger: silentLogger, session: "1" };
    await prepareStore(place);
    const before = currentGeneration(folder);
    for (const signal of ["SIGKILL", null, "SIGTERM", "SIGSEGV"]) {
      noteWorkerEnd(folder, { signal, isFunctions: false });
    }
    noteWorkerEnd(folder, { signal: "SIGABRT", isFunctions: true });
    await prepareStore(place);
    assert.equal(currentGeneration(folder), before);
    noteWorkerEnd(folder, { signal: last, isFunctions: false });
    await prepareStore(place);
    assert.notEqual(currentGeneration(folder), before);
  });
}
