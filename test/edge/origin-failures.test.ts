import assert from "node:assert/strict";
import { once } from "node:events";
import type { Socket } from "node:net";
import { suite, test } from "node:test";
import { domainName, open, originConfig, startScene } from "./viewer-scene.ts";
import { listenRaw, originWith } from "./raw-origin.ts";
import { freePort } from "../support/free-port.ts";

const cannotConnect =
  "CloudFront attempted to establish a connection with the origin, but either the attempt failed or the origin closed the connection.";

test("an origin that refuses the connection gives 502", async (t) => {
  const scene = await startScene(t, { originPort: await freePort() });
  for (const method of ["GET", "POST"]) {
    const reply = await scene.ask(`${method} / HTTP/1.1`);
    assert.equal(reply.status, 502);
    assert.equal(reply.headers["x-cache"], "Error from cloudfront");
    assert.ok(reply.body.includes(cannotConnect));
  }
});

test("an origin whose name does not resolve gives 502 and says so", async (t) => {
  const scene = await startScene(t, {
    originConfig: { DomainName: "origin.invalid", ConnectionAttempts: 1 },
  });
  const reply = await scene.ask("GET / HTTP/1.1");
  assert.equal(reply.status, 502);
  assert.ok(reply.body.includes("CloudFront wasn't able to resolve the origin domain name."));
});

test("an origin on a name under localhost is this machine's", async (t) => {
  const scene = await startScene(t, { originConfig: { DomainName: "shop.localhost" } });
  const { status } = await scene.ask("GET / HTTP/1.1", "X-A: b");
  // The scene's origin listens on 127.0.0.1 only, the name may mean ::1 too: both are tried.
  assert.equal(status, 200);
});

test("an origin that closes without an answer is asked again for GET, once for POST", async (t) => {
  const origin = await listenRaw(t, (socket) => socket.destroy());
  const scene = await startScene(t, { originPort: origin.port });
  assert.equal((await scene.ask("GET / HTTP/1.1")).status, 502);
  assert.equal(origin.count(), 3);
  assert.equal((await scene.ask("POST / HTTP/1.1", "Content-Length: 0")).status, 502);
  assert.equal(origin.count(), 4);
});

test("ConnectionAttempts is how often a GET is tried", async (t) => {
  const origin = await listenRaw(t, (socket) => socket.destroy());
  const scene = await startScene(t, {
    originPort: origin.port,
    originConfig: { ConnectionAttempts: 1 },
  });
  assert.equal((await scene.ask("GET / HTTP/1.1")).status, 502);
  assert.equal(origin.count(), 1);
});

test("a second attempt that is answered is the answer", async (t) => {
  const origin = await listenRaw(t, (socket, count) => {
    if (count === 1) socket.destroy();
    else socket.end("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecond");
  });
  const scene = await startScene(t, { originPort: origin.port });
  assert.equal((await scene.ask("GET / HTTP/1.1")).body, "second");
});

test("an origin's 103 is not passed on, and its final response is", async (t) => {
  const origin = await listenRaw(t, (socket) => {
    socket.end(
      "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
    );
  });
  const scene = await startScene(t, { originPort: origin.port });
  const reply = await scene.ask("GET / HTTP/1.1");
  assert.equal(reply.status, 200);
  assert.equal(reply.headers["link"], undefined);
  assert.equal(reply.body, "ok");
});

for (const [before, status] of [
  ["100 Continue", 200],
  ["103 Early Hints, 100 Continue, 102 Processing", 200],
  ["100 Continue, 100 Continue", 502],
] as const) {
  test(`an origin that sends ${before} unasked gives ${status}, on each request of a connection`, async (t) => {
    const interim = before.split(", ").map((line) => `HTTP/1.1 ${line}\r\nX-A: b\r\n\r\n`);
    const final = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    const origin = await listenRaw(t, (socket) => void socket.write(interim.join("") + final));
    const scene = await startScene(t, { originPort: origin.port });
    for (const method of ["GET", "GET", "POST", "HEAD"]) {
      const reply = await scene.ask(`${method} / HTTP/1.1`);
      assert.equal(reply.status, status);
      assert.equal(reply.headers["x-a"], undefined);
    }
  });
}

test("an origin that sends informational responses at full speed gives 502 at once", async (t) => {
  const origin = await listenRaw(t, (socket) => {
    const many = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n".repeat(1000);
    const pump = () => {
      while (socket.writable && socket.write(many));
    };
    socket.on("drain", pump);
    pump();
  });
  const scene = await startScene(t, { originPort: origin.port });
  assert.equal((await scene.ask("GET / HTTP/1.1")).status, 502);
  assert.equal(origin.count(), 1);
});

/** What goes on without end takes longer, and a machine that is slow and busy does not. */
const inTimeMs = 20_000;

