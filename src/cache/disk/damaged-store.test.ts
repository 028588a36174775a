/**
 * What damage and kills do to a disk store: it may lose everything, and gives nothing wrong.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  closeSync,
  cpSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { after, test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { readAllChecked, writeFor } from "../../../test/support/cache-writer.ts";
import { notedLogger } from "../../../test/support/noted-logger.ts";
import {
  bytesOf,
  keep,
  keptTexts,
  sampleBytes,
  sampleNow,
} from "../../../test/support/sample-responses.ts";
import { randomFrom } from "../../../test/support/sample-random.ts";
import { silentLogger, type Logger } from "../../base/logger.ts";
import { DiskStore } from "./disk-store.ts";
import { bootOfMachine, currentGeneration, filesOf, noteDeath, textOf } from "./generation.ts";
import { noteCleanClose } from "./clean-close.ts";
import { openIndexFile } from "./index-file.ts";
import { readIndexHead } from "./index-head.ts";
import { boundKey, rangeOf, writingKey, type EntryKind } from "./index-keys.ts";
import { encodeWriting } from "./bodies-on-way.ts";
import { encodeBound, narrowed } from "./disk-bound.ts";
import { replaceGeneration, setDamagedAside } from "./replace-generation.ts";
import { putSealed } from "./sealed-entries.ts";

const maxBytes = 16 * 1024 * 1024;

function newFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "footlight-cache-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

let sessions = 0;

/** As a node that is started anew opens it. */
async function opened(t: TestContext, folder: string, logger: Logger = silentLogger) {
  sessions += 1;
  const store = await DiskStore.open({ folder, maxBytes, session: `${sessions}`, logger });
  t.after(() => store.close());
  return store;
}

function indexOf(folder: string): string {
  return filesOf(currentGeneration(folder) as string).index;
}

const sample = mkdtempSync(join(tmpdir(), "footlight-cache-"));
after(() => rmSync(sample, { recursive: true, force: true }));
let isFilled = false;

/** @returns the folder of a store with responses of all sizes, which was closed */
async function filled(t: TestContext): Promise<string> {
  if (!isFilled) {
    const store = await opened(t, sample);
    let count = 0;
    await writeFor(store, 1, () => (count += 1) <= 60);
    await keep(store, "key", "hello");
    await store.close();
    isFilled = true;
  }
  const folder = newFolder(t);
  cpSync(sample, folder, { recursive: true });
  return folder;
}

test("DiskStore gives after a restart what was kept before", async (t) => {
  const folder = await filled(t);
  const store = await opened(t, folder);
  assert.deepEqual(await keptTexts(store, "key"), ["hello"]);
  assert.ok((await readAllChecked(store)) > 30);
});

const boots: Readonly<Record<string, (boot: string) => void>> = {
  "names another, as after a restart of the machine": (boot) => writeFileSync(boot, "x".repeat(36)),
  "is of another length": (boot) =>
    writeFileSync(boot, "another boot of the machine, or none at all"),
  "is empty": (boot) => truncateSync(boot),
  "is gone": (boot) => rmSync(boot),
};

for (const [what, change] of Object.entries(boots)) {
  test(`DiskStore gives what the disk had for certain where the note of the machine's boot ${what}`, async (t) => {
    const folder = await filled(t);
    const { boot } = filesOf(currentGeneration(folder) as string);
    change(boot);
    const logger = notedLogger();
    const store = await opened(t, folder, logger);
    assert.deepEqual(logger.lines, []);
    assert.deepEqual(await keptTexts(store, "key"), ["hello"]);
    assert.equal(textOf(boot), bootOfMachine());
  });

  test(`DiskStore begins anew what the disk may not have where the note of the machine's boot ${what}`, async (t) => {
    const folder = await filled(t);
    const { boot, synced } = filesOf(currentGeneration(folder) as string);
    change(boot);
    writeFileSync(synced, "1");
    const logger = notedLogger();
    const store = await opened(t, folder, logger);
    assert.match(logger.lines.join("\n"), /The machine was restarted before it was closed/);
    assert.deepEqual(await keptTexts(store, "key"), []);
    assert.ok(await keep(store, "key", "again"));
  });
}

