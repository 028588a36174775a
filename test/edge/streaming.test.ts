import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Invocation } from "../../src/runtime/function-runtime.ts";
import { domainName, listenOn, open, parseReply, startScene } from "./viewer-scene.ts";

const MiB = 1024 * 1024;
const host = `Host: ${domainName}\r\n`;
const megabyte = Buffer.alloc(MiB, "x");
/** How long the long bodies are; `npm run soak -- bodies` takes 1 GB. */
const megabytes = Number(process.env["FOOTLIGHT_BODY_MB"] ?? 100);
const timeout = 30_000 + megabytes * 1000;

/** Writes `count` megabytes as fast as the reader takes them. */
async function writeMegabytes(to: ServerResponse, count: number): Promise<void> {
  for (let written = 0; written < count; written += 1) {
    if (!to.write(megabyte)) await once(to, "drain");
  }
}

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** Memory outside and inside V8's heap, after what can be freed is. */
function memoryInUse(): number {
  collectGarbage();
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return heapUsed + Math.max(external, arrayBuffers);
}

for (const framing of ["Content-Length", "chunks"]) {
  test(
    `${megabytes} MB stream down in ${framing} without being held in memory`,
    { timeout },
    async (t) => {
      const scene = await startScene(t, {
        origin: (_, response) => {
          if (framing === "Content-Length") response.setHeader("Content-Length", megabytes * MiB);
          void writeMegabytes(response, megabytes).then(() => response.end());
        },
      });
      const socket = open(scene.port);
      socket.write(`GET / HTTP/1.1\r\n${host}Connection: close\r\n\r\n`);
      const before = memoryInUse();
      let received = 0;
      let peak = 0;
      let sampled = 0;
      for await (const chunk of socket) {
        received += (chunk as Buffer).length;
        if (received - sampled < 5 * MiB) continue;
        sampled = received;
        peak = Math.max(peak, memoryInUse() - before);
      }
      assert.ok(received >= megabytes * MiB, `${received} bytes`);
      assert.ok(peak < 40 * MiB, `${Math.round(peak / MiB)} MiB more in use`);
    },
  );
}

for (const framing of ["Content-Length", "chunks"]) {
  test(
    `${megabytes} MB stream up in ${framing} without being held in memory`,
    { timeout },
    async (t) => {
      let taken = 0;
      const origin = createServer((message, response) => {
        message.on("data", (chunk: Buffer) => {
          taken += chunk.length;
        });
        message.on("end", () => response.end("thanks"));
      });
      const scene = await startScene(t, { originPort: await listenOn(t, origin) });
      const socket = open(scene.port);
      const how =
        framing === "chunks" ? "Transfer-Encoding: chunked" : `Content-Length: ${megabytes * MiB}`;
      socket.write(`PUT / HTTP/1.1\r\n${host}Connection: close\r\n${how}\r\n\r\n`);
      const before = memoryInUse();
      let peak = 0;
      for (let sent = 0; sent < megabytes; sent += 1) {
        if (framing === "chunks") socket.write(`${MiB.toString(16)}\r\n`);
        if (!socket.write(megabyte)) await once(socket, "drain");
        if (framing === "chunks") socket.write("\r\n");
        if (sent % 5 === 0) peak = Math.max(peak, memoryInUse() - before);
      }
      if (framing === "chunks") socket.write("0\r\n\r\n");
      const chunks: Buffer[] = [];
      for await (const chunk of socket) chunks.push(chunk as Buffer);
      assert.equal(parseReply(Buffer.concat(chunks).toString("latin1")).body, "thanks");
      assert.equal(taken, megabytes * MiB);
      assert.ok(peak < 40 * MiB, `${Math.round(peak / MiB)} MiB more in use`);
    },
  );
}

