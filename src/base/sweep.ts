/**
 * Looks at the deadlines of many connections every so often, rather than with a timer for each.
 *
 * It looks once what has arrived was read. Where the process has stood still, timers come before what lies unread: whoever
 * was heard from in time would be given up as silent.
 */
import { performance } from "node:perf_hooks";

/**
 * @param look is told the time in milliseconds, as `performance.now()`
 * @returns what ends it
 */
export function startSweep(look: (now: number) => void, everyMs: number): () => void {
  const timer = setInterval(() => setImmediate(() => look(performance.now())), everyMs).unref();
  return () => clearInterval(timer);
}
