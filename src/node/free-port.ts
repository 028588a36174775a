/**
 * A free port for processes that share one, so that it must be known before they listen.
 *
 * It was free a moment ago. Another program may take it before they do, and then the next one is tried.
 */
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { listenErrorMessage } from "./listen-address.ts";

const attempts = 5;

/**
 * @param start listens on the port it is given; rejects with the code `EADDRINUSE` when it is taken
 * @throws what `start` does, when no port was its own in five attempts, or for another reason
 */
export async function startOnFreePort<Result>(
  host: string,
  start: (port: number) => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start(await freePort(host, "--edge-port"));
    } catch (error) {
      const taken = (error as NodeJS.ErrnoException).code === "EADDRINUSE";
      if (!taken || attempt === attempts) throw error;
    }
  }
}

/** @param flag what the port could be chosen with, for who reads why it can't be had */
export async function freePort(host: string, flag: string): Promise<number> {
  const probe = createServer().listen(0, host);
  try {
    await once(probe, "listening");
  } catch (error) {
    const message = listenErrorMessage(error as Error, { host, port: 0 }, flag);
    throw new Error(message, { cause: error });
  }
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}

/** Whether nobody listens there now. */
export async function isPortFree(host: string, port: number): Promise<boolean> {
  const probe = createServer();
  try {
    probe.listen(port, host);
    await once(probe, "listening");
  } catch {
    return false;
  }
  probe.close();
  await once(probe, "close");
  return true;
}
