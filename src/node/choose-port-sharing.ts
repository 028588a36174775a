/** Finds out how workers can share a port on this system, by trying. */
import { once } from "node:events";
import { createServer } from "node:net";
import { clusterPort } from "./cluster-port.ts";
import { listenErrorMessage } from "./listen-address.ts";
import type { PortSharing } from "./port-sharing.ts";
import { reusePort } from "./reuse-port.ts";

/** @throws Error, when nothing can listen on the host */
export async function choosePortSharing(host: string): Promise<PortSharing> {
  const probe = createServer().listen({ host, port: 0, reusePort: true });
  try {
    await once(probe, "listening");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOTSUP") return clusterPort;
    const message = listenErrorMessage(error as Error, { host, port: 0 }, "--edge-port");
    throw new Error(message, { cause: error });
  }
  probe.close();
  return reusePort;
}
