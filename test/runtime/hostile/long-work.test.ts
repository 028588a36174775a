/**
 * Runs the functions of long-work.ts in a child process: the counters end each, never the
 * watchdog, and none takes the process with it.
 *
 * Every third is run; FOOTLIGHT_HOSTILE_EVERY=1 runs all.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { longWork } from "./long-work.ts";

const every = Number(process.env["FOOTLIGHT_HOSTILE_EVERY"] ?? 3);

/** A run takes some 50 ms; what is uncounted takes many seconds, and a busy machine some tenths of one. */
const watchdogMs = 1000;
const patienceMs = 15_000;

interface Ended {
  readonly at: number;
  readonly ms?: number;
  readonly wasEnded?: boolean;
}

test("the counters end whatever work a function finds", { timeout: 600_000 }, async () => {
  const child = spawn(
    process.execPath,
    [
      "--no-node-snapshot",
      fileURLToPath(new URL("long-work-child.ts", import.meta.url)),
      String(every),
      String(watchdogMs),
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const closed = new Promise<number | null>((resolve) => child.once("close", resolve));
  const giveUp = setTimeout(() => child.kill("SIGKILL"), patienceMs);
  const times: { what: string; ms: number }[] = [];
  const slow: string[] = [];
  let begun = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    giveUp.refresh();
    const { at, ms, wasEnded } = JSON.parse(line) as Ended;
    begun = at;
    if (ms === undefined) continue;
    const what = `${longWork[at]?.kind}: ${longWork[at]?.what}`;
    times.push({ what, ms });
    if (wasEnded === true) slow.push(`${what} (${ms.toFixed(0)} ms)`);
  }
  clearTimeout(giveUp);
  const code = await closed;
  assert.equal(code, 0, `the process ended during "${longWork[begun]?.what}"`);
  times.sort((one, other) => other.ms - one.ms);
  console.log(
    `${times.length} of ${longWork.length} sources; the longest took ${times[0]?.ms.toFixed(0)} ms: ${times[0]?.what}`,
  );
  assert.deepEqual(slow, []);
  assert.equal(times.length, Math.ceil(longWork.length / every));
  assert.ok(longWork.length >= 500, String(longWork.length));
});
