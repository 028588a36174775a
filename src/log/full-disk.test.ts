/**
 * What a log in a file does on a disk that is full but for some kilobytes: enough to begin something, too little to go on.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { chownSync, mkdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { appendAll, bytes, texts } from "../../test/support/log-probe.ts";
import { fillDisk, smallDisk } from "../../test/support/small-disk.ts";
import { silentLogger } from "../base/logger.ts";
import { LogFailure } from "./log-failure.ts";
import { OwnCopy } from "./own-copy.ts";
import { SqliteLog } from "./sqlite-log.ts";

const kilobytes = [0, 4, 8, 16, 24, 32, 40, 48, 56, 64, 80, 128, 256];

test("a log that is begun on a nearly full disk keeps what it takes, or says that the disk is full and can be begun later", async (t) => {
  for (const left of kilobytes) {
    const disk = smallDisk(t, 2);
    if (disk === undefined) return;
    const file = join(disk, "changes.db");
    const makeRoom = fillDisk(disk, left * 1024);
    let taken = 0;
    try {
      const log = new SqliteLog(file);
      t.after(() => log.close());
      const isFull = (error: unknown): boolean =>
        error instanceof LogFailure && error.reason === "full";
      await assert.rejects(async () => {
        for (;;) taken = (await log.append(new Uint8Array(700), taken)) ?? taken;
      }, isFull);
      assert.equal(await log.lastRevision(), taken);
      await assert.rejects(
        log.saveSnapshot({ revision: 0, bytes: new Uint8Array(50_000) }),
        isFull,
      );
    } catch (error) {
      assert.ok(left < 64, `${left}`);
      assert.match((error as Error).message, /^Cannot open the change log .*: its disk is full \(/);
    }
    makeRoom();
    const again = new SqliteLog(file);
    assert.equal((await again.read(0)).length, taken, `${left}`);
    assert.equal(await again.append(bytes("more"), taken), taken + 1);
    await again.close();
  }
});

test("a log that was closed, and a node's own copy of one, are opened on a disk that is full by then", async (t) => {
  for (const left of kilobytes) {
    const disk = smallDisk(t, 2);
    if (disk === undefined) return;
    const file = join(disk, "log", "changes.db");
    const log = new SqliteLog(file);
    await appendAll(log, "e", 3);
    const copy = await OwnCopy.open(join(disk, "copy"), silentLogger);
    for (const entry of await log.read(0)) copy.keep(entry);
    await copy.close();
    await log.close();
    fillDisk(disk, left * 1024);
    for (let times = 0; times < 2; times += 1) {
      const again = new SqliteLog(file);
      assert.deepEqual(texts(await again.read(0)), ["1 e1", "2 e2", "3 e3"]);
      await again.close();
      const copyAgain = await OwnCopy.open(join(disk, "copy"), silentLogger);
      assert.equal(copyAgain.last, 3);
      await copyAgain.close();
    }
  }
});

test("what is left to open a closed log with takes no other's place", async (t) => {
  const disk = smallDisk(t, 2);
  if (disk === undefined) return;
  mkdirSync(join(disk, "log"));
  const file = join(disk, "log", "changes.db");
  const [one, other] = [new SqliteLog(file), new SqliteLog(file)];
  await appendAll(one, "e", 2);
  await one.close();
  assert.equal(await other.append(bytes("e3"), 2), 3);
  await other.close();
  // Nor is it what somebody reads who begins with the file alone.
  rmSync(`${file}-shm`);
  const alone = new SqliteLog(file);
  assert.deepEqual(texts(await alone.read(0)), ["1 e1", "2 e2", "3 e3"]);
  await alone.close();
});

test("what is left to open a closed log with is whose the log is, where root has closed it", async (t) => {
  const disk = smallDisk(t, 2);
  if (disk === undefined) return;
  const file = join(disk, "changes.db");
  await new SqliteLog(file).close();
  rmSync(`${file}-shm`);
  chownSync(file, 1234, 1235);
  await new SqliteLog(file).close();
  const { uid, gid, mode } = statSync(`${file}-shm`);
  assert.deepEqual([uid, gid, mode & 0o777], [1234, 1235, statSync(file).mode & 0o777]);
});
