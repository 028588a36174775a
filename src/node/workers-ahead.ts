/**
 * Processes of workers that are started while the first process has not loaded what it needs itself: they load at the same
 * time, on other cores, and wait for whoever has found out how they are to serve.
 *
 * Each is taken once. What nobody has taken is to be let go of: a port was taken, or an option named what is not there.
 */
import type { ChildProcess } from "node:child_process";
import { forkWorker } from "./fork-worker.ts";

export class WorkersAhead {
  #waiting: ChildProcess[];

  constructor(count: number, fork: () => ChildProcess = forkWorker) {
    this.#waiting = Array.from({ length: count }, () => fork());
    // Whoever takes one listens as well; of one that nobody takes, no error is of interest.
    for (const child of this.#waiting) child.on("error", () => {});
  }

  /** @returns undefined where none is left that runs */
  take(): ChildProcess | undefined {
    for (;;) {
      const child = this.#waiting.shift();
      if (child === undefined || isRunning(child)) return child;
    }
  }

  /** Ends those that nobody has taken. */
  discard(): void {
    for (const child of this.#waiting) child.kill("SIGKILL");
    this.#waiting = [];
  }
}

/** Its end is told before or after that of its channel: whoever took it would wait for what was told already. */
function isRunning({ connected, exitCode, signalCode }: ChildProcess): boolean {
  return connected && exitCode === null && signalCode === null;
}
