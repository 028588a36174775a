/** Has a server listen, and says in a sentence why it can't. */
import { once } from "node:events";
import type { Server } from "node:net";
import { listenErrorMessage, type ListenAddress } from "./listen-address.ts";

/**
 * @param flag what the port is chosen with, like `--api-port`
 * @throws Error, when the port is taken, or the address is none of this machine's
 */
export async function listenOn(
  server: Server,
  address: ListenAddress,
  flag: string,
): Promise<void> {
  server.listen(address.port, address.host);
  try {
    await once(server, "listening");
  } catch (error) {
    throw new Error(listenErrorMessage(error as Error, address, flag), {
      cause: error,
    });
  }
}
