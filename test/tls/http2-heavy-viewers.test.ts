/**
 * Viewers of HTTP/2 who send, read or give up much, and mean no harm: their connections stay.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import {
  constants,
  type ClientHttp2Session,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from "node:http2";
import { connect, createServer } from "node:net";
import { test, type TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { domainName, listenOn, type SceneOptions } from "../edge/viewer-scene.ts";
import { holdingWayTo } from "./holding-way.ts";
import {
  begin,
  endHeaders,
  endStream,
  frame,
  frameTypes,
  literal,
  requestFields,
  settings,
  windowUpdate,
} from "./http2-frames.ts";
import { askHttp2, openHttp2 } from "./http2-viewer.ts";
import { startSecureScene } from "./secure-scene.ts";

const authority = { ":authority": domainName };
const post = { ...authority, ":method": "POST" };

/** Sends a body until the stream is closed, and reads what is answered. @returns the status, and 0 where none came */
async function uploadFor(session: ClientHttp2Session, path: string, bytes: number) {
  const stream = session.request({ ...post, ":path": path });
  let status = 0;
  stream.on("response", (headers) => {
    status = headers[":status"] ?? 0;
  });
  stream.on("error", () => {});
  stream.resume();
  const closed = once(stream, "close");
  for (let sent = 0; sent < bytes && !stream.closed; sent += 65_536) {
    if (!stream.write(Buffer.alloc(65_536))) {
      await Promise.race([once(stream, "drain").catch(() => {}), closed]);
    }
  }
  if (!stream.closed) stream.end();
  await closed;
  return status;
}

/** Passes on what a viewer sends as a narrow way does: 1,000 bytes in each 2 ms. @returns the port to come to */
async function narrowWayTo(t: TestContext, port: number): Promise<number> {
  const relay = createServer((viewer) => {
    const edge = connect(port, "127.0.0.1");
    for (const socket of [viewer, edge]) socket.on("error", () => {});
    edge.setNoDelay(true);
    edge.pipe(viewer);
    const waiting: Buffer[] = [];
    viewer.on("data", (chunk: Buffer) => {
      for (let at = 0; at < chunk.length; at += 1000) waiting.push(chunk.subarray(at, at + 1000));
    });
    const timer = setInterval(() => {
      const next = waiting.shift();
      if (next !== undefined) edge.write(next);
    }, 2);
    viewer.once("close", () => {
      clearInterval(timer);
      edge.destroy();
    });
  });
  return listenOn(t, relay);
}

/** @returns the types of the frames that have come whole */
function typesIn(bytes: Buffer): number[] {
  const types: number[] = [];
  for (let at = 0; at + 9 <= bytes.length; at += 9 + bytes.readUIntBE(at, 3)) {
    types.push(bytes[at + 3] as number);
  }
  return types;
}

/** Whether a session answers while something is done on it. */
async function staysOpen(
  t: TestContext,
  options: SceneOptions,
  act: (session: ClientHttp2Session) => Promise<void>,
): Promise<void> {
  const scene = await startSecureScene(t, options);
  const session = openHttp2(t, scene.securePort);
  let goaway = 0;
  session.on("goaway", (code: number) => (goaway = code));
  await act(session);
  await delay(100);
  assert.equal(goaway, 0, "it was told to go away");
  assert.equal(session.destroyed, false);
  assert.ok((await askHttp2(session, { ...authority, ":path": "/after" })).status > 0);
}

test("who gives up uploads that nobody takes yet, and begins others, is no flooder", async (t) => {
  const after = Promise.withResolvers<void>();
  t.after(() => after.resolve());
  const options: SceneOptions = {
    viewerRequest: ({ request }) => ({ type: "request", request }),
    edgeFunctions: {
      run: async (_copy, event) => {
        if (event.request.uri !== "/after") await after.promise;
        const { request } = event;
        return { outcome: { type: "request", request }, logs: [], computeUtilization: 0 };
      },
    },
  };
  await staysOpen(t, options, async (session) => {
    for (let round = 0; round < 10; round += 1) {
      const stream = session.request({ ...post, ":path": "/" });
      stream.on("error", () => {});
      stream.write(Buffer.alloc(60_000));
      await delay(30);
      const closed = once(stream, "close");
      stream.close(constants.NGHTTP2_CANCEL);
      await closed;
    }
  });
});