test("a viewer that does not read holds the origin back", async (t) => {
  let written = 0;
  let stalled = () => {};
  const hasStalled = new Promise<void>((resolve) => {
    stalled = resolve;
  });
  const scene = await startScene(t, {
    origin: (_, response) => {
      const more = () => {
        while (response.write(megabyte)) written += 1;
        written += 1;
        const silence = setTimeout(stalled, 300);
        response.once("drain", () => {
          clearTimeout(silence);
          if (!response.destroyed) more();
        });
      };
      more();
    },
  });
  const socket = open(scene.port);
  socket.write(`GET / HTTP/1.1\r\n${host}\r\n`);
  await hasStalled;
  assert.ok(written < 40, `${written} MB went out to a viewer that read nothing`);
  socket.destroy();
});

test("an origin's body is held back while a viewer-response function takes its time", async (t) => {
  let written = 0;
  const finished = Promise.withResolvers<Invocation>();
  const stalled = Promise.withResolvers<void>();
  const scene = await startScene(t, {
    origin: (_, response) => {
      const more = () => {
        if (response.destroyed || written > 100) return;
        while (response.write(megabyte) && written <= 100) written += 1;
        written += 1;
        const silence = setTimeout(stalled.resolve, 300);
        response.once("drain", () => {
          clearTimeout(silence);
          more();
        });
      };
      response.once("close", stalled.resolve);
      more();
    },
    functions: { response: "viewer-response" },
    edgeFunctions: { run: () => finished.promise },
  });
  const socket = open(scene.port);
  socket.write(`GET / HTTP/1.1\r\n${host}\r\n`);
  await stalled.promise;
  assert.ok(written < 40, `${written} MB are held in memory`);
  const message = "It has taken long enough";
  const outcome = { type: "execution-error", message } as const;
  finished.resolve({ outcome, logs: [], computeUtilization: 0 });
  const [head] = (await once(socket, "data")) as [Buffer];
  assert.match(head.toString(), /^HTTP\/1\.1 503 /);
  socket.destroy();
});

test("the head and first bytes reach the viewer before the origin is done", async (t) => {
  let finish = () => {};
  const scene = await startScene(t, {
    origin: (_, response) => {
      response.write("first");
      finish = () => response.end("second");
    },
  });
  const socket = open(scene.port);
  socket.write(`GET / HTTP/1.1\r\n${host}Connection: close\r\n\r\n`);
  let text = "";
  socket.on("data", (chunk: Buffer) => {
    text += chunk.toString();
    if (text.includes("first")) finish();
  });
  await once(socket, "close");
  assert.equal(parseReply(text).body, "firstsecond");
});

test("the head reaches the viewer even before the first byte of the body", async (t) => {
  const responses: ServerResponse[] = [];
  const scene = await startScene(t, {
    origin: (_, response) => {
      response.flushHeaders();
      responses.push(response);
    },
  });
  const socket = open(scene.port);
  socket.write(`GET / HTTP/1.1\r\n${host}Connection: close\r\n\r\n`);
  const [head] = (await once(socket, "data")) as [Buffer];
  assert.match(head.toString(), /^HTTP\/1\.1 200 OK\r\n/);
  responses[0]?.end();
  await once(socket, "close");
});

test("an origin that breaks off breaks the viewer's connection: a length is not reached", async (t) => {
  const scene = await startScene(t, {
    origin: (message, response) => {
      response.writeHead(200, { "Content-Length": 100 });
      response.write("half", () => message.socket.destroy());
    },
  });
  const reply = await scene.raw(`GET / HTTP/1.1\r\n${host}\r\n`);
  assert.equal(reply.status, 200);
  assert.equal(reply.headers["content-length"], "100");
  assert.ok(reply.body.length < 100);
});

test("an origin that breaks off breaks the viewer's connection: the last chunk is missing", async (t) => {
  const scene = await startScene(t, {
    origin: (message, response) => {
      response.write("half", () => message.socket.destroy());
    },
  });
  await assert.rejects(scene.raw(`GET / HTTP/1.1\r\n${host}\r\n`), /broke off/);
});

