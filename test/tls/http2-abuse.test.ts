/**
 * Viewers of HTTP/2 that mean harm: what they cost is bounded, they are closed, and others are served meanwhile.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { constants } from "node:http2";
import type { AddressInfo } from "node:net";
import { test, type TestContext } from "node:test";
import type { TLSSocket } from "node:tls";
import { domainName } from "../edge/viewer-scene.ts";
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
} from "./http2-frames.ts";
import { askHttp2, openHttp2 } from "./http2-viewer.ts";
import { connectSecurely, startSecureScene, type SecureScene } from "./secure-scene.ts";

const grownMaxBytes = 200 * 2 ** 20;

async function openRaw(scene: SecureScene): Promise<TLSSocket> {
  const socket = await scene.connect({ servername: domainName, ALPNProtocols: ["h2"] });
  socket.on("error", () => {});
  return socket;
}

/** Writes until the connection is closed. @returns how much was written by then, at most `max` */
async function flood(socket: TLSSocket, piece: Buffer, max: number): Promise<number> {
  let written = 0;
  while (written < max && !socket.destroyed) {
    const more = await new Promise<boolean>((resolve) => {
      const done = (): void => resolve(!socket.destroyed);
      socket.once("close", done);
      socket.write(piece, () => {
        socket.off("close", done);
        setImmediate(done);
      });
    });
    if (!more) break;
    written += piece.length;
  }
  return written;
}

/** Asks again and again, as somebody who means no harm. @returns to be called at the end: how many answers there were */
function askMeanwhile(t: TestContext, scene: SecureScene): () => Promise<number> {
  const session = openHttp2(t, scene.securePort);
  let answers = 0;
  let isOver = false;
  const asking = (async () => {
    do {
      const { status } = await askHttp2(session, { ":authority": domainName, ":path": "/" });
      assert.equal(status, 200);
      answers += 1;
    } while (!isOver);
  })();
  return async () => {
    isOver = true;
    await asking;
    return answers;
  };
}

const fields = requestFields(domainName);
const posting = Buffer.concat([Buffer.from([0x83]), fields.subarray(1)]);
const filler = literal("x-filler", "f".repeat(1000));
const floods: readonly (readonly [what: string, first: Buffer, piece: Buffer])[] = [
  [
    "a head that goes on and on",
    frame("headers", 1, fields, endStream),
    frame("continuation", 1, filler),
  ],
  [
    "a head that goes on in empty frames",
    frame("headers", 1, fields, endStream),
    Buffer.concat(Array.from({ length: 100 }, () => frame("continuation", 1))),
  ],
  [
    "settings",
    Buffer.alloc(0),
    Buffer.concat(Array.from({ length: 100 }, () => settings({ 4: 1 }))),
  ],
  [
    "pings",
    Buffer.alloc(0),
    Buffer.concat(Array.from({ length: 100 }, () => frame("ping", 0, Buffer.alloc(8)))),
  ],
  [
    "empty pieces of a body",
    frame("headers", 1, posting, endHeaders),
    Buffer.concat(Array.from({ length: 100 }, () => frame("data", 1))),
  ],
];

for (const [what, first, piece] of floods) {
  test(`a flood of ${what} is bounded, and nobody else waits for it`, async (t) => {
    const scene = await startSecureScene(t, { listener: { idleTimeoutMs: 2000 } });
    const before = process.memoryUsage().rss;
    const answersOf = askMeanwhile(t, scene);
    const socket = await openRaw(scene);
    socket.pause();
    begin(socket);
    socket.write(first);
    await Promise.race([
      flood(socket, piece, 16 * 2 ** 20),
      new Promise((resolve) => void setTimeout(resolve, 1500)),
    ]);
    const grown = process.memoryUsage().rss - before;
    assert.ok(grown < grownMaxBytes, `${grown} bytes more than before`);
    socket.destroy();
    assert.ok((await answersOf()) > 0);
  });
}

const carriesNothing: readonly (readonly [what: string, piece: Buffer])[] = [
  ["settings", settings({ 4: 65_535 })],
  ["pings", frame("ping", 0, Buffer.alloc(8))],
  ["window updates", frame("windowUpdate", 0, Buffer.from([0, 0, 0, 1]))],
];

