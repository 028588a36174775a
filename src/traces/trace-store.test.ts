import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test, type TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { temporaryFolder } from "../../test/support/test-node.ts";
import type { KeptTrace, TraceFilter, TraceMark } from "./kept-trace.ts";
import { defaultBounds, TraceStore, type TraceBounds } from "./trace-store.ts";

const bounds: TraceBounds = { rows: 100, bytes: 10_000_000, ageMs: 1000 };
const start = 1_700_000_000_000;

function trace(id: string, changes: Partial<KeptTrace> = {}): KeptTrace {
  return {
    ...{ id, at: start, method: "GET", host: "a.example", path: "/a", status: 200 },
    ...{ result: "Hit", tookMs: 1.5, owners: ["E1"], functions: ["fn"], text: `{"id":"${id}"}` },
    ...changes,
  };
}

function openStore(t: TestContext, some: Partial<TraceBounds> = {}, now = () => start): TraceStore {
  const store = new TraceStore(join(temporaryFolder(), "traces.db"), { ...bounds, ...some }, now);
  t.after(() => store.close());
  return store;
}

const idsOf = (store: TraceStore, filter: object = {}): string[] =>
  store.find({ limit: 1000, ...filter }).items.map(({ id }) => id);

test("what was written is found by each of what it is found by, newest first", (t) => {
  const store = openStore(t);
  store.write([
    trace("one"),
    trace("two", { host: "b.example", path: "/b/c", status: 404 }),
    trace("three", { owners: ["E2", "E1"], functions: ["fn", "gn"] }),
  ]);
  assert.deepEqual(idsOf(store), ["three", "two", "one"]);
  assert.deepEqual(idsOf(store, { id: "one" }), ["one"]);
  assert.deepEqual(idsOf(store, { host: "b.example" }), ["two"]);
  assert.deepEqual(idsOf(store, { path: "/b/c" }), ["two"]);
  assert.deepEqual(idsOf(store, { path: "/b*" }), ["two"]);
  assert.deepEqual(idsOf(store, { path: "/b" }), []);
  assert.deepEqual(idsOf(store, { path: "/_*" }), []);
  assert.deepEqual(idsOf(store, { status: 404 }), ["two"]);
  assert.deepEqual(idsOf(store, { result: "Hit" }), ["three", "two", "one"]);
  assert.deepEqual(idsOf(store, { result: "Error" }), ["two"]);
  assert.deepEqual(idsOf(store, { result: "Miss" }), []);
  assert.deepEqual(idsOf(store, { owner: "E2" }), ["three"]);
  assert.deepEqual(idsOf(store, { owner: "E" }), []);
  assert.deepEqual(idsOf(store, { function: "gn" }), ["three"]);
  assert.deepEqual(idsOf(store, { id: "' OR 1=1 --" }), []);
  assert.deepEqual(idsOf(store, { limit: 1 }), ["three"]);
  const { items, text, kept } = store.find({ id: "one", limit: 1 }, true);
  const { text: _, ...listed } = trace("one");
  assert.deepEqual([items, text, kept], [[listed], `{"id":"one"}`, 3]);
});

test("the newest is who came last, though another process wrote it down first", (t) => {
  const store = openStore(t);
  store.write([trace("last", { at: start + 5 })]);
  store.write([trace("first", { at: start }), trace("second", { at: start + 4 })]);
  assert.deepEqual(idsOf(store), ["last", "second", "first"]);
  assert.deepEqual(idsOf(store, { path: "/a", limit: 1 }), ["last"]);
});

test("what was written after a mark is found once, however it is looked for, and what is left out is counted", (t) => {
  const store = openStore(t);
  store.write([trace("before")]);
  const { mark, missed } = store.find({ limit: 10 });
  assert.equal(missed, 0);
  const since = (after: TraceMark, filter: Partial<TraceFilter> = {}) => {
    const found = store.find({ limit: 10, ...filter, after });
    return { ids: found.items.map(({ id }) => id), missed: found.missed, mark: found.mark };
  };
  assert.deepEqual(since(mark), { ids: [], missed: 0, mark });
  // One that took long came first, and is written last.
  store.write([trace("fast", { at: start + 2 }), trace("other", { path: "/b" })]);
  store.write([trace("slow", { at: start - 500 })]);
  const all = since(mark);
  assert.deepEqual([all.ids, all.missed], [["slow", "other", "fast"], 0]);
  assert.deepEqual(since(all.mark).ids, []);
  const narrow = since(mark, { path: "/a", limit: 1 });
  assert.deepEqual([narrow.ids, narrow.missed], [["slow"], 1]);
});

test("who has read long ago is told how many are gone, and where numbers begin anew all is new", (t) => {
  let now = start;
  const file = join(temporaryFolder(), "traces.db");
  const store = new TraceStore(file, { ...bounds, rows: 3 }, () => now);
  t.after(() => store.close());
  store.write([trace("read")]);
  const { mark } = store.find({ limit: 10 });
  store.write(["a", "b", "c", "d", "e"].map((id) => trace(id)));
  store.prune();
  const late = store.find({ limit: 10, after: mark });
  assert.deepEqual([late.items.map(({ id }) => id), late.missed], [["e", "d", "c"], 2]);

  now += 2000;
  store.prune();
  store.write([trace("anew", { at: now })]);
  const anew = store.find({ limit: 10, after: late.mark });
  assert.notEqual(anew.mark.numbering, late.mark.numbering);
  assert.deepEqual([anew.items.map(({ id }) => id), anew.missed], [["anew"], 0]);
  // Whoever opens the same file counts on.
  const again = new TraceStore(file, bounds, () => now);
  assert.deepEqual(again.find({ limit: 10, after: anew.mark }).items, []);
  again.close();
});