test("an origin that breaks off resets the connection of an HTTP/1.0 viewer", async (t) => {
  const scene = await startScene(t, {
    origin: (message, response) => {
      response.write("half", () => message.socket.destroy());
    },
  });
  const socket = open(scene.port);
  socket.write(`GET / HTTP/1.0\r\n${host}\r\n`);
  socket.resume();
  const [error] = (await once(socket, "error")) as [NodeJS.ErrnoException];
  assert.equal(error.code, "ECONNRESET");
});

test("an origin's body that ends with its connection is complete", async (t) => {
  const scene = await startScene(t, {
    origin: (message, response) => {
      response.useChunkedEncodingByDefault = false;
      response.removeHeader("Transfer-Encoding");
      response.write("until the end");
      setImmediate(() => message.socket.end());
    },
  });
  assert.equal((await scene.ask("GET / HTTP/1.1")).body, "until the end");
});

test("a viewer that goes away takes the origin's request with it", async (t) => {
  let gone: Promise<unknown> = Promise.reject(new Error("not asked"));
  gone.catch(() => {});
  const scene = await startScene(t, {
    origin: (_, response) => {
      gone = once(response, "close");
      response.write("some");
    },
  });
  const socket = open(scene.port);
  socket.write(`GET / HTTP/1.1\r\n${host}\r\n`);
  await once(socket, "data");
  socket.destroy();
  await gone;
});

test("a viewer that goes away before the origin answers takes the request with it", async (t) => {
  const asked = Promise.withResolvers<ServerResponse>();
  const scene = await startScene(t, { origin: (_, response) => asked.resolve(response) });
  const socket = open(scene.port);
  socket.write(`GET / HTTP/1.1\r\n${host}\r\n`);
  const response = await asked.promise;
  const closed = once(response, "close");
  socket.destroy();
  await closed;
});

for (const how of ["Content-Length: 100", "Transfer-Encoding: chunked"]) {
  test(`a viewer that breaks off its upload in ${how} breaks it off at the origin`, async (t) => {
    const asked = Promise.withResolvers<void>();
    const broken = Promise.withResolvers<void>();
    const origin = createServer((message) => {
      message.on("data", () => asked.resolve());
      message.on("error", () => broken.resolve());
      message.on("end", () => broken.reject(new Error("The upload looked complete")));
    });
    const scene = await startScene(t, { originPort: await listenOn(t, origin) });
    const socket = open(scene.port);
    socket.write(`PUT / HTTP/1.1\r\n${host}${how}\r\n\r\n3\r\nabc\r\n`);
    await asked.promise;
    socket.destroy();
    await broken.promise;
  });
}

test("no more than some megabytes are read of a body that nobody wants", async (t) => {
  const scene = await startScene(t);
  const socket = open(scene.port);
  const closed = new Promise((resolve) => void socket.once("close", resolve));
  socket.on("error", () => {});
  socket.resume();
  socket.write(`PUT / HTTP/1.1\r\nHost: unknown.example\r\nContent-Length: ${1024 * MiB}\r\n\r\n`);
  let sent = 0;
  for (; sent < 100 && !socket.destroyed; sent += 1) {
    if (!socket.write(megabyte))
      await Promise.race([once(socket, "drain"), closed]).catch(() => {});
  }
  assert.ok(sent < 40, `${sent} MB were taken`);
  await closed;
});

test("an origin that answers before the upload is complete is heard", async (t) => {
  const origin = createServer((message, response) => {
    response.writeHead(413).end("too much");
    message.resume();
  });
  const scene = await startScene(t, { originPort: await listenOn(t, origin) });
  const socket = open(scene.port);
  socket.on("error", () => {});
  socket.write(`PUT / HTTP/1.1\r\n${host}Content-Length: ${1024 * MiB}\r\n\r\n`);
  const sending = setInterval(() => socket.write(megabyte), 5);
  let text = "";
  socket.on("data", (chunk: Buffer) => {
    text += chunk.toString("latin1");
  });
  await new Promise((resolve) => void socket.once("close", resolve));
  clearInterval(sending);
  const reply = parseReply(text);
  assert.equal(reply.status, 413);
  assert.equal(reply.body, "too much");
});
