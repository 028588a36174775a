import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const child = fileURLToPath(new URL("../../test/support/exit-child.ts", import.meta.url));

/** Each leaves V8 at another point between two collections; most are past the mark that puts one off. */
const amounts = [2_000, 3_000, 4_000, 5_000, 6_000, 7_000];

test("A process exits, however much garbage of its isolates is left", async () => {
  for (const blocks of amounts) {
    await run(process.execPath, ["--no-node-snapshot", child, String(blocks)]);
  }
});
