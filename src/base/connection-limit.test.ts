import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { test, type TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { printedBy } from "../../test/support/printed-by.ts";
import { limitConnections } from "./connection-limit.ts";
import { silentLogger } from "./logger.ts";
import { OpenConnections } from "./open-connections.ts";

const max = 4;

interface Scene {
  readonly port: number;
  /** The answers that are to be given to /busy. */
  readonly waiting: ServerResponse[];
  readonly told: boolean[];
  readonly open: () => Promise<Socket>;
}

async function startServer(t: TestContext): Promise<Scene> {
  const waiting: ServerResponse[] = [];
  const told: boolean[] = [];
  const server: Server = createServer((message, response) => {
    connections.hear(message.socket);
    if (message.url === "/busy") waiting.push(response);
    else response.end();
  });
  const connections = new OpenConnections(server);
  limitConnections({
    server,
    connections,
    max,
    onFull: (isFull) => told.push(isFull),
    logger: silentLogger,
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return { port, waiting, told, open: () => openSocket(port) };
}

async function openSocket(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  await once(socket, "connect");
  return socket;
}

/** @returns whether there was an answer before the connection was closed */
async function ask(socket: Socket, path = "/"): Promise<boolean> {
  if (socket.destroyed) return false;
  socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
  // One that is reset is closed as well: once() would fail for it.
  return new Promise((resolve) => {
    socket.once("data", () => resolve(true));
    socket.once("close", () => resolve(false));
  });
}

test("a connection that never asked gives way before one that asks now and then", async (t) => {
  const { open, told } = await startServer(t);
  const [kept, silent] = [await open(), await open()];
  assert.ok(await ask(kept));
  const silentClosed = once(silent, "close");
  assert.ok(await ask(await open()));
  assert.deepEqual(told, []);
  assert.ok(await ask(await open()));
  await silentClosed;
  assert.ok(await ask(kept));
  assert.deepEqual(told, [true]);
});

test("connections that are idle between requests give way to a new one", async (t) => {
  const { open } = await startServer(t);
  for (let count = 1; count < max; count += 1) assert.ok(await ask(await open()));
  assert.ok(await ask(await open()));
  assert.ok(await ask(await open()));
});

test("where all are busy new ones are refused, and taken again as soon as one is not", async (t) => {
  const { open, waiting } = await startServer(t);
  const busy: Promise<boolean>[] = [];
  while (busy.length < max) {
    busy.push(ask(await open(), "/busy"));
    while (waiting.length < busy.length) await delay(1);
  }
  assert.equal(await ask(await open()), false);
  for (const response of waiting) response.end();
  assert.deepEqual(await Promise.all(busy), [true, true, true, true]);
  // The connections are kept, idle: the first who comes is refused, if it is before they are closed.
  while (!(await ask(await open())));
});

test("a server that ran out of descriptors takes connections again when there are some", async (t) => {
  if (process.platform === "win32") return t.skip("no such limit");
  const code = `
    const { createServer } = require("node:http");
    Promise.all(["open-connections.ts", "connection-limit.ts", "logger.ts"].map((file) =>
      import("file://${import.meta.dirname}/" + file))).then(([open, limit, log]) => {
      const server = createServer((message, response) => response.end());
      const connections = new open.OpenConnections(server);
      limit.limitConnections({ server, connections, max: Infinity, onFull() {}, logger: log.silentLogger });
      server.listen(0, "127.0.0.1", () => console.log(server.address().port));
    });`;
  const child = spawn("sh", ["-c", 'ulimit -n 64; exec "$0" -e "$1"', process.execPath, code], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.after(() => child.kill("SIGKILL"));
  const printed = printedBy(child);
  await printed.until(/\n/);
  const port = Number(printed.text());
  const crowd = await Promise.all(Array.from({ length: 200 }, () => openSocket(port)));
  for (const socket of crowd) socket.destroy();
  while (!(await ask(await openSocket(port))));
  assert.equal(child.exitCode, null);
});
