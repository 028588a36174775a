/**
 * Claims a port for workers that share it by `SO_REUSEPORT`.
 *
 * With that, a second node of the same user would join the first one's port without an error and
 * take half of its viewers. A socket without it is refused for as long as any worker listens, so
 * one is bound first. Between its end and the first worker's beginning nothing holds the port: two
 * nodes that start at once pass through there one after the other, on Linux, behind a lock that
 * ends with the process that holds it.
 *
 * Source of the rule: socket(7) and ip(7), SO_REUSEPORT; an address is in use by another user's
 * socket, by one without the option, and by one on all addresses or on one of them.
 */
import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { listenErrorMessage, type ListenAddress } from "./listen-address.ts";

const retryMs = 20;
/**
 * How often it is tried again, which a machine that stands still, or gives nobody much of itself, does not shorten. For longer
 * than a node needs from its claim to its first worker: ten seconds.
 */
const lockRetries = 500;
/** The workers of a node that was just killed end a moment after it: half a second. */
const takenRetries = 25;

/**
 * @param flag what the port is chosen with, like `--edge-port`
 * @returns what gives the lock back, once a worker listens
 * @throws Error, with the code `EADDRINUSE` when the port is taken, or another one starts on it
 */
export async function claimPort(address: ListenAddress, flag: string): Promise<() => void> {
  const { host, port } = address;
  let lock: Server | undefined;
  try {
    lock = await takeLock(port);
    const probe = await retryWhileTaken(takenRetries, () =>
      listening(createServer().listen({ host, port })),
    );
    probe.close();
    await once(probe, "close");
  } catch (error) {
    lock?.close();
    const { code } = error as NodeJS.ErrnoException;
    const message = listenErrorMessage(error as Error, address, flag);
    throw Object.assign(new Error(message, { cause: error }), { code });
  }
  return () => void lock?.close();
}

/** A socket of Linux's abstract namespace: as wide as the ports are, no file, gone with its process. */
function takeLock(port: number): Promise<Server | undefined> {
  if (process.platform !== "linux") return Promise.resolve(undefined);
  return retryWhileTaken(lockRetries, () =>
    listening(createServer((socket) => socket.destroy()).listen(`\0footlight-edge-port-${port}`)),
  );
}

async function retryWhileTaken(retries: number, attempt: () => Promise<Server>): Promise<Server> {
  for (let retry = 0; ; retry += 1) {
    try {
      return await attempt();
    } catch (error) {
      const isTaken = (error as NodeJS.ErrnoException).code === "EADDRINUSE";
      if (!isTaken || retry === retries) throw error;
      await delay(retryMs);
    }
  }
}

async function listening(server: Server): Promise<Server> {
  await once(server, "listening");
  return server;
}
