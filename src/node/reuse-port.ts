/**
 * Sharing a port by `SO_REUSEPORT`: every worker listens by itself, and the system gives each new
 * connection to one of them. Nobody stands between, so no work of the primary makes a viewer wait.
 */
import type { ChildProcess } from "node:child_process";
import { claimPort } from "./claim-port.ts";
import { forkWorker } from "./fork-worker.ts";
import type { PortSharing, WorkerProcess } from "./port-sharing.ts";
import type { WorkersAhead } from "./workers-ahead.ts";

export const reusePort: PortSharing = {
  reusePort: true,
  claim: claimPort,
  fork: (file) => workerProcess(forkWorker(file)),
};

/** The same, whose first workers are processes that were started ahead. */
export function reusePortAhead(ahead: WorkersAhead): PortSharing {
  return { ...reusePort, fork: (file) => workerProcess(ahead.take() ?? forkWorker(file)) };
}

function workerProcess(child: ChildProcess): WorkerProcess {
  return {
    child,
    onceLeft(told) {
      child.once("exit", told);
      // One that could not be started has no end.
      child.once("error", () => {
        if (child.pid === undefined) told();
      });
    },
  };
}
