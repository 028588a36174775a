/**
 * Whether a worker's pulse tells one that works from one that waits.
 *
 * @alone
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { mainThreadCpuMs } from "../base/main-thread-cpu.ts";
import { Pulse, pulseIntervalMs } from "./worker-pulse.ts";

/** A worker whose main thread uses `share` of a core. @returns what is seen of it, look by look */
function looksOf(share: number | undefined, looks: number): string[] {
  let cpuMs = 0;
  const pulse = new Pulse(() => (share === undefined ? undefined : cpuMs), pulseIntervalMs);
  return Array.from({ length: looks }, () => {
    cpuMs += (share ?? 0) * pulseIntervalMs;
    return pulse.look();
  });
}

test("a worker that uses its core and says nothing is stuck in under a second", () => {
  const looks = looksOf(1, 4);
  assert.deepEqual(looks, ["ask", "wait", "wait", "stuck"]);
  assert.ok(looks.length * pulseIntervalMs < 1000);
});

test("a worker that gets a tenth of a core, or sleeps, has ten seconds, or 550 ms of CPU time", () => {
  assert.equal(looksOf(0.1, 28).indexOf("stuck"), -1);
  assert.equal(looksOf(0.1, 60).indexOf("stuck"), 28);
  assert.equal(looksOf(0, 60).indexOf("stuck"), 50);
  assert.equal(looksOf(undefined, 60).indexOf("stuck"), 50);
});

test("a worker that speaks now and then is not stuck, however much it works", () => {
  let cpuMs = 0;
  const pulse = new Pulse(() => cpuMs, pulseIntervalMs);
  for (let look = 0; look < 100; look += 1) {
    cpuMs += pulseIntervalMs;
    if (look % 3 === 2) pulse.hear();
    assert.notEqual(pulse.look(), "stuck");
  }
});

test("a look that comes late counts as one in time: the answer may lie unread", () => {
  let cpuMs = 0;
  const pulse = new Pulse(() => cpuMs, pulseIntervalMs);
  pulse.look();
  cpuMs += 60_000;
  assert.equal(pulse.look(), "wait");
});

test("mainThreadCpuMs() tells what a busy loop used, and nothing of a process that is not there", () => {
  assert.equal(mainThreadCpuMs(0), undefined);
  const before = mainThreadCpuMs(process.pid);
  if (before === undefined) return;
  const { user, system } = process.cpuUsage();
  for (;;) {
    const used = process.cpuUsage({ user, system });
    if (used.user + used.system > 100_000) break;
  }
  const used = mainThreadCpuMs(process.pid)! - before;
  assert.ok(used >= 50 && used <= 200, `${used} ms`);
});
