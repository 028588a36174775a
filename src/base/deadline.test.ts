import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { setDeadline } from "./deadline.ts";

test("setDeadline() gives up once, and nothing whose wait was ended, be it at the last moment", async () => {
  const givenUp: string[] = [];
  setDeadline(() => givenUp.push("waited"), 5);
  setDeadline(() => givenUp.push("ended"), 5)();
  const stop = setDeadline(() => givenUp.push("ended late"), 5);
  // After its timer, and before what has arrived was read.
  setTimeout(() => stop(), 5);
  await delay(50);
  assert.deepEqual(givenUp, ["waited"]);
});
