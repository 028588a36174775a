/** Lines that wait. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { notedLogger } from "../../test/support/noted-logger.ts";
import { BufferedLines, type Batch } from "./buffered-lines.ts";
import { Budget } from "./budget.ts";
import { Losses } from "./losses.ts";

function open(write: (batch: Batch) => Promise<void>, room = 10_000) {
  const logger = notedLogger();
  const losses = new Losses(logger, "test logs");
  const lines = new BufferedLines({ write, budget: new Budget(room), losses, gatherMs: 1 });
  return { lines, losses, logger };
}

test("BufferedLines writes what was added, in order, a batch a period", async () => {
  const batches: string[] = [];
  const { lines } = open(({ bytes, lines: count, period }) => {
    batches.push(`${period}: ${count}: ${bytes.toString()}`);
    return Promise.resolve();
  });
  lines.add("a", 1);
  lines.add("b", 1);
  lines.add("c", 2);
  assert.deepEqual(batches, []);
  await lines.close();
  assert.deepEqual(batches, ["1: 2: ab", "2: 1: c"]);
});

test("what waits is written when it is asked for, the line too that came while others were written", async () => {
  const written: string[] = [];
  const { lines } = open(async ({ bytes }) => {
    await new Promise(setImmediate);
    written.push(bytes.toString());
  });
  lines.add("a");
  const first = lines.flush();
  lines.add("b");
  await Promise.all([first, lines.flush()]);
  assert.equal(written.join(""), "ab");
  await lines.flush();
  await lines.close();
});

test("what can't be written waits, in order, and is written when it can be", async () => {
  const written: string[] = [];
  let isFull = true;
  let attempts = 0;
  const { lines, losses, logger } = open(({ bytes }) => {
    attempts += 1;
    if (isFull) return Promise.reject(new Error("ENOSPC: no space left on device"));
    written.push(bytes.toString());
    return Promise.resolve();
  });
  lines.add("a");
  while (attempts === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  lines.add("b");
  isFull = false;
  await lines.close();
  assert.deepEqual(written, ["a", "b"]);
  assert.equal(losses.total, 0);
  assert.match(logger.lines.join("\n"), /^warn: lines of test logs wait.*no space left/m);
});

test("what no room is left for is lost and counted, and so is what a close can't write", async () => {
  const { lines, losses, logger } = open(() => Promise.reject(new Error("ENOSPC")), 5000);
  for (let line = 0; line < 1000; line += 1) lines.add("0123456789");
  assert.ok(losses.total >= 500 && losses.total <= 600, `${losses.total} were lost`);
  await lines.close();
  assert.equal(losses.total, 1000);
  losses.tell();
  const told = logger.lines.map((line) => Number(/"lost":(\d+)/.exec(line)?.[1] ?? 0));
  assert.equal(
    told.reduce((sum, lost) => sum + lost, 0),
    1000,
  );
});

test("lines of any characters are written out as UTF-8, however long a batch is", async () => {
  const written: string[] = [];
  const { lines, losses } = open(({ bytes }) => {
    written.push(bytes.toString());
    return Promise.resolve();
  }, 64_000_000);
  const some = ["ascii\n", "ähnlich, 東京, 😀\n", `${"ü".repeat(100_000)}\n`];
  const all = Array.from({ length: 90 }, (_, line) => some[line % some.length]!);
  for (const line of all) lines.add(line);
  await lines.close();
  assert.equal(written.join(""), all.join(""));
  assert.ok(written.length > 1);
  assert.equal(losses.total, 0);
});

test("batches that follow on each other hold each its own lines, in the room of those before", async () => {
  const written: string[] = [];
  const rooms = new Set<ArrayBufferLike>();
  const { lines, losses } = open(async ({ bytes }) => {
    await new Promise(setImmediate);
    rooms.add(bytes.buffer);
    written.push(bytes.toString());
  }, 16_000_000);
  const all = Array.from({ length: 40_000 }, (_, number) => `${number} ${"x".repeat(200)}\n`);
  for (const [index, line] of all.entries()) {
    const write = (into: Buffer, at: number): void => void into.write(line, at);
    lines.add(index % 2 === 0 ? line : { length: line.length, write });
    // Some 1.2 MB: a batch is full, and another begun.
    if (index % 6000 !== 5999) continue;
    const before = written.length;
    while (written.length === before) await new Promise(setImmediate);
  }
  await lines.close();
  assert.equal(written.join(""), all.join(""));
  assert.equal(losses.total, 0);
  assert.ok(written.length > 6, `${written.length} batches`);
  assert.ok(rooms.size < written.length, `${rooms.size} rooms`);
});

test("the room of what was written is there again", async () => {
  const { lines, losses } = open(() => Promise.resolve(), 5000);
  for (let batch = 0; batch < 20; batch += 1) {
    for (let line = 0; line < 100; line += 1) lines.add("0123456789");
    while (!lines.isEmpty) await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await lines.close();
  assert.equal(losses.total, 0);
});

test("where one is stuck and has taken what all share, another goes on with its own", async () => {
  const losses = new Losses(notedLogger(), "test logs");
  const shared = new Budget(100_000);
  const ofAll = { losses, gatherMs: 1 };
  const stuck = new BufferedLines({
    ...{ ...ofAll, budget: new Budget(8192, shared) },
    write: () => Promise.reject(new Error("nobody reads")),
  });
  const written: string[] = [];
  const other = new BufferedLines({
    ...{ ...ofAll, budget: new Budget(8192, shared) },
    write: ({ bytes }) => Promise.resolve(void written.push(bytes.toString())),
  });
  const line = `${"x".repeat(99)}\n`;
  for (let count = 0; count < 5000; count += 1) stuck.add(line);
  const lostOfStuck = losses.total;
  assert.ok(lostOfStuck > 3000);
  for (let count = 0; count < 500; count += 1) {
    other.add(line);
    if (count % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await other.close();
  assert.equal(losses.total, lostOfStuck);
  assert.equal(written.join(""), line.repeat(500));
  await stuck.close();
  assert.equal(losses.total, 5000);
  // All of it is given back, to where it was taken from.
  assert.equal(shared.take(100_000), true);
});