const damages: Readonly<Record<string, (index: string) => void>> = {
  "is cut off in the middle": (index) =>
    truncateSync(index, (readIndexHead(index)?.lastPageEnd ?? 0) >> 1),
  "is cut off after its first pages": (index) => truncateSync(index, 8192),
  "is cut off within them": (index) => truncateSync(index, 5000),
  "is another's": (index) => writeFileSync(index, sampleBytes(100_000)),
  "is a text": (index) => writeFileSync(index, "hello\n".repeat(10_000)),
  "is full of zeros": (index) => writeFileSync(index, new Uint8Array(100_000)),
  "says that it is one of LMDB, and is not": (index) => {
    const head = readFileSync(index).subarray(0, 8192);
    writeFileSync(index, Buffer.concat([head, sampleBytes(statSync(index).size - 8192)]));
  },
  "says that it holds something, and none of its pages does": (index) => {
    const bytes = readFileSync(index);
    // That it is a leaf, and where its keys end.
    for (let page = 8192; page < bytes.length; page += 4096) {
      bytes.writeUInt16LE(2, page + 18);
      bytes.writeUInt16LE(0, page + 20);
    }
    writeFileSync(index, bytes);
  },
};

for (const [what, damage] of Object.entries(damages)) {
  test(`DiskStore begins anew, and says so, when its index ${what}`, async (t) => {
    const folder = await filled(t);
    const before = indexOf(folder);
    damage(before);
    const logger = notedLogger();
    const store = await opened(t, folder, logger);
    assert.match(logger.lines.join("\n"), /warn: the cache on disk is not sound: it is set aside/);
    assert.notEqual(indexOf(folder), before);
    assert.deepEqual(await keptTexts(store, "key"), []);
    assert.ok(await keep(store, "key", "again"));
    assert.deepEqual(await keptTexts(store, "key"), ["again"]);
  });
}

test("DiskStore begins anew when its index is empty, or gone", async (t) => {
  for (const damage of [(index: string) => truncateSync(index, 0), rmSync]) {
    const folder = await filled(t);
    damage(indexOf(folder));
    const store = await opened(t, folder);
    assert.deepEqual(await keptTexts(store, "key"), []);
    assert.ok(await keep(store, "key", "again"));
    assert.deepEqual(await keptTexts(store, "key"), ["again"]);
  }
});

test("DiskStore gives nothing of a body whose file was cut off, changed or lengthened", async (t) => {
  const body = sampleBytes(300_000);
  const damages: ((file: string) => void)[] = [
    (file) => truncateSync(file, 100_000),
    (file) => appendFileSync(file, "x"),
    (file) => void writeSync(openSync(file, "r+"), "x", 200_000),
    (file) => void writeSync(openSync(file, "r+"), "x", 300_002),
    (file) => rmSync(file),
  ];
  for (const damage of damages) {
    const folder = newFolder(t);
    const logger = notedLogger();
    const store = await opened(t, folder);
    await keep(store, "key", body);
    await store.close();
    const { bodies } = filesOf(currentGeneration(folder) as string);
    damage(join(bodies, readdirSync(bodies)[0] as string));
    const again = await opened(t, folder, logger);
    const [stored] = again.variantsOf("key", sampleNow);
    const kept = stored && again.open(stored);
    if (kept !== undefined) {
      await assert.rejects(bytesOf(kept.slice(0, kept.length)), /broke off/);
      assert.match(logger.lines.join("\n"), /warn: a response on disk is damaged: it is dropped/);
      assert.deepEqual(again.variantsOf("key", sampleNow), []);
    }
  }
});

/** Keeps it as soon as the store takes it: what damage it meets has it begun anew first. */
async function keepAgain(store: DiskStore): Promise<void> {
  while ((await keep(store, "key", "again")) === undefined) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.deepEqual(await keptTexts(store, "key"), ["again"]);
}

/** Has a bit flip in every entry of a kind. */
async function damageEntries(folder: string, kind: EntryKind, isNoticed: boolean): Promise<void> {
  const generation = currentGeneration(folder) as string;
  const index = openIndexFile(indexOf(folder), maxBytes);
  // Entries that a store only has once the disk was full, and while bodies are written.
  if (kind === "bound") putSealed(index, boundKey, encodeBound(narrowed(undefined, maxBytes, 1)));
  if (kind === "writing") putSealed(index, writingKey, encodeWriting(new Map([[1, 1_000]])));
  const { start, end } = rangeOf(kind);
  const entries = [...index.getRange({ start, end })].map(({ key, value }) => {
    return { key: Buffer.from(key), value: Buffer.from(value) };
  });
  assert.ok(entries.length > 0);
  index.transactionSync(() => {
    for (const [number, { key, value }] of entries.entries()) {
      const at = (number * 7_919) % value.length;
      value[at] = (value[at] as number) ^ (1 << (number % 8));
      index.putSync(key, value);
    }
  });
  await index.close();
  if (!isNoticed) noteCleanClose(generation, readIndexHead(indexOf(folder))!.transaction);
}

