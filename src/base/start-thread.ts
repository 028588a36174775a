import { Worker, type WorkerOptions } from "node:worker_threads";

/**
 * A thread of a file of ours. It takes none of the flags that the program was started with: of a program that was
 * given as text (`--input-type=module -e …`) they would end the thread.
 */
export function startThread(file: URL, workerData: WorkerOptions["workerData"]): Worker {
  return new Worker(file, { workerData, execArgv: [] });
}
