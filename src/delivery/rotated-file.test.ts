/** Files of lines, by hour and size. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import { silentLogger } from "../base/logger.ts";
import { temporaryFolder } from "../../test/support/test-node.ts";
import { BufferedLines, type Batch } from "./buffered-lines.ts";
import { Budget } from "./budget.ts";
import { Losses } from "./losses.ts";
import { hourOf, RotatedFile } from "./rotated-file.ts";

const header = "#one\n#two\n";

function batchOf(lines: readonly string[], period: number): Batch {
  return { bytes: Buffer.from(lines.join("")), lines: lines.length, period };
}

interface Rotation {
  readonly folder: string;
  readonly file: RotatedFile;
}

function open(maxBytes: number): Rotation {
  const folder = join(temporaryFolder(), "bucket");
  const path = (hour: string, unique: string) => join(folder, `E1.${hour}.${unique}.gz`);
  return { folder, file: new RotatedFile({ path, header, maxBytes }) };
}

/** @returns the files' texts by their names without the unique part, joined where it is the same hour */
function textsIn(folder: string): Record<string, string[]> {
  const texts: Record<string, string[]> = {};
  for (const name of readdirSync(folder)) {
    const [, hour = ""] = /^E1\.(\d{4}-\d\d-\d\d-\d\d)\.[0-9a-f]{8}\.gz$/.exec(name) ?? [];
    (texts[hour] ??= []).push(gunzipSync(readFileSync(join(folder, name))).toString());
  }
  return texts;
}

test("RotatedFile begins another file each hour, with its header, and appends to it", async () => {
  const { folder, file } = open(1000);
  const period = hourOf(Date.UTC(2026, 0, 2, 3, 59, 59));
  await file.write(batchOf(["a\n", "b\n"], period));
  await file.write(batchOf(["c\n"], period));
  await file.write(batchOf(["d\n"], hourOf(Date.UTC(2026, 0, 2, 4))));
  assert.deepEqual(textsIn(folder), {
    "2026-01-02-03": [`${header}a\nb\nc\n`],
    "2026-01-02-04": [`${header}d\n`],
  });
});

test("RotatedFile begins another when one is long enough", async () => {
  const { folder, file } = open(25);
  for (let line = 10; line < 20; line += 1) {
    await file.write(batchOf([`line ${line}\n`], hourOf(0)));
  }
  const [texts = []] = Object.values(textsIn(folder));
  assert.equal(texts.length, 5);
  for (const text of texts) assert.match(text, /^#one\n#two\nline \d+\nline \d+\n$/);
});

test("RotatedFile goes on in another where its file was moved away", async () => {
  const { folder, file } = open(1000);
  await file.write(batchOf(["a\n"], 0));
  const [name = ""] = readdirSync(folder);
  renameSync(join(folder, name), join(folder, "..", name));
  await assert.rejects(file.write(batchOf(["b\n"], 0)), { code: "ENOENT" });
  assert.ok(!existsSync(join(folder, name)));
  await file.write(batchOf(["b\n"], 0));
  assert.deepEqual(Object.values(textsIn(folder)), [[`${header}b\n`]]);
});

test("no line is lost or mixed with another under rotation by size", async () => {
  const { folder, file } = open(20_000);
  let written = 0;
  const lines = new BufferedLines({
    write: async (batch) => {
      await file.write(batch);
      written += batch.lines;
    },
    budget: new Budget(100_000_000),
    losses: new Losses(silentLogger, "test"),
    gatherMs: 1,
  });
  const count = 20_000;
  for (let line = 0; line < count; line += 1) {
    lines.add(`line ${line}\n`, Math.floor(line / 8000));
    if (line % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
    // However busy the machine is, an hour is more than one batch.
    while (line % 4000 === 0 && written < line) await delay(1);
  }
  await lines.close();
  const texts = textsIn(folder);
  assert.equal(Object.keys(texts).length, 3);
  const found = Object.values(texts)
    .flat()
    .flatMap((text) => text.replace(header, "").trimEnd().split("\n"))
    .map((line) => Number(/^line (\d+)$/.exec(line)?.[1]));
  assert.ok(Object.values(texts).flat().length > 3);
  assert.deepEqual(
    found.toSorted((one, other) => one - other),
    Array.from({ length: count }, (_, line) => line),
  );
});
