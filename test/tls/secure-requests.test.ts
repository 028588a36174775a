/** Requests over TLS: what they are served by, what the edge tells of their connections, and what is no TLS at all. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { setImmediate, setTimeout as delay } from "node:timers/promises";
import type { TLSSocket } from "node:tls";
import { domainName, open, parseReply } from "../edge/viewer-scene.ts";
import { endHeaders, endStream, frame, preface, requestFields, settings } from "./http2-frames.ts";
import { askOn, startSecureScene, ticketKeys } from "./secure-scene.ts";

const names = [
  "CloudFront-Viewer-TLS",
  "CloudFront-Forwarded-Proto",
  "CloudFront-Viewer-JA3-Fingerprint",
  "CloudFront-Viewer-JA4-Fingerprint",
];
const forwarding = {
  CachePolicyId: undefined,
  OriginRequestPolicyId: undefined,
  MinTTL: 0,
  ForwardedValues: {
    QueryString: false,
    Cookies: { Forward: "none" as const },
    Headers: { Quantity: names.length, Items: names },
  },
};

for (const withoutPlainDoor of [false, true]) {
  const door = withoutPlainDoor ? "node:http" : "the plain door";
  test(`by ${door}: a protocol policy is satisfied, and headers say how the connection is secured`, async (t) => {
    const scene = await startSecureScene(t, {
      behavior: { ...forwarding, ViewerProtocolPolicy: "https-only" },
      listener: { withoutPlainDoor },
    });
    const socket = await scene.connect({ servername: domainName, ALPNProtocols: ["http/1.1"] });
    const first = once(socket, "data");
    socket.write(`GET /1 HTTP/1.1\r\nHost: ${domainName}\r\n\r\n`);
    assert.match(String((await first)[0]), /^HTTP\/1\.1 200 /);
    assert.equal((await askOn(socket, "/2", domainName)).status, 200);
    const told = scene.asked.map(({ headers }) => headers);
    assert.deepEqual(
      told.map((headers) => headers["cloudfront-viewer-tls"]),
      ["fullHandshake", "connectionReused"].map((how) => `TLSv1.3:TLS_AES_128_GCM_SHA256:${how}`),
    );
    assert.equal(told[0]?.["cloudfront-forwarded-proto"], "https");
    assert.match(String(told[0]?.["cloudfront-viewer-ja3-fingerprint"]), /^[0-9a-f]{32}$/);
    assert.match(
      String(told[0]?.["cloudfront-viewer-ja4-fingerprint"]),
      /^t13d\d{4}h1_[0-9a-f]{12}_[0-9a-f]{12}$/,
    );
  });
}

test("what comes behind a request that waits is read in order, however much it is", async (t) => {
  const scene = await startSecureScene(t, {
    origin: (_, response) => void setTimeout(() => response.end("late"), 10),
  });
  const host = `Host: ${domainName}\r\n`;
  const socket = await scene.connect({ servername: domainName, ALPNProtocols: ["http/1.1"] });
  socket.setNoDelay(true);
  const body = "b".repeat(158_413);
  socket.write(`GET /plain HTTP/1.1\r\n${host}\r\n`);
  // Nothing of its body is wanted; the one before it keeps it waiting.
  socket.write(
    `\r\nGET /unplain HTTP/1.1\r\n${host}\r\n` +
      `POST / HTTP/1.1\r\nHost: unknown.example\r\nContent-Length: ${body.length}\r\n\r\n`,
  );
  await setImmediate();
  socket.write(body);
  socket.write(`POST / HTTP/1.1\r\n${host}Content-Length: 3\r\n\r\nabc`);
  socket.write(`GET /last HTTP/1.1\r\n${host}Connection: close\r\n\r\n`);
  const parts: Buffer[] = [];
  socket.on("data", (part: Buffer) => parts.push(part));
  await once(socket, "close");
  const answers = Buffer.concat(parts).toString("latin1");
  const statuses = [...answers.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
  assert.deepEqual(statuses, ["200", "200", "403", "200", "200"]);
});

test("over HTTP there is nothing to say of TLS, and https-only is refused", async (t) => {
  const open = await startSecureScene(t, { behavior: forwarding });
  await open.ask("GET / HTTP/1.1");
  assert.equal(open.asked[0]?.headers["cloudfront-viewer-tls"], undefined);
  const closed = await startSecureScene(t, { behavior: { ViewerProtocolPolicy: "https-only" } });
  assert.equal((await closed.ask("GET / HTTP/1.1")).status, 403);
});

async function sessionOf(socket: TLSSocket, host: string): Promise<Buffer> {
  const session = once(socket, "session");
  await askOn(socket, "/", host);
  return ((await session) as [Buffer])[0];
}

test("a session is taken up again, by another worker too, but not by another distribution's terms", async (t) => {
  const first = await startSecureScene(t);
  const session = await sessionOf(await first.connect({ servername: domainName }), domainName);
  const second = await startSecureScene(t);
  for (const scene of [first, second]) {
    const again = await scene.connect({ servername: domainName, session });
    assert.equal(again.isSessionReused(), true);
  }
  const config = {
    ViewerCertificate: { IAMCertificateId: "x", MinimumProtocolVersion: "TLSv1.2_2021" as const },
  };
  const stricter = await startSecureScene(t, { config });
  const anew = await stricter.connect({ servername: domainName, session });
  assert.equal(anew.isSessionReused(), false);
  assert.equal(ticketKeys.length, 48);
});

test("who speaks HTTP to the port for HTTPS gets 400, and who speaks nothing known is closed", async (t) => {
  const scene = await startSecureScene(t);
  const cases: readonly (readonly [string | Buffer, number])[] = [
    ["GET / HTTP/1.1\r\nHost: x\r\n\r\n", 400],
    ["SSH-2.0-OpenSSH_9.2\r\n", 0],
    [Buffer.from([22, 3, 1, 0, 0]), 0],
    [Buffer.from([22, 3, 1, 0, 4, 2, 0, 0, 0]), 0],
    [Buffer.from([22, 3, 1, 0, 4, 1, 255, 255, 255]), 0],
  ];
  for (const [bytes, status] of cases) {
    const socket = open(scene.securePort);
    let text = "";
    socket.on("data", (chunk) => (text += String(chunk)));
    socket.on("error", () => {});
    socket.write(bytes);
    await once(socket, "close");
    assert.equal(parseReply(text).status, status, String(bytes));
  }
});

test("a ClientHello that comes byte by byte is read, and one that never ends is closed in time", async (t) => {
  const scene = await startSecureScene(t, {
    listener: { security: { handshakeTimeoutMs: 300 } as never },
  });
  const slow = open(scene.securePort);
  slow.write(Buffer.from([22, 3, 1, 2, 0, 1, 0, 1, 252]));
  const silent = open(scene.securePort);
  await Promise.all([once(slow, "close"), once(silent, "close")]);
  // On a machine that stands still for as long, a handshake is late itself.
  const handshake = () => scene.connect({ servername: domainName }).catch(() => undefined);
  let fine = await handshake();
  while (fine === undefined) fine = await handshake();
  assert.equal((await askOn(fine, "/", domainName)).status, 200);
});

test("drain() ends secure connections as it ends others", async (t) => {
  const scene = await startSecureScene(t);
  const socket = await scene.connect({ servername: domainName });
  const closed = once(socket, "close");
  await scene.listener.drain(2000);
  await closed;
  await assert.rejects(scene.connect({ servername: domainName }));
});

const asking = [
  ["http/1.1", Buffer.from(`GET /late HTTP/1.1\r\nHost: ${domainName}\r\n\r\n`)],
  [
    "h2",
    Buffer.concat([
      preface,
      settings(),
      frame("headers", 1, requestFields(domainName), endStream | endHeaders),
    ]),
  ],
] as const;

for (const [protocol, request] of asking) {
  test(`a viewer that ends its side by ${protocol} as soon as it has asked has left`, async (t) => {
    const scene = await startSecureScene(t, { origin: () => {} });
    const socket = await scene.connect({ servername: domainName, ALPNProtocols: [protocol] });
    socket.resume();
    socket.write(request);
    while (scene.asked.length === 0) await delay(10);
    // Its words end, and it would go on listening.
    socket.end();
    await once(socket, "close");
    while (scene.visits.length === 0) await delay(10);
    assert.equal(scene.visits[0]?.left, "waiting");
  });
}
