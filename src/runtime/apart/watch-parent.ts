/**
 * Ends this process when its parent is gone, however busy it is.
 *
 * The channel's end is heard by the main thread, which a function may hold for good: without its
 * parent nobody would kill such a process. So a thread of its own, in some 5 MB, looks twice a second
 * whose child this is.
 */
import { Worker } from "node:worker_threads";

const intervalMs = 500;

const watch = `
const { workerData } = require("node:worker_threads");
setInterval(() => {
  if (process.ppid !== workerData) process.kill(process.pid, "SIGKILL");
}, ${intervalMs});
`;

export function watchParent(): void {
  const worker = new Worker(watch, {
    eval: true,
    workerData: process.ppid,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 1, stackSizeMb: 1 },
  });
  worker.unref();
}
