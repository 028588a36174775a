/**
 * Connections that have asked once and wait: what each of them takes of a node's memory, and that all are served again when
 * they wake. `npm run soak -- idle-connections` has 10,000 of each kind.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { after, before, test, type TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { connect as connectSecurely } from "node:tls";
import { createLiveFunction, pageOf, type LiveFunction } from "./support/live-function.ts";
import { processTree, proportionalBytes, tellsCosts } from "./support/process-cost.ts";
import { startTestNode, type TestNode } from "./support/test-node.ts";

const size = Number(process.env["FOOTLIGHT_IDLE_CONNECTIONS"] ?? 200);
/** Fewer take less than what V8's own memory goes up and down by. */
const judgedSize = 5000;
/** How many connect at once. */
const atOnce = 50;
/** A node closes a connection that asks nothing for 60 seconds: those that came first ask again until all are there. */
const awakeMs = 20_000;

interface Kind {
  readonly name: string;
  readonly isSecure: boolean;
  /** A header line of what each asks before it waits. */
  readonly line: string;
  /** Of the node, for each connection, in bytes: about twice what was measured. */
  readonly bytesMax: number;
}

const kinds: readonly Kind[] = [
  { name: "in the clear", isSecure: false, line: "Accept: */*", bytesMax: 16_384 },
  {
    name: "that were handed over to node:http",
    isSecure: false,
    // The door for plain requests leaves it to node:http.
    line: "TE: trailers",
    bytesMax: 49_152,
  },
  { name: "by TLS", isSecure: true, line: "Accept: */*", bytesMax: 131_072 },
];

let node: TestNode;
let page: LiveFunction;
before(async () => {
  // A worker takes half as many connections as it may open files, and both have their share of them.
  node = await startTestNode({ workers: 2, https: true });
  page = await createLiveFunction(node.client, {
    name: "page",
    source: pageOf("here"),
    originPort: 8000,
  });
});
after(() => node.stop());

for (const kind of kinds) {
  test(`${size} idle connections ${kind.name} take little, and are served when they wake`, async (t) => {
    const ask = (socket: Socket) => askOn(socket, kind.line, page.host);
    const open = opening(kind);
    // What is loaded with the first of a kind is no connection's.
    const first = await Promise.all(Array.from({ length: 4 }, open));
    await Promise.all(first.map(ask));
    const empty = proportionalBytes(processTree(node.process.pid!));
    /** By when they have asked last, the earliest first. */
    const idle: { readonly socket: Socket; readonly since: number }[] = [];
    const askAndWait = async (socket: Socket): Promise<void> => {
      await ask(socket);
      idle.push({ socket, since: performance.now() });
    };
    t.after(() => idle.forEach(({ socket }) => socket.destroy()));
    await inTurns(size, async () => {
      await askAndWait(await open());
      while (performance.now() - idle[0]!.since > awakeMs) await askAndWait(idle.shift()!.socket);
    });
    const held = proportionalBytes(processTree(node.process.pid!));
    await delay(2000);
    assert.equal(idle.length, size);
    tell(t, kind, empty, held);
    await inTurns(size, async () => askAndWait(idle.shift()!.socket));
    assert.equal(idle.filter(({ socket }) => !socket.closed).length, size);
    first.forEach((socket) => socket.destroy());
  });
}

function opening({ isSecure }: Kind): () => Promise<Socket> {
  const { hostname, port } = new URL((isSecure ? node.edgeHttps : node.edge) ?? "");
  const to = { host: hostname, port: Number(port) };
  if (!isSecure) {
    return async () => {
      const socket = connect(to);
      await once(socket, "connect");
      return socket.on("error", () => {});
    };
  }
  const ca = readFileSync(join(node.dataFolder, "ca/root.crt"), "utf8");
  return async () => {
    const socket = connectSecurely({ ...to, ca, servername: page.host });
    await once(socket, "secureConnect");
    return socket.on("error", () => {});
  };
}

/** Does it so many times, some of them at once. */
async function inTurns(times: number, go: () => Promise<void>): Promise<void> {
  let left = times;
  const turn = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await go();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, turn));
}

async function askOn(socket: Socket, line: string, host: string): Promise<void> {
  socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\n${line}\r\n\r\n`);
  let text = "";
  while (!text.endsWith("\r\n\r\nhere")) {
    const [chunk] = (await once(socket, "data")) as [Buffer];
    text += chunk.toString("latin1");
  }
  assert.match(text, /^HTTP\/1\.1 200 /);
}

function tell(t: TestContext, { bytesMax }: Kind, empty: number, held: number): void {
  const each = (held - empty) / size;
  const megabytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);
  t.diagnostic(
    `${megabytes(empty)} MB before, ${megabytes(held)} MB with ${size} idle connections: ${(each / 1024).toFixed(1)} KB each`,
  );
  if (size >= judgedSize && tellsCosts) {
    assert.ok(
      each < bytesMax,
      `${each.toFixed(0)} bytes a connection, and ${bytesMax} are allowed`,
    );
  }
}
