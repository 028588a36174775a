import assert from "node:assert/strict";
import { test } from "node:test";
import { behavior, domainName, originConfig, startScene } from "./viewer-scene.ts";

const page = (sentence: string) => new RegExp(`<HR noshade size="1px">\n${sentence}\n`);

test("a host that no distribution answers to gets 403 and CloudFront's page", async (t) => {
  const scene = await startScene(t);
  const reply = await scene.ask("GET / HTTP/1.1", "Host: unknown.example.com");
  assert.equal(reply.status, 403);
  assert.match(reply.body, page("Bad request."));
  assert.match(reply.body, /<TITLE>ERROR: The request could not be satisfied<\/TITLE>/);
  assert.match(reply.body, /<H1>403 ERROR<\/H1>\n<H2>The request could not be satisfied.<\/H2>/);
  assert.deepEqual(reply.names, [
    "Server",
    "Date",
    "Content-Type",
    "Content-Length",
    "Connection",
    "X-Cache",
    "Via",
    "X-Amz-Cf-Pop",
    "X-Amz-Cf-Id",
  ]);
  assert.equal(reply.headers["x-cache"], "Error from cloudfront");
  assert.match(reply.headers["via"] ?? "", /^1\.1 [0-9a-f]{32}\.cloudfront\.net \(CloudFront\)$/);
  assert.match(reply.headers["x-amz-cf-id"] ?? "", /^[A-Za-z0-9_-]{54}==$/);
  assert.equal(reply.headers["content-length"], String(reply.body.length));
});

test("a disabled distribution answers as if it did not exist", async (t) => {
  const scene = await startScene(t, { config: { Enabled: false } });
  assert.equal((await scene.ask("GET / HTTP/1.1")).status, 403);
  assert.equal(scene.asked.length, 0);
});

for (const host of [`${domainName}:8080`, `${domainName}.`, domainName.toUpperCase()]) {
  test(`the host ${host} is the distribution's`, async (t) => {
    const scene = await startScene(t);
    assert.equal((await scene.ask("GET / HTTP/1.1", `Host: ${host}`)).status, 200);
  });
}

const cachable = {
  AllowedMethods: {
    Quantity: 2,
    Items: ["GET" as const, "HEAD" as const],
    CachedMethods: { Quantity: 2, Items: ["GET" as const, "HEAD" as const] },
  },
};
const notConfigured =
  "This distribution is not configured to allow the HTTP request method that was used for this request.";

test("a method that the behavior does not allow gets 403, not 405", async (t) => {
  const scene = await startScene(t, { behavior: cachable });
  const reply = await scene.ask("POST / HTTP/1.1", "Content-Length: 0");
  assert.equal(reply.status, 403);
  assert.match(
    reply.body,
    page(`${notConfigured} The distribution supports only cachable requests.`),
  );
  assert.equal(scene.asked.length, 0);
});

for (const method of ["TRACE", "PROPFIND", "PURGE"]) {
  test(`${method} is never allowed`, async (t) => {
    const scene = await startScene(t);
    const reply = await scene.ask(`${method} / HTTP/1.1`);
    assert.equal(reply.status, 403);
    assert.match(reply.body, page(notConfigured));
  });
}

test("CONNECT is told that the edge is no proxy", async (t) => {
  const scene = await startScene(t);
  const reply = await scene.ask("CONNECT example.com:443 HTTP/1.1");
  assert.equal(reply.status, 403);
  assert.match(reply.body, /is no proxy: it takes no CONNECT\./);
});

for (const method of ["GET", "HEAD"]) {
  test(`${method} with a body gets 403`, async (t) => {
    const scene = await startScene(t);
    const request = `${method} / HTTP/1.1\r\nHost: ${domainName}\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi`;
    assert.equal((await scene.raw(request)).status, 403);
    assert.equal(scene.asked.length, 0);
  });
}

