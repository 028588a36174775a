import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Http2Session, type Settings } from "node:http2";
import { connect, createServer as createTcp, type AddressInfo, type Server } from "node:net";
import { test, type TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Place } from "../../../http1/kept-connections.ts";
import { OriginError } from "../faults.ts";
import { Http2Sessions, type KeptSession } from "./http2-sessions.ts";

async function portOf(t: TestContext, server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** An origin that answers each request, and whose connections are counted. */
async function startOrigin(t: TestContext, settings: Settings = {}) {
  const sessions: Http2Session[] = [];
  const server = createServer({ settings });
  server.on("session", (session) => {
    sessions.push(session);
    session.on("error", () => {});
    t.after(() => session.destroy());
  });
  server.on("stream", (stream) => stream.respond({ ":status": 204 }, { endStream: true }));
  return { port: await portOf(t, server), sessions };
}

function placeAt(port: number, idleMaxMs = 10_000): Place {
  return {
    key: String(port),
    idleMaxMs,
    connect(done) {
      const socket = connect(port, "127.0.0.1");
      const fail = (error: Error): void => done(error, undefined);
      socket.once("error", fail);
      socket.once("connect", () => {
        socket.off("error", fail);
        done(undefined, socket);
      });
      return { abort: () => void socket.destroy() };
    },
  };
}

function openSessions(t: TestContext, idleMax = 10): Http2Sessions {
  const sessions = new Http2Sessions({ headMax: 32_768, idleMax });
  t.after(() => sessions.close());
  return sessions;
}

async function ask(kept: KeptSession): Promise<void> {
  const stream = kept.request([":method", "GET", ":path", "/", ":scheme", "http"], false);
  stream.resume();
  await once(stream, "close");
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await delay(2);
}

test("those who come while a connection is made share it, and so do those who come after", async (t) => {
  const { port, sessions: made } = await startOrigin(t);
  const sessions = openSessions(t);
  const taken = await Promise.all(
    Array.from({ length: 5 }, () => sessions.take(placeAt(port), 5000)),
  );
  assert.equal(new Set(taken).size, 1);
  await Promise.all(taken.map(ask));
  const again = await sessions.take(placeAt(port), 5000);
  assert.deepEqual([again, made.length, sessions.counts.open], [taken[0], 1, 1]);
  assert.equal(again.isReused, true);
  again.release();
});

test("a connection is given no more requests at once than its origin takes, and there are no more than 16", async (t) => {
  const { port, sessions: made } = await startOrigin(t, { maxConcurrentStreams: 2 });
  const sessions = openSessions(t);
  const take = () => sessions.take(placeAt(port), 5000);
  const taken = await Promise.all(Array.from({ length: 5 }, take));
  assert.deepEqual([made.length, sessions.counts], [3, { open: 3, idle: 0 }]);
  const more = await Promise.all(Array.from({ length: 35 }, take));
  assert.deepEqual([made.length, sessions.counts.open], [16, 16]);
  await Promise.all([...taken, ...more].map(ask));
  assert.deepEqual(sessions.counts, { open: 10, idle: 10 });
});

test("no more that nobody uses are kept than may be", async (t) => {
  const origins = await Promise.all([1, 2, 3].map(() => startOrigin(t)));
  const sessions = openSessions(t, 2);
  for (const { port } of origins) await ask(await sessions.take(placeAt(port), 5000));
  await until(() => sessions.counts.open === 2);
  assert.deepEqual(sessions.counts, { open: 2, idle: 2 });
});

test("one that nobody uses is closed in time, and one that is in use is not", async (t) => {
  const origins = await Promise.all([1, 2].map(() => startOrigin(t)));
  const sessions = openSessions(t);
  const [used, unused] = origins.map(({ port }) => placeAt(port, 300)) as [Place, Place];
  const held = await sessions.take(used, 5000);
  await ask(await sessions.take(unused, 5000));
  await until(() => sessions.counts.open === 1);
  assert.deepEqual(sessions.counts, { open: 1, idle: 0 });
  await ask(held);
  await until(() => sessions.counts.open === 0);
});

test("one that says that it goes away gets no more requests", async (t) => {
  const { port, sessions: made } = await startOrigin(t);
  const sessions = openSessions(t);
  await ask(await sessions.take(placeAt(port), 5000));
  made[0]?.close();
  await until(() => sessions.counts.open === 0);
  await ask(await sessions.take(placeAt(port), 5000));
  assert.equal(made.length, 2);
});

test("who does not speak HTTP/2, or is not there, is no connection for any who wait", async (t) => {
  const sessions = openSessions(t);
  const silent = createTcp((socket) => {
    t.after(() => socket.destroy());
  });
  const other = createTcp(
    (socket) => void socket.on("error", () => {}).end("HTTP/1.1 400 Bad Request\r\n\r\n"),
  );
  const port = await portOf(t, silent);
  const both = [1, 2].map(() => sessions.take(placeAt(port), 200));
  for (const taken of both) await assert.rejects(taken, OriginError);
  await assert.rejects(sessions.take(placeAt(await portOf(t, other)), 5000));
  const closed = createTcp();
  const nobody = await portOf(t, closed);
  closed.close();
  await assert.rejects(sessions.take(placeAt(nobody), 5000), /ECONNREFUSED/);
  assert.deepEqual(sessions.counts, { open: 0, idle: 0 });
});

test("an origin that speaks while the process stands still is not given up", async (t) => {
  const emptySettings = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);
  const spoken = Promise.withResolvers<void>();
  const server = createTcp((socket) => {
    t.after(() => socket.destroy());
    socket.on("error", () => {}).write(emptySettings, () => spoken.resolve());
  });
  const place = placeAt(await portOf(t, server));
  const standsStill: Place = {
    ...place,
    connect: (done) =>
      place.connect((error, socket) => {
        void spoken.promise.then(() => {
          done(error, socket);
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
        });
      }),
  };
  const kept = await openSessions(t).take(standsStill, 20);
  assert.equal(kept.isReused, false);
});
