/** Viewers behind a load balancer that says who they are, by either version of the PROXY protocol, before requests and before TLS. */
import assert from "node:assert/strict";
import { once } from "node:events";
import type { Socket } from "node:net";
import { test } from "node:test";
import { connect as connectHttp2 } from "node:http2";
import { connect, type TLSSocket } from "node:tls";
import { getSignedUrl } from "@aws-sdk/cloudfront-signer";
import { readNetworks } from "../../src/base/networks.ts";
import {
  domainName,
  open,
  parseReply,
  type Reply,
  type SceneOptions,
} from "../edge/viewer-scene.ts";
import { notedLogger } from "../support/noted-logger.ts";
import { binaryHeader, extension, inet6Addresses, inetAddresses } from "../support/proxy-header.ts";
import { ecKey, trustedGroups, withKeyGroups } from "../support/signing-keys.ts";
import { askHttp2 } from "./http2-viewer.ts";
import { root, startSecureScene } from "./secure-scene.ts";

const here = readNetworks("127.0.0.0/8");
const elsewhere = readNetworks("192.0.2.0/24");
const viewerAddress = "CloudFront-Viewer-Address";
const forwarding = {
  CachePolicyId: undefined,
  OriginRequestPolicyId: undefined,
  MinTTL: 0,
  ForwardedValues: {
    QueryString: false,
    Cookies: { Forward: "none" as const },
    Headers: { Quantity: 1, Items: [viewerAddress] },
  },
};
const line = Buffer.from("PROXY TCP4 198.51.100.7 192.0.2.1 51000 443\r\n");
const request = `GET / HTTP/1.1\r\nHost: ${domainName}\r\nConnection: close\r\n\r\n`;

const headers: readonly (readonly [what: string, header: Buffer, address: string])[] = [
  ["a line", line, "198.51.100.7:51000"],
  ["binary IPv4", binaryHeader({ family: 0x11, rest: inetAddresses }), "198.51.100.7:51000"],
  [
    "binary IPv6 with extensions",
    binaryHeader({
      family: 0x21,
      rest: Buffer.concat([inet6Addresses, extension(4, Buffer.alloc(3000))]),
    }),
    "2001:db8::7:51000",
  ],
];

async function replyOn(socket: Socket): Promise<Reply> {
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  socket.on("error", () => {});
  await new Promise((resolve) => void socket.once("close", resolve));
  return parseReply(Buffer.concat(chunks).toString("latin1"));
}

function startScene(t: Parameters<typeof startSecureScene>[0], options: SceneOptions = {}) {
  return startSecureScene(t, {
    behavior: forwarding,
    ...options,
    listener: { proxyPeers: here, ...options.listener },
  });
}

/** TLS behind a header. */
function secure(socket: Socket): TLSSocket {
  return connect({ socket, ca: root, servername: domainName, ALPNProtocols: ["http/1.1"] });
}

for (const withoutPlainDoor of [false, true]) {
  const door = withoutPlainDoor ? "node:http" : "the plain door";
  for (const [what, header, address] of headers) {
    const ip = address.slice(0, address.lastIndexOf(":"));

    test(`by ${door}: ${what} says who the viewer is, to functions, origins and records`, async (t) => {
      const seen: unknown[] = [];
      const scene = await startScene(t, {
        listener: { withoutPlainDoor },
        viewerRequest: (event) => {
          seen.push(event.viewerIp);
          return { type: "request", request: event.request };
        },
      });
      const socket = open(scene.port);
      socket.write(Buffer.concat([header, Buffer.from(request)]));
      assert.equal((await replyOn(socket)).status, 200);
      assert.deepEqual(seen, [ip]);
      const [asked] = scene.asked;
      assert.equal(asked?.headers["x-forwarded-for"], ip);
      assert.equal(asked?.headers["cloudfront-viewer-address"], address);
      assert.deepEqual([scene.visits[0]?.request.ip, scene.visits[0]?.request.port], [ip, 51_000]);
    });

    test(`by ${door}: ${what} stands before TLS, and may come byte by byte`, async (t) => {
      const scene = await startScene(t, { listener: { withoutPlainDoor } });
      for (const size of [header.length, 1]) {
        const socket = open(scene.securePort);
        socket.setNoDelay(true);
        await once(socket, "connect");
        for (let start = 0; start < header.length; start += size) {
          socket.write(header.subarray(start, start + size));
          // A turn of the loop, in which the system may send it alone.
          if (start < 200) await new Promise((resolve) => setImmediate(resolve));
        }
        const secured = secure(socket);
        secured.write(request);
        assert.equal((await replyOn(secured)).status, 200);
      }
      assert.deepEqual(
        scene.asked.map(({ headers }) => headers["cloudfront-viewer-address"]),
        [address, address],
      );
    });
  }
}

