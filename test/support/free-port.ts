/**
 * A port for what listens on it later, is started on it again, or never does. The system gives it to nobody meanwhile: it is
 * below those that it has for ports of 0, and for the near ends of connections.
 */
import { once } from "node:events";
import { createServer } from "node:net";

/** Above what `footlight dev` begins with, and below the ports that Linux and others give, 32768 at least. */
const range = { from: 12_000, to: 32_000 };

/** @returns a port of 127.0.0.1 that nothing listens on */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = range.from + Math.floor(Math.random() * (range.to - range.from));
    const server = createServer().listen(port, "127.0.0.1");
    // Whoever has it has it; there are others.
    const isFree = await once(server, "listening").then(
      () => true,
      () => false,
    );
    if (!isFree) continue;
    server.close();
    await once(server, "close");
    return port;
  }
}
