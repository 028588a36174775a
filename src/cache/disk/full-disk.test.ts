/**
 * What a disk does that is full, or smaller than the store was told: what is kept gives way, storing
 * goes on, and one line each says when that begins and ends.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statfsSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { notedLogger } from "../../../test/support/noted-logger.ts";
import { keep, keptTexts, sampleBytes, sampleNow } from "../../../test/support/sample-responses.ts";
import { fillDisk, smallDisk } from "../../../test/support/small-disk.ts";
import { silentLogger, type Logger } from "../../base/logger.ts";
import { encodeWriting } from "./bodies-on-way.ts";
import { DiskStore } from "./disk-store.ts";
import { bootOfMachine, currentGeneration, filesOf, noteDeath, textOf } from "./generation.ts";
import { openIndexFile } from "./index-file.ts";
import { readIndexHead } from "./index-head.ts";
import { writingKey } from "./index-keys.ts";
import { replaceGeneration } from "./replace-generation.ts";
import { putSealed } from "./sealed-entries.ts";

const megabyte = 1024 * 1024;

async function opened(t: TestContext, folder: string, maxBytes: number, logger: Logger) {
  const store = await DiskStore.open({ folder, maxBytes, session: "test", logger });
  t.after(() => store.close());
  return store;
}

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

const full = /^warn: the disk is full: the cache makes do with less until there is room /;

test("DiskStore makes do with a disk that is smaller than its bound", async (t) => {
  const disk = smallDisk(t, 24);
  if (disk === undefined) return;
  const logger = notedLogger();
  const store = await opened(t, join(disk, "cache"), 1024 * megabyte, logger);
  let hits = 0;
  let refused = 0;
  for (let index = 0; index < 600; index += 1) {
    assert.ok(await keep(store, `small ${index}`, "small"), `small ${index}`);
    // Half of the requests are for ten of sixty.
    const number = index % 2 === 0 ? (index / 2) % 10 : ((index * 7) % 50) + 10;
    const found = store.variantsOf(`large ${number}`, sampleNow)[0];
    if (found !== undefined && store.open(found) !== undefined) hits += 1;
    else if ((await keep(store, `large ${number}`, sampleBytes(megabyte, index))) === undefined) {
      refused += 1;
    }
  }
  assert.equal(logger.lines.length, 1, logger.lines.join("\n"));
  assert.match(logger.lines[0] as string, full);
  t.diagnostic(`${hits} hits of 600, ${refused} not stored, ${freeBytes(disk)} bytes free`);
  assert.ok(refused < 30, `${refused}`);
  assert.ok(hits > 200, `${hits}`);
  assert.ok(store.bytes > 12 * megabyte, `${store.bytes}`);
});

test("DiskStore makes do with a disk that small bodies alone fill", async (t) => {
  const disk = smallDisk(t, 12);
  if (disk === undefined) return;
  const logger = notedLogger();
  const store = await opened(t, join(disk, "cache"), 1024 * megabyte, logger);
  let kept = 0;
  for (let index = 0; index < 2_000; index += 1) {
    const length = ((index * 7919) % 60_000) + 100;
    if (await keep(store, `key ${index}`, sampleBytes(length, index))) kept += 1;
  }
  assert.equal(kept, 2_000);
  assert.equal(logger.lines.length, 1, logger.lines.join("\n"));
  assert.match(logger.lines[0] as string, full);
  const latest = Array.from({ length: 100 }, (_, back) => `key ${1_999 - back}`);
  const found = latest.filter((key) => store.variantsOf(key, sampleNow).length > 0);
  assert.ok(found.length > 50, `${found.length}`);
});

test("DiskStore takes back what it was given when the disk has room again", async (t) => {
  const disk = smallDisk(t, 32);
  if (disk === undefined) return;
  const logger = notedLogger();
  const store = await opened(t, join(disk, "cache"), 16 * megabyte, logger);
  for (let index = 0; index < 8; index += 1) {
    await keep(store, `large ${index}`, sampleBytes(megabyte, index));
  }
  const makeRoom = fillDisk(disk);
  for (let index = 0; index < 40; index += 1) {
    assert.ok(await keep(store, `small ${index}`, sampleBytes(60_000, index)));
    await keep(store, `other ${index}`, sampleBytes(200_000, index));
  }
  assert.equal(logger.lines.length, 1, logger.lines.join("\n"));
  assert.match(logger.lines[0] as string, full);
  makeRoom();
  while (logger.lines.length < 2) {
    assert.ok(await keep(store, "key", "again"));
    await wait(100);
  }
  assert.match(logger.lines[1] as string, /^info: the disk has room again/);
  assert.deepEqual(await keptTexts(store, "key"), ["again"]);
  for (let index = 0; index < 40; index += 1) {
    assert.ok(await keep(store, `more ${index}`, sampleBytes(megabyte, index)));
  }
  assert.equal(logger.lines.length, 2, logger.lines.join("\n"));
});

test("DiskStore gives after a start on a full disk what was kept before", async (t) => {
  const disk = smallDisk(t, 12);
  if (disk === undefined) return;
  const folder = join(disk, "cache");
  const logger = notedLogger();
  const before = await opened(t, folder, 16 * megabyte, logger);
  assert.ok(await keep(before, "key", "hello"));
  await before.close();
  // It is checked again, and there is no room for a note that it was.
  noteDeath(folder);
  fillDisk(disk);
  const place = { folder, maxBytes: 16 * megabyte, session: "another", logger };
  const store = await DiskStore.open(place);
  t.after(() => store.close());
  assert.deepEqual(logger.lines, []);
  assert.deepEqual(await keptTexts(store, "key"), ["hello"]);
});

// What is left is too little to begin another, or enough for that, and too little to open it or to keep anything there.
for (const [what, length, left] of [
  ["files", 300_000, 0],
  ["files", 300_000, 80],
  ["files", 300_000, 200],
  ["small bodies", 50_000, 0],
  ["small bodies", 50_000, 80],
  ["small bodies", 50_000, 200],
] as const) {
  test(`DiskStore is begun anew where its index is damaged on a disk that its own ${what} fill but for ${left} kB, and says so once`, async (t) => {
    const disk = smallDisk(t, 24);
    if (disk === undefined) return;
    const folder = join(disk, "cache");
    const logger = notedLogger();
    const store = await opened(t, folder, 16 * megabyte, logger);
    for (let index = 0; index < 200; index += 1) {
      await keep(store, `key ${index}`, sampleBytes(length, index));
    }
    const path = filesOf(currentGeneration(folder) as string).index;
    const index = openIndexFile(path, 16 * megabyte);
    await index.put(writingKey, Buffer.from("[]"));
    await index.close();
    fillDisk(disk, left * 1024);
    while ((await keep(store, "key", "again")) === undefined) await wait(20);
    assert.deepEqual(await keptTexts(store, "key"), ["again"]);
    // The disk is full by then, and has room when what was replaced is deleted: whether it comes to that is a matter of time.
    const told = logger.lines.filter((line) => !/the disk (?:is full|has room again)/.test(line));
    assert.equal(told.length, 1, told.join("\n"));
    assert.match(told[0] as string, /^warn: the cache on disk is not sound/);
  });
}

test("DiskStore lets go on a full disk of what nobody reads before anything that it keeps", async (t) => {
  const disk = smallDisk(t, 12);
  if (disk === undefined) return;
  const folder = join(disk, "cache");
  const logger = notedLogger();
  const store = await opened(t, folder, 16 * megabyte, logger);
  for (let index = 0; index < 4; index += 1) {
    assert.ok(await keep(store, `large ${index}`, sampleBytes(megabyte, index)));
  }
  const spare = [join(folder, "damaged.mdb"), join(folder, "generation-9", "bodies", "a")];
  mkdirSync(dirname(spare[1] as string), { recursive: true });
  for (const path of spare) writeFileSync(path, new Uint8Array(2 * megabyte));
  fillDisk(disk);
  for (let index = 0; index < 70; index += 1) {
    assert.ok(await keep(store, `small ${index}`, sampleBytes(50_000, index)), `small ${index}`);
  }
  assert.deepEqual(
    spare.filter((path) => existsSync(path)),
    [],
  );
  for (const key of ["large 1", "large 2", "large 3"]) {
    assert.equal(store.variantsOf(key, sampleNow).length, 1, `${key}: ${logger.lines.join("\n")}`);
  }
});

test("DiskStore goes on storing on a full disk where what went for it before brought no room", async (t) => {
  const disk = smallDisk(t, 12);
  if (disk === undefined) return;
  const folder = join(disk, "cache");
  const before = await opened(t, folder, 16 * megabyte, silentLogger);
  for (let index = 0; index < 60; index += 1) {
    assert.ok(await keep(before, `large ${index}`, sampleBytes(100_000, index)));
  }
  await before.close();
  const { bodies, index: path } = filesOf(currentGeneration(folder) as string);
  truncateSync(path, readIndexHead(path)?.lastPageEnd);
  // Their names begin with when they came. Somebody else took the room of these.
  for (const name of readdirSync(bodies).toSorted().slice(0, 40)) rmSync(join(bodies, name));
  fillDisk(disk);
  const store = await opened(t, folder, 16 * megabyte, silentLogger);
  let kept = 0;
  for (let index = 0; index < 30; index += 1) {
    if (await keep(store, `small ${index}`, sampleBytes(50_000, index))) kept += 1;
  }
  assert.equal(kept, 30);
});

test("a generation says from when it is begun in which boot of the machine that was, as later the disk may be full", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "footlight-cache-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  assert.equal(textOf(filesOf(replaceGeneration(folder, undefined)).boot), bootOfMachine());
});

test("DiskStore takes what a dead process was writing out of its index on a full disk, too", async (t) => {
  const disk = smallDisk(t, 12);
  if (disk === undefined) return;
  const folder = join(disk, "cache");
  const before = await opened(t, folder, 16 * megabyte, silentLogger);
  assert.ok(await keep(before, "large", sampleBytes(megabyte)));
  await before.close();
  const path = filesOf(currentGeneration(folder) as string).index;
  const index = openIndexFile(path, 16 * megabyte);
  const { pid: dead } = spawnSync("true");
  // As long as somebody reads what was there, no page of it is written to anew.
  const reading = index.useReadTransaction();
  t.after(async () => {
    reading.done();
    await index.close();
  });
  putSealed(index, writingKey, encodeWriting(new Map([[dead, 1_000]])));
  truncateSync(path, readIndexHead(path)?.lastPageEnd);
  fillDisk(disk);
  const logger = notedLogger();
  const store = await opened(t, folder, 16 * megabyte, logger);
  assert.ok(await keep(store, "key", "hello"), logger.lines.join("\n"));
  assert.deepEqual(await keptTexts(store, "key"), ["hello"]);
  assert.equal(logger.lines.length, 1, logger.lines.join("\n"));
  assert.match(logger.lines[0] as string, full);
});

test("DiskStore stores again a moment after a full disk on which it could not begin has room, and says so once", async (t) => {
  const disk = smallDisk(t, 4);
  if (disk === undefined) return;
  const makeRoom = fillDisk(disk);
  const logger = notedLogger();
  const store = await opened(t, join(disk, "cache"), 16 * megabyte, logger);
  // Long enough for another attempt.
  await wait(3_500);
  assert.equal(logger.lines.length, 1, logger.lines.join("\n"));
  assert.match(logger.lines[0] as string, /^error: the cache on disk cannot be used/);
  // By what the disk says itself: nothing was written that others would find no room for.
  assert.doesNotMatch(logger.lines[0] as string, /syscall/);
  makeRoom();
  const since = performance.now();
  while ((await keep(store, "key", "hello")) === undefined) {
    assert.ok(performance.now() - since < 10_000, logger.lines.join("\n"));
    await wait(20);
  }
  assert.equal(logger.lines.length, 2, logger.lines.join("\n"));
  assert.match(logger.lines[1] as string, /^info: the cache on disk can be used again/);
});

test("DiskStore says what else keeps it from beginning when a full disk no longer does", async (t) => {
  const disk = smallDisk(t, 4);
  if (disk === undefined) return;
  const makeRoom = fillDisk(disk);
  const folder = join(disk, "cache");
  const logger = notedLogger();
  await opened(t, folder, 16 * megabyte, logger);
  rmSync(folder, { recursive: true });
  makeRoom();
  writeFileSync(folder, "a file");
  while (logger.lines.length < 2) await wait(20);
  assert.match(logger.lines[0] as string, /cannot be used.*ENOSPC/);
  assert.match(logger.lines[1] as string, /cannot be used.*(?:EEXIST|ENOTDIR)/);
});

test("DiskStore can be opened where there is no room for it, or for hardly any of it, and then keeps nothing", async (t) => {
  // Some of these have room for the table of readers, and not for the index.
  for (const kilobytes of [0, 4, 64, 68, 76, 88, 120]) {
    const disk = smallDisk(t, 1);
    if (disk === undefined) return;
    fillDisk(disk, kilobytes * 1024);
    const logger = notedLogger();
    const store = await opened(t, join(disk, "cache"), 16 * megabyte, logger);
    assert.equal(await keep(store, "key", "hello"), undefined);
    assert.match(logger.lines.join("\n"), /error: the cache on disk cannot be used/);
  }
});

test("DiskStore lets the disk have what left it, also where it had it open", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "footlight-cache-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const store = await opened(t, folder, 16 * megabyte, silentLogger);
  for (let index = 0; index < 60; index += 1) {
    await keep(store, `large ${index}`, sampleBytes(megabyte, index));
  }
  // Files are closed, and looked for, a moment later.
  const until = performance.now() + 20_000;
  while (openAndDeleted().length > 0 && performance.now() < until) await wait(50);
  assert.deepEqual(openAndDeleted(), []);
});

/** @returns descriptors of this process's files that are in no folder any more */
function openAndDeleted(): string[] {
  return readdirSync("/proc/self/fd").filter((descriptor) => {
    try {
      return readlinkSync(`/proc/self/fd/${descriptor}`).endsWith(" (deleted)");
    } catch {
      return false;
    }
  });
}