test("a header holds for each request of its connection, over HTTP/2 too, and what a door refuses has its address", async (t) => {
  const scene = await startScene(t);
  const socket = open(scene.port);
  socket.write(line);
  const first = once(socket, "data");
  socket.write(`GET /1 HTTP/1.1\r\nHost: ${domainName}\r\n\r\n`);
  await first;
  const second = once(socket, "data");
  socket.write(
    `POST /2 HTTP/1.1\r\nHost: ${domainName}\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n`,
  );
  await second;
  socket.write("NO REQUEST\r\n\r\n");
  assert.match((await replyOn(socket)).text, /400 Bad Request/);

  const front = open(scene.securePort);
  front.write(line);
  const session = connectHttp2(`https://${domainName}`, {
    createConnection: () =>
      connect({ socket: front, ca: root, servername: domainName, ALPNProtocols: ["h2"] }),
  });
  t.after(() => session.destroy());
  const reply = await askHttp2(session, { ":authority": domainName, ":path": "/3" });
  assert.equal(reply.status, 200);

  assert.deepEqual(
    scene.asked.map(({ url, headers }) => [url, headers["x-forwarded-for"]]),
    ["/1", "/2", "/3"].map((path) => [path, "198.51.100.7"]),
  );
  assert.deepEqual(
    scene.refused.map(({ ip, port }) => [ip, port]),
    [["198.51.100.7", 51_000]],
  );
});

for (const [what, header] of [
  [
    "a check of the balancer's own",
    binaryHeader({ command: "local", family: 0x11, rest: inetAddresses }),
  ],
  ["what the balancer does not know", Buffer.from("PROXY UNKNOWN\r\n")],
] as const) {
  test(`${what} leaves the connection its own address`, async (t) => {
    const scene = await startScene(t);
    for (const port of [scene.port, scene.securePort]) {
      const socket = open(port);
      socket.write(header);
      const door = port === scene.port ? socket : secure(socket);
      door.write(request);
      assert.equal((await replyOn(door)).status, 200);
    }
    assert.deepEqual(
      scene.asked.map(({ headers }) => headers["x-forwarded-for"]),
      ["127.0.0.1", "127.0.0.1"],
    );
  });
}

test("a listed peer without a right header is closed, unanswered, and the log says so once", async (t) => {
  const logger = notedLogger();
  const scene = await startScene(t, { logger });
  const headers = ["", "PROXY TCP4 nobody nobody 1 1\r\n", "\r\n\r\n\0\r\nQUITE"];
  for (const port of [scene.port, scene.securePort]) {
    for (const header of headers) {
      const socket = open(port);
      socket.write(`${header}${request}`);
      assert.equal((await replyOn(socket)).text, "", header);
    }
    const hello = open(port);
    hello.write(Buffer.from("16030100050100000100", "hex"));
    assert.equal((await replyOn(hello)).text, "");
  }
  assert.deepEqual([scene.asked.length, scene.refused.length], [0, 0]);
  assert.deepEqual(
    logger.lines.filter((text) => text.startsWith("warn")),
    ['warn: a connection of a listed peer began without a PROXY header {"peer":"127.0.0.1"}'],
  );
});

