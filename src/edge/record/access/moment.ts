/** Dates and times as access logs write them, in UTC. Requests come many a second, so a second is written once. */

let second = Number.NaN;
let date = "";
let time = "";

/** @param at milliseconds since the epoch @returns like 2026-01-02 */
export function dateOf(at: number): string {
  read(at);
  return date;
}

/** @returns like 03:04:05 */
export function timeOf(at: number): string {
  read(at);
  return time;
}

function read(at: number): void {
  const now = Math.floor(at / 1000);
  if (now === second) return;
  second = now;
  const written = new Date(now * 1000).toISOString();
  date = written.slice(0, 10);
  time = written.slice(11, 19);
}