test("a body over the limit gets 413, by its length or once that much has come", async (t) => {
  const scene = await startScene(t, { listener: { bodyMaxBytes: 1000 } });
  const put = (framing: string, body: string) =>
    scene.raw(
      `PUT / HTTP/1.1\r\nHost: ${domainName}\r\nConnection: close\r\n${framing}\r\n\r\n${body}`,
    );
  const chunks = `258\r\n${"a".repeat(600)}\r\n`;
  assert.equal((await put("Content-Length: 1000", "a".repeat(1000))).status, 200);
  assert.equal(scene.asked.length, 1);
  for (const reply of [
    await put("Content-Length: 1001", "a"),
    await put("Transfer-Encoding: chunked", `${chunks}${chunks}0\r\n\r\n`),
  ]) {
    assert.equal(reply.status, 413);
    assert.match(reply.body, page("The request body is too large."));
    assert.equal(reply.headers["connection"], "close");
  }
  assert.equal(scene.asked.length, 1);
});

test("a body over CloudFront's 64 GB gets 413", async (t) => {
  const scene = await startScene(t);
  const reply = await scene.ask("PUT / HTTP/1.1", `Content-Length: ${64 * 2 ** 30 + 1}`);
  assert.equal(reply.status, 413);
});

for (const length of ["0", "00"]) {
  test(`GET with a Content-Length of ${length} has no body`, async (t) => {
    const scene = await startScene(t);
    assert.equal((await scene.ask("GET / HTTP/1.1", `Content-Length: ${length}`)).status, 200);
    assert.equal(scene.asked[0]?.headers["content-length"], undefined);
  });
}

test("all seven methods reach the origin where they are allowed", async (t) => {
  const scene = await startScene(t);
  const methods = ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"];
  for (const method of methods) await scene.ask(`${method} / HTTP/1.1`);
  assert.deepEqual(
    scene.asked.map(({ method }) => method),
    methods,
  );
});

test("redirect-to-https sends GET to the same URL with 301", async (t) => {
  const scene = await startScene(t, {
    behavior: { ViewerProtocolPolicy: "redirect-to-https" },
    viewerRequest: () => assert.fail("must not run"),
  });
  const reply = await scene.ask("GET /a%20b?c=d HTTP/1.1");
  assert.equal(reply.status, 301);
  assert.equal(reply.headers["location"], `https://${domainName}/a%20b?c=d`);
  assert.equal(reply.headers["content-length"], "167");
  assert.equal(reply.headers["x-cache"], "Redirect from cloudfront");
  assert.match(reply.body, /<h1>301 Moved Permanently<\/h1>/);
});

test("redirect-to-https sends other methods with 307, or refuses them in HTTP/1.0", async (t) => {
  const scene = await startScene(t, { behavior: { ViewerProtocolPolicy: "redirect-to-https" } });
  assert.equal((await scene.ask("POST / HTTP/1.1", "Content-Length: 0")).status, 307);
  assert.equal((await scene.ask("POST / HTTP/1.0", "Content-Length: 0")).status, 403);
});

test("https-only refuses plain HTTP with 403", async (t) => {
  const scene = await startScene(t, { behavior: { ViewerProtocolPolicy: "https-only" } });
  const reply = await scene.ask("GET / HTTP/1.1");
  assert.equal(reply.status, 403);
  assert.match(reply.body, page("Bad request."));
});

test("a request that came through two edges is a circle and gets 403", async (t) => {
  const scene = await startScene(t);
  const via = "1.1 a.cloudfront.net (CloudFront)";
  assert.equal((await scene.ask("GET / HTTP/1.1", `Via: ${via}`)).status, 200);
  assert.equal((await scene.ask("GET / HTTP/1.1", `Via: ${via}, ${via}`)).status, 403);
});

test("the behavior decides which origin is asked", async (t) => {
  const other = await startScene(t, { origin: (_, response) => response.end("other") });
  const scene = await startScene(t);
  scene.setState((state) => {
    const distribution = state.distributions.get("E1");
    assert.ok(distribution);
    const config = {
      ...distribution.config,
      Origins: {
        Quantity: 2,
        Items: [
          originConfig(scene.originPort),
          originConfig(other.originPort, { Id: "other", OriginPath: "/pre" }),
        ],
      },
      CacheBehaviors: {
        Quantity: 1,
        Items: [{ ...behavior({ TargetOriginId: "other" }), PathPattern: "/api/*" }],
      },
    };
    return { ...state, distributions: state.distributions.set("E1", { ...distribution, config }) };
  });
  assert.equal((await scene.ask("GET /api/x HTTP/1.1")).body, "other");
  assert.equal(other.asked[0]?.url, "/pre/api/x");
  assert.equal((await scene.ask("GET /x HTTP/1.1")).body, "from origin");
});