test("who uploads what is answered before it has come is no flooder", async (t) => {
  const options: SceneOptions = {
    viewerRequest: ({ request }) =>
      request.uri === "/after"
        ? { type: "request", request }
        : {
            type: "response",
            response: { statusCode: 403, statusDescription: "", headers: [] },
          },
  };
  await staysOpen(t, options, async (session) => {
    for (let round = 0; round < 3; round += 1) {
      await Promise.all(
        [10_000, 1_000_000, 12_000_000].map((bytes) => uploadFor(session, "/", bytes)),
      );
    }
  });
});

const answersAtOnce: readonly (readonly [who: string, options: SceneOptions, status: number])[] = [
  ["the edge", { listener: { bodyMaxBytes: 1000 } }, 413],
  [
    "a function",
    {
      viewerRequest: () => ({
        type: "response",
        response: { statusCode: 403, statusDescription: "", headers: [] },
      }),
    },
    403,
  ],
];

for (const [who, options, refused] of answersAtOnce) {
  test(`who uploads a little, which comes with its head, twenty times at once, is no flooder where ${who} answers before it is read`, async (t) => {
    await staysOpen(t, options, async (session) => {
      const body = Buffer.alloc(2000, "a");
      const ask = { ...post, "content-length": body.length, ":path": "/" };
      for (let round = 0; round < 10; round += 1) {
        const asked = Array.from({ length: 20 }, () => askHttp2(session, ask, body));
        const statuses = (await Promise.all(asked)).map(({ status }) => status);
        assert.deepEqual([...new Set(statuses)], [refused]);
      }
    });
  });
}

test("who uploads what is refused is no flooder, and is told why", async (t) => {
  const listener = { bodyMaxBytes: 1000 };
  await staysOpen(t, { listener }, async (session) => {
    for (let round = 0; round < 5; round += 1) {
      const length = { "content-length": 12_000_000 };
      const stream = session.request({ ...post, ...length, ":path": "/" });
      stream.on("error", () => {});
      const response = once(stream, "response");
      stream.write(Buffer.alloc(1_000_000));
      const [headers] = (await response) as [Record<string, unknown>];
      assert.equal(headers[":status"], 413);
      await delay(50);
      stream.close(constants.NGHTTP2_NO_ERROR);
    }
  });
});

/** Fields of 4,000 bytes that no table learns and nothing makes shorter. */
function largeFields(count: number): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`x-large-${index}`, "{".repeat(4000)]),
  );
}

for (const fields of [10, 11, 12, 15, 25, 32]) {
  test(`who sends a head of ${fields} times 4,000 bytes has the rest of the connection left`, async (t) => {
    await staysOpen(t, {}, async (session) => {
      for (let round = 0; round < 5; round += 1) {
        const large = { ...authority, ...largeFields(fields), ":path": "/" };
        assert.equal((await askHttp2(session, large)).status, 494);
      }
    });
  });
}

test("of heads that Node refuses without a word the first is no flood, and the second is one", async (t) => {
  const scene = await startSecureScene(t);
  const session = openHttp2(t, scene.securePort);
  await once(session, "remoteSettings");
  // By the time that this is answered the edge knows that its settings are known.
  const ask = () => askHttp2(session, { ...authority, ":path": "/" });
  const tooLarge = () => askHttp2(session, { ...authority, ...largeFields(34), ":path": "/" });
  assert.equal((await ask()).status, 200);
  await assert.rejects(tooLarge(), { message: /ENHANCE_YOUR_CALM/ });
  for (let round = 0; round < 3; round += 1) assert.equal((await ask()).status, 200);
  assert.equal(scene.listener.takeConnections().flood, 0);
  const closed = new Promise((resolve) => void session.once("close", resolve));
  await assert.rejects(tooLarge());
  await ask().catch(() => {});
  await closed;
  assert.equal(scene.listener.takeConnections().flood, 1);
});

test("who has a browser's cookies, two hundred of them, in each of a hundred requests at once, is no flooder", async (t) => {
  await staysOpen(t, {}, async (session) => {
    const cookie = Array.from({ length: 200 }, (_, index) => `c${index}=`).join("; ");
    const asked = Array.from({ length: 100 }, (_, index) =>
      askHttp2(session, { ...authority, cookie, ":path": `/${index}` }),
    );
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    assert.deepEqual([...new Set(statuses)], [200]);
  });
});