test("who follows misses nothing where the clock was set back, and what was written meanwhile is gone", (t) => {
  let now = start;
  const store = openStore(t, {}, () => now);
  store.write([trace("before")]);
  now -= 2000;
  store.write([trace("meanwhile", { at: now })]);
  const { mark } = store.find({ limit: 10 });
  now = start;
  store.prune();
  store.write([trace("one"), trace("two")]);
  const { items } = store.find({ limit: 10, after: mark });
  assert.deepEqual(
    items.map(({ id }) => id),
    ["two", "one", "before"],
  );
});

test("no more are kept than so many, and the oldest go", (t) => {
  const store = openStore(t);
  for (let count = 0; count < 5; count += 1) {
    store.write(Array.from({ length: 200 }, (_, index) => trace(`${count}-${index}`)));
  }
  store.prune();
  const ids = idsOf(store);
  assert.deepEqual([ids.length, ids[0], ids.at(-1)], [100, "4-199", "4-100"]);
});

test("no more bytes are kept than so many", (t) => {
  const store = openStore(t, { bytes: 400_000 });
  const text = "x".repeat(20_000);
  store.write(Array.from({ length: 90 }, (_, index) => trace(String(index), { text })));
  store.prune();
  const ids = idsOf(store);
  assert.ok(ids.length >= 10 && ids.length <= 20, `${ids.length} are kept`);
  assert.equal(ids[0], "89");
});

test("what is too old is not found, and goes", (t) => {
  let now = start;
  const store = openStore(t, {}, () => now);
  store.write([trace("old")], 3);
  now += 900;
  store.write([trace("new", { at: now })]);
  assert.deepEqual([store.find({ limit: 1 }).lost, idsOf(store)], [3, ["new", "old"]]);
  now += 200;
  assert.deepEqual(idsOf(store), ["new"]);
  store.prune();
  const { kept, lost } = store.find({ limit: 1 });
  assert.deepEqual([kept, lost], [1, 0]);
});

test("a file that is damaged, or another program's, is begun anew", (t) => {
  const file = join(temporaryFolder(), "traces.db");
  writeFileSync(file, "no database, and longer than a header of one would have to be ".repeat(20));
  new TraceStore(file, bounds).close();
  rmSync(file);
  const other = new DatabaseSync(file);
  other.exec("CREATE TABLE other (a)");
  other.close();
  const store = new TraceStore(file, bounds, () => start);
  t.after(() => store.close());
  store.write([trace("one")]);
  assert.deepEqual(idsOf(store), ["one"]);
  if (process.platform !== "win32") assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.ok(existsSync(`${file}-wal`));
});

test("processes that open a file at once make it once, and lose nothing that any of them writes", async () => {
  const module = JSON.stringify(new URL("./trace-store.ts", import.meta.url).href);
  const source = `
    const { parentPort } = require("node:worker_threads");
    import(${module}).then(({ TraceStore, defaultBounds }) => {
      parentPort.on("message", ({ file, gate, trace }) => {
        Atomics.sub(new Int32Array(gate), 0, 1);
        while (Atomics.load(new Int32Array(gate), 0) > 0);
        const store = new TraceStore(file, defaultBounds);
        store.write([trace]);
        store.close();
        parentPort.postMessage("written");
      });
      parentPort.postMessage("ready");
    });`;
  const threads = [0, 1].map(() => new Worker(source, { eval: true }));
  await Promise.all(threads.map((thread) => once(thread, "message")));
  const folder = temporaryFolder();
  for (let round = 0; round < 10; round += 1) {
    const file = join(folder, `${round}.db`);
    // In the first, a third one is about to make it.
    const third = round === 0 ? new DatabaseSync(file) : undefined;
    third?.exec("BEGIN IMMEDIATE");
    const gate = new SharedArrayBuffer(4);
    new Int32Array(gate)[0] = threads.length;
    const written = threads.map((thread) => once(thread, "message"));
    for (const [index, thread] of threads.entries()) {
      thread.postMessage({ file, gate, trace: trace(`of-${index}`, { at: Date.now() }) });
    }
    while (third && Atomics.load(new Int32Array(gate), 0) > 0) await delay(1);
    if (third) await delay(20);
    third?.close();
    await Promise.all(written);
    const store = new TraceStore(file, defaultBounds);
    assert.deepEqual(idsOf(store).sort(), ["of-0", "of-1"], `round ${round}`);
    store.close();
  }
  await Promise.all(threads.map((thread) => thread.terminate()));
});

test("two that have the same file open find what either wrote", (t) => {
  const file = join(temporaryFolder(), "traces.db");
  const [one, other] = [0, 1].map(() => new TraceStore(file, bounds, () => start));
  t.after(() => [one, other].forEach((store) => store?.close()));
  one?.write([trace("one")]);
  other?.write([trace("two")]);
  assert.deepEqual(idsOf(one!), ["two", "one"]);
});
