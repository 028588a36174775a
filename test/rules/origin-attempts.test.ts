/** How often and how long an origin is tried, by its settings. Each waits for seconds, so they run side by side. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { startScene } from "../edge/viewer-scene.ts";
import { listenRaw, originWith } from "../edge/raw-origin.ts";
import { freePort } from "../support/free-port.ts";

suite("attempts", { concurrency: true }, () => {
  test("the completion timeout counts for all attempts together", async (t) => {
    const origin = await listenRaw(t, (socket) => void setTimeout(() => socket.destroy(), 1600));
    const scene = await startScene(t, {
      originPort: origin.port,
      originConfig: { ResponseCompletionTimeout: 3 },
    });
    assert.equal((await scene.ask("GET / HTTP/1.1")).status, 504);
    assert.equal(origin.count(), 2);
  });

  test("a response that is not complete in time breaks off, however fast it comes", async (t) => {
    const origin = await listenRaw(t, (socket) => {
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
      const timer = setInterval(() => socket.write("more"), 50);
      socket.once("close", () => clearInterval(timer));
    });
    const scene = await startScene(t, {
      originPort: origin.port,
      originConfig: { ResponseCompletionTimeout: 1 },
    });
    const { status, body } = await scene.ask("GET / HTTP/1.1");
    assert.equal(status, 200);
    assert.ok(body.length > 0 && body.length < 100_000);
  });

  test("a connection that does not come about is tried as often as ConnectionAttempts says, by any method", async (t) => {
    const port = await freePort();
    for (const attempts of [1, 2, 3]) {
      const scene = await startScene(t, {
        originPort: port,
        originConfig: { ConnectionAttempts: attempts },
      });
      for (const method of ["GET", "POST", "OPTIONS", "DELETE"]) {
        await scene.ask(`${method} / HTTP/1.1`);
        assert.equal(scene.visits.at(-1)?.origins.length, attempts, method);
      }
    }
  });

  test("an origin that says nothing is asked again for GET and HEAD alone, OPTIONS not among them", async (t) => {
    const origin = await listenRaw(t, () => {});
    const scene = await startScene(t, {
      originPort: origin.port,
      originConfig: originWith(origin.port, { OriginReadTimeout: 1 }, { ConnectionAttempts: 2 }),
    });
    const methods = ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"];
    await Promise.all(methods.map((method) => scene.ask(`${method} / HTTP/1.1`)));
    const attempts = scene.visits.map(({ request, origins }) => [request.method, origins.length]);
    const expected = { GET: 2, HEAD: 2, OPTIONS: 1, PUT: 1, DELETE: 1 };
    assert.deepEqual(Object.fromEntries(attempts), expected);
    assert.ok(scene.visits.every(({ status }) => status === 504));
  });

  test("a connection that takes too long is tried as often as ConnectionAttempts says", async (t) => {
    // TCP connects, and the TLS handshake never ends.
    const origin = await listenRaw(t, () => {});
    const scene = await startScene(t, {
      originPort: origin.port,
      originConfig: originWith(
        origin.port,
        { OriginProtocolPolicy: "https-only" },
        { ConnectionTimeout: 1, ConnectionAttempts: 2 },
      ),
    });
    const { status } = await scene.ask("POST / HTTP/1.1", "Content-Length: 0");
    assert.equal(status, 504);
    assert.equal(origin.count(), 2);
  });

  test("a connection that is idle as long as OriginKeepaliveTimeout says is closed", async (t) => {
    const closed = Promise.withResolvers<void>();
    const origin = await listenRaw(t, (socket) => {
      socket.once("end", () => closed.resolve());
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    });
    const scene = await startScene(t, {
      originPort: origin.port,
      originConfig: originWith(origin.port, { OriginKeepaliveTimeout: 1 }, {}),
    });
    const begun = performance.now();
    await scene.ask("GET / HTTP/1.1");
    await closed.promise;
    assert.ok(performance.now() - begun >= 1000);
  });
});
