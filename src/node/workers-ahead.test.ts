import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import { WorkersAhead } from "./workers-ahead.ts";

/** As much of a process as is looked at. */
class Process extends EventEmitter {
  connected = true;
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
  const { ahead, processes } = aheadOf(3);
  processes[1]!.connected = false;
  assert.equal(ahead.take(), processes[0]);
  assert.equal(ahead.take(), processes[2]);
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
