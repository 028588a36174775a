import assert from "node:assert/strict";
import { test } from "node:test";
import { FloodWatch } from "./flood-watch.ts";

test("FloodWatch looks often at who begins or is suspect, now and then at all others, and at few of them at once", (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  let now = 0;
  t.mock.method(performance, "now", () => now);
  let looks: string[] = [];
  let suspect = "";
  const watch = new FloodWatch<string>({
    ...{ everyMs: 50, looksMax: 2 },
    look: (connection) => {
      looks.push(connection);
      return connection === suspect;
    },
  });
  const after = (ms: number): string[] => {
    looks = [];
    for (let passed = 0; passed < ms; passed += 1) {
      now += 1;
      t.mock.timers.tick(1);
    }
    return looks;
  };
  for (const each of ["a", "b", "c"]) watch.add(each);
  assert.deepEqual(after(1), ["a", "b", "c"]);
  after(1000);
  assert.deepEqual(after(149).length, 6, "two in each 50 ms");
  assert.deepEqual(after(150).toSorted(), ["a", "a", "b", "b", "c", "c"]);
  suspect = "b";
  after(100);
  assert.ok(after(10).filter((each) => each === "b").length >= 10);
  suspect = "";
  after(1001);
  assert.ok(after(50).length <= 2);
  for (const each of ["a", "b", "c"]) watch.remove(each);
  assert.deepEqual(after(100), []);
});
