/** Finds out how workers can share a port on this system, by trying. */
import { once } from "node:events";
import { createServer } from "node:net";
import { clusterPort } from "./cluster-port.ts";
import { listenErrorMessage } from "./listen-address.ts";
import type { PortSharing } from "./port-sharing.ts";
import { reusePort, reusePortAhead } from "./reuse-port.ts";
import type { WorkersAhead } from "./workers-ahead.ts";

/**
 * @param ahead processes that were started ahead: only a worker that listens by itself can be one of them
 * @throws Error, when nothing can listen on the host
 */
export async function choosePortSharing(host: string, ahead?: WorkersAhead): Promise<PortSharing> {
  const probe = createServer().listen({ host, port: 0, reusePort: true });
  try {
    await once(probe, "listening");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOTSUP") return clusterPort;
    const message = listenErrorMessage(error as Error, { host, port: 0 }, "--edge-port");
    throw new Error(message, { cause: error });
  }
  probe.close();
  return ahead === undefined ? reusePort : reusePortAhead(ahead);
}