const endless: [name: string, before: string, more: string][] = [
  ["empty lines", "", "\r\n".repeat(1000)],
  ["headers", "HTTP/1.1 200 OK\r\n", "X-A: b\r\n".repeat(1000)],
  [
    "headers of an informational response",
    "HTTP/1.1 103 Early Hints\r\n",
    "X-A: b\r\n".repeat(1000),
  ],
];

for (const [name, before, more] of endless) {
  test(`an origin that sends ${name} without end gives an error in time`, async (t) => {
    const origin = await listenRaw(t, (socket) => {
      const pump = () => {
        while (socket.writable && socket.write(more));
      };
      socket.on("drain", pump);
      socket.write(before);
      pump();
    });
    const scene = await startScene(t, {
      originPort: origin.port,
      originConfig: originWith(origin.port, { OriginReadTimeout: 1 }, { ConnectionAttempts: 1 }),
    });
    const started = performance.now();
    const { status } = await scene.ask("GET / HTTP/1.1");
    assert.ok(status === 502 || status === 504, String(status));
    assert.ok(performance.now() - started < inTimeMs);
  });
}

const endlessBodies: [name: string, before: string, more: string][] = [
  ["an extension of a chunk", "2;", "a".repeat(10_000)],
  ["extensions of chunks", "", `1;${"a".repeat(5000)}\r\nb\r\n`],
  ["trailers", "0\r\n", "X-A: b\r\n".repeat(1000)],
];

