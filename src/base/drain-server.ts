/**
 * Ends servers of HTTP so that hardly anybody notices.
 *
 * A client whose connection is closed just as it asks again is reset, and so is one that the system
 * has taken in and the server has not. So the server goes on answering for a moment, and says with
 * each answer that it is the connection's last; then it empties the system's queue, and only when
 * that was empty a moment ago does it stop to listen. What is under way is finished.
 */
import { once } from "node:events";
import { Server as NetServer } from "node:net";
import { setImmediate as nextTurn, setTimeout as delay } from "node:timers/promises";
import type { OpenConnections } from "./open-connections.ts";

/** How long clients that have a connection may ask once more; those that are busy do at once. */
const lastCallMs = 100;
/** How long a turn of the loop is looked for that finds the queue empty; each takes one connection. */
const emptyingMs = 2000;
/** Of a turn without work, as long as the machine lets the process run. */
const quietTurnMs = 0.05;
const sweepIntervalMs = 20;

/**
 * The caller sees to it that from now on answers say `Connection: close`.
 *
 * @param graceMs the most that all of it takes: who is not answered by then is cut off
 */
export async function drainServer(
  servers: readonly NetServer[],
  connections: OpenConnections,
  graceMs: number,
): Promise<void> {
  const cut = setTimeout(() => connections.closeAll(), graceMs);
  const lastCall = Math.min(lastCallMs, graceMs / 4);
  await untilNoneOrLate(connections, lastCall);
  await untilQueueIsEmpty(connections, Math.min(emptyingMs, graceMs / 4));
  const listening = servers.filter((server) => server.listening);
  const closed = Promise.all(listening.map((server) => once(server, "close")));
  // That of node:http looks for idle connections first, while the queue fills.
  for (const server of listening) NetServer.prototype.close.call(server);
  // A connection that was busy when this began falls idle later.
  const sweep = setInterval(() => connections.closeIdle(), sweepIntervalMs);
  // The request of those that came last may still be on its way.
  const silence = setTimeout(() => connections.closeSilent(), lastCall);
  await closed;
  clearInterval(sweep);
  clearTimeout(silence);
  clearTimeout(cut);
}

async function untilNoneOrLate(connections: OpenConnections, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (connections.open > 0 && performance.now() < deadline) await delay(5);
}

/**
 * Resolves in a turn of the loop that asked the system for a connection and got none, and had
 * nothing else to do since: a queue fills while requests are served.
 */
async function untilQueueIsEmpty(connections: OpenConnections, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  for (let started = performance.now(); started < deadline;) {
    const { accepted } = connections;
    await nextTurn();
    const ended = performance.now();
    if (connections.accepted === accepted && ended - started < quietTurnMs) return;
    started = ended;
  }
}
