import assert from "node:assert/strict";
import { test } from "node:test";
import { SpreadOverTurns } from "./spread-over-turns.ts";

test("SpreadOverTurns does a few a turn, in order, and others have theirs between", async () => {
  const done: (number | "other")[] = [];
  const turns = new SpreadOverTurns(2);
  for (let work = 1; work <= 5; work += 1) turns.run(() => void done.push(work));
  assert.deepEqual([...done], [1, 2]);
  await new Promise<void>((resolve) => {
    const other = (): void => {
      done.push("other");
      if (done.includes(5)) resolve();
      else setImmediate(other);
    };
    setImmediate(other);
  });
  assert.deepEqual(done, [1, 2, 3, 4, "other", 5, "other"]);
  turns.run(() => void done.push(6));
  assert.equal(done.at(-1), 6);
});