for (const isNoticed of [true, false]) {
  const when = isNoticed ? "" : ", though its file is as it was closed";
  for (const kind of ["facts", "bound", "writing", "seat", "queued"] as const) {
    test(`DiskStore is begun anew where a bit flips in what its index has of "${kind}"${when}`, async (t) => {
      const folder = await filled(t);
      await damageEntries(folder, kind, isNoticed);
      const logger = notedLogger();
      const store = await opened(t, folder, logger);
      await keepAgain(store);
      assert.equal(basename(currentGeneration(folder) as string), "generation-2");
      assert.match(logger.lines.join("\n"), /What stands in the index under [\da-f]+ is damaged/);
    });
  }

  for (const kind of ["record", "body"] as const) {
    test(`DiskStore loses what a bit flips in, where that is in a "${kind}"${when}`, async (t) => {
      const folder = await filled(t);
      await damageEntries(folder, kind, isNoticed);
      const store = await opened(t, folder);
      await readAllChecked(store);
      assert.deepEqual(await keptTexts(store, "key"), kind === "body" ? ["gone"] : []);
      await keepAgain(store);
      assert.equal(basename(currentGeneration(folder) as string), "generation-1");
    });
  }
}

/** Has entries stand where nobody looks for them, as where a bit of their keys flips. */
async function displaceEntries(folder: string, kind: EntryKind, byte: number): Promise<void> {
  const index = openIndexFile(indexOf(folder), maxBytes);
  const { start, end } = rangeOf(kind);
  const entries = [...index.getRange({ start, end })].map(({ key, value }) => {
    return { key: Buffer.from(key), value: Buffer.from(value) };
  });
  assert.ok(entries.length > 0);
  index.transactionSync(() => {
    for (const { key, value } of entries) {
      index.removeSync(key);
      key[byte] = (key[byte] as number) ^ 0x80;
      index.putSync(key, value);
    }
  });
  await index.close();
}

test("DiskStore is begun anew where what its index counts is not found", async (t) => {
  const folder = await filled(t);
  await displaceEntries(folder, "facts", 0);
  const store = await opened(t, folder);
  await keepAgain(store);
  assert.equal(basename(currentGeneration(folder) as string), "generation-2");
});

test("DiskStore is begun anew where places of its queues are not found, and would never be free", async (t) => {
  const folder = await filled(t);
  const store = await opened(t, folder);
  await displaceEntries(folder, "queued", 1);
  let count = 0;
  for (; basename(currentGeneration(folder) as string) !== "generation-2"; count += 1) {
    assert.ok(count < 100);
    await keep(store, `large ${count}`, sampleBytes(1_000_000, count));
  }
  await keepAgain(store);
});

/** Fields of the first two pages; the page's header stands before. */
const fields: Readonly<Record<string, (page: Buffer) => unknown>> = {
  "what it is": (page) => page.writeUInt32LE(0xbeefc0df, 24),
  "its version": (page) => page.writeUInt32LE(3, 28),
  "its pages": (page) => page.writeUInt32LE(0, 48),
  "where it ends": (page) => page.writeUInt32LE(1 << 20, 144 + 2),
  "how much it uses": (page) => page.writeUInt32LE(1 << 20, 112),
};

for (const [what, damage] of Object.entries(fields)) {
  test(`DiskStore is begun anew, and takes no more of the disk, where its index comes to be wrong about ${what} while it is open`, async (t) => {
    const folder = await filled(t);
    const store = await opened(t, folder);
    assert.ok(await keep(store, "key", "hello"));
    const file = openSync(indexOf(folder), "r+");
    for (const at of [0, 4096]) {
      const page = Buffer.alloc(192);
      readSync(file, page, 0, page.length, at);
      damage(page);
      writeSync(file, page, 0, page.length, at);
    }
    closeSync(file);
    await keepAgain(store);
    assert.equal(basename(currentGeneration(folder) as string), "generation-2");
    assert.ok(diskBytes(folder) < maxBytes, `${diskBytes(folder)}`);
  });
}

const flips = Number(process.env["FOOTLIGHT_CACHE_FLIPS"] ?? 3);
const seed = Number(process.env["FOOTLIGHT_FUZZ_SEED"] ?? 1);
/** How LMDB ends a process that a flipped bit of a tree's page leads astray; by the last, one that it keeps busy for good. */
const deadly: ReadonlySet<unknown> = new Set(["SIGBUS", "SIGSEGV", "SIGABRT", "SIGKILL"]);