for (const [what, piece] of carriesNothing) {
  test(`who sends ${what} without end is told to be calm, and closed`, async (t) => {
    const scene = await startSecureScene(t);
    const socket = await openRaw(scene);
    let last = Buffer.alloc(0);
    socket.on("data", (chunk: Buffer) => {
      last = Buffer.concat([last, chunk]).subarray(-17);
    });
    begin(socket);
    const pieces = Buffer.concat(Array.from({ length: 100 }, () => piece));
    await flood(socket, pieces, 2 ** 40);
    if (!socket.closed) await once(socket, "close");
    const said = { type: last[3], streamId: last.readUInt32BE(5), code: last.readUInt32BE(13) };
    assert.deepEqual(said, {
      ...{ type: frameTypes.goaway, streamId: 0 },
      code: constants.NGHTTP2_ENHANCE_YOUR_CALM,
    });
  });
}

test("who asks all the time, uploads and downloads much is not taken for one who floods", async (t) => {
  const scene = await startSecureScene(t, {
    origin: (_message, response, asked) => void response.end(asked.body || "x".repeat(3_000_000)),
  });
  const session = openHttp2(t, scene.securePort);
  const body = Buffer.alloc(2_000_000, "a");
  for (let round = 0; round < 4; round += 1) {
    const asks = Array.from({ length: 6 }, (_, index) =>
      askHttp2(session, { ":authority": domainName, ":path": `/${round}-${index % 2}` }),
    );
    const post = { ":authority": domainName, ":path": "/", ":method": "POST" };
    assert.equal((await askHttp2(session, post, body)).body.length, body.length);
    await Promise.all(asks);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  assert.equal(session.destroyed, false);
});

test("a small head that unfolds into a large one is refused, as often as it comes", async (t) => {
  const scene = await startSecureScene(t);
  const before = process.memoryUsage().rss;
  const answersOf = askMeanwhile(t, scene);
  const socket = await openRaw(scene);
  socket.resume();
  begin(socket);
  // The table's newest entry, 4,000 bytes, 16,000 times: 64 MB for 16 KB.
  const bomb = Buffer.concat([
    fields,
    literal("x-bomb", "b".repeat(3900), 0x40),
    Buffer.alloc(12_000, 0xbe),
  ]);
  for (let streamId = 1; streamId < 200 && !socket.destroyed; streamId += 2) {
    socket.write(frame("headers", streamId, bomb, endStream | endHeaders));
    await new Promise((resolve) => setImmediate(resolve));
  }
  const grown = process.memoryUsage().rss - before;
  assert.ok(grown < grownMaxBytes, `${grown} bytes more than before`);
  assert.ok((await answersOf()) > 0);
  assert.ok(
    scene.asked.every(({ headers }) => headers["x-bomb"] === undefined),
    "an origin was asked with it",
  );
});

/** @returns a header block that opens a stream, with one field that is said once and referred to so often again */
const unfolding = (value: string, times: number, first = fields): Buffer =>
  Buffer.concat([first, literal("x-bomb", value, 0x40), Buffer.alloc(times, 0xbe)]);
const oneFrame = endStream | endHeaders;
/** Frames of a stream, and how many streams of theirs may come to an origin. */
const unfoldings: readonly (readonly [
  what: string,
  frames: (streamId: number) => readonly Buffer[],
  asked: number,
])[] = [
  [
    "heads of five hundred short fields",
    (id) => [frame("headers", id, unfolding("b", 500), oneFrame)],
    0,
  ],
  [
    "heads of megabytes",
    (id) => [frame("headers", id, unfolding("b".repeat(3900), 500), oneFrame)],
    0,
  ],
  [
    "heads of five hundred fields that say something",
    (id) => [frame("headers", id, unfolding("b".repeat(10), 500), oneFrame)],
    1,
  ],
  [
    "heads of some hundred short fields",
    (id) => [frame("headers", id, unfolding("b", 200), oneFrame)],
    6,
  ],
  [
    "trailers of five hundred short fields",
    (id) => [
      frame("headers", id, posting, endHeaders),
      frame("headers", id, unfolding("b", 500, Buffer.alloc(0)), oneFrame),
    ],
    1,
  ],
];

for (const [what, framesOf, askedMax] of unfoldings) {
  test(`${what}, from a few bytes each, are a flood`, async (t) => {
    const scene = await startSecureScene(t);
    const answersOf = askMeanwhile(t, scene);
    const socket = await openRaw(scene);
    const closed = new Promise((resolve) => void socket.once("close", resolve));
    socket.resume();
    begin(socket);
    for (let streamId = 1; streamId < 40; streamId += 2) {
      socket.write(Buffer.concat(framesOf(streamId)));
    }
    await closed;
    assert.equal(scene.listener.takeConnections().flood, 1);
    const bombs = scene.asked.filter(({ headers }) => headers["x-bomb"] !== undefined);
    assert.ok(bombs.length <= askedMax, `${bombs.length} came to an origin`);
    assert.ok((await answersOf()) > 0);
  });
}

test("heads of hundreds of cookies are served as often as they come, those that the tables know and those that they don't", async (t) => {
  const scene = await startSecureScene(t);
  const session = openHttp2(t, scene.securePort);
  const few = Array.from({ length: 90 }, (_, index) => `${index}=${index}`);
  const many = Array.from({ length: 400 }, (_, index) => `cookie-${index}=${"v".repeat(30)}`);
  for (const cookie of [few, many]) {
    for (let round = 0; round < 5; round += 1) {
      const asks = Array.from({ length: 50 }, () =>
        askHttp2(session, { ":authority": domainName, ":path": "/", cookie }),
      );
      const statuses = (await Promise.all(asks)).map(({ status }) => status);
      assert.deepEqual([...new Set(statuses)], [200]);
    }
  }
  assert.equal(scene.listener.takeConnections().flood, 0);
});

test("a head of more fields than there may be is reset, and what is asked next is answered", async (t) => {
  const scene = await startSecureScene(t);
  const session = openHttp2(t, scene.securePort);
  const ask = { ":authority": domainName, ":path": "/" };
  const fieldsOf = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`x-${index}`, "v".repeat(20)]));
  // With the four that each request has, 512 and 513.
  assert.equal((await askHttp2(session, { ...ask, ...fieldsOf(508) })).status, 200);
  const refused = askHttp2(session, { ...ask, ...fieldsOf(509) });
  await assert.rejects(refused, /NGHTTP2_ENHANCE_YOUR_CALM/);
  assert.equal((await askHttp2(session, ask)).status, 200);
  assert.equal(scene.listener.takeConnections().flood, 0);
  assert.equal(scene.asked.length, 2);
});

