/**
 * How long something is waited for that is to arrive.
 *
 * It is given up once what has arrived was read. Where the process has stood still, timers come before what lies unread:
 * what came in time would be given up as late.
 */

/** @returns what ends the wait, before it is given up */
export function setDeadline(giveUp: () => void, afterMs: number): () => void {
  let late: NodeJS.Immediate | undefined;
  const timer = setTimeout(() => {
    late = setImmediate(giveUp);
  }, afterMs);
  return () => {
    clearTimeout(timer);
    clearImmediate(late);
  };
}
