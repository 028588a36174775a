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
  const { lines } = open(({ lines: some, period }) => {
    batches.push(`${period}: ${some.join("")}`);
    return Promise.resolve();
  });
  lines.add("a", 1);
  lines.add("b", 1);
  lines.add("c", 2);
  assert.deepEqual(batches, []);
  await lines.close();
  assert.deepEqual(batches, ["1: ab", "2: c"]);
});

test("what can't be written waits, in order, and is written when it can be", async () => {
  const written: string[] = [];
  let isFull = true;
  let attempts = 0;
  const { lines, losses, logger } = open(({ lines: some }) => {
    attempts += 1;
    if (isFull) return Promise.reject(new Error("ENOSPC: no space left on device"));
    written.push(...some);
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
  const { lines, losses, logger } = open(() => Promise.reject(new Error("ENOSPC")), 1000);
  for (let line = 0; line < 100; line += 1) lines.add("0123456789");
  assert.equal(losses.total, 100 - Math.floor(1000 / 42));
  await lines.close();
  assert.equal(losses.total, 100);
  losses.tell();
  const told = logger.lines.map((line) => Number(/"lost":(\d+)/.exec(line)?.[1] ?? 0));
  assert.equal(
    told.reduce((sum, lost) => sum + lost, 0),
    100,
  );
});
