/**
 * A worker's log where nobody reads it.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { test } from "node:test";
import { text } from "node:stream/consumers";

const module = new URL("worker-logger.ts", import.meta.url);
const script = `import { createWorkerLogger } from ${JSON.stringify(module.href)};
const logger = createWorkerLogger("warn");
const filler = "x".repeat(1000);
for (let number = 1; number <= 3000; number += 1) logger.warn({ number, filler }, "a function failed");
process.send("logged");
process.once("message", () => {
  setTimeout(() => {
    logger.warn({ number: 3001 }, "the last");
    process.exit(0);
  }, 1500);
});`;

test("who logs waits for no reader, and is told what was lost; what waits at the end is written", async (t) => {
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script], {
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  t.after(() => child.kill("SIGKILL"));
  // Three megabytes, where a pipe holds some sixty-four kilobytes and nobody reads.
  await new Promise<void>((resolve, reject) => {
    const fail = (): void =>
      void text(child.stderr!).then((said) => reject(new Error(`It ended: ${said}`)), reject);
    child.once("exit", fail).once("message", () => {
      child.off("exit", fail);
      resolve();
    });
  });
  const read = text(child.stderr!);
  child.send("go on");
  const lines = (await read)
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { number?: number; lost?: number; msg: string });
  const numbers = lines.flatMap(({ number }) => number ?? []);
  assert.deepEqual(
    numbers,
    numbers.toSorted((one, other) => one - other),
  );
  assert.deepEqual([numbers[0], numbers.at(-1)], [1, 3001]);
  const [{ lost = 0 } = {}] = lines.filter(({ msg }) => msg.startsWith("lines of this log"));
  assert.ok(numbers.length > 500, `${numbers.length} lines`);
  assert.equal(numbers.length + lost, 3001);
});
