/**
 * Files of a folder that stays bounded, whatever the clock and the disk do.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fillDisk, smallDisk } from "../../test/support/small-disk.ts";
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

test("on a disk that has no room, or hardly any, all that was kept stays, and lines are there once when there is room", async (t) => {
  for (const left of [0, 4, 16, 32]) {
    const disk = smallDisk(t, 4);
    if (disk === undefined) return;
    const folder = join(disk, "logs");
    for (let count = 0; count < 64; count += 1) {
      await new SegmentedFiles(folder).write(batchOf(`${count} kept\n`));
    }
    const before = await segmentsIn(folder);
    const [fresh, begun] = [new SegmentedFiles(folder), new SegmentedFiles(folder)];
    await begun.write(batchOf("begun\n"));
    const makeRoom = fillDisk(disk, left * 1024);
    const batches = [batchOf(`fresh ${"x".repeat(50_000)}\n`), batchOf(`${"y".repeat(50_000)}\n`)];
    for (let tries = 0; tries < 3; tries += 1) {
      await assert.rejects(fresh.write(batches[0]!), { code: "ENOSPC" });
      await assert.rejects(begun.write(batches[1]!), { code: "ENOSPC" });
    }
    assert.deepEqual((await segmentsIn(folder)).slice(0, 63), before.slice(1));
    assert.equal((await segmentsIn(folder)).length, 64);
    makeRoom();
    await fresh.write(batches[0]!);
    await begun.write(batches[1]!);
    const names = await segmentsIn(folder);
    const texts = names.map((name) => readFileSync(join(folder, name), "utf8"));
    const written = `begun\n${String(batches[1]!.bytes)}`;
    assert.deepEqual(texts.slice(-2).toSorted(), [written, String(batches[0]!.bytes)].toSorted());
  }
});
