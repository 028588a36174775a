import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { suite, test, type TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { KeptConnections, type OutboundExchange, type Place } from "./kept-connections.ts";
import type { ExchangeEvents } from "./outbound-connection.ts";
import type { ResponseHead } from "./response-head.ts";

const answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

interface Scene {
  readonly connections: KeptConnections;
  readonly place: Place;
  /** The origin's side of each connection, in order. */
  readonly sockets: Socket[];
}

/** An origin that does with each request's socket what it is told. */
async function startScene(
  t: TestContext,
  respond: (socket: Socket, nth: number) => void,
  idleMaxMs = 10_000,
): Promise<Scene> {
  const sockets: Socket[] = [];
  let requests = 0;
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => {});
    socket.on("data", () => respond(socket, (requests += 1)));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const connections = new KeptConnections({ headMax: 32_768, idleMax: 100 });
  t.after(() => {
    connections.close();
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const place: Place = {
    key: "origin",
    idleMaxMs,
    connect(done) {
      const socket = connect(port, "127.0.0.1");
      socket.once("connect", () => done(undefined, socket));
      return { abort: () => void socket.destroy() };
    },
  };
  return { connections, place, sockets };
}

interface Result {
  readonly head?: ResponseHead;
  readonly body: string;
  readonly error?: Error;
}

interface Sent {
  readonly exchange: OutboundExchange;
  /** Of its connection: whom it leads to, and whether others were sent on it before. */
  readonly connection: Promise<{ readonly address: string; readonly isReused: boolean }>;
  readonly result: Promise<Result>;
}

function send({ connections, place }: Scene, mayReuse = true, silenceMaxMs = 5000): Sent {
  let exchange!: OutboundExchange;
  const connection = Promise.withResolvers<{ address: string; isReused: boolean }>();
  const result = new Promise<Result>((resolve) => {
    let head: ResponseHead | undefined;
    let body = "";
    const events: ExchangeEvents = {
      connected: (address, isReused) => connection.resolve({ address, isReused }),
      sent: () => {},
      head: (came) => void (head = came),
      data: (part) => void (body += part.toString("latin1")),
      complete: () => resolve({ ...(head ? { head } : {}), body }),
      failed: (error) => resolve({ ...(head ? { head } : {}), body, error }),
    };
    const request = { method: "GET", head: "GET / HTTP/1.1\r\nHost: a\r\n\r\n", silenceMaxMs };
    exchange = connections.send(place, request, events, { mayReuse });
  });
  return { exchange, connection: connection.promise, result };
}

/** Lets what has arrived be read: turns, since where the machine stands still time alone brings none. */
async function aMoment(): Promise<void> {
  for (let turn = 0; turn < 15; turn += 1) await delay(1);
}

test("KeptConnections.send() uses a connection again, and not where it may not", async (t) => {
  const scene = await startScene(t, (socket) => socket.write(answer));
  const first = send(scene);
  assert.equal((await first.result).body, "ok");
  const { address } = await first.connection;
  assert.match(address, /^127\.0\.0\.1:\d+$/);
  assert.equal((await first.connection).isReused, false);
  const second = send(scene);
  assert.equal((await second.result).body, "ok");
  assert.deepEqual(await second.connection, { address, isReused: true });
  await send(scene, false).result;
  assert.equal(scene.sockets.length, 2);
  assert.deepEqual(scene.connections.counts, { open: 2, idle: 2 });
});

test("KeptConnections.send() opens as many as there are requests at once", async (t) => {
  const scene = await startScene(t, (socket) => setTimeout(() => socket.write(answer), 20));
  await Promise.all(Array.from({ length: 5 }, () => send(scene).result));
  assert.equal(scene.sockets.length, 5);
});

test("KeptConnections keeps no connection that a side wants closed, or that said more than it was asked", async (t) => {
  const endings = ["", "\r\nConnection: close", ""];
  const scene = await startScene(t, (socket, nth) => {
    socket.write(answer.replace("OK", `OK${endings[nth - 1] ?? ""}`) + (nth === 3 ? "more" : ""));
  });
  for (let i = 0; i < 3; i += 1) assert.equal((await send(scene).result).body, "ok");
  await aMoment();
  assert.deepEqual(scene.connections.counts, { open: 0, idle: 0 });
  assert.equal(scene.sockets.length, 2);
});

test("KeptConnections keeps no more idle connections than it may, to all places together", async (t) => {
  const scene = await startScene(t, (socket) => setTimeout(() => socket.write(answer), 20));
  const connections = new KeptConnections({ headMax: 32_768, idleMax: 2 });
  t.after(() => connections.close());
  const places = ["one", "two", "three", "four"].map((key) => ({ ...scene.place, key }));
  await Promise.all(places.map((place) => send({ ...scene, connections, place }).result));
  await aMoment();
  assert.deepEqual(connections.counts, { open: 2, idle: 2 });
});

test("KeptConnections forgets a connection that the origin closes while it is idle", async (t) => {
  const scene = await startScene(t, (socket) => socket.write(answer));
  await send(scene).result;
  scene.sockets[0]?.destroy();
  await aMoment();
  assert.deepEqual(scene.connections.counts, { open: 0, idle: 0 });
});

test("an exchange fails when the connection ends or what comes makes no sense", async (t) => {
  const ending = await startScene(t, (socket) => socket.end(answer.slice(0, -1)));
  assert.equal((await send(ending).result).error?.name, "BrokenOff");
  const nonsense = await startScene(t, (socket) => socket.write("SSH-2.0-OpenSSH"));
  assert.equal((await send(nonsense).result).error?.name, "MalformedResponse");
  const reset = await startScene(t, (socket) => socket.resetAndDestroy());
  assert.ok((await send(reset).result).error);
});

test("abort() tells nobody anything more, and what is over can't be paused or aborted any more", async (t) => {
  const scene = await startScene(t, (socket, nth) => nth !== 2 && socket.write(answer));
  const first = send(scene);
  await first.result;
  let told = false;
  const second = send(scene);
  void second.result.then(() => (told = true));
  first.exchange.pause();
  first.exchange.abort();
  await aMoment();
  assert.deepEqual(scene.connections.counts, { open: 1, idle: 0 });
  second.exchange.abort();
  await aMoment();
  assert.equal(told, false);
  assert.deepEqual(scene.connections.counts, { open: 0, idle: 0 });

  const unopened = send(scene, false);
  unopened.exchange.abort();
  await aMoment();
  assert.deepEqual(scene.connections.counts, { open: 0, idle: 0 });
});

suite("exchanges that wait, side by side", { concurrency: true }, () => {
  test("KeptConnections gives up an idle connection after its time, and what the origin announces less a second", async (t) => {
    const scene = await startScene(t, (socket) => socket.write(answer), 150);
    await send(scene).result;
    assert.equal(scene.connections.counts.idle, 1);
    while (scene.connections.counts.open > 0) await delay(10);
    assert.equal(scene.connections.counts.idle, 0);

    const announced = answer.replace("OK", "OK\r\nKeep-Alive: timeout=1");
    const brief = await startScene(t, (socket) => socket.write(announced));
    await send(brief).result;
    assert.equal(brief.connections.counts.idle, 0);
  });

  test("an exchange fails when nothing comes in time, informational responses or not", async (t) => {
    const silent = await startScene(t, () => {});
    assert.equal((await send(silent, true, 150).result).error?.name, "Silence");

    const chatty = await startScene(t, (socket) => {
      const timer = setInterval(() => socket.write("HTTP/1.1 102 Processing\r\n\r\n"), 20);
      socket.on("close", () => clearInterval(timer));
    });
    assert.equal((await send(chatty, true, 150).result).error?.name, "Silence");

    const stalling = await startScene(t, (socket) => socket.write(answer.slice(0, -1)));
    const { head, error } = await send(stalling, true, 150).result;
    assert.deepEqual([head?.status, error?.name], [200, "Silence"]);
  });

  test("a paused exchange reads no more, and no time counts against it", async (t) => {
    const length = 8 * 1024 * 1024;
    const scene = await startScene(t, (socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n\r\n`);
      socket.write(Buffer.alloc(length, "a"));
    });
    let received = 0;
    let exchange!: OutboundExchange;
    const paused = Promise.withResolvers<void>();
    const done = new Promise<Error | undefined>((resolve) => {
      exchange = scene.connections.send(
        scene.place,
        { method: "GET", head: "GET / HTTP/1.1\r\n\r\n", silenceMaxMs: 200 },
        {
          connected: () => {},
          sent: () => {},
          head: () => {
            exchange.pause();
            paused.resolve();
          },
          data: (part) => void (received += part.length),
          complete: () => resolve(undefined),
          failed: resolve,
        },
        { mayReuse: true },
      );
    });
    await Promise.race([paused.promise, done]);
    await delay(500);
    const before = received;
    assert.ok(before <= 65_536, `${before} bytes came to a paused exchange`);
    exchange.resume();
    assert.equal(await done, undefined);
    assert.equal(received, length);
  });

  test("an exchange goes on while its request is taken, though its response has begun", async (t) => {
    const scene = await startScene(t, (socket, nth) => {
      if (nth === 1) socket.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndo");
    });
    async function* chunks(): AsyncGenerator<Uint8Array> {
      for (let i = 0; i < 16; i += 1) {
        await delay(50);
        yield Buffer.from("ab");
      }
      scene.sockets[0]?.write("ne");
    }
    let body = "";
    const error = await new Promise<Error | undefined>((resolve) => {
      const head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 32\r\n\r\n";
      scene.connections.send(
        scene.place,
        { method: "POST", head, body: { chunks: chunks(), isChunked: false }, silenceMaxMs: 600 },
        {
          connected: () => {},
          sent: () => {},
          head: () => {},
          data: (part) => void (body += part.toString("latin1")),
          complete: () => resolve(undefined),
          failed: resolve,
        },
        { mayReuse: true },
      );
    });
    assert.deepEqual([error, body], [undefined, "done"]);
  });
});
