/** A port that a node's workers share is nobody else's, another node's neither. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type AddressInfo, type Server } from "node:net";
import { test, type TestContext } from "node:test";
import { freePort } from "../../test/support/free-port.ts";
import { choosePortSharing } from "./choose-port-sharing.ts";
import { claimPort } from "./claim-port.ts";

const hasReusePort = (await choosePortSharing("127.0.0.1")).reusePort;
const skip = hasReusePort ? false : "this system has no SO_REUSEPORT that shares connections";

/** As a worker listens. */
async function listenAsWorker(t: TestContext, host: string, port = 0): Promise<Server> {
  const server = createServer().listen({ host, port, reusePort: true });
  t.after(() => server.close());
  await once(server, "listening");
  return server;
}

for (const [first, second] of [
  ["127.0.0.1", "127.0.0.1"],
  ["127.0.0.1", "0.0.0.0"],
  ["0.0.0.0", "::"],
  ["::", "127.0.0.1"],
] as const) {
  test(
    `claimPort() of ${second} is refused while a worker listens on ${first}`,
    { skip },
    async (t) => {
      const { port } = (await listenAsWorker(t, first)).address() as AddressInfo;
      await assert.rejects(claimPort({ host: second, port }, "--edge-port"), {
        code: "EADDRINUSE",
        message: `Cannot listen on ${second.includes(":") ? `[${second}]` : second}:${port}: the port is taken; choose another with --edge-port, or 0 for a free one`,
      });
    },
  );
}

test(
  "claimPort() waits while another node starts on the port, and is refused then",
  { skip },
  async (t) => {
    const host = "127.0.0.1";
    const port = await freePort();
    const release = await claimPort({ host, port }, "--edge-port");
    const second = assert.rejects(claimPort({ host, port }, "--edge-port"), { code: "EADDRINUSE" });
    // The first node's worker comes late; without a lock the second had passed by now.
    await new Promise((resolve) => setTimeout(resolve, 50));
    await listenAsWorker(t, host, port);
    release();
    await second;
  },
);

test("claimPort() takes a port whose last owner ends a moment later", async (t) => {
  const host = "127.0.0.1";
  const owner = await listenAsWorker(t, host);
  const { port } = owner.address() as AddressInfo;
  const claimed = claimPort({ host, port }, "--edge-port");
  await new Promise((resolve) => setTimeout(resolve, 50));
  owner.close();
  (await claimed)();
});

test("claimPort() tries for as long where the machine stands still meanwhile", async (t) => {
  const host = "127.0.0.1";
  const owner = await listenAsWorker(t, host);
  const { port } = owner.address() as AddressInfo;
  const claimed = claimPort({ host, port }, "--edge-port");
  // The owner stands still as well, and ends once both go on.
  setTimeout(() => owner.close(), 600);
  await new Promise((resolve) => setTimeout(resolve, 10));
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 700);
  (await claimed)();
});
