/**
 * Viewers who speak HTTP/1.0: CloudFront Developer Guide, "Compression" (their Accept-Encoding is removed),
 * "Require HTTPS for communication between viewers and CloudFront" (no 307); RFC 9112 §9.3, appendix C.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryStore } from "../../src/cache/memory-store.ts";
import { domainName, startScene } from "../edge/viewer-scene.ts";

const host = `Host: ${domainName}\r\n`;
const keepAlive = "Connection: keep-alive\r\n";
const caching = "658327ea-f89d-4fab-a63d-7e88639e58f6";

test("a body without a length is sent as it is, and ends with the connection", async (t) => {
  const scene = await startScene(t, {
    origin: (_, response) => {
      response.write("one");
      setTimeout(() => response.end("two"), 5);
    },
  });
  for (const more of ["", keepAlive]) {
    const { headers, text, body } = await scene.raw(`GET / HTTP/1.0\r\n${host}${more}\r\n`);
    assert.deepEqual([headers["transfer-encoding"], headers["connection"]], [undefined, "close"]);
    assert.equal(body, "onetwo");
    assert.ok(text.startsWith("HTTP/1.1 200 "));
  }
});

test("the connection ends with the answer, unless it was asked to stay", async (t) => {
  const scene = await startScene(t);
  const kept = `GET / HTTP/1.0\r\n${host}${keepAlive}\r\n`;
  const last = `GET / HTTP/1.0\r\n${host}\r\n`;
  const { text } = await scene.raw(kept + kept + last + kept);
  assert.deepEqual(
    [...text.matchAll(/^Connection: (.*)\r$/gm)].map(([, value]) => value),
    ["keep-alive", "keep-alive", "close"],
  );
});

test("HEAD, 204 and 304 keep the connection, though no length is told", async (t) => {
  const scene = await startScene(t, {
    origin: ({ url }, response) => {
      if (url === "/204") response.writeHead(204).end();
      else if (url === "/304") response.writeHead(304, { ETag: '"a"' }).end();
      else response.end("from origin");
    },
  });
  const ask = (method: string, path: string, more = keepAlive) =>
    `${method} ${path} HTTP/1.0\r\n${host}${more}\r\n`;
  const { text } = await scene.raw(
    ask("HEAD", "/") + ask("GET", "/204") + ask("GET", "/304") + ask("GET", "/last", ""),
  );
  const statuses = [...text.matchAll(/^HTTP\/1\.1 (\d+) /gm)].map(([, status]) => status);
  assert.deepEqual(statuses, ["200", "204", "304", "200"]);
  assert.doesNotMatch(text, /Transfer-Encoding/);
});

test("Accept-Encoding does not reach the origin, and nothing is compressed", async (t) => {
  const text = "a page ".repeat(1000);
  const scene = await startScene(t, {
    cacheStore: new MemoryStore(2 ** 24),
    behavior: { CachePolicyId: caching, Compress: true },
    origin: (_, response) => {
      response.setHeader("Content-Type", "text/html");
      response.setHeader("Cache-Control", "max-age=60");
      response.end(text);
    },
  });
  const accepts = "Accept-Encoding: gzip, br\r\n";
  for (const _ of ["miss", "hit"]) {
    const { headers, body } = await scene.raw(`GET / HTTP/1.0\r\n${host}${accepts}\r\n`);
    assert.equal(headers["content-encoding"], undefined);
    assert.equal(body, text);
  }
  assert.equal(scene.asked[0]?.headers["accept-encoding"], undefined);
  const { headers } = await scene.ask("GET / HTTP/1.1", "Accept-Encoding: gzip, br");
  assert.equal(headers["content-encoding"], "br");
  // And what is kept compressed is not what they get.
  const later = await scene.raw(`GET / HTTP/1.0\r\n${host}${accepts}\r\n`);
  assert.deepEqual([later.headers["content-encoding"], later.body], [undefined, text]);
});

for (const [method, status] of [
  ["GET", 301],
  ["HEAD", 301],
  ["POST", 403],
  ["PUT", 403],
  ["DELETE", 403],
  ["OPTIONS", 403],
  ["PATCH", 403],
] as const) {
  test(`redirect-to-https answers ${method} of HTTP/1.0 with ${status}`, async (t) => {
    const scene = await startScene(t, {
      behavior: { ViewerProtocolPolicy: "redirect-to-https" },
    });
    assert.equal((await scene.raw(`${method} / HTTP/1.0\r\n${host}\r\n`)).status, status);
    assert.equal(scene.asked.length, 0);
  });
}

test("a request without a Host is for no distribution", async (t) => {
  const scene = await startScene(t);
  const reply = await scene.raw("GET / HTTP/1.0\r\n\r\n");
  assert.deepEqual([reply.status, reply.headers["connection"]], [403, "close"]);
  assert.equal(scene.asked.length, 0);
});

test("a body by Content-Length reaches the origin, which is asked by HTTP/1.1", async (t) => {
  const versions: string[] = [];
  const scene = await startScene(t, {
    origin: ({ httpVersion, headers }, response, { body }) => {
      versions.push(httpVersion, headers.via ?? "");
      response.end(body);
    },
  });
  const { body } = await scene.raw(`POST / HTTP/1.0\r\n${host}Content-Length: 5\r\n\r\nhello`);
  assert.equal(body, "hello");
  assert.equal(versions[0], "1.1");
  assert.match(versions[1] ?? "", /^1\.0 /);
});

test("Expect means nothing in HTTP/1.0: no 100 is sent", async (t) => {
  const scene = await startScene(t);
  const request = `POST / HTTP/1.0\r\n${host}Expect: 100-continue\r\nContent-Length: 5\r\n\r\nhello`;
  const { status, text } = await scene.raw(request);
  assert.equal(status, 200);
  assert.doesNotMatch(text, / 100 /);
  assert.equal(scene.asked[0]?.headers.expect, undefined);
});
