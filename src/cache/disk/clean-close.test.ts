import assert from "node:assert/strict";
import {
  appendFileSync,
  copyFileSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { noteCleanClose, wasClosedCleanly } from "./clean-close.ts";
import { filesOf } from "./generation.ts";

const since: readonly [what: string, change: (index: string) => void][] = [
  ["was added to", (index) => appendFileSync(index, "x")],
  ["was written at another time", (index) => utimesSync(index, 1, 1)],
  ["is gone", (index) => rmSync(index)],
  [
    "is another file of the same length and time",
    (index) => {
      const { atime, mtime } = statSync(index);
      copyFileSync(index, `${index}-2`);
      renameSync(`${index}-2`, index);
      utimesSync(index, atime, mtime);
    },
  ],
];

for (const [what, change] of since) {
  test(`wasClosedCleanly() is false of an index that ${what}`, (t) => {
    const generation = mkdtempSync(join(tmpdir(), "footlight-cache-"));
    t.after(() => rmSync(generation, { recursive: true }));
    const { index, closed } = filesOf(generation);
    writeFileSync(index, "index");
    assert.ok(!wasClosedCleanly(generation, 7));
    noteCleanClose(generation, 7);
    assert.ok(wasClosedCleanly(generation, 7));
    assert.ok(!wasClosedCleanly(generation, 8));
    change(index);
    assert.ok(!wasClosedCleanly(generation, 7));
    writeFileSync(closed, "");
    assert.ok(!wasClosedCleanly(generation, 7));
  });
}
