import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { notedLogger } from "../../test/support/noted-logger.ts";
import { temporaryFolder } from "../../test/support/test-node.ts";
import type { RefusedRequest } from "../edge/record/refused-request.ts";
import { TraceKeeper, traceFile } from "./trace-keeper.ts";

const refused = (id: string): RefusedRequest => ({
  ...{ id, at: performance.now(), detail: "malformed", status: 400, bytesSent: 1 },
  ...{ ip: "192.0.2.1", port: 1, scheme: "http", head: undefined },
  distribution: undefined,
});
const all = { filter: { limit: 100 }, withText: false };

test("what waits is found by who asks after it, and what a worker leaves by the next", async () => {
  const file = traceFile(temporaryFolder());
  const logger = notedLogger();
  const first = new TraceKeeper(file, logger);
  for (let count = 0; count < 120; count += 1) first.pending.refusedListener(refused(`${count}`));
  await first.flush();
  assert.equal((await first.find(all))?.kept, 120);
  first.pending.refusedListener(refused("last"));
  await first.close();
  const next = new TraceKeeper(file, logger);
  const found = await next.find({ filter: { limit: 1, id: "last" }, withText: true });
  assert.match(found?.text ?? "", /"id":"last"/);
  await next.close();
});

test("who asks is answered however fast more come", async () => {
  const keeper = new TraceKeeper(traceFile(temporaryFolder()), notedLogger());
  let came = 0;
  let isOver = false;
  const come = (): void => {
    if (isOver) return;
    // More than are told of in one slice.
    for (let count = 0; count < 60; count += 1, came += 1) {
      keeper.pending.refusedListener(refused(`${came}`));
    }
    setImmediate(come);
  };
  come();
  await keeper.flush();
  isOver = true;
  assert.ok(keeper.pending.count > 0);
  await keeper.close();
});

test("where nothing can be written it is told, counted, and done again once it can", async () => {
  const file = join(temporaryFolder(), "traces.db");
  mkdirSync(file);
  const logger = notedLogger();
  const keeper = new TraceKeeper(file, logger);
  keeper.pending.refusedListener(refused("lost"));
  await keeper.flush();
  assert.equal(await keeper.find(all), undefined);
  assert.match(logger.lines.join("\n"), /traces of requests could not be kept/);
  rmSync(file, { recursive: true });
  keeper.pending.refusedListener(refused("kept"));
  await keeper.flush();
  const found = await keeper.find(all);
  assert.deepEqual([found?.items.map(({ id }) => id), found?.lost], [["kept"], 1]);
  await keeper.close();
});

test("a file that is deleted meanwhile is begun anew, and so is one that gets damaged", async () => {
  const file = traceFile(temporaryFolder());
  const keeper = new TraceKeeper(file, notedLogger());
  const keep = async (...ids: readonly string[]): Promise<void> => {
    for (const id of ids) keeper.pending.refusedListener(refused(id));
    await keeper.flush();
    // Once it answers, what was handed to it is written.
    await keeper.find(all);
  };
  const kept = async (): Promise<readonly string[]> =>
    (await keeper.find(all))?.items.map(({ id }) => id) ?? [];
  await keep("before");
  for (const name of [file, `${file}-wal`, `${file}-shm`]) rmSync(name, { force: true });
  await keep("deleted");
  // As a worker that starts now has it.
  const other = new TraceKeeper(file, notedLogger());
  other.pending.refusedListener(refused("other's"));
  await other.close();
  assert.deepEqual(await kept(), ["other's", "deleted"]);

  await keep(...Array.from({ length: 2000 }, (_, count) => `${count}`));
  await keeper.close();
  // Its first page is whole, and so is what tells of tables.
  const bytes = readFileSync(file);
  bytes.fill(0xa5, 4096);
  writeFileSync(file, bytes);
  const next = new TraceKeeper(file, notedLogger());
  for (let count = 0; (await next.find(all))?.items.length !== 1; count += 1) {
    assert.ok(count < 5, "it is damaged for good");
    next.pending.refusedListener(refused("damaged"));
    await next.flush();
  }
  await next.close();
});