test("who opens windows a little at a time, as Go's client does, long after all has come, is no flooder", async (t) => {
  const scene = await startSecureScene(t, {
    origin: (_message, response) => void response.end(Buffer.alloc(1_500_000)),
  });
  const socket = await scene.connect({ servername: domainName, ALPNProtocols: ["h2"] });
  let pending = Buffer.alloc(0);
  let unread = 0;
  let got = 0;
  let wasToldToGo = false;
  socket.on("data", (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= 9) {
      const length = pending.readUIntBE(0, 3);
      if (pending.length < 9 + length) break;
      if (pending[3] === frameTypes.data) {
        got += length;
        unread += length;
      }
      if (pending[3] === frameTypes.goaway) wasToldToGo = true;
      pending = pending.subarray(9 + length);
    }
  });
  socket.on("error", () => {});
  begin(socket, { 4: 2 ** 22 });
  socket.write(windowUpdate(0, 2 ** 30));
  const streams = Array.from({ length: 8 }, (_, index) => index * 2 + 1);
  for (const id of streams) {
    socket.write(frame("headers", id, requestFields(domainName), endStream | endHeaders));
  }
  const whole = streams.length * 1_500_000;
  // Read by 4 KB, as through a buffer of that size, at some 10 MB a second.
  for (let read = 0; read < whole && !socket.destroyed;) {
    for (let count = 0; count < 25 && unread >= 4096; count += 1) {
      unread -= 4096;
      read += 4096;
      socket.write(Buffer.concat([windowUpdate(0, 4096), windowUpdate(1, 4096)]));
    }
    if (got === whole && unread < 4096) break;
    await delay(10);
  }
  assert.equal(wasToldToGo, false);
  assert.equal(socket.destroyed, false);
  assert.equal(got, whole);
});

test("who comes by a narrow way with large cookies, and uploads, is no flooder", async (t) => {
  const scene = await startSecureScene(t, {
    origin: (_message, response, asked) => void response.end(String(asked.body.length)),
  });
  const port = await narrowWayTo(t, scene.securePort);
  for (const large of [7000, 20_000, 30_000]) {
    const session = openHttp2(t, port);
    const cookie = `a=${"c".repeat(large)}`;
    assert.equal((await askHttp2(session, { ...authority, ":path": "/", cookie })).status, 200);
    session.destroy();
  }
  const session = openHttp2(t, port);
  const body = Buffer.alloc(200_000, "b");
  for (let round = 0; round < 2; round += 1) {
    const { body: length } = await askHttp2(session, { ...post, ":path": "/" }, body);
    assert.equal(length, String(body.length));
    await delay(500);
  }
});

test("who seeks in a video, gives up what it was asked for, and asks for another part, is no flooder", async (t) => {
  const options: SceneOptions = {
    origin: (_message, response) => void response.end(Buffer.alloc(4_000_000)),
  };
  await staysOpen(t, options, async (session) => {
    for (let seek = 0; seek < 100; seek += 1) {
      const stream = session.request({ ...authority, ":path": `/${seek}` });
      stream.on("error", () => {});
      await once(stream, "data");
      stream.close(constants.NGHTTP2_CANCEL);
      await delay(10);
    }
  });
});

test("who pings ten times a second beside a silent stream is no flooder", async (t) => {
  const options: SceneOptions = {
    origin: (message, response) => {
      if (message.url === "/after") response.end();
    },
  };
  await staysOpen(t, options, async (session) => {
    const silent = session.request({ ...authority, ":path": "/silent" });
    silent.on("error", () => {});
    for (let count = 0; count < 30; count += 1) {
      await new Promise<void>((resolve) => void session.ping(() => resolve()));
      await delay(100);
    }
    silent.close();
  });
});

test("who says much in trailers is no flooder", async (t) => {
  await staysOpen(t, {}, async (session) => {
    for (let round = 0; round < 4; round += 1) {
      const statuses = Array.from({ length: 20 }, async () => {
        const stream = session.request({ ...post, ":path": "/" }, { waitForTrailers: true });
        stream.on("wantTrailers", () => stream.sendTrailers({ "x-sum": "f".repeat(12_000) }));
        stream.end("a body");
        const [headers] = (await once(stream, "response")) as [IncomingHttpHeaders];
        stream.resume();
        await once(stream, "close");
        return headers[":status"];
      });
      assert.deepEqual([...new Set(await Promise.all(statuses))], [200]);
    }
  });
});

