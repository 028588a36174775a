/** A file that lines are appended to, some of which were written only in part before. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { constants, readFileSync, rmSync } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { temporaryFolder } from "../../test/support/test-node.ts";
import { AppendedFile } from "./appended-file.ts";

const bytes = Buffer.from("one\ntwo\nthree\n");
const batch = { bytes, lines: 3, period: 0 };

/** Has what is written next end after so many bytes, as where a disk gets full. */
async function cutNextWrite(t: TestContext, path: string, after: number): Promise<void> {
  const file = await open(path, "a");
  const prototype = Object.getPrototypeOf(file) as FileHandle;
  await file.close();
  let count = 0;
  t.mock.method(prototype, "write", async function (this: FileHandle, bytes: Buffer, at: number) {
    count += 1;
    if (count === 2) throw Object.assign(new Error("ENOSPC: no space left"), { code: "ENOSPC" });
    const end = count === 1 ? at + after : bytes.length;
    const { bytesWritten } = await this.writev([bytes.subarray(at, end)]);
    if (after === 0 && count === 1) count = 2;
    return { bytesWritten, buffer: bytes };
  });
}

for (const after of [0, 2, 4, 6, 8, 13]) {
  test(`a batch of which ${after} bytes could be written is there whole in the end`, async (t) => {
    const path = join(temporaryFolder(), "live.log");
    const { write } = new AppendedFile(path);
    await cutNextWrite(t, path, after);
    await assert.rejects(write(batch), /^Error: only a part could be written to .*live\.log: /);
    await write(batch);
    await write(batch);
    const lines = readFileSync(path, "utf8").split("\n");
    const part = { 0: [], 2: ["on"], 4: [], 6: ["tw"], 8: [], 13: ["three"] }[after];
    const whole = ["one", "two", "three"];
    const before = after < 4 ? 0 : after < 8 ? 1 : 2;
    const cut = part ?? [];
    assert.deepEqual(lines, [
      ...[...whole.slice(0, before), ...cut, ...whole.slice(before)],
      ...[...whole, ""],
    ]);
  });
}

test("a file whose folder was removed is begun anew, in its folder", async () => {
  const folder = join(temporaryFolder(), "logs");
  const { write } = new AppendedFile(join(folder, "live.log"));
  await write(batch);
  rmSync(folder, { recursive: true });
  await assert.rejects(write(batch), { code: "ENOENT" });
  await write(batch);
  assert.equal(readFileSync(join(folder, "live.log"), "utf8"), bytes.toString());
});

test("a pipe that nobody reads holds nobody up, and gets all when somebody does", async (t) => {
  const path = join(temporaryFolder(), "pipe");
  execFileSync("mkfifo", [path]);
  const { write } = new AppendedFile(path);
  await assert.rejects(write(batch), /^Error: nobody reads the pipe /);

  const reader = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  t.after(() => reader.close());
  const lines = Array.from({ length: 30_000 }, (_, line) => `line ${line}\n`).join("");
  const large = { bytes: Buffer.from(lines), lines: 30_000, period: 0 };
  // It is full, and nobody reads on.
  await assert.rejects(write(large), /only a part could be written .*EAGAIN/);
  let text = "";
  let isWritten = false;
  const reading = (async () => {
    while (!isWritten || !text.endsWith("29999\n")) {
      const buffer = Buffer.alloc(65_536);
      const { bytesRead } = await reader
        .read(buffer)
        .catch((error: NodeJS.ErrnoException) =>
          error.code === "EAGAIN" ? { bytesRead: 0 } : Promise.reject(error),
        );
      text += buffer.toString("utf8", 0, bytesRead);
      if (bytesRead === 0) await wait(1);
    }
  })();
  await write(large);
  isWritten = true;
  await reading;
  // A line that was cut is there once more, whole.
  const whole = new Set(lines.split("\n"));
  const told = text.split("\n");
  const toldOnce = new Set(told);
  assert.ok(told.filter((line) => !whole.has(line)).length <= 1);
  assert.deepEqual([...whole].filter((line) => !toldOnce.has(line)).length, 0);
  assert.ok(told.length <= 30_002);
});
