/**
 * What becomes of a process whose log is a file on a disk that is full: it goes on, and what waited is there when there is room again.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { fillDisk, smallDisk } from "../../test/support/small-disk.ts";

const processes = {
  "the first process": ["logger.ts", "createLogger"],
  "a worker": ["worker-logger.ts", "createWorkerLogger"],
} as const;

/**
 * Logs what it is sent, until it is sent nothing. What it asks for behind its back one thread does in turn: it answers when some writes have
 * failed or not.
 */
function scriptOf(module: string, create: string): string {
  return `import { stat } from "node:fs/promises";
import { ${create} } from ${JSON.stringify(import.meta.resolve(`./${module}`))};
const logger = ${create}("warn");
const filler = "x".repeat(1000);
process.on("message", async ({ from, to }) => {
  if (to === 0) process.exit(0);
  for (let number = from; number <= to; number += 1) logger.warn({ number, filler }, "something");
  for (let turns = 0; turns < 10; turns += 1) await stat(".");
  process.send("logged");
});`;
}

for (const [what, [module, create]] of Object.entries(processes)) {
  test(`${what} lives on where its log's disk is full, says later what waited and how much was lost, and ends`, async (t) => {
    const disk = smallDisk(t, 8);
    if (disk === undefined) return;
    const file = join(disk, "node.log");
    const stderr = openSync(file, "a");
    const child = spawn(
      process.execPath,
      ["--input-type=module", "--eval", scriptOf(module, create)],
      {
        stdio: ["ignore", "ignore", stderr, "ipc"],
        env: { ...process.env, UV_THREADPOOL_SIZE: "1" },
      },
    );
    closeSync(stderr);
    t.after(() => child.kill("SIGKILL"));
    const ended = once(child, "exit");
    const log = async (from: number, to: number): Promise<void> => {
      child.send({ from, to });
      const [said] = (await Promise.race([once(child, "message"), ended])) as unknown[];
      assert.equal(said, "logged");
    };
    await log(1, 3);
    const makeRoom = fillDisk(disk, 2 * 4096);
    await log(4, 50);
    // Two megabytes, of which half may wait.
    await log(51, 2000);
    await setTimeout(1200);
    makeRoom();
    while (!/lines of this log were lost: ENOSPC/.test(readFileSync(file, "utf8"))) {
      await log(2001, 2001);
      await setTimeout(100);
    }
    const lines = readFileSync(file, "utf8").trimEnd().split("\n");
    const numbers = lines.flatMap((line) => (JSON.parse(line) as { number?: number }).number ?? []);
    const first = Array.from({ length: 500 }, (_, index) => index + 1);
    assert.deepEqual(numbers.slice(0, 500), first);
    // What can't be written holds up no end of it.
    fillDisk(disk);
    await log(3001, 3100);
    child.send({ to: 0 });
    assert.deepEqual(await ended, [0, null]);
  });
}
