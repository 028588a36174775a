/**
 * How the edge workers of a node come to take connections from one port: each with a socket of its
 * own that the system chooses between, where it can (`SO_REUSEPORT`), else with the primary's
 * socket, whose connections node:cluster hands on.
 */
import type { ChildProcess } from "node:child_process";
import type { ListenAddress } from "./listen-address.ts";

export interface PortSharing {
  /** Whether a worker listens by itself, with `listen({ reusePort })`. */
  readonly reusePort: boolean;
  /**
   * Makes sure that the port is nobody else's, while no worker of the node listens yet.
   *
   * @param flag what the port is chosen with
   * @returns what is to be called when a worker listens, or none will
   * @throws Error, with the code `EADDRINUSE` when it is somebody else's
   */
  readonly claim: (address: ListenAddress, flag: string) => Promise<() => void>;
  /** Starts the process of a worker, which waits for its settings. @param file the module that it runs */
  readonly fork: (file: string) => WorkerProcess;
}

export interface WorkerProcess {
  readonly child: ChildProcess;
  /** Calls once it has ended, and no connection is given to it any more. */
  readonly onceLeft: (told: () => void) => void;
}