/** A connection whose frames are written, and read, one by one. */
async function beginRaw(t: TestContext) {
  const scene = await startSecureScene(t);
  const socket = await scene.connect({ servername: domainName, ALPNProtocols: ["h2"] });
  socket.on("error", () => {});
  let got = Buffer.alloc(0);
  socket.on("data", (chunk: Buffer) => (got = Buffer.concat([got, chunk])));
  begin(socket);
  return { scene, socket, types: () => typesIn(got) };
}

test("who says beside each request all that may be said beside it is no flooder", async (t) => {
  const { scene, socket, types } = await beginRaw(t);
  /** Of no kind that is known to Node, nor has to be (RFC 9113 §5.5): a priority of RFC 9218 by its type. */
  const unknown = frame("ping", 0, Buffer.alloc(8));
  unknown[3] = 0x10;
  const ids = Array.from({ length: 60 }, (_, index) => index * 2 + 1);
  for (const id of ids) {
    // The table of HPACK is emptied, and has its size again (RFC 7541 §6.3).
    const head = Buffer.concat([Buffer.from([0x20, 0x3f, 0xe1, 0x1f]), requestFields(domainName)]);
    const pieces = [head.subarray(0, 5), head.subarray(5, 10), head.subarray(10)] as const;
    const beside = [
      frame("ping", 0, Buffer.alloc(8)),
      settings({ 4: 65_535 + id }),
      windowUpdate(0, 100),
      unknown,
    ];
    const asking = [
      frame("headers", id, pieces[0], endStream),
      frame("continuation", id, pieces[1]),
      frame("continuation", id, pieces[2], endHeaders),
    ];
    socket.write(Buffer.concat([...beside, ...asking]));
    await delay(5);
  }
  while (types().filter((type) => type === frameTypes.headers).length < ids.length) {
    assert.equal(socket.closed, false);
    await delay(20);
  }
  assert.equal(types().includes(frameTypes.goaway), false);
  assert.equal(scene.listener.takeConnections().flood, 0);
});

test("who ends many uploads with trailers of many fields, one after the other, is no flooder", async (t) => {
  const { scene, socket, types } = await beginRaw(t);
  const head = Buffer.concat([Buffer.from([0x83]), requestFields(domainName).subarray(1)]);
  const ids = Array.from({ length: 120 }, (_, index) => index * 2 + 1);
  for (const id of ids) socket.write(frame("headers", id, head, endHeaders));
  await delay(100);
  for (const id of ids) {
    const trailers = [literal("x-trailer", "some value", 0x40), Buffer.alloc(180, 0xbe)];
    socket.write(frame("headers", id, Buffer.concat(trailers), endStream | endHeaders));
    await delay(3);
  }
  while (scene.asked.length < ids.length) {
    assert.equal(socket.closed, false);
    await delay(20);
  }
  assert.deepEqual([types().includes(frameTypes.goaway), socket.closed], [false, false]);
  assert.equal(scene.listener.takeConnections().flood, 0);
});

/** Short ones, of which browsers keep 180 for a site. */
const cookies = Array.from({ length: 180 }, (_, index) => `_ga_${index}=abcdef${index}`);
/** None of them is in a table, and Node's client codes all of them by Huffman. */
const metadata = Object.fromEntries(
  Array.from({ length: 250 }, (_, index) => [`x-meta-${index}`, `value-${index}`]),
);
const manyFields: readonly (readonly [what: string, fields: OutgoingHttpHeaders])[] = [
  ["cookies, as many as browsers keep", { cookie: cookies }],
  ["fields of a program's own", metadata],
];

for (const [what, fields] of manyFields) {
  test(`who asks with the end of the handshake, with ${what}, is no flooder`, async (t) => {
    const scene = await startSecureScene(t);
    const session = openHttp2(t, await holdingWayTo(t, scene.securePort));
    const asked = Array.from({ length: 20 }, (_, index) =>
      askHttp2(session, { ...authority, ":path": `/${index}`, ...fields }),
    );
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    assert.deepEqual([...new Set(statuses)], [200]);
    assert.equal(scene.listener.takeConnections().flood, 0);
  });
}
