/**
 * A runtime that says before each run that its process is alive.
 *
 * One turn of the loop may hold many runs, each as long as the watchdog lets it, and no message is
 * heard in it. A message is sent, though: so what works through them is told from what hangs.
 */
import type { FunctionRuntime } from "../runtime/function-runtime.ts";

/** Often enough beside the half second of CPU time after which a silent worker is taken for stuck. */
const intervalMs = 100;

/** @param clockMs monotonic, in milliseconds */
export function speakingRuntime(
  runtime: FunctionRuntime,
  speak: () => void,
  clockMs: () => number = () => performance.now(),
): FunctionRuntime {
  let spokenAt = -Infinity;
  return {
    run(copy, event, store, watcher, memory) {
      const now = clockMs();
      if (now - spokenAt >= intervalMs) {
        spokenAt = now;
        speak();
      }
      return runtime.run(copy, event, store, watcher, memory);
    },
    test: (copy, eventObject, store) => runtime.test(copy, eventObject, store),
    prepare: (copy) => runtime.prepare(copy),
    foresee: (copy) => runtime.foresee(copy),
    forgo: (copy) => runtime.forgo(copy),
    retire: (copy) => runtime.retire(copy),
    close: () => runtime.close(),
  };
}
