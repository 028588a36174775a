/**
 * Bits of a log's file are flipped, one at a time, anywhere: what is read then is what was written, or an
 * error. FOOTLIGHT_FUZZ_FLIPS says how many are tried, FOOTLIGHT_FUZZ_SEED which.
 */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { ChangeLog } from "./change-log.ts";
import { appendAll, bytes, texts } from "./log-probe.ts";
import { SqliteLog } from "./sqlite-log.ts";

const folder = mkdtempSync(join(tmpdir(), "footlight-flipped-bits-"));
after(() => rmSync(folder, { recursive: true }));

const flips = Number(process.env["FOOTLIGHT_FUZZ_FLIPS"] ?? 60);
const seed = Number(process.env["FOOTLIGHT_FUZZ_SEED"] ?? 1);

/** Everything that it gives, as texts; what it refuses, as "refused" in its place. */
async function readAll(log: ChangeLog): Promise<string[]> {
  const given: string[] = [];
  const first = await log.firstRevision();
  for (let after = first - 1; after < 30; after += 1) {
    const read = await log.read(after, 1).then(texts, () => ["refused"]);
    given.push(...read);
  }
  const kept = await log.readKept(0).then(texts, () => ["refused"]);
  const snapshot = await log.loadSnapshot().then(
    (found) => `${found?.revision} ${new TextDecoder().decode(found?.bytes)}`,
    () => "refused",
  );
  return [...given, ...kept, `snapshot ${snapshot}`];
}

test(`what is read of a log with a flipped bit is right, or refused (${flips} bits, seed ${seed})`, async (t) => {
  const file = join(folder, "whole.db");
  const log = new SqliteLog(file);
  await appendAll(log, "e", 30);
  await log.beginAfter({ revision: 10, bytes: bytes("at 10") }, new Set([3, 7]));
  await log.saveSnapshot({ revision: 20, bytes: bytes("at 20") });
  const whole = new Set([
    ...(await readAll(log)),
    "snapshot 10 at 10",
    "refused",
    "snapshot refused",
  ]);
  await log.close();
  const content = readFileSync(file);

  const flipped = join(folder, "flipped.db");
  let refusals = 0;
  let random = seed;
  for (let flip = 0; flip < flips; flip += 1) {
    random = (Math.imul(random, 1_103_515_245) + 12_345) >>> 0;
    const bit = random % (content.length * 8);
    const changed = Buffer.from(content);
    changed[bit >> 3]! ^= 1 << (bit & 7);
    writeFileSync(flipped, changed);
    for (const end of ["-wal", "-shm"]) rmSync(`${flipped}${end}`, { force: true });
    let opened: SqliteLog | undefined;
    try {
      opened = new SqliteLog(flipped);
      const given = await readAll(opened);
      const wrong = given.filter((text) => !whole.has(text));
      assert.deepEqual(wrong, [], `bit ${bit}, seed ${seed}`);
      if (given.some((text) => text.endsWith("refused"))) refusals += 1;
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error;
      refusals += 1;
    }
    await opened?.close();
  }
  t.diagnostic(`${refusals} of ${flips} were refused, the others harmless`);
});
