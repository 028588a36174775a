import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { test, type TestContext } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { LiveResponses } from "./live-responses.ts";

const head = { status: 200, headers: {}, body: "first\n" };

/** @returns a connection that has asked, and reads nothing by itself */
async function serve(
  t: TestContext,
  live: LiveResponses,
  following: (signal: AbortSignal) => AsyncIterable<string>,
): Promise<{ readonly ask: () => Socket; readonly ended: () => number }> {
  let ended = 0;
  const server = createServer((_, outgoing) => {
    void live.send(outgoing, { ...head, following }).then(() => {
      ended += 1;
    });
  });
  t.after(() => server.close());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const ask = (): Socket => {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => {});
    socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    t.after(() => socket.destroy());
    return socket;
  };
  return { ask, ended: () => ended };
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await wait(2);
}

/** Has nothing to tell. */
async function* never(signal: AbortSignal): AsyncGenerator<string> {
  await once(signal, "abort");
  yield* [];
}

test("who leaves ends what goes on for them", async (t) => {
  const live = new LiveResponses();
  const { ask, ended } = await serve(t, live, never);
  const socket = ask();
  await once(socket, "data");
  socket.destroy();
  await until(() => ended() === 1);
});

test("there are no more at a time than may be, and all end when they are to", async (t) => {
  const live = new LiveResponses();
  const { ask, ended } = await serve(t, live, never);
  const sockets = Array.from({ length: 16 }, ask);
  await Promise.all(sockets.map((socket) => once(socket, "data")));
  assert.equal(live.hasRoom, false);
  live.end();
  await until(() => ended() === 16);
  assert.equal(live.hasRoom, true);
  // The connection goes on; what comes later has its body alone.
  const last = ask();
  let text = "";
  last.setEncoding("utf8").on("data", (part: string) => {
    text += part;
  });
  await until(() => text.endsWith("first\n\r\n0\r\n\r\n"));
});

test("a slow reader is asked for no more than it takes, and one that takes nothing is let go of", async (t) => {
  let asked = 0;
  const line = `${"x".repeat(100_000)}\n`;
  async function* endless(signal: AbortSignal): AsyncGenerator<string> {
    for (; !signal.aborted; asked += 1) yield line;
  }
  const live = new LiveResponses(150);
  const { ask, ended } = await serve(t, live, endless);
  const socket = ask();
  socket.pause();
  await until(() => ended() === 1);
  // What the system takes of a connection on loopback: some megabytes.
  assert.ok(asked < 200, `${asked} lines of 100 kB were asked for`);
});
