import assert from "node:assert/strict";
import { test } from "node:test";
import { Paced } from "./paced.ts";

test("what is asked often is done at once, and then so often", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let now = 1000;
  t.mock.method(performance, "now", () => now);
  const pass = (ms: number): void => {
    now += ms;
    t.mock.timers.tick(ms);
  };
  let count = 0;
  const paced = new Paced(() => (count += 1), 100);
  paced.ask();
  pass(0);
  assert.equal(count, 1);
  for (let times = 0; times < 9; times += 1, pass(11)) paced.ask();
  assert.equal(count, 1);
  pass(1);
  assert.equal(count, 2);
  paced.ask();
  paced.stop();
  pass(1000);
  assert.equal(count, 2);
});
