/** Files of a folder that stays bounded, whatever the clock does. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../test/support/test-node.ts";
import { segmentsIn, SegmentedFiles } from "./segmented-files.ts";

/** So long that the next line is in another file. */
const line = (name: string) => `${name} ${"x".repeat(1024 * 1024)}\n`;
const batchOf = (text: string) => ({ bytes: Buffer.from(text), lines: 1, period: 0 });

async function namesIn(folder: string): Promise<readonly string[]> {
  const names = await segmentsIn(folder);
  return names.map((name) => readFileSync(join(folder, name), "utf8").split(" ", 1)[0] ?? "");
}

test("the newest 64 files of all processes are kept", async () => {
  const folder = join(temporaryFolder(), "logs");
  const writers = [new SegmentedFiles(folder), new SegmentedFiles(folder)];
  for (let count = 0; count < 70; count += 1) {
    await writers[count % 2]!.write(batchOf(line(String(count))));
  }
  assert.deepEqual(
    await namesIn(folder),
    Array.from({ length: 64 }, (_, count) => String(count + 6)),
  );
});

test("where the clock was ahead, what is written since is the newest all the same", async (t) => {
  const folder = join(temporaryFolder(), "logs");
  const { write } = new SegmentedFiles(folder);
  t.mock.timers.enable({ apis: ["Date"], now: Date.UTC(2040, 0, 1) });
  for (let count = 0; count < 64; count += 1) await write(batchOf(line("ahead")));
  t.mock.timers.setTime(Date.UTC(2026, 0, 1));
  for (let count = 0; count < 4; count += 1) await write(batchOf(line(String(count))));
  const names = await namesIn(folder);
  assert.equal(readdirSync(folder).length, 64);
  assert.deepEqual(names.slice(-5), ["ahead", "0", "1", "2", "3"]);
});
