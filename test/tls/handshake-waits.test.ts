/**
 * Who floods an edge again and again waits before its next handshake, by address; its neighbors are served, and others don't wait.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect as connectPlainly } from "node:net";
import { test, type TestContext } from "node:test";
import { connect, type ConnectionOptions } from "node:tls";
import { readNetworks } from "../../src/base/networks.ts";
import { AddressDebts } from "../../src/edge/viewer/debts/address-debts.ts";
import { domainName } from "../edge/viewer-scene.ts";
import { begin, endHeaders, endStream, frame, requestFields } from "./http2-frames.ts";
import { askOn, root, startSecureScene, type SecureScene } from "./secure-scene.ts";

const pings = Buffer.concat(Array.from({ length: 1000 }, () => frame("ping", 0, Buffer.alloc(8))));
const reset = Buffer.from([0, 0, 0, 8]);

async function startScene(t: TestContext): Promise<SecureScene> {
  return startSecureScene(t, {
    listener: {
      neverDelayed: readNetworks("127.0.0.9"),
      proxyPeers: readNetworks("127.0.0.8"),
      // On a busy machine much would be forgiven before all that is to add up has come.
      debts: new AddressDebts(100, () => 0),
    },
  });
}

function from(localAddress: string): ConnectionOptions {
  const options = { servername: domainName, localAddress };
  return options;
}

/** @param piece what it writes, again and again, until it is closed */
async function flood(scene: SecureScene, localAddress: string, piece = pings): Promise<void> {
  const socket = await scene.connect({ ...from(localAddress), ALPNProtocols: ["h2"] });
  const closed = new Promise((resolve) => void socket.once("close", resolve));
  socket.on("error", () => {});
  socket.resume();
  begin(socket);
  const write = (): void => {
    if (!socket.destroyed) socket.write(piece, () => setImmediate(write));
  };
  write();
  await closed;
}

async function ask(scene: SecureScene, localAddress: string): Promise<number> {
  const socket = await scene.connect(from(localAddress));
  const { status } = await askOn(socket, "/", domainName);
  return status;
}

/** Resolves when as many connections have had an outcome as are told. */
async function untilCounted(scene: SecureScene, fruitless: number): Promise<void> {
  for (let count = 0; count < fruitless;) {
    count += scene.listener.takeConnections().fruitless;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test("who floods, is closed and comes back waits, a neighbor behind the address is served, and nobody else waits", async (t) => {
  const scene = await startScene(t);
  for (let index = 0; index < 4; index += 1) await flood(scene, "127.0.0.2");
  assert.equal(scene.listener.takeConnections().flood, 4);
  assert.equal(await ask(scene, "127.0.0.1"), 200);
  assert.equal(scene.listener.takeConnections().held, 0);
  const start = performance.now();
  assert.equal(await ask(scene, "127.0.0.2"), 200);
  assert.ok(performance.now() - start > 100, `it waited ${performance.now() - start} ms`);
  assert.equal(scene.listener.takeConnections().held, 1);
});

test("what is listed never waits", async (t) => {
  const scene = await startScene(t);
  for (let index = 0; index < 4; index += 1) await flood(scene, "127.0.0.9");
  assert.equal(await ask(scene, "127.0.0.9"), 200);
  assert.deepEqual(scene.listener.takeConnections(), {
    ...{ flood: 4, broken: 0, fruitless: 0, held: 0, refused: 0 },
  });
});

test("who breaks the protocol of HTTP/2 has broken it, though it has never asked", async (t) => {
  const scene = await startScene(t);
  const socket = await scene.connect({ ...from("127.0.0.2"), ALPNProtocols: ["h2"] });
  socket.on("error", () => {});
  socket.resume();
  const closed = new Promise((resolve) => void socket.once("close", resolve));
  socket.write("This is how no connection of HTTP/2 begins.");
  await closed;
  const counts = { flood: 0, broken: 0, fruitless: 0 };
  while (counts.flood + counts.broken + counts.fruitless === 0) {
    const { flood, broken, fruitless } = scene.listener.takeConnections();
    Object.assign(counts, { flood, broken, fruitless });
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.deepEqual(counts, { flood: 0, broken: 1, fruitless: 0 });
});

test("behind a balancer it is the viewer that its header names who waits", async (t) => {
  const scene = await startScene(t);
  const open = async (address: string) => {
    const socket = connectPlainly({
      port: scene.securePort,
      host: "127.0.0.1",
      localAddress: "127.0.0.8",
    });
    socket.write(`PROXY TCP4 ${address} 192.0.2.1 51000 443\r\n`);
    const secured = connect({ socket, ca: root, servername: domainName, ALPNProtocols: ["h2"] });
    t.after(() => secured.destroy());
    secured.on("error", () => {});
    await once(secured, "secureConnect");
    return secured;
  };
  for (let index = 0; index < 4; index += 1) {
    const socket = await open("198.51.100.7");
    const closed = once(socket, "close");
    socket.resume();
    begin(socket);
    socket.write(pings);
    await closed;
  }
  assert.equal(scene.listener.takeConnections().flood, 4);
  await open("198.51.100.8");
  assert.equal(scene.listener.takeConnections().held, 0);
  await open("198.51.100.7");
  assert.equal(scene.listener.takeConnections().held, 1);
});

test("handshakes that are left half, fail, or come to nothing add up, and those of who asks don't", async (t) => {
  const scene = await startScene(t);
  const { securePort: port } = scene;
  for (let index = 0; index < 8; index += 1) {
    const half = connectPlainly({ port, host: "127.0.0.1", localAddress: "127.0.0.2" });
    half.end(Buffer.from([0x16, 3, 1, 2, 0, 1]));
    await once(half.resume(), "close");
    // It trusts no authority that signs here.
    const failing = connect({ ...from("127.0.0.2"), port, host: "127.0.0.1", ca: [] });
    await once(failing, "error");
    (await scene.connect(from("127.0.0.2"))).destroy();
  }
  await untilCounted(scene, 24);
  assert.equal(await ask(scene, "127.0.0.2"), 200);
  assert.equal(scene.listener.takeConnections().held, 1);
  for (let index = 0; index < 40; index += 1) assert.equal(await ask(scene, "127.0.0.3"), 200);
  assert.equal(scene.listener.takeConnections().held, 0);
});

test("who asks before it resets too much owes as much as who doesn't", async (t) => {
  const scene = await startScene(t);
  for (let index = 0; index < 4; index += 1) {
    let streamId = 1;
    const pieces = Array.from({ length: 400 }, () => {
      const pair = [
        frame("headers", streamId, requestFields(domainName), endStream | endHeaders),
        frame("reset", streamId, reset),
      ];
      streamId += 2;
      return Buffer.concat(pair);
    });
    await flood(scene, "127.0.0.2", Buffer.concat(pieces));
  }
  assert.equal(scene.listener.takeConnections().flood, 4);
  assert.equal(await ask(scene, "127.0.0.2"), 200);
  assert.equal(scene.listener.takeConnections().held, 1);
});
