import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import type { ServerHttp2Stream } from "node:http2";
import { test } from "node:test";
import { Http2Carriage } from "./http2-carriage.ts";

const kb = 1024;
/** The most that may come of a head, as bytes of nine frames. */
const wireHead = 9 * (16 * kb + 9);

/** A connection that has read what it is said to. */
function newCarriage() {
  const socket = { bytesRead: 0 };
  const session = { state: { lastProcStreamID: 0 } };
  return { socket, session, carriage: new Http2Carriage(session, socket) };
}

function newStream(about = { readableLength: 0, readableEnded: true }): ServerHttp2Stream {
  return Object.assign(new EventEmitter(), about) as unknown as ServerHttp2Stream;
}

test("Http2Carriage finds a connection flooded that reads more than its heads and streams have carried", () => {
  const { socket, carriage } = newCarriage();
  socket.bytesRead = 4 * kb;
  assert.equal(carriage.isFlooded(), false);
  carriage.noteHead(1, 100);
  socket.bytesRead += 500;
  assert.equal(carriage.isFlooded(), false);
  const viewer = { bytesSent: 60, bodyBytes: 40 };
  carriage.carry(newStream(), viewer);
  socket.bytesRead += 500;
  assert.equal(carriage.isFlooded(), false);
  assert.equal(carriage.isSuspect, true);
  socket.bytesRead += 1 * kb;
  assert.equal(carriage.isFlooded(), true);
});

test("Http2Carriage counts no more of a head than is served", () => {
  const { socket, carriage } = newCarriage();
  carriage.noteHead(1, 128 * kb);
  // Five times 32 KB, a 128th of it, and the burst.
  socket.bytesRead = (160 + 1 / 4 + 4) * kb;
  assert.equal(carriage.isFlooded(), false);
  socket.bytesRead += 2 * kb;
  assert.equal(carriage.isFlooded(), true);
});

test("Http2Carriage counts trailers, and no more of them than of a head", () => {
  const { socket, carriage } = newCarriage();
  carriage.noteTrailers(4 * kb);
  // Five times 4 KB, a 128th of it, and the burst.
  socket.bytesRead = (20 + 1 / 32 + 4) * kb;
  assert.equal(carriage.isFlooded(), false);
  socket.bytesRead += 1 * kb;
  assert.equal(carriage.isFlooded(), true);
  const another = newCarriage();
  another.carriage.noteTrailers(128 * kb);
  another.socket.bytesRead = (160 + 1 / 4 + 4) * kb + 1;
  assert.equal(another.carriage.isFlooded(), true);
});

test("Http2Carriage counts what has come by a stream that is not begun", () => {
  const { socket, carriage } = newCarriage();
  carriage.hold(newStream({ readableLength: 4 * kb, readableEnded: false }));
  socket.bytesRead = 24 * kb;
  assert.equal(carriage.isFlooded(), false);
  socket.bytesRead += 2 * kb;
  assert.equal(carriage.isFlooded(), true);
});

test("Http2Carriage counts what a stream has carried when it is over, and what of it nobody took", () => {
  const { socket, carriage } = newCarriage();
  const stream = newStream({ readableLength: 2 * kb, readableEnded: true });
  carriage.hold(stream);
  carriage.carry(stream, { bytesSent: kb, bodyBytes: kb });
  assert.equal(carriage.streamsOpen, 1);
  stream.emit("close");
  assert.equal(carriage.streamsOpen, 0);
  // Five times 4 KB, and the burst.
  socket.bytesRead = 24 * kb;
  assert.equal(carriage.isFlooded(), false);
  socket.bytesRead += 2 * kb;
  assert.equal(carriage.isFlooded(), true);
});

test("Http2Carriage lets come what was on its way of a body when its stream was over", () => {
  const { socket, carriage } = newCarriage();
  const stream = newStream({ readableLength: 0, readableEnded: false });
  carriage.carry(stream, { bytesSent: 0, bodyBytes: 8 * kb });
  stream.emit("close");
  // Five times 8 KB, 8 KB, and the burst.
  socket.bytesRead = 52 * kb;
  assert.equal(carriage.isFlooded(), false);
  socket.bytesRead += 2 * kb;
  assert.equal(carriage.isFlooded(), true);
});

test("Http2Carriage lets come no more of a body than the window that its viewer has", () => {
  const { socket, carriage } = newCarriage();
  const stream = newStream({ readableLength: 0, readableEnded: false });
  carriage.carry(stream, { bytesSent: 0, bodyBytes: 72 * kb });
  stream.emit("close");
  // Five times 72 KB and a 128th of it, 64 KB, and the burst.
  socket.bytesRead = (360 + 9 / 16 + 64 + 4) * kb;
  assert.equal(carriage.isFlooded(), true);
});

test("Http2Carriage waits for the head of a stream that has begun, and for no second one where that was none", () => {
  const { socket, session, carriage } = newCarriage();
  session.state.lastProcStreamID = 1;
  socket.bytesRead = wireHead;
  assert.equal(carriage.isFlooded(), false);
  session.state.lastProcStreamID = 3;
  socket.bytesRead += 1;
  assert.equal(carriage.isFlooded(), true);
});

test("Http2Carriage forgives one head that Node has refused without a word, where another follows", () => {
  const { socket, carriage } = newCarriage();
  carriage.noteHead(1, 10);
  assert.equal(carriage.isFlooded(), false);
  socket.bytesRead = wireHead;
  carriage.noteHead(5, 10);
  assert.equal(carriage.isFlooded(), false);
  socket.bytesRead += wireHead;
  carriage.noteHead(9, 10);
  assert.equal(carriage.isFlooded(), true);
});
