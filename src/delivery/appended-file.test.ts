/** A file that lines are appended to, some of which were written only in part before. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { temporaryFolder } from "../../test/support/test-node.ts";
import { AppendedFile } from "./appended-file.ts";

const bytes = Buffer.from("one\ntwo\nthree\n");
const batch = { bytes, lines: 3, period: 0 };

/** Has what is written next end after so many bytes, as where a disk is full. */
async function cutNextWrite(t: TestContext, path: string, after: number): Promise<void> {
  const file = await open(path, "a");
  const prototype = Object.getPrototypeOf(file) as FileHandle;
  await file.close();
  t.mock.method(
    prototype,
    "writev",
    function (this: FileHandle, buffers: readonly Buffer[]) {
      return this.write(Buffer.concat(buffers).subarray(0, after));
    },
    { times: 1 },
  );
}

for (const after of [0, 2, 4, 6, 8, 13]) {
  test(`a batch of which ${after} bytes could be written is there whole in the end`, async (t) => {
    const path = join(temporaryFolder(), "live.log");
    const { write } = new AppendedFile(path);
    await cutNextWrite(t, path, after);
    await assert.rejects(write(batch), /^Error: only a part could be written to .*live\.log$/);
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
