import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import { test, type TestContext } from "node:test";
import { notedLogger } from "../../../../test/support/noted-logger.ts";
import { AddressDebts } from "./address-debts.ts";
import type { Conduct } from "./conduct.ts";
import { HandshakeWaits } from "./handshake-waits.ts";

/** As much of a connection as is asked of one. */
class FakeSocket extends EventEmitter {
  bytesRead = 0;
  readableLength = 0;
  isPaused = false;
  destroyed = false;
  wasReset = false;

  pause(): void {
    this.isPaused = true;
  }

  destroy(): void {
    this.destroyed = true;
    this.emit("close");
  }

  resetAndDestroy(): void {
    this.wasReset = true;
    this.destroy();
  }
}

const [abuser, other, balancer] = ["198.51.100.7", "198.51.100.8", "10.0.0.1"];

function startScene(t: TestContext) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const logger = notedLogger();
  const debts = new AddressDebts(100, () => 0);
  const waits = new HandshakeWaits({
    ...{ debts, logger, random: () => 0.5 },
    neverDelayed: (address) => address === balancer,
  });
  const arrive = (address: string, read: Partial<FakeSocket> = {}) => {
    const socket = Object.assign(new FakeSocket(), read);
    const arrived: { readonly socket: FakeSocket; conduct: Conduct | undefined } = {
      socket,
      conduct: undefined,
    };
    waits.arrive(socket as unknown as Socket, address, (conduct) => (arrived.conduct = conduct));
    return arrived;
  };
  const flood = (address: string, times: number) => {
    for (let index = 0; index < times; index += 1) {
      const { socket, conduct } = arrive(address);
      conduct?.offend("flood");
      socket.destroy();
    }
  };
  return { debts, logger, waits, arrive, flood, pass: (ms: number) => t.mock.timers.tick(ms) };
}

test("who floods again and again waits, unread, and nobody else does", (t) => {
  const { debts, waits, arrive, flood, pass, logger } = startScene(t);
  flood(abuser, 2);
  debts.charge(abuser, 1);
  const held = arrive(abuser);
  assert.deepEqual([held.conduct, held.socket.isPaused], [undefined, true]);
  assert.ok(arrive(other).conduct);
  pass(199);
  assert.equal(held.conduct, undefined);
  pass(1);
  assert.ok(held.conduct);
  assert.deepEqual(waits.takeCounts(), { flood: 2, broken: 0, fruitless: 0, held: 1, refused: 0 });
  assert.equal(waits.takeCounts().flood, 0);
  assert.deepEqual(logger.lines.length, 1);
  assert.match(
    logger.lines[0] ?? "",
    /^warn: .*--never-delay {"address":"198.51.100.7","waitMs":200,"held":0}$/,
  );
});

test("a network of IPv6 is one, and what is listed never waits", (t) => {
  const { arrive, flood } = startScene(t);
  flood("2001:db8::1", 2);
  assert.equal(arrive("2001:db8::2").conduct, undefined);
  assert.ok(arrive("2001:db8:0:1::2").conduct);
  flood(balancer, 100);
  assert.ok(arrive(balancer).conduct);
});

test("connections that end without a request add up to a wait, but for those that brought nothing", (t) => {
  const { arrive, waits } = startScene(t);
  const connect = (bytesRead: number) => {
    const { socket } = arrive(abuser);
    socket.bytesRead = bytesRead;
    socket.destroy();
  };
  for (let index = 0; index < 100; index += 1) connect(0);
  for (let index = 0; index < 16; index += 1) connect(200);
  assert.equal(arrive(abuser).conduct, undefined);
  assert.deepEqual(waits.takeCounts(), { flood: 0, broken: 0, fruitless: 16, held: 1, refused: 0 });
});

test("a PROXY header is none of the bytes that a viewer brought, and what came with it is", (t) => {
  const { arrive, debts } = startScene(t);
  const header = { bytesRead: 50 };
  for (let index = 0; index < 16; index += 1) arrive(abuser, header).socket.destroy();
  assert.equal(debts.of(abuser), 0);
  const hello = { bytesRead: 250, readableLength: 200 };
  for (let index = 0; index < 16; index += 1) arrive(abuser, hello).socket.destroy();
  assert.equal(debts.of(abuser), 2);
});

test("neighbors of one who floods are let in, and what they ask shortens the wait", (t) => {
  const { arrive, flood, pass, debts } = startScene(t);
  flood(abuser, 2);
  const neighbors = Array.from({ length: 4 }, () => arrive(abuser));
  pass(100);
  for (const { conduct } of neighbors) conduct?.ask();
  assert.equal(debts.of(abuser), 0);
  assert.ok(arrive(abuser).conduct);
});

test("no address has more than 256 that wait, and who leaves makes room", (t) => {
  const { arrive, debts, pass, waits } = startScene(t);
  debts.charge(abuser, 9);
  const held = Array.from({ length: 256 }, () => arrive(abuser));
  assert.equal(arrive(abuser).socket.wasReset, true);
  held[0]?.socket.destroy();
  assert.equal(arrive(abuser).socket.wasReset, false);
  pass(3000);
  assert.equal(held[0]?.conduct, undefined);
  assert.ok(held.slice(1).every(({ conduct }) => conduct));
  assert.equal(arrive(abuser).socket.wasReset, false);
  const { held: count, refused } = waits.takeCounts();
  assert.deepEqual([count, refused], [258, 1]);
});