test("what a peer that is not listed sends is never read as a header", async (t) => {
  const scene = await startScene(t, { listener: { proxyPeers: elsewhere } });
  for (const [, header] of headers) {
    const open1 = open(scene.port);
    open1.write(Buffer.concat([header, Buffer.from(request)]));
    assert.equal((await replyOn(open1)).status, 400);
    const secured = open(scene.securePort);
    secured.write(header);
    assert.equal((await replyOn(secured)).text, "");
  }
  assert.equal(scene.asked.length, 0);
  assert.deepEqual(
    scene.refused.map(({ ip }) => ip),
    headers.map(() => "127.0.0.1"),
  );
  assert.equal((await scene.ask("GET / HTTP/1.1")).status, 200);
  assert.equal((await scene.askSecurely("/", domainName)).status, 200);
  assert.equal(scene.asked[0]?.headers["x-forwarded-for"], "127.0.0.1");
});

test("a header that does not come, or not all of it, is waited for as long as a first request", async (t) => {
  const scene = await startScene(t, {
    listener: { headersTimeoutMs: 200, security: { handshakeTimeoutMs: 200 } as never },
  });
  const replies = [scene.port, scene.securePort].flatMap((port) =>
    ["", "PROXY TCP4 198.51."].map((start) => {
      const socket = open(port);
      socket.write(start);
      return replyOn(socket);
    }),
  );
  for (const { text } of await Promise.all(replies)) assert.equal(text, "");
});

test("a peer that leaves before its header is forgotten, and drain() ends one that waits", async (t) => {
  const scene = await startScene(t);
  const left = open(scene.port);
  left.end("PROXY ");
  assert.equal((await replyOn(left)).text, "");
  const waiting = [open(scene.port), open(scene.securePort)].map((socket) => replyOn(socket));
  const socket = open(scene.port);
  socket.write(line);
  const first = once(socket, "data");
  socket.write(`GET / HTTP/1.1\r\nHost: ${domainName}\r\n\r\n`);
  await first;
  await Promise.all([scene.listener.drain(5000), ...waiting, replyOn(socket)]);
});

test("geographic restrictions and signed policies go by the address that the header names", async (t) => {
  const key = ecKey("KDFB19YGCR002X");
  const scene = await startScene(t, {
    behavior: { ...forwarding, ...trustedGroups("group") },
    config: {
      Restrictions: {
        GeoRestriction: { RestrictionType: "blacklist", Quantity: 1, Items: ["DE"] },
      },
      IsIPV6Enabled: false,
    },
    findPlace: (ip) => ({ country: ip === "198.51.100.7" ? "FR" : "DE" }),
  });
  scene.setState((state) => withKeyGroups(state, [key], { group: [key.id] }));
  const url = `http://${domainName}/`;
  const policy = JSON.stringify({
    Statement: [
      {
        Resource: url,
        Condition: {
          DateLessThan: { "AWS:EpochTime": 1_800_000_000 },
          IpAddress: { "AWS:SourceIp": "198.51.100.0/29" },
        },
      },
    ],
  });
  const { pathname, search } = new URL(
    getSignedUrl({ url, keyPairId: key.id, privateKey: key.privateKey, policy }),
  );
  const asks = async (header: string): Promise<number> => {
    const socket = open(scene.port);
    socket.write(
      `${header}\r\nGET ${pathname}${search} HTTP/1.1\r\nHost: ${domainName}\r\nConnection: close\r\n\r\n`,
    );
    return (await replyOn(socket)).status;
  };
  assert.equal(await asks("PROXY TCP4 198.51.100.7 192.0.2.1 1 80"), 200);
  for (const other of ["TCP4 198.51.100.9", "TCP4 198.51.100.6", "TCP6 2001:db8::7"]) {
    const to = other.startsWith("TCP6") ? "::1" : "192.0.2.1";
    assert.equal(await asks(`PROXY ${other} ${to} 1 80`), 403, other);
  }
  assert.equal(await asks("PROXY UNKNOWN"), 403);
});
