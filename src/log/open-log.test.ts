import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { MemoryLog } from "./memory-log.ts";
import { openLog } from "./open-log.ts";
import { SqliteLog } from "./sqlite-log.ts";

const folder = mkdtempSync(join(tmpdir(), "footlight-open-log-"));
after(() => rmSync(folder, { recursive: true }));

test("openLog() opens a log in memory", async () => {
  assert.ok((await openLog("memory:")) instanceof MemoryLog);
});

test("openLog() opens a log in a file, and makes the folders that lead to it", async () => {
  const file = join(folder, "deep", "er", "log.db");
  const log = await openLog(`sqlite:${file}`);
  assert.ok(log instanceof SqliteLog);
  assert.ok(existsSync(file));
  await log.close();
});

test("openLog() says that no NATS server listens there, without repeating the password", async () => {
  await assert.rejects(openLog("nats://user:secret@127.0.0.1:1"), (error: Error) => {
    assert.match(error.message, /Cannot reach .* nats:\/\/127\.0\.0\.1:1: no NATS server listens/);
    assert.doesNotMatch(error.message, /secret/);
    return true;
  });
});

for (const address of ["", "sqlite:", "postgres://host", "log.db", "memory:x", "sqlite::memory:"]) {
  test(`openLog() refuses "${address}", naming what it takes`, async () => {
    await assert.rejects(openLog(address), {
      message: new RegExp(`log must be .*memory:.*"${address}"`),
    });
  });
}
