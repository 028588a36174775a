import assert from "node:assert/strict";
import { test } from "node:test";
import { setDeadline } from "./deadline.ts";

test("setDeadline() gives up once, and nothing whose wait was ended, be it at the last moment", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const givenUp: string[] = [];
  setDeadline(() => givenUp.push("waited"), 5);
  setDeadline(() => givenUp.push("ended"), 5)();
  const stop = setDeadline(() => givenUp.push("ended late"), 5);
  t.mock.timers.tick(4);
  await nextTurn();
  assert.deepEqual(givenUp, []);
  t.mock.timers.tick(1);
  // After its timer, and before what has arrived was read.
  assert.deepEqual(givenUp, []);
  stop();
  await nextTurn();
  assert.deepEqual(givenUp, ["waited"]);
  t.mock.timers.tick(50);
  await nextTurn();
  assert.deepEqual(givenUp, ["waited"]);
});

function nextTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
