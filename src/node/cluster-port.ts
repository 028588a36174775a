/**
 * Sharing a port where the system lacks `SO_REUSEPORT`: the primary listens, and node:cluster hands
 * each connection to a worker in turn.
 */
import cluster from "node:cluster";
import { withheld, workerExecArgv } from "./fork-worker.ts";
import type { PortSharing } from "./port-sharing.ts";
import { closeUntakenConnections } from "./untaken-connections.ts";

export const clusterPort: PortSharing = {
  reusePort: false,
  // The primary's one socket is the claim: it is bound for the first worker that asks.
  claim: () => Promise.resolve(() => {}),
  fork: (file) => {
    cluster.setupPrimary({
      exec: file,
      args: [],
      execArgv: [...workerExecArgv],
      serialization: "advanced",
    });
    const worker = cluster.fork(withheld);
    closeUntakenConnections(worker);
    return {
      child: worker.process,
      onceLeft(told) {
        // Only then does the cluster module hand it no more connections; its exit may come earlier.
        worker.once("disconnect", told);
        // Node forgets to say so when a connection was on its way to a worker that died.
        worker.process.once("close", told);
      },
    };
  },
};
