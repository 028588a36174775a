/** Starts the process of an edge worker, which loads what it needs and waits for its settings: see worker-settings.ts. */
import { fork, type ChildProcess } from "node:child_process";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { secretKeyVariable } from "./secret-key.ts";

/** What V8 must be told before it starts, for isolates. */
export const workerExecArgv = ["--no-node-snapshot"] as const;

/** The module that a worker runs. */
export const workerFile = fileURLToPath(
  new URL(`edge-worker${extname(import.meta.url)}`, import.meta.url),
);

/** Access keys are the control plane's business; where viewers are served, nothing opens them. */
export const withheld: NodeJS.ProcessEnv = { [secretKeyVariable]: undefined };

/** @param file another module than a worker's, for tests */
export function forkWorker(file = workerFile): ChildProcess {
  return fork(file, [], {
    env: { ...process.env, ...withheld },
    execArgv: [...workerExecArgv],
    serialization: "advanced",
  });
}