test("streams that begin in the very read in which their connection is closed as a flood are over, and nothing else", async (t) => {
  const scene = await startSecureScene(t, { origin: () => {} });
  const answersOf = askMeanwhile(t, await startSecureScene(t));
  const socket = await openRaw(scene);
  const closed = new Promise((resolve) => void socket.once("close", resolve));
  socket.resume();
  begin(socket);
  const idsOf = (from: number, count: number) =>
    Array.from({ length: count }, (_, index) => from + 2 * index);
  const get = (streamId: number) => frame("headers", streamId, fields, endStream | endHeaders);
  const reset = (streamId: number) => frame("reset", streamId, Buffer.from([0, 0, 0, 8]));
  const wait = () => new Promise((resolve) => void setTimeout(resolve, 200));
  const [first, second] = [idsOf(1, 100), idsOf(201, 100)];
  socket.write(Buffer.concat(first.map(get)));
  await wait();
  socket.write(Buffer.concat(first.map(reset)));
  socket.write(Buffer.concat(second.map(get)));
  await wait();
  socket.write(Buffer.concat([...idsOf(401, 20).map(get), ...second.map(reset)]));
  await closed;
  assert.equal(scene.listener.takeConnections().flood, 1);
  assert.ok((await answersOf()) > 0);
});

