import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import { WorkersAhead } from "./workers-ahead.ts";

/** As much of a process as is looked at. */
class Process extends EventEmitter {
  connected = true;
  exitCode: number | null = null;
  signalCode: string | null = null;
  endedBy: string | undefined;

  kill(signal: string): void {
    this.endedBy = signal;
  }
}

function aheadOf(count: number): { ahead: WorkersAhead; processes: Process[] } {
  const processes = Array.from({ length: count }, () => new Process());
  const left = [...processes];
  const ahead = new WorkersAhead(count, () => left.shift() as unknown as ChildProcess);
  return { ahead, processes };
}

test("each process that was started ahead is taken once, and none that has ended", () => {
  const { ahead, processes } = aheadOf(5);
  processes[1]!.connected = false;
  // The end of its channel is told a moment later.
  processes[2]!.exitCode = 1;
  processes[3]!.signalCode = "SIGKILL";
  assert.equal(ahead.take(), processes[0]);
  assert.equal(ahead.take(), processes[4]);
  assert.equal(ahead.take(), undefined);
});

test("those that nobody has taken are ended, and no others", () => {
  const { ahead, processes } = aheadOf(2);
  ahead.take();
  ahead.discard();
  assert.deepEqual(
    processes.map(({ endedBy }) => endedBy),
    [undefined, "SIGKILL"],
  );
  assert.equal(ahead.take(), undefined);
});
