/**
 * Sharing a port by `SO_REUSEPORT`: every worker listens by itself, and the system gives each new
 * connection to one of them. Nobody stands between, so no work of the primary makes a viewer wait.
 */
import { fork } from "node:child_process";
import { claimPort } from "./claim-port.ts";
import { workerExecArgv, type PortSharing } from "./port-sharing.ts";

export const reusePort: PortSharing = {
  reusePort: true,
  claim: claimPort,
  fork: (file, environment) => {
    const child = fork(file, [], {
      env: { ...process.env, ...environment },
      execArgv: [...workerExecArgv],
      serialization: "advanced",
    });
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
  },
};