const pairs = Array.from({ length: 300 }, (_, index) => {
  const streamId = index * 2 + 1;
  const get = frame("headers", streamId, fields, endStream | endHeaders);
  return Buffer.concat([get, frame("reset", streamId, Buffer.from([0, 0, 0, 8]))]);
});
const known = Buffer.concat([fields, literal("x-bomb", "b", 0x40), Buffer.alloc(500, 0xbe)]);
const earlyFloods: readonly (readonly [what: string, frames: Buffer])[] = [
  ["resets", Buffer.concat(pairs)],
  ["pings", Buffer.concat(Array.from({ length: 1000 }, () => frame("ping", 0, Buffer.alloc(8))))],
  [
    "heads that unfold",
    Buffer.concat(pairs.slice(0, 30).map((_, at) => frame("headers", at * 2 + 1, known, 5))),
  ],
];

for (const [what, frames] of earlyFloods) {
  test(`a flood of ${what} that comes with the end of the handshake is closed, calmly, and harms nobody`, async (t) => {
    const scene = await startSecureScene(t);
    const answersOf = askMeanwhile(t, scene);
    const port = await holdingWayTo(t, scene.securePort);
    const socket = await connectSecurely(t, port, {
      servername: domainName,
      ALPNProtocols: ["h2"],
    });
    socket.on("error", () => {});
    const got: Buffer[] = [];
    socket.on("data", (chunk: Buffer) => got.push(chunk));
    const closed = new Promise((resolve) => void socket.once("close", resolve));
    begin(socket);
    socket.write(frames);
    await closed;
    // Settings that say nothing, and GOAWAY: what is said before there is a session.
    const goaway = Buffer.alloc(8);
    goaway.writeUInt32BE(constants.NGHTTP2_ENHANCE_YOUR_CALM, 4);
    assert.deepEqual(Buffer.concat(got), Buffer.concat([settings(), frame("goaway", 0, goaway)]));
    assert.equal(scene.listener.takeConnections().flood, 1);
    assert.ok((await answersOf()) > 0);
  });
}

test("streams that are given up with the end of the handshake count, few bytes though they are", async (t) => {
  const scene = await startSecureScene(t);
  const socket = await connectSecurely(t, await holdingWayTo(t, scene.securePort), {
    ...{ servername: domainName, ALPNProtocols: ["h2"] },
  });
  socket.on("error", () => {});
  socket.resume();
  const closed = new Promise((resolve) => void socket.once("close", resolve));
  const learned = Buffer.concat([fields.subarray(0, 3), Buffer.from([0x41]), fields.subarray(4)]);
  const known = Buffer.from([...fields.subarray(0, 3), 0xbe]);
  const pairs = Array.from({ length: 150 }, (_, index) => {
    const streamId = index * 2 + 1;
    const get = frame("headers", streamId, index === 0 ? learned : known, oneFrame);
    return Buffer.concat([get, frame("reset", streamId, Buffer.from([0, 0, 0, 8]))]);
  });
  const early = Buffer.concat(pairs);
  assert.ok(
    early.length < 4000,
    `${early.length} bytes are looked through before there is a session`,
  );
  begin(socket);
  socket.write(early);
  await closed;
  assert.equal(scene.listener.takeConnections().flood, 1);
  assert.equal(scene.asked.length, 0);
});

test("many requests that come with the end of the handshake are all answered", async (t) => {
  const scene = await startSecureScene(t);
  const session = openHttp2(t, await holdingWayTo(t, scene.securePort));
  const post = { ":authority": domainName, ":path": "/", ":method": "POST" };
  const asked = Array.from({ length: 90 }, (_, index) =>
    askHttp2(session, { ...post, ":path": `/${index}` }, Buffer.alloc(500, "a")),
  );
  const statuses = (await Promise.all(asked)).map(({ status }) => status);
  assert.deepEqual([...new Set(statuses)], [200]);
  assert.equal(scene.listener.takeConnections().flood, 0);
});

