/** HTTP/2 to viewers (data-plane 7.1): by ALPN, with the same answers as HTTP/1.1, and within bounds. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { constants } from "node:http2";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { domainName, open } from "../edge/viewer-scene.ts";
import { askHttp2, openHttp2 } from "./http2-viewer.ts";
import { startSecureScene, type SecureScene } from "./secure-scene.ts";

const authority = { ":authority": domainName };

test("ALPN offers h2 where HttpVersion says so, the handshake names a host, and TLS is 1.2 or later", async (t) => {
  const ALPNProtocols = ["h2", "http/1.1"];
  const agreed = async (
    HttpVersion: "http1.1" | "http2" | "http2and3" | "http3",
    more: object = {},
  ) => {
    const scene = await startSecureScene(t, { config: { HttpVersion } });
    const options = { ALPNProtocols, servername: domainName, rejectUnauthorized: false, ...more };
    return (await scene.connect(options)).alpnProtocol;
  };
  assert.equal(await agreed("http2"), "h2");
  assert.equal(await agreed("http2and3"), "h2");
  assert.equal(await agreed("http1.1"), "http/1.1");
  assert.equal(await agreed("http3"), "http/1.1");
  assert.equal(await agreed("http2", { servername: "" }), "http/1.1");
  const old = { minVersion: "TLSv1.1", maxVersion: "TLSv1.1", ciphers: "ALL:@SECLEVEL=0" };
  assert.equal(await agreed("http2", old), "http/1.1");
});

test("a request over HTTP/2 is one over HTTPS: protocol policies, and headers that say how the connection is secured", async (t) => {
  const names = [
    "CloudFront-Viewer-TLS",
    "CloudFront-Forwarded-Proto",
    "CloudFront-Viewer-JA4-Fingerprint",
  ];
  const scene = await startSecureScene(t, {
    behavior: {
      ViewerProtocolPolicy: "https-only",
      CachePolicyId: undefined,
      OriginRequestPolicyId: undefined,
      MinTTL: 0,
      ForwardedValues: {
        QueryString: false,
        Cookies: { Forward: "none" },
        Headers: { Quantity: names.length, Items: names },
      },
    },
  });
  const session = openHttp2(t, scene.securePort);
  for (const path of ["/1", "/2"]) {
    assert.equal((await askHttp2(session, { ...authority, ":path": path })).status, 200);
  }
  assert.deepEqual(
    scene.asked.map(({ headers }) => headers["cloudfront-viewer-tls"]),
    ["fullHandshake", "connectionReused"].map((how) => `TLSv1.3:TLS_AES_128_GCM_SHA256:${how}`),
  );
  assert.equal(scene.asked[0]?.headers["cloudfront-forwarded-proto"], "https");
  assert.match(
    String(scene.asked[0]?.headers["cloudfront-viewer-ja4-fingerprint"]),
    /^t13d\d{4}h2_/,
  );
  assert.equal(scene.visits[0]?.protocol, "https");
});

test("a connection that asks by HTTP/2 is not one of the silent ones that give way to who comes new", async (t) => {
  const scene = await startSecureScene(t, { listener: { connectionsMax: 3 } });
  const session = openHttp2(t, scene.securePort);
  const asks = () => askHttp2(session, { ...authority, ":path": "/" });
  assert.equal((await asks()).status, 200);
  const idle = open(scene.port);
  t.after(() => idle.destroy());
  const closed = once(idle, "close");
  assert.equal((await scene.ask("GET / HTTP/1.1")).status, 200);
  await closed;
  assert.equal((await asks()).status, 200);
});

test("a request is served as HTTP/1.1's are: what the origin, the function and the viewer get", async (t) => {
  const scene = await startSecureScene(t, {
    origin: (_message, response) => {
      response.setHeader("X-From-Origin", "yes");
      response.setHeader("Connection", "keep-alive, X-Secret");
      response.setHeader("X-Secret", "1");
      response.end("from origin");
    },
  });
  const session = openHttp2(t, scene.securePort);
  const reply = await askHttp2(session, {
    ...authority,
    ":path": "/a?b=c",
    cookie: ["a=1", "b=2"],
    te: "trailers",
    "x-mine": "1",
  });
  assert.deepEqual([reply.status, reply.body], [200, "from origin"]);
  assert.equal(reply.headers["x-from-origin"], "yes");
  assert.equal(reply.headers["x-cache"], "Miss from cloudfront");
  assert.equal(reply.headers["connection"], undefined);
  assert.equal(reply.headers["x-secret"], undefined);
  const [asked] = scene.asked;
  assert.deepEqual([asked?.method, asked?.url], ["GET", "/a?b=c"]);
  assert.equal(asked?.headers.cookie, "a=1; b=2");
  assert.equal(asked?.headers.host, domainName);
  assert.equal(asked?.headers["te"], undefined);
  assert.equal(asked?.headers["x-mine"], "1");
  assert.match(asked?.headers.via ?? "", /^2\.0 [0-9a-f]{32}\.cloudfront\.net \(CloudFront\)$/);
  assert.equal(scene.visits.length, 1);
  assert.ok((scene.visits[0]?.bytesSent ?? 0) > 200);
});

test("HEAD, 304, an empty body and a page of the edge's own", async (t) => {
  const scene = await startSecureScene(t, {
    origin: (message, response) => {
      if (message.url === "/304") response.writeHead(304).end();
      else if (message.url === "/empty") response.end();
      else response.setHeader("Content-Length", 11).end("from origin");
    },
  });
  const session = openHttp2(t, scene.securePort);
  const head = await askHttp2(session, { ...authority, ":method": "HEAD", ":path": "/" });
  assert.deepEqual([head.status, head.body, head.headers["content-length"]], [200, "", "11"]);
  assert.equal((await askHttp2(session, { ...authority, ":path": "/304" })).status, 304);
  assert.equal((await askHttp2(session, { ...authority, ":path": "/empty" })).body, "");
  const unknown = await askHttp2(session, {
    ":authority": "d9.cloudfront.localhost",
    ":path": "/",
  });
  assert.equal(unknown.status, 403);
  assert.match(unknown.body, /Bad request\./);
});

test("bodies go both ways, with and without a length, and no faster than they are taken", async (t) => {
  const scene = await startSecureScene(t, {
    origin: (_message, response, asked) => void response.end(asked.body),
  });
  const session = openHttp2(t, scene.securePort);
  const body = Buffer.alloc(3_000_000, "abc");
  const post = { ...authority, ":method": "POST", ":path": "/" };
  const chunked = await askHttp2(session, post, body);
  assert.equal(chunked.body, body.toString());
  const measured = await askHttp2(session, { ...post, "content-length": body.length }, body);
  assert.equal(measured.body, body.toString());
  assert.equal(scene.asked[0]?.headers["transfer-encoding"], "chunked");
  assert.equal(scene.asked[1]?.headers["content-length"], String(body.length));
});

test("a viewer who does not read holds up the origin, and nobody else", async (t) => {
  let written = 0;
  const scene = await startSecureScene(t, {
    origin: (message, response) => {
      if (message.url !== "/large") return void response.end("small");
      const more = (): void => {
        while (written < 200_000_000 && response.write(Buffer.alloc(65_536))) written += 65_536;
      };
      response.on("drain", more);
      more();
    },
  });
  const session = openHttp2(t, scene.securePort);
  const slow = session.request({ ...authority, ":path": "/large" });
  await once(slow, "response");
  slow.pause();
  await delay(300);
  assert.ok(written < 20_000_000, `${written} bytes were taken of the origin`);
  assert.equal((await askHttp2(session, { ...authority, ":path": "/" })).body, "small");
  slow.close(constants.NGHTTP2_CANCEL);
});

test("an origin that breaks off resets the stream, and the connection goes on", async (t) => {
  const scene = await startSecureScene(t, {
    origin: (message, response) => {
      if (message.url === "/ok") return void response.end("fine");
      if (message.url === "/measured") response.writeHead(200, { "Content-Length": "100" });
      response.write("some");
      setTimeout(() => response.destroy(), 20);
    },
  });
  const session = openHttp2(t, scene.securePort);
  for (const path of ["/measured", "/chunked"]) {
    const broken = askHttp2(session, { ...authority, ":path": path });
    await assert.rejects(broken, /NGHTTP2_INTERNAL_ERROR/, path);
  }
  assert.equal((await askHttp2(session, { ...authority, ":path": "/ok" })).body, "fine");
});

test("a request whose host and authority differ, or whose path is none, is malformed; CONNECT is refused", async (t) => {
  const scene = await startSecureScene(t);
  const session = openHttp2(t, scene.securePort);
  const status = async (headers: object) =>
    (await askHttp2(session, { ...authority, ...headers })).status;
  assert.equal(await status({ ":path": "/", host: "other.example.com" }), 400);
  assert.equal(await status({ ":path": "*", ":method": "OPTIONS" }), 400);
  for (const path of ["/caf\xe9", "/?caf\xe9"]) assert.equal(await status({ ":path": path }), 400);
  // No function has seen them, and no origin was asked.
  assert.equal(scene.visits.length, 0);
  assert.equal(await status({ ":path": "/", host: domainName }), 200);
  const connect = session.request({ ...authority, ":method": "CONNECT" });
  const [headers] = (await once(connect, "response")) as [Record<string, unknown>];
  assert.equal(headers[":status"], 403);
});

test("heads beyond CloudFront's limits get 414 and 494", async (t) => {
  const scene = await startSecureScene(t);
  const session = openHttp2(t, scene.securePort);
  const long = await askHttp2(session, { ...authority, ":path": `/${"a".repeat(9000)}` });
  assert.equal(long.status, 414);
  const large = await askHttp2(session, {
    ...authority,
    ":path": "/",
    "x-large": "a".repeat(33_000),
  });
  assert.equal(large.status, 494);
  assert.equal((await askHttp2(session, { ...authority, ":path": "/" })).status, 200);
  // What is told of a head that was too large is not as large.
  const { head, distribution } = scene.refused.at(-1)!;
  assert.deepEqual([head?.headers[1], distribution?.id], [domainName, "E1"]);
  assert.equal(head?.headers.includes("x-large"), false);
});

test("streams that are begun and reset without end close the connection", async (t) => {
  const scene = await startSecureScene(t, { origin: () => {} });
  const session = openHttp2(t, scene.securePort);
  await once(session, "connect");
  const isOpen = async (): Promise<boolean> => (await connectionsOf(scene)) > 0;
  const goaway = once(session, "goaway");
  for (let rounds = 0; rounds < 50 && (await isOpen()); rounds += 1) {
    for (let count = 0; count < 100; count += 1) {
      const stream = session.request({ ...authority, ":path": "/" });
      stream.on("error", () => {});
      stream.close(constants.NGHTTP2_CANCEL);
    }
    await delay(5);
  }
  assert.equal(await isOpen(), false);
  assert.deepEqual((await goaway)[0], constants.NGHTTP2_ENHANCE_YOUR_CALM);
  assert.ok(scene.visits.length < 1000, `${scene.visits.length} requests were served`);
  const fresh = openHttp2(t, scene.securePort);
  const elsewhere = { ":authority": "d9.cloudfront.localhost", ":path": "/" };
  assert.equal((await askHttp2(fresh, elsewhere)).status, 403);
});

function connectionsOf({ listener }: SecureScene): Promise<number> {
  return new Promise((resolve) => {
    listener.secureServer?.getConnections((_error, count) => resolve(count));
  });
}

test("drain() lets streams that are open end, and takes no more", async (t) => {
  const origin = Promise.withResolvers<() => void>();
  const scene = await startSecureScene(t, {
    origin: (_message, response) => origin.resolve(() => response.end("late")),
  });
  const session = openHttp2(t, scene.securePort);
  const goaway = once(session, "goaway");
  const running = askHttp2(session, { ...authority, ":path": "/" });
  const answer = await origin.promise;
  const drained = scene.listener.drain(3000);
  await goaway;
  answer();
  assert.equal((await running).body, "late");
  await drained;
});

test("who waits for a slow origin, and then does not read, holds no stream", async (t) => {
  const scene = await startSecureScene(t, {
    listener: { idleTimeoutMs: 150 },
    origin: (_message, response) => {
      setTimeout(() => response.end(Buffer.alloc(5_000_000)), 600);
    },
  });
  const session = openHttp2(t, scene.securePort);
  const stream = session.request({ ...authority, ":path": "/" });
  stream.on("error", () => {});
  await once(stream, "response");
  while (scene.visits.length === 0) await delay(10);
  assert.equal(scene.visits[0]?.left, "unread");
});

test("who has an answer, and never ends the request, holds no stream, and no connection", async (t) => {
  const scene = await startSecureScene(t, {
    listener: { idleTimeoutMs: 100, keepAliveTimeoutMs: 500, bodyMaxBytes: 1000 },
    viewerRequest: () => ({
      type: "response",
      response: { statusCode: 403, statusDescription: "", headers: [] },
    }),
  });
  for (const [status, length] of [
    [403, {}],
    [413, { "content-length": 5000 }],
  ] as const) {
    const session = openHttp2(t, scene.securePort);
    const post = { ...authority, ...length, ":path": "/", ":method": "POST" };
    const stream = session.request(post).resume();
    stream.on("error", () => {});
    stream.write("some");
    const [headers] = (await once(stream, "response")) as [Record<string, unknown>];
    assert.equal(headers[":status"], status);
    await Promise.all([once(stream, "close"), once(session, "close")]);
  }
  assert.equal(scene.visits[0]?.left, undefined);
});

test("a connection without a stream is closed in time", async (t) => {
  const scene = await startSecureScene(t, { listener: { keepAliveTimeoutMs: 500 } });
  const session = openHttp2(t, scene.securePort);
  await askHttp2(session, { ...authority, ":path": "/" });
  await once(session, "close");
});