/** Has a process read all of a store, and keep something: see cache-visitor.ts. */
async function visited(folder: string, session: string): Promise<unknown> {
  const visitor = fork(
    fileURLToPath(import.meta.resolve("../../../test/support/cache-visitor.ts")),
    [folder, `${maxBytes}`, session],
    { timeout: 20_000, killSignal: "SIGKILL", stdio: ["ignore", "ignore", "ignore", "ipc"] },
  );
  let said: unknown = "nothing";
  visitor.on("message", (message) => (said = message));
  const [code, signal]: unknown[] = await once(visitor, "exit");
  return code === 1 ? said : (code ?? signal);
}

test(`DiskStore gives nothing wrong, and keeps again after two deaths at most, whatever bits of its index flip (${flips} times, seed ${seed})`, async (t) => {
  const whole = await filled(t);
  const next = randomFrom(seed);
  const random = (below: number): number => Math.floor(next() * below);
  let deaths = 0;
  for (let time = 0; time < flips; time += 1) {
    const folder = newFolder(t);
    cpSync(whole, folder, { recursive: true });
    const bytes = readFileSync(indexOf(folder));
    for (let flip = 0; flip < 100; flip += 1) {
      const at = 8192 + random(bytes.length - 8192);
      bytes[at] = (bytes[at] as number) ^ (1 << random(8));
    }
    writeFileSync(indexOf(folder), bytes);
    let end: unknown;
    for (let visit = 0; visit < 3 && end !== 0; visit += 1) {
      end = await visited(folder, `${time} ${visit}`);
      assert.ok(end === 0 || deadly.has(end), `time ${time}: ${String(end)}`);
      if (end === 0) continue;
      deaths += 1;
      noteDeath(folder);
    }
    assert.equal(end, 0, `time ${time}`);
    rmSync(folder, { recursive: true });
  }
  t.diagnostic(`${deaths} visitors died`);
});

test("DiskStore is begun anew once where several processes meet the same damage at once, and all of them go on with that", async (t) => {
  for (const isNoticed of [true, false]) {
    const folder = await filled(t);
    await damageEntries(folder, "facts", isNoticed);
    const others = await Promise.all([0, 1, 2].map(() => anotherProcess(t, folder)));
    const logger = notedLogger();
    const opening = others.map((other) => other.send("open"));
    const store = await opened(t, folder, logger);
    await Promise.all(opening);
    assert.doesNotMatch(logger.lines.join("\n"), /cannot be used/);
    // What a process has kept by the time that it sees what became of its store is lost.
    for (const [index, other] of others.entries()) {
      do await other.send(index + 1);
      while (store.variantsOf("key", sampleNow)[0]?.meta.revision !== index + 1);
    }
    assert.equal(basename(currentGeneration(folder) as string), "generation-2");
  }
});

test("DiskStore is begun anew after a second death inside it", async (t) => {
  const folder = await filled(t);
  noteDeath(folder);
  const store = await opened(t, folder);
  assert.deepEqual(await keptTexts(store, "key"), ["hello"]);
  await store.close();
  noteDeath(folder);
  const logger = notedLogger();
  const anew = await opened(t, folder, logger);
  assert.deepEqual(await keptTexts(anew, "key"), []);
  assert.match(logger.lines.join("\n"), /Processes died while they read it/);
});

test("replaceGeneration() leaves what it replaces to whoever is about to open it", async (t) => {
  const folder = await filled(t);
  const old = currentGeneration(folder) as string;
  const index = readFileSync(indexOf(folder));
  setDamagedAside(folder, old);
  assert.notEqual(replaceGeneration(folder, old), old);
  assert.deepEqual(readFileSync(filesOf(old).index), index);
  assert.deepEqual(readFileSync(join(folder, "damaged.mdb")), index);
});

