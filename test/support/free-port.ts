/**
 * A port for what listens on it later, is started on it again, or never does. The system gives it to nobody meanwhile: it is
 * below those that it has for ports of 0, and for the near ends of connections. Nor do other tests, which take theirs here: while
 * it is free, the test's process has it by a name that Linux lets but one have, until it ends, however it does.
 */
import { once } from "node:events";
import { createServer, type Server } from "node:net";

/** Above what `footlight dev` begins with, and below the ports that Linux and others give, 32768 at least. */
const range = { from: 12_000, to: 32_000 };

/** @returns a port of 127.0.0.1 that nothing listens on */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = range.from + Math.floor(Math.random() * (range.to - range.from));
    const server = createServer().listen(port, "127.0.0.1");
    // Whoever has it has it; there are others.
    if (!(await listens(server))) continue;
    const isOurs = await claim(port);
    server.close();
    await once(server, "close");
    if (isOurs) return port;
  }
}

/** @returns whether no other process has it, as far as the system can say */
async function claim(port: number): Promise<boolean> {
  if (process.platform !== "linux") return true;
  // An abstract socket: it is of this network, as ports are, and no file that somebody has to remove.
  const name = createServer().listen(`\0footlight-test-port-${port}`).unref();
  return listens(name);
}

function listens(server: Server): Promise<boolean> {
  return once(server, "listening").then(
    () => true,
    () => false,
  );
}
