/**
 * Bits of a log's file are flipped, one at a time, anywhere: what is read then is what was written, or an
 * error. FOOTLIGHT_FUZZ_FLIPS says how many are tried, FOOTLIGHT_FUZZ_SEED which.
 */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, test } from "node:test";
import type { ChangeLog } from "./change-log.ts";
import { appendAll, bytes, texts } from "../../test/support/log-probe.ts";
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
  // Numbers have no checksums. State/ refuses an entry that stands elsewhere than it says, and takes a snapshot's from what it says.
  const kept = await log.readKept(0).then(
    (entries) => texts(entries).map((text) => (/^(\d+) e\1$/.test(text) ? text : "refused")),
    () => ["refused"],
  );
  const snapshot = await log.loadSnapshot().then(
    (found) => new TextDecoder().decode(found?.bytes),
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
  const whole = new Set([...(await readAll(log)), "snapshot at 10", "refused", "snapshot refused"]);
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

test("a page that shows fewer rows than it has is refused, and nothing is missing in silence", async () => {
  const file = join(folder, "full.db");
  const log = new SqliteLog(file);
  await appendAll(log, "e", 200);
  await log.close();
  const content = readFileSync(file);
  const pageBytes = content.readUInt16BE(16);
  const changed = join(folder, "fewer.db");
  let leaves = 0;
  for (let page = pageBytes; page < content.length; page += pageBytes) {
    // https://www.sqlite.org/fileformat.html#b_tree_pages: a table's leaf, and its number of cells.
    const cells = content.readUInt16BE(page + 3);
    if (content[page] !== 0x0d || cells < 2) continue;
    leaves += 1;
    const fewer = Buffer.from(content);
    fewer.writeUInt16BE(cells >> 1, page + 3);
    writeFileSync(changed, fewer);
    assert.throws(() => new SqliteLog(changed), {
      message:
        /^Cannot open the change log .*fewer\.db: its pages are damaged \(.*footlight restore$/,
    });
  }
  assert.ok(leaves > 1, `${leaves}`);
});

for (const begins of [0, 10] as const) {
  test(`a log that begins after revision ${begins}, and says something else of it, misses nothing in silence`, async () => {
    const file = join(folder, `begins-${begins}.db`);
    const log = new SqliteLog(file);
    await appendAll(log, "e", 30);
    if (begins > 0) await log.beginAfter({ revision: begins, bytes: bytes("at 10") }, new Set());
    await log.saveSnapshot({ revision: 20, bytes: bytes("at 20") });
    await log.close();
    const content = readFileSync(file);
    const changed = join(folder, `begins-elsewhere-${begins}.db`);
    for (let bit = 0; bit < 31; bit += 1) {
      const said = begins ^ (1 << bit);
      writeFileSync(changed, content);
      const db = new DatabaseSync(changed);
      db.prepare("UPDATE beginning SET revision = ?").run(said);
      db.close();
      const reading = async (): Promise<void> => {
        const opened = new SqliteLog(changed);
        await opened.read(0).finally(() => opened.close());
      };
      const message = new RegExp(
        `^Cannot open the change log .*: it says that it begins after revision ${said}, and has no snapshot of that: .*footlight restore$`,
      );
      await assert.rejects(reading, said < begins ? { name: "DamagedLog" } : { message });
    }
  });
}