test("who opens no window holds nothing but what is there, and is closed in time", async (t) => {
  const piece = "x".repeat(2 ** 20);
  let given = 0;
  const scene = await startSecureScene(t, {
    listener: { idleTimeoutMs: 1000 },
    origin: (message, response) => {
      if (message.url === "/ok") return void response.end("fine");
      const give = (): void => {
        if (response.destroyed) return;
        given += 1;
        if (response.write(piece)) setImmediate(give);
        else response.once("drain", give);
      };
      give();
    },
  });
  while (scene.visits.length < 32) {
    // On a machine that stood still meanwhile, a connection is closed as idle before it has asked.
    const socket = await openRaw(scene);
    socket.resume();
    begin(socket, { 4: 0 });
    for (let streamId = 1; streamId < 64; streamId += 2) {
      socket.write(frame("headers", streamId, fields, endStream | endHeaders));
    }
    while (scene.visits.length < 32 && (!socket.destroyed || scene.visits.length > 0)) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  // Of each, what sockets and streams hold on the way.
  assert.ok(given < 32 * 16, `${given} pieces of 1 MB were taken for nobody`);
  assert.ok(scene.visits.every(({ left }) => left !== undefined));
  const session = openHttp2(t, scene.securePort);
  const { body } = await askHttp2(session, { ":authority": domainName, ":path": "/ok" });
  assert.equal(body, "fine");
});

test("of streams that are begun and given up at once few come to an origin, and all are there for who wants them", async (t) => {
  let asked = 0;
  const scene = await startSecureScene(t, {
    origin: (_message, response) => {
      asked += 1;
      response.setHeader("Cache-Control", "no-store").end();
    },
  });
  const socket = await openRaw(scene);
  begin(socket);
  const pairs = Array.from({ length: 100 }, (_, index) => {
    const streamId = index * 2 + 1;
    const get = frame("headers", streamId, requestFields(domainName), endStream | endHeaders);
    return Buffer.concat([get, frame("reset", streamId, Buffer.from([0, 0, 0, 8]))]);
  });
  socket.write(Buffer.concat(pairs));
  const session = openHttp2(t, scene.securePort);
  const ask = () => askHttp2(session, { ":authority": domainName, ":path": "/" });
  assert.equal((await ask()).status, 200);
  assert.ok(asked <= 33, `${asked} came to the origin`);
  const answers = await Promise.all(Array.from({ length: 100 }, ask));
  assert.equal(answers.filter(({ status }) => status === 200).length, 100);
  socket.destroy();
});

test("a hundred requests at once on each of ten connections are all answered, and who asks beside them once is not last", async (t) => {
  const scene = await startSecureScene(t);
  const answered: string[] = [];
  const ask = async (session: ReturnType<typeof openHttp2>, path: string): Promise<number> => {
    const { status } = await askHttp2(session, { ":authority": domainName, ":path": path });
    answered.push(path);
    return status;
  };
  const sessions = Array.from({ length: 11 }, () => openHttp2(t, scene.securePort));
  const [alone, ...crowd] = sessions as [(typeof sessions)[0], ...typeof sessions];
  await Promise.all(sessions.map((session) => ask(session, "/")));
  const asked = crowd.flatMap((session) => Array.from({ length: 100 }, () => ask(session, "/")));
  const statuses = await Promise.all([...asked, ask(alone, "/alone")]);
  assert.deepEqual([...new Set(statuses)], [200]);
  assert.ok(answered.indexOf("/alone") < answered.length / 2, "it was among the last");
});

test("who leaves a page with 128 requests under way, again and again, is no abuser, and what it asks next is answered", async (t) => {
  const scene = await startSecureScene(t, {
    origin: (message, response) => {
      if (message.url === "/next") response.setHeader("Cache-Control", "no-store").end("fine");
    },
  });
  const session = openHttp2(t, scene.securePort);
  for (let page = 0; page < 2; page += 1) {
    const images = Array.from({ length: 128 }, (_, index) => {
      const image = session.request({ ":authority": domainName, ":path": `/${page}-${index}` });
      image.on("error", () => {});
      return image;
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    const closed = images.map((image) => once(image, "close"));
    for (const image of images) image.close(constants.NGHTTP2_CANCEL);
    await Promise.all(closed);
    const next = await askHttp2(session, { ":authority": domainName, ":path": "/next" });
    assert.equal(next.body, "fine");
    // As long as 128 take to be forgiven.
    if (page === 0) await new Promise((resolve) => setTimeout(resolve, 3600));
  }
  assert.equal(session.destroyed, false);
});

test("who uploads on sixty streams at once is not taken for one who floods", async (t) => {
  const scene = await startSecureScene(t, {
    origin: (_message, response, asked) => {
      setTimeout(() => response.end(String(asked.body.length)), 50);
    },
  });
  const session = openHttp2(t, scene.securePort);
  const post = { ":authority": domainName, ":path": "/", ":method": "POST" };
  const body = Buffer.alloc(20_000, "a");
  const answers = await Promise.all(
    Array.from({ length: 60 }, () => askHttp2(session, post, body)),
  );
  assert.deepEqual([...new Set(answers.map(({ body: length }) => length))], ["20000"]);
  assert.equal(session.destroyed, false);
});

/** Answers GET at once, and reads of each POST no more than its head until it is told to. */
async function startLazyOrigin(t: TestContext) {
  let release = (): void => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  const origin = createServer((message, response) => {
    if (message.method === "GET") return void response.end("fine");
    void released.then(async () => {
      let length = 0;
      for await (const chunk of message as AsyncIterable<Buffer>) length += chunk.length;
      response.end(String(length));
    });
  }).listen(0, "127.0.0.1");
  t.after(() => origin.close().closeAllConnections());
  await once(origin, "listening");
  return { originPort: (origin.address() as AddressInfo).port, release };
}

for (const [what, piece, count] of [
  ["large", Buffer.alloc(2 ** 16, "a"), 4],
  ["small", Buffer.alloc(500, "a"), 1],
] as const) {
  test(`who uploads in ${what} pieces to an origin that reads nothing is held up, bounded, and not taken for one who floods`, async (t) => {
    const { originPort, release } = await startLazyOrigin(t);
    const scene = await startSecureScene(t, { originPort });
    const before = process.memoryUsage().rss;
    const session = openHttp2(t, scene.securePort);
    const uploads = Array.from({ length: count }, (_, index) => {
      const path = `/upload-${index}`;
      return session.request({ ":authority": domainName, ":path": path, ":method": "POST" });
    });
    const uploadBytes = 6 * 2 ** 20;
    let writtenBytes = 0;
    let writtenAt = performance.now();
    const answers = uploads.map(async (upload) => {
      let text = "";
      upload.on("data", (chunk: Buffer) => (text += chunk.toString()));
      const over = once(upload, "close");
      for (let left = uploadBytes; left > 0;) {
        const next = piece.subarray(0, left);
        left -= next.length;
        await new Promise((resolve) => upload.write(next, resolve));
        writtenBytes += next.length;
        writtenAt = performance.now();
      }
      upload.end();
      await over;
      return text;
    });
    // Until nothing more is taken.
    while (performance.now() - writtenAt < 500 && writtenBytes < count * uploadBytes) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.ok(
      writtenBytes < count * uploadBytes,
      "it was all taken for an origin that reads nothing",
    );
    const grown = process.memoryUsage().rss - before;
    assert.ok(grown < grownMaxBytes, `${grown} bytes more than before`);
    const { body } = await askHttp2(session, { ":authority": domainName, ":path": "/" });
    assert.deepEqual([body, session.destroyed], ["fine", false]);
    release();
    assert.deepEqual([...new Set(await Promise.all(answers))], [String(uploadBytes)]);
    assert.equal(scene.listener.takeConnections().flood, 0);
  });
}

test("a hundred streams that each send a byte now and then, as calls by gRPC do, are no flood", async (t) => {
  const scene = await startSecureScene(t, {
    origin: (_message, response, asked) => void response.end(asked.body),
  });
  const session = openHttp2(t, scene.securePort);
  const calls = Array.from({ length: 100 }, () =>
    session.request({ ":authority": domainName, ":path": "/", ":method": "POST" }),
  );
  const texts = calls.map(async (call) => {
    let text = "";
    for await (const chunk of call as AsyncIterable<Buffer>) text += chunk.toString();
    return text;
  });
  for (let round = 0; round < 3; round += 1) {
    for (const call of calls) call.write("m");
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  for (const call of calls) call.end();
  assert.deepEqual([...new Set(await Promise.all(texts))], ["mmm"]);
  assert.equal(session.destroyed, false);
});