for (const [name, before, more] of endlessBodies) {
  test(`an origin that sends ${name} without end breaks off, or goes on as fast as it is read`, async (t) => {
    const origin = await listenRaw(t, (socket) => {
      const pump = () => {
        while (socket.writable && socket.write(more));
      };
      socket.on("drain", pump);
      socket.write(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n${before}`);
      pump();
    });
    const scene = await startScene(t, {
      originPort: origin.port,
      originConfig: originWith(origin.port, { OriginReadTimeout: 1 }, { ConnectionAttempts: 1 }),
    });
    const socket = open(scene.port);
    socket.on("error", () => {});
    let received = 0;
    socket.on("data", (chunk: Buffer) => {
      received += chunk.length;
      // Of extensions, that is 100 MB.
      if (received > 20_000) socket.destroy();
    });
    socket.write(`GET / HTTP/1.1\r\nHost: ${domainName}\r\nConnection: close\r\n\r\n`);
    const started = performance.now();
    await once(socket, "close");
    assert.ok(performance.now() - started < inTimeMs);
  });
}

test("what an origin sends behind a response is nobody's answer", async (t) => {
  const answer = (body: string) => `HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n${body}`;
  const origin = await listenRaw(t, (socket, count) => {
    socket.write(answer(`good${count}`) + answer("wrong"));
  });
  const scene = await startScene(t, { originPort: origin.port });
  for (let count = 1; count <= 8; count += 1) {
    const { status, body } = await scene.ask("GET / HTTP/1.1");
    assert.ok(status === 502 || body.startsWith("good"), body);
  }
});

for (const [name, length] of [
  ["that its viewer reads at once", 5],
  ["that its viewer reads slowly", 2 ** 20],
] as const) {
  test(`a kept connection that brings more behind a response ${name} is not used again`, async (t) => {
    const answer = (body: string) => `HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n\r\n${body}`;
    let connections = 0;
    const origin = await listenRaw(t, (socket, count) => {
      connections = count;
      socket.write(answer(`good${count}`.padEnd(length, ".")));
      setTimeout(() => socket.writable && socket.write(answer("wrong".padEnd(length, "."))), 20);
    });
    const scene = await startScene(t, { originPort: origin.port });
    for (let count = 1; count <= 4; count += 1) {
      const socket = open(scene.port);
      socket.write(`GET / HTTP/1.1\r\nHost: ${domainName}\r\nConnection: close\r\n\r\n`);
      let text = "";
      if (length > 5) await new Promise((resolve) => setTimeout(resolve, 40));
      socket.on("data", (chunk: Buffer) => (text += chunk.toString("latin1")));
      await once(socket, "close");
      assert.match(text, new RegExp(`\r\n\r\ngood${count}`));
      assert.equal(connections, count);
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
  });
}

test("redirects of an origin go to the viewer and are not followed", async (t) => {
  const scene = await startScene(t, {
    origin: (_, response) => response.writeHead(302, { Location: "/elsewhere" }).end(),
  });
  const reply = await scene.ask("GET / HTTP/1.1");
  assert.equal(reply.status, 302);
  assert.equal(reply.headers["location"], "/elsewhere");
  assert.equal(scene.asked.length, 1);
});

for (const status of [204, 304]) {
  test(`a ${status} has no body and no length of its own making`, async (t) => {
    const scene = await startScene(t, {
      origin: (_, response) => response.writeHead(status, { ETag: '"a"' }).end(),
    });
    const reply = await scene.ask("GET / HTTP/1.1", 'If-None-Match: "a"');
    assert.equal(reply.status, status);
    assert.equal(reply.headers["etag"], '"a"');
    assert.equal(reply.headers["content-length"], undefined);
    assert.equal(reply.headers["transfer-encoding"], undefined);
    assert.equal(reply.body, "");
  });
}

test("HEAD asks the origin with HEAD and passes the length on", async (t) => {
  const scene = await startScene(t, {
    origin: (_, response) => response.writeHead(200, { "Content-Length": 1000 }).end(),
  });
  const reply = await scene.ask("HEAD / HTTP/1.1");
  assert.equal(scene.asked[0]?.method, "HEAD");
  assert.equal(reply.headers["content-length"], "1000");
  assert.equal(reply.body, "");
});

test("connections to an origin are used again", async (t) => {
  const ports = new Set<number | undefined>();
  const scene = await startScene(t, {
    origin: (message, response) => {
      ports.add(message.socket.remotePort);
      response.end("ok");
    },
  });
  for (let count = 0; count < 5; count += 1) await scene.ask("GET / HTTP/1.1");
  assert.equal(ports.size, 1);
});

const groups: [status: number, codes: number[], body: string][] = [
  [500, [500, 503], "secondary"],
  [404, [500, 503], "primary"],
  [403, [403], "secondary"],
];

for (const [status, codes, body] of groups) {
  test(`a primary's ${status} is answered by the ${body} in a group for ${codes.join(", ")}`, async (t) => {
    const secondary = await startScene(t, { origin: (_, response) => response.end("secondary") });
    const scene = await startScene(t, {
      origin: (_, response) => response.writeHead(status).end("primary"),
      behavior: { TargetOriginId: "group" },
    });
    withGroup(scene, secondary.originPort, codes);
    assert.equal((await scene.ask("GET / HTTP/1.1")).body, body);
    assert.equal((await scene.ask("POST / HTTP/1.1", "Content-Length: 0")).body, "primary");
  });
}

test("the primary's connection is let go of before the secondary answers", async (t) => {
  let ended: Promise<unknown> = Promise.reject(new Error("The primary was not asked"));
  ended.catch(() => {});
  const secondary = await startScene(t, {
    origin: (_, response) => void ended.then(() => response.end("secondary")),
  });
  const scene = await startScene(t, {
    origin: (_, response) => {
      ended = once(response, "close");
      response.writeHead(500).write("never ends");
    },
    behavior: { TargetOriginId: "group" },
  });
  withGroup(scene, secondary.originPort, [500]);
  assert.equal((await scene.ask("GET / HTTP/1.1")).body, "secondary");
});

test("a primary that can't be connected to counts as 503 in a group", async (t) => {
  const secondary = await startScene(t, { origin: (_, response) => response.end("secondary") });
  const scene = await startScene(t, {
    originPort: await freePort(),
    behavior: { TargetOriginId: "group" },
  });
  withGroup(scene, secondary.originPort, [503]);
  assert.equal((await scene.ask("GET / HTTP/1.1")).body, "secondary");
  withGroup(scene, secondary.originPort, [504]);
  assert.equal((await scene.ask("GET / HTTP/1.1")).status, 502);
});

for (const code of [502, 503]) {
  test(`a primary that closes the connection instead of answering counts as ${code}`, async (t) => {
    const secondary = await startScene(t, { origin: (_, response) => response.end("secondary") });
    const origin = await listenRaw(t, (socket) => socket.destroy());
    const scene = await startScene(t, {
      originPort: origin.port,
      behavior: { TargetOriginId: "group" },
    });
    withGroup(scene, secondary.originPort, [code]);
    assert.equal((await scene.ask("GET / HTTP/1.1")).body, "secondary");
    withGroup(scene, secondary.originPort, [504]);
    assert.equal((await scene.ask("GET / HTTP/1.1")).status, 502);
  });
}

test("a viewer that has left is no reason to ask the secondary", async (t) => {
  const secondary = await startScene(t);
  const asked = Promise.withResolvers<Socket>();
  const origin = await listenRaw(t, (socket) => asked.resolve(socket));
  const scene = await startScene(t, {
    originPort: origin.port,
    behavior: { TargetOriginId: "group" },
  });
  withGroup(scene, secondary.originPort, [500, 502, 503, 504]);
  const viewer = open(scene.port);
  viewer.write(`GET / HTTP/1.1\r\nHost: ${domainName}\r\n\r\n`);
  const primary = await asked.promise;
  const dropped = once(primary, "close");
  viewer.destroy();
  await dropped;
  // Its own request comes after whatever the edge might have sent.
  await scene.ask("GET / HTTP/1.0", "Host: unknown.example.com");
  withGroup(scene, secondary.originPort, [500], originConfig(secondary.originPort));
  await scene.ask("GET /later HTTP/1.1");
  assert.deepEqual(
    secondary.asked.map(({ url }) => url),
    ["/later"],
  );
});

function withGroup(
  scene: Awaited<ReturnType<typeof startScene>>,
  secondaryPort: number,
  codes: number[],
  primary = originConfig(scene.originPort),
): void {
  scene.setState((state) => {
    const distribution = state.distributions.get("E1");
    assert.ok(distribution);
    const config = {
      ...distribution.config,
      Origins: {
        Quantity: 2,
        Items: [primary, originConfig(secondaryPort, { Id: "second" })],
      },
      OriginGroups: {
        Quantity: 1,
        Items: [
          {
            Id: "group",
            FailoverCriteria: { StatusCodes: { Quantity: codes.length, Items: codes } },
            Members: { Quantity: 2, Items: [{ OriginId: "origin" }, { OriginId: "second" }] },
          },
        ],
      },
    };
    return { ...state, distributions: state.distributions.set("E1", { ...distribution, config }) };
  });
}

suite("waits of a second or more, side by side", { concurrency: true }, () => {
  test("an origin that does not answer in time gives 504", async (t) => {
    const origin = await listenRaw(t, () => {});
    const scene = await startScene(t, {
      originPort: origin.port,
      originConfig: originWith(origin.port, { OriginReadTimeout: 1 }, { ConnectionAttempts: 1 }),
    });
    const reply = await scene.ask("GET / HTTP/1.1");
    assert.equal(reply.status, 504);
    assert.ok(reply.body.includes(cannotConnect));
  });

  test("a response that takes longer than the completion timeout gives 504, and is not retried", async (t) => {
    const origin = await listenRaw(t, () => {});
    const scene = await startScene(t, {
      originPort: origin.port,
      originConfig: { ResponseCompletionTimeout: 1 },
    });
    assert.equal((await scene.ask("GET / HTTP/1.1")).status, 504);
    assert.equal(origin.count(), 1);
  });

  test("an origin that stalls in the middle of a body breaks the viewer's connection", async (t) => {
    const origin = await listenRaw(t, (socket) => {
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
    });
    const scene = await startScene(t, {
      originPort: origin.port,
      originConfig: originWith(origin.port, { OriginReadTimeout: 1 }),
    });
    const reply = await scene.ask("GET / HTTP/1.1");
    assert.equal(reply.status, 200);
    assert.equal(reply.body, "half");
    assert.equal(origin.count(), 1);
  });

  test("an origin that sends informational responses without end gives 504 in time", async (t) => {
    const origin = await listenRaw(t, (socket) => {
      const timer = setInterval(() => socket.write("HTTP/1.1 102 Processing\r\n\r\n"), 50);
      socket.once("close", () => clearInterval(timer));
    });
    const scene = await startScene(t, {
      originPort: origin.port,
      originConfig: originWith(origin.port, { OriginReadTimeout: 1 }, { ConnectionAttempts: 1 }),
    });
    const started = performance.now();
    assert.equal((await scene.ask("GET / HTTP/1.1")).status, 504);
    const reply = await scene.ask("PUT / HTTP/1.1", "Content-Length: 0");
    assert.equal(reply.status, 504);
    assert.ok(performance.now() - started < inTimeMs);
  });

  test("an origin may hint for a while, and then answer", async (t) => {
    const origin = await listenRaw(t, (socket) => {
      socket.write("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n".repeat(50));
      setTimeout(() => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"), 300);
    });
    const scene = await startScene(t, { originPort: origin.port });
    for (let count = 0; count < 2; count += 1) {
      assert.equal((await scene.ask("GET / HTTP/1.1")).body, "ok");
    }
  });

  test("a primary that a connection takes too long to counts as 503, though a viewer gets 504", async (t) => {
    const secondary = await startScene(t, { origin: (_, response) => response.end("secondary") });
    // TCP connects, and the TLS handshake never ends.
    const silent = await listenRaw(t, () => {});
    const primary = originWith(
      silent.port,
      { OriginProtocolPolicy: "https-only" },
      { ConnectionTimeout: 1, ConnectionAttempts: 1 },
    );
    const scene = await startScene(t, { behavior: { TargetOriginId: "group" } });
    withGroup(scene, secondary.originPort, [504], primary);
    assert.equal((await scene.ask("GET / HTTP/1.1")).status, 504);
    withGroup(scene, secondary.originPort, [503], primary);
    assert.equal((await scene.ask("GET / HTTP/1.1")).body, "secondary");
  });
});
