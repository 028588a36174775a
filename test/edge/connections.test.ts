import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { suite, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { domainName, listenOn, open, parseReply, startScene } from "./viewer-scene.ts";

const host = `Host: ${domainName}\r\n`;

async function readAll(socket: ReturnType<typeof open>): Promise<string> {
  let text = "";
  socket.on("data", (chunk: Buffer) => {
    text += chunk.toString("latin1");
  });
  socket.on("error", () => {});
  await new Promise((resolve) => void socket.once("close", resolve));
  return text;
}

test("a connection serves many requests, in their order, pipelined too", async (t) => {
  const scene = await startScene(t, {
    origin: (_, response, { url }) => response.end(url),
  });
  const one = (path: string, more = "") => `GET ${path} HTTP/1.1\r\n${host}${more}\r\n`;
  const { text } = await scene.raw(one("/1") + one("/2") + one("/3", "Connection: close\r\n"));
  assert.deepEqual(text.match(/^\/\d/gm), ["/1", "/2", "/3"]);
  assert.equal(text.match(/Connection: keep-alive/g)?.length, 2);
  assert.equal(text.match(/Connection: close/g)?.length, 1);
});

test("pipelined requests are asked for one after the other, however many there are", async (t) => {
  let asking = 0;
  let most = 0;
  const scene = await startScene(t, {
    origin: (_, response, { url }) => {
      asking += 1;
      most = Math.max(most, asking);
      setTimeout(() => {
        asking -= 1;
        response.end(`<${url}>`);
      }, 1);
    },
  });
  const paths = Array.from({ length: 500 }, (_, index) => `/${index}`);
  const requests = paths.map((path, index) => {
    const method = index % 2 === 0 ? "PUT" : "GET";
    const last = index === paths.length - 1 ? "Connection: close\r\n" : "";
    return `${method} ${path} HTTP/1.1\r\n${host}${last}\r\n`;
  });
  const { text } = await scene.raw(requests.join(""));
  assert.deepEqual(
    [...text.matchAll(/<(\/\d+)>/g)].map(([, path]) => path),
    paths,
  );
  assert.equal(most, 1);
});

test("no more is read of a connection while many of its requests wait", async (t) => {
  const first = Promise.withResolvers<ServerResponse>();
  const scene = await startScene(t, {
    origin: (_, response, { url }) => (url === "/1" ? first.resolve(response) : response.end()),
  });
  const socket = open(scene.port);
  const replies = readAll(socket);
  const request = (path: string, more = "") => `GET ${path} HTTP/1.1\r\n${host}${more}\r\n`;
  socket.write(request("/1"));
  const response = await first.promise;
  const large = Buffer.from(request("/", `X-Filler: ${"a".repeat(30_000)}\r\n`).repeat(10));
  let sent = 0;
  for (let isTaken = true; isTaken && sent < 200; sent += 1) {
    if (!socket.write(large)) {
      isTaken = await Promise.race([once(socket, "drain").then(() => true), sleep(300, false)]);
    }
  }
  assert.ok(sent < 60, `${sent * large.length} bytes were taken of a viewer that waits`);
  response.end();
  socket.write(request("/last", "Connection: close\r\n"));
  assert.equal((await replies).match(/^HTTP\/1\.1 200 /gm)?.length, sent * 10 + 2);
});

test("HTTP/1.0 gets no chunks, and the connection ends after the body", async (t) => {
  const scene = await startScene(t, {
    origin: (_, response) => {
      response.write("a");
      response.end("b");
    },
  });
  const reply = await scene.raw(`GET / HTTP/1.0\r\n${host}Connection: keep-alive\r\n\r\n`);
  assert.equal(reply.headers["transfer-encoding"], undefined);
  assert.equal(reply.headers["connection"], "close");
  assert.equal(reply.body, "ab");
});

test("HTTP/1.0 keeps the connection when it asks for that and the length is known", async (t) => {
  const scene = await startScene(t);
  const kept = `GET / HTTP/1.0\r\n${host}Connection: keep-alive\r\n\r\n`;
  const { text } = await scene.raw(`${kept}GET / HTTP/1.0\r\n${host}\r\n`);
  assert.equal(text.match(/from origin/g)?.length, 2);
});

test("HTTP/1.0 without a Host is for no distribution", async (t) => {
  const scene = await startScene(t);
  assert.equal((await scene.raw("GET / HTTP/1.0\r\n\r\n")).status, 403);
});

test("Expect: 100-continue is answered when the body is wanted", async (t) => {
  const scene = await startScene(t, { origin: (_, response, { body }) => response.end(body) });
  const socket = open(scene.port);
  socket.write(
    `PUT / HTTP/1.1\r\n${host}Connection: close\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n`,
  );
  const [first] = (await once(socket, "data")) as [Buffer];
  assert.equal(first.toString(), "HTTP/1.1 100 Continue\r\n\r\n");
  socket.write("hello");
  assert.equal(parseReply(await readAll(socket)).body, "hello");
  assert.equal(scene.asked[0]?.headers.expect, undefined);
});

test("Expect: 100-continue of a request that is refused gets the refusal and no 100", async (t) => {
  const scene = await startScene(t, { behavior: { ViewerProtocolPolicy: "https-only" } });
  const reply = await scene.raw(
    `PUT / HTTP/1.1\r\n${host}Expect: 100-continue\r\nContent-Length: 5\r\n\r\n`,
  );
  assert.equal(reply.status, 403);
  assert.equal(reply.headers["connection"], "close");
});

test("an expectation that nobody knows is ignored", async (t) => {
  const scene = await startScene(t);
  assert.equal((await scene.ask("GET / HTTP/1.1", "Expect: wonders")).status, 200);
});

test("an upgrade is ignored and its headers stay behind", async (t) => {
  const scene = await startScene(t);
  const request = `GET / HTTP/1.1\r\n${host}Connection: Upgrade, close\r\nUpgrade: h2c\r\n\r\n`;
  assert.equal((await scene.raw(request)).status, 200);
  assert.equal(scene.asked[0]?.headers.upgrade, undefined);
});

test("what several Connection lines name stays on its side of the edge", async (t) => {
  const scene = await startScene(t, {
    origin: (_, response) => {
      const named = ["Connection", "X-Hop", "Connection", "X-Other", "X-Hop", "1", "X-Other", "2"];
      response.writeHead(200, [...named, "X-End", "3"]).end("ok");
    },
  });
  const lines = ["Connection: X-Mine", "X-Mine: 1", "connection: x-too", "X-Too: 2", "X-End: 3"];
  const reply = await scene.ask("GET / HTTP/1.1", ...lines);
  const { headers } = scene.asked[0]!;
  assert.deepEqual(
    [headers["x-mine"], headers["x-too"], headers["x-end"]],
    [undefined, undefined, "3"],
  );
  assert.deepEqual(
    ["x-hop", "x-other", "x-end"].map((name) => reply.headers[name]),
    [undefined, undefined, "3"],
  );
});

test("headers that Connection names stay on their side of the edge", async (t) => {
  const scene = await startScene(t, {
    origin: (_, response) => {
      response.writeHead(200, ["Connection", "X-Hop", "X-Hop", "1", "X-End", "2"]).end("ok");
    },
  });
  const request = `GET / HTTP/1.1\r\n${host}Connection: close, X-Mine\r\nX-Mine: 1\r\nX-Too: 2\r\n\r\n`;
  const reply = await scene.raw(request);
  assert.equal(scene.asked[0]?.headers["x-mine"], undefined);
  assert.equal(scene.asked[0]?.headers["x-too"], "2");
  assert.equal(reply.headers["x-hop"], undefined);
  assert.equal(reply.headers["x-end"], "2");
});

test("a viewer's Connection can't name away what the edge or a function adds", async (t) => {
  const scene = await startScene(t, {
    behavior: { OriginRequestPolicyId: "33f36d7e-f396-46d9-90e0-52428a34d9dc" },
    viewerRequest: ({ request }) => {
      const headers = [...request.headers, "X-User", "nobody"];
      return { type: "request", request: { ...request, headers } };
    },
  });
  const named = "X-User, CloudFront-Viewer-Address, X-Forwarded-For, Host, X-Mine";
  const lines = [`Connection: close, ${named}`, "X-User: admin", "X-Mine: 1"];
  const asked = ["GET / HTTP/1.1", `Host: ${domainName}`, ...lines, "", ""];
  assert.equal((await scene.raw(asked.join("\r\n"))).status, 200);
  const { headers } = scene.asked[0]!;
  assert.equal(headers["x-user"], "nobody");
  assert.match(String(headers["cloudfront-viewer-address"]), /^127\.0\.0\.1:\d+$/);
  assert.equal(headers["x-forwarded-for"], "127.0.0.1");
  assert.equal(headers.host, domainName);
  assert.equal(headers["x-mine"], undefined);
});

/** Short for a test that waits for it, and longer than a busy machine keeps this process waiting. */
const idleTimeoutMs = 500;

test("drain() finishes what is under way, closes what is idle and takes nothing new", async (t) => {
  const asked = Promise.withResolvers<ServerResponse>();
  const scene = await startScene(t, {
    origin: (_, response, { url }) =>
      url === "/slow" ? asked.resolve(response) : response.end("ok"),
  });
  const idle = open(scene.port);
  idle.write(`GET /fast HTTP/1.1\r\n${host}\r\n`);
  await once(idle, "data");
  const busy = open(scene.port);
  busy.write(`GET /slow HTTP/1.1\r\n${host}\r\n`);
  const response = await asked.promise;

  const idleClosed = once(idle, "close");
  const drained = scene.listener.drain(5000);
  await idleClosed;
  const late = open(scene.port);
  const [refused] = (await once(late, "error")) as [NodeJS.ErrnoException];
  assert.equal(refused.code, "ECONNREFUSED");

  response.end("finished");
  const reply = parseReply(await readAll(busy));
  assert.equal(reply.body, "finished");
  assert.equal(reply.headers["connection"], "close");
  await drained;
});

test("drain() answers those who come as it begins, and says that it is their last answer", async (t) => {
  const scene = await startScene(t);
  const kept = open(scene.port);
  const ask = `GET / HTTP/1.1\r\n${host}\r\n`;
  kept.write(ask);
  await once(kept, "data");
  const keptText = readAll(kept);

  const drained = scene.listener.drain(5000);
  // They wait in the system's queue, where a socket that stops to listen leaves them.
  const late = Array.from({ length: 50 }, () => open(scene.port));
  const texts = Promise.all(late.map((socket) => readAll(socket)));
  for (const socket of [kept, ...late]) socket.write(ask);
  const replies = [await keptText, ...(await texts)].map(parseReply);
  assert.deepEqual(new Set(replies.map(({ status }) => status)), new Set([200]));
  assert.deepEqual(
    new Set(replies.map(({ headers }) => headers["connection"])),
    new Set(["close"]),
  );
  await drained;
});

test("drain() does not wait for a connection that never asks", async (t) => {
  const scene = await startScene(t);
  const silent = open(scene.port);
  await once(silent, "connect");
  const since = performance.now();
  await scene.listener.drain(30_000);
  assert.ok(performance.now() - since < 5000);
});

test("drain() cuts off what is still under way when its time is over", async (t) => {
  const asked = Promise.withResolvers<ServerResponse>();
  const scene = await startScene(t, { origin: (_, response) => asked.resolve(response) });
  const socket = open(scene.port);
  socket.write(`GET / HTTP/1.1\r\n${host}\r\n`);
  await asked.promise;
  const text = readAll(socket);
  await scene.listener.drain(20);
  assert.equal(await text, "");
});

test("one viewer's broken connection harms no other", async (t) => {
  const scene = await startScene(t);
  for (let count = 0; count < 20; count += 1) {
    const socket = open(scene.port);
    socket.on("error", () => {});
    socket.write(`PUT / HTTP/1.1\r\n${host}Content-Length: 1000\r\n\r\npart`);
    await once(socket, "connect");
    socket.resetAndDestroy();
  }
  assert.equal((await scene.ask("GET / HTTP/1.1")).status, 200);
});

test("a viewer that resets its connection behind CONNECT harms no other", async (t) => {
  const scene = await startScene(t);
  for (let count = 0; count < 20; count += 1) {
    const socket = open(scene.port);
    socket.on("error", () => {});
    await once(socket, "connect");
    socket.write("CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n");
    socket.resetAndDestroy();
  }
  assert.equal((await scene.ask("GET / HTTP/1.1")).status, 200);
});

suite("viewers and origins that are slow, side by side", { concurrency: true }, () => {
  test("a viewer that is slow with its headers gets 408 and loses the connection", async (t) => {
    const scene = await startScene(t, { listener: { headersTimeoutMs: 100 } });
    const socket = open(scene.port);
    socket.write("GET / HTTP/1.1\r\nX-A:");
    assert.equal(parseReply(await readAll(socket)).status, 408);
  });

  test("a viewer that asks nothing loses the connection, and gets no answer", async (t) => {
    const scene = await startScene(t, { listener: { headersTimeoutMs: 100 } });
    assert.equal(await readAll(open(scene.port)), "");
  });

  test("a viewer that stops in the middle of its body gets 408 and loses the connection", async (t) => {
    const scene = await startScene(t, { listener: { idleTimeoutMs } });
    const socket = open(scene.port);
    socket.write(`PUT / HTTP/1.1\r\n${host}Content-Length: 10\r\n\r\nhal`);
    assert.equal(parseReply(await readAll(socket)).status, 408);
    assert.equal(scene.asked.length, 0);
  });

  test("a viewer that stops reading loses the connection", async (t) => {
    const responses: ServerResponse[] = [];
    const scene = await startScene(t, {
      listener: { idleTimeoutMs },
      origin: (_, response) => {
        responses.push(response);
        response.write(Buffer.alloc(64 * 1024 * 1024));
      },
    });
    const socket = open(scene.port);
    socket.on("error", () => {});
    socket.write(`GET / HTTP/1.1\r\n${host}\r\n`);
    await once(scene.listener.server, "connection");
    while (responses.length === 0) await new Promise(setImmediate);
    const [response] = responses;
    assert.ok(response);
    await once(response, "close");
  });

  test("a viewer that waits for a slow origin keeps the connection", async (t) => {
    const scene = await startScene(t, {
      listener: { idleTimeoutMs },
      origin: (_, response) => void setTimeout(() => response.end("at last"), 3 * idleTimeoutMs),
    });
    assert.equal((await scene.ask("GET / HTTP/1.1")).body, "at last");
  });

  test("a viewer keeps the connection whose origin is slow to take the body", async (t) => {
    const size = 32 * 1024 * 1024;
    const silence = Promise.withResolvers<void>();
    const origin = createServer((message, response) => {
      let taken = 0;
      message.on("data", (chunk: Buffer) => {
        taken += chunk.length;
      });
      message.pause();
      void silence.promise.then(() => message.resume());
      message.on("end", () => response.end(String(taken)));
    });
    const scene = await startScene(t, {
      listener: { idleTimeoutMs },
      originPort: await listenOn(t, origin),
    });
    scene.listener.server.on("connection", (socket) => socket.on("timeout", silence.resolve));
    const head = `PUT / HTTP/1.1\r\n${host}Connection: close\r\nContent-Length: ${size}\r\n\r\n`;
    const reply = await scene.raw(Buffer.concat([Buffer.from(head), Buffer.alloc(size, "a")]));
    assert.equal(reply.body, String(size));
  });
});
