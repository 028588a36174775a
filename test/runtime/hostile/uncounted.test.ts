/**
 * Runs the functions of uncounted.ts in a child process, which is ended when one of them takes
 * the process's time or memory: the worst that they did was to take a worker down.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { repeatedAttempts, uncountedAttempts } from "./uncounted.ts";

interface Ended {
  readonly what: string;
  readonly ends: unknown;
  readonly slowestMs: number;
  readonly peakMb: number;
}

/** Long enough for 300 runs on a busy machine; a run that hangs does so for ever. */
const patienceMs = 60_000;

/** Of processor time: the watchdog ends a run after 0.1 s; what it does not reach takes many seconds, or for ever. */
const longestMs = 2000;

async function runAll(): Promise<{ ended: Map<string, Ended>; at: string; code: number | null }> {
  const child = spawn(
    process.execPath,
    ["--no-node-snapshot", fileURLToPath(new URL("uncounted-child.ts", import.meta.url))],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const ended = new Map<string, Ended>();
  let at = "the start";
  const giveUp = setTimeout(() => child.kill("SIGKILL"), patienceMs);
  const closed = new Promise<number | null>((resolve) => child.once("close", resolve));
  for await (const line of createInterface({ input: child.stdout })) {
    giveUp.refresh();
    const said = JSON.parse(line) as { begins: string } | Ended;
    if ("begins" in said) at = said.begins;
    else {
      ended.set(said.what, said);
      // What one attempt takes shows in the peak; a worker may not be grown without bound.
      if (said.peakMb > 600) child.kill("SIGKILL");
    }
  }
  const code = await closed;
  clearTimeout(giveUp);
  return { ended, at, code };
}

const { ended, at, code } = await runAll();

test("the process outlives every attempt", () => {
  assert.equal(code, 0, `it ended during "${at}"`);
});

for (const { what, ends } of [...uncountedAttempts, ...repeatedAttempts]) {
  test(`run() counts ${what}`, () => {
    const run = ended.get(what);
    assert.ok(run, "it never ended");
    assert.deepEqual(run.ends, ends);
    assert.ok(run.slowestMs < longestMs, `took ${run.slowestMs} ms`);
    assert.ok(run.peakMb < 400, `the process grew to ${run.peakMb} MB`);
  });
}
