import assert from "node:assert/strict";
import { Socket } from "node:net";
import { test, type TestContext } from "node:test";
import { PlainConnection, type PlainDoor } from "./plain-connection.ts";
import { PlainExchange } from "./plain-exchange.ts";

const request = Buffer.from("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
const waitingMax = 32;
const restMax = 64 * 1024;

/** A connection whose requests are answered when the test says so. */
function openConnection(t: TestContext) {
  const socket = new Socket();
  t.after(() => socket.destroy());
  let served = 0;
  const handedOver: PlainConnection[] = [];
  const door: PlainDoor = {
    serve: (_, to) => {
      served += 1;
      return new PlainExchange("GET", to, 1000);
    },
    handOver: (to) => void handedOver.push(to),
    forget: () => {},
    isDraining: false,
    keepAliveTimeoutMs: 1000,
    firstRequestTimeoutMs: 1000,
  };
  const connection = new PlainConnection(socket, door);
  return {
    socket,
    handedOver,
    served: () => served,
    bring: (bytes: Buffer) => void socket.emit("data", bytes),
    answer: () => connection.answered(true),
  };
}

test("a connection is read no further while more than 32 requests wait, and again when they are served", (t) => {
  const { socket, bring, answer, served } = openConnection(t);
  // One is served, the others wait.
  for (let count = 0; count <= waitingMax; count += 1) bring(request);
  assert.deepEqual([served(), socket.isPaused()], [1, false]);
  bring(request);
  assert.equal(socket.isPaused(), true);
  for (let count = 0; count <= waitingMax; count += 1) answer();
  assert.deepEqual([served(), socket.isPaused()], [waitingMax + 2, true]);
  answer();
  assert.equal(socket.isPaused(), false);
});

test("a connection is read no further while over 64 KB wait that are not plain", (t) => {
  const { socket, bring, answer, handedOver } = openConnection(t);
  bring(request);
  const start = Buffer.from("PUT / HTTP/1.1\r\n");
  bring(start);
  bring(Buffer.alloc(restMax - start.length, "a"));
  assert.equal(socket.isPaused(), false);
  bring(Buffer.from("a"));
  assert.equal(socket.isPaused(), true);
  assert.equal(handedOver.length, 0);
  answer();
  assert.equal(handedOver.length, 1);
  assert.equal(socket.isPaused(), false);
});

test("what has come behind other bytes is handed over with them, in one piece", (t) => {
  const { socket, bring, answer, handedOver } = openConnection(t);
  bring(request);
  bring(Buffer.from("PUT / HTTP/1.1\r\n"));
  bring(Buffer.alloc(restMax, "a"));
  assert.equal(socket.isPaused(), true);
  for (const letter of ["b", "c"]) socket.push(Buffer.from(letter));
  answer();
  assert.equal(handedOver.length, 1);
  assert.equal(String(socket.read()), `PUT / HTTP/1.1\r\n${"a".repeat(restMax)}bc`);
  assert.equal(socket.isPaused(), false);
});