test("DiskStore goes on with what another process has begun anew", async (t) => {
  const folder = await filled(t);
  const store = await opened(t, folder);
  const old = indexOf(folder);
  noteDeath(folder);
  noteDeath(folder);
  const other = await opened(t, folder);
  assert.notEqual(indexOf(folder), old);
  assert.ok(await keep(other, "key", "anew"));
  while ((await keptTexts(store, "key"))[0] !== "anew") {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  while (existsSync(dirname(old))) await new Promise((resolve) => setTimeout(resolve, 50));
});

test("DiskStore goes on with what another process began in a folder that was emptied", async (t) => {
  const folder = await filled(t);
  const store = await opened(t, folder);
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
  const other = await opened(t, folder);
  assert.equal(basename(currentGeneration(folder) as string), "generation-1");
  assert.ok(await keep(other, "key", "anew"));
  while ((await keptTexts(store, "key"))[0] !== "anew") {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
});

test("DiskStore writes nothing to an index that another process began in a folder that was emptied", async (t) => {
  const folder = await filled(t);
  const store = await opened(t, folder);
  // Its thread has the index open.
  assert.ok(await keep(store, "key", "again"));
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
  // As LMDB has it before it writes its first pages.
  writeFileSync(filesOf(replaceGeneration(folder, undefined)).index, "");
  await keep(store, "key", "lost");
  assert.doesNotThrow(() => readIndexHead(indexOf(folder)));
});

const exchanges: Readonly<Record<string, (generation: string) => void>> = {
  "index was deleted": (generation) => rmSync(filesOf(generation).index),
  "lock was deleted": (generation) => rmSync(filesOf(generation).lock),
  "index gave way to another": (generation) => {
    const { index } = filesOf(generation);
    cpSync(index, `${index}-new`);
    renameSync(`${index}-new`, index);
  },
  "index gave way to something else": (generation) => {
    const { index } = filesOf(generation);
    writeFileSync(`${index}-new`, sampleBytes(100_000));
    renameSync(`${index}-new`, index);
  },
};

for (const [what, exchange] of Object.entries(exchanges)) {
  test(`DiskStore begins anew, in all processes that have it open, where its ${what}`, async (t) => {
    const folder = await filled(t);
    sessions += 1;
    const others = await Promise.all([0, 1, 2].map(() => anotherProcess(t, folder)));
    await Promise.all(others.map((other) => other.send("open")));
    const place = { folder, maxBytes, session: `${sessions}`, logger: silentLogger };
    const store = await DiskStore.open(place);
    t.after(() => store.close());
    // Its threads that write may not be there yet: they must not open what stands there then.
    exchange(currentGeneration(folder) as string);
    while (basename(currentGeneration(folder) ?? "") !== "generation-2") {
      await Promise.all(others.map((other) => other.send(0)));
    }
    for (const [index, other] of others.entries()) {
      do await other.send(index + 1);
      while (store.variantsOf("key", sampleNow)[0]?.meta.revision !== index + 1);
    }
  });
}

test("DiskStore begins anew where LMDB finds its index damaged as it reads, or as it writes", async (t) => {
  for (const isReading of [true, false]) {
    const folder = await filled(t);
    const index = indexOf(folder);
    const logger = notedLogger();
    const store = await opened(t, folder, logger);
    const file = openSync(index, "r+");
    // That no page is any of a tree's.
    for (let page = 8192; page < statSync(index).size; page += 4096) {
      writeSync(file, new Uint8Array(2), 0, 2, page + 18);
    }
    closeSync(file);
    if (isReading) assert.deepEqual(store.variantsOf("key", sampleNow), []);
    else assert.equal(await keep(store, "other", "hello"), undefined);
    await keepAgain(store);
    assert.notEqual(indexOf(folder), index);
    assert.match(logger.lines.join("\n"), /warn: the cache on disk is not sound: it is set aside/);
  }
});

/** A process that opens the store when it is sent something, and keeps what it is sent then; it answers when it has. */
async function anotherProcess(t: TestContext, folder: string) {
  const script = `
    import { DiskStore } from ${JSON.stringify(import.meta.resolve("./disk-store.ts"))};
    import { keep } from ${JSON.stringify(import.meta.resolve("../../../test/support/sample-responses.ts"))};
    const nothing = () => {};
    const logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };
    let store;
    process.on("message", async (n) => {
      if (store === undefined) {
        store = await DiskStore.open({ folder: ${JSON.stringify(folder)}, maxBytes: ${maxBytes}, session: "${sessions}", logger });
      } else {
        await keep(store, "key", "version " + n, { revision: n });
      }
      process.send(n);
    });
    process.send("loaded");
  `;
  const path = join(newFolder(t), "other.mts");
  writeFileSync(path, script);
  const other = fork(path);
  t.after(() => other.kill("SIGKILL"));
  const ended = once(other, "exit").then(([code, signal]: (string | number | null)[]) => {
    throw new Error(`The other process ended with ${signal ?? `code ${code}`}`);
  });
  ended.catch(() => {});
  await Promise.race([once(other, "message"), ended]);
  return {
    async send(message: string | number): Promise<void> {
      other.send(message);
      await Promise.race([once(other, "message"), ended]);
    },
  };
}

test("DiskStore shows what another process has kept, from the moment it has", async (t) => {
  const folder = newFolder(t);
  const store = await opened(t, folder);
  const other = await anotherProcess(t, folder);
  await other.send("open");
  for (let version = 1; version <= 100; version += 1) {
    store.variantsOf("key", sampleNow);
    await other.send(version);
    assert.equal(store.variantsOf("key", sampleNow)[0]?.meta.revision, version);
  }
});

const kills = Number(process.env["FOOTLIGHT_CACHE_KILLS"] ?? 3);

test(`DiskStore gives nothing wrong after ${kills} times kill -9 of those who write it`, async (t) => {
  const folder = newFolder(t);
  const file = fileURLToPath(import.meta.resolve("../../../test/support/cache-writer.ts"));
  const store = await opened(t, folder);
  const session = `${sessions}`;
  const start = async (seed: number) => {
    const child = fork(file, [folder, `${maxBytes}`, `${seed}`, session]);
    await once(child, "message");
    return child;
  };
  let read = 0;
  const steady = await start(1);
  t.after(() => steady.kill("SIGKILL"));
  for (let kill = 0; kill < kills; kill += 1) {
    const child = await start(kill + 2);
    const exited = once(child, "exit");
    const until = performance.now() + ((kill * 37) % 200);
    do read += await readAllChecked(store);
    while (performance.now() < until);
    child.kill("SIGKILL");
    const [code, signal] = await exited;
    assert.equal(signal, "SIGKILL", `The writer ended by itself with ${String(code)}`);
    assert.equal(steady.exitCode, null);
  }
  assert.ok(read > 0);
  steady.kill("SIGKILL");
  await once(steady, "exit");
  // And nothing has to be begun anew.
  const before = currentGeneration(folder);
  const logger = notedLogger();
  const again = await opened(t, folder, logger);
  assert.deepEqual(logger.lines, []);
  assert.equal(currentGeneration(folder), before);
  assert.ok((await readAllChecked(again)) > 0);
  assert.ok(diskBytes(folder) < maxBytes + 4 * 1024 * 1024, `${diskBytes(folder)}`);
});

/** Starts processes that hold snapshots of a store's index. */
async function readers(t: TestContext, folder: string, count: number) {
  const file = fileURLToPath(import.meta.resolve("../../../test/support/cache-reader.ts"));
  const started = Array.from({ length: count }, async () => {
    const child = fork(file, [indexOf(folder), `${maxBytes}`]);
    t.after(() => child.kill("SIGKILL"));
    await once(child, "message");
    return child;
  });
  return await Promise.all(started);
}

const killedReaders = Number(process.env["FOOTLIGHT_CACHE_READERS"] ?? 4);

test(`DiskStore reuses pages that ${killedReaders} killed readers held`, async (t) => {
  const folder = newFolder(t);
  const logger = notedLogger();
  const store = await opened(t, folder, logger);
  await keep(store, "key", "hello");
  const children = await readers(t, folder, killedReaders);
  for (const child of children) {
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
  }
  for (let index = 0; index < 1_500; index += 1) {
    await keep(store, `key ${index % 100}`, sampleBytes(30_000, index));
  }
  assert.deepEqual(logger.lines, []);
  assert.ok(diskBytes(folder) < maxBytes, `${diskBytes(folder)}`);
});

test("DiskStore begins its index anew when a stopped reader keeps it from being bounded", async (t) => {
  const folder = newFolder(t);
  const logger = notedLogger();
  const store = await opened(t, folder, logger);
  await keep(store, "key", "hello");
  const before = indexOf(folder);
  const [stopped] = await readers(t, folder, 1);
  stopped?.kill("SIGSTOP");
  let most = 0;
  for (let index = 0; indexOf(folder) === before; index += 1) {
    await keep(store, `key ${index % 100}`, sampleBytes(60_000, index));
    most = Math.max(most, diskBytes(folder));
  }
  assert.ok(most < maxBytes + 4 * 1024 * 1024, `${most}`);
  assert.match(logger.lines.join("\n"), /the cache's index has outgrown its bound/);
  await keepAgain(store);
});

function diskBytes(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => statSync(join(folder, name), { throwIfNoEntry: false }))
    .reduce((sum, stat) => sum + (stat?.isFile() === true ? stat.size : 0), 0);
}
