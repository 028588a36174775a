/** What viewers are sent of an object that is kept, by what they have already and which bytes they want. */
import assert from "node:assert/strict";
import type { IncomingMessage, ServerResponse } from "node:http";
import { test, type TestContext } from "node:test";
import { MemoryStore } from "../../src/cache/memory-store.ts";
import { domainName, startScene, type Reply, type Scene } from "../edge/viewer-scene.ts";

const cachingOptimized = "658327ea-f89d-4fab-a63d-7e88639e58f6";
const changed = "Thu, 01 Jan 2026 00:00:00 GMT";
const before = "Wed, 31 Dec 2025 00:00:00 GMT";
const large = Buffer.alloc(300_000, "0123456789");

function origin({ url = "" }: IncomingMessage, response: ServerResponse): void {
  response.setHeader("ETag", '"a"');
  response.setHeader("Last-Modified", changed);
  response.setHeader("Cache-Control", "max-age=60");
  response.setHeader("Content-Type", "text/plain");
  const body = url === "/large" ? large : Buffer.from("0123456789");
  if (url === "/missing") response.statusCode = 404;
  response.setHeader("Content-Length", body.length);
  response.end(body);
}

/** An edge that has kept what it is going to be asked for. */
async function warmScene(t: TestContext, withoutPlainDoor: boolean): Promise<Scene> {
  const scene = await startScene(t, {
    origin,
    listener: { withoutPlainDoor },
    behavior: { CachePolicyId: cachingOptimized },
    cacheStore: new MemoryStore(4 * 1024 * 1024),
  });
  for (const path of ["/small", "/large", "/missing"]) await scene.ask(`GET ${path} HTTP/1.1`);
  scene.asked.length = 0;
  return scene;
}

function checkReply(reply: Reply, status: number, body: string): void {
  assert.equal(reply.status, status);
  assert.equal(reply.body, body);
  const length = reply.headers["content-length"];
  assert.equal(length, status === 304 ? undefined : String(body.length));
}

const rows: [lines: string[], status: number, body: string, contentRange?: string][] = [
  [[], 200, "0123456789"],
  [['If-None-Match: "a"'], 304, ""],
  [['If-None-Match: W/"a"'], 304, ""],
  [['If-None-Match: "b", "a"'], 304, ""],
  [['If-None-Match: "b"', 'If-None-Match: "a"'], 304, ""],
  [['If-None-Match: "b"', `If-Modified-Since: ${changed}`], 200, "0123456789"],
  [[`If-Modified-Since: ${changed}`], 304, ""],
  [[`If-Modified-Since: ${before}`], 200, "0123456789"],
  [['If-Match: "b"'], 412, ""],
  [['If-Match: "a"', "Range: bytes=1-2"], 206, "12", "bytes 1-2/10"],
  [[`If-Unmodified-Since: ${before}`], 412, ""],
  [["Range: bytes=0-0"], 206, "0", "bytes 0-0/10"],
  [["Range: bytes=-3"], 206, "789", "bytes 7-9/10"],
  [["Range: bytes=5-"], 206, "56789", "bytes 5-9/10"],
  [["Range: bytes=5-", 'If-Range: "a"'], 206, "56789", "bytes 5-9/10"],
  [["Range: bytes=5-", 'If-Range: "b"'], 200, "0123456789"],
  [["Range: bytes=5-", `If-Range: ${changed}`], 206, "56789", "bytes 5-9/10"],
  [["Range: bytes=5-", 'If-None-Match: "a"'], 304, ""],
  [["Range: bytes=10-"], 416, "", "bytes */10"],
  [["Range: bytes=4-5,0-1"], 200, "0123456789"],
  [["Range: lines=0-1"], 200, "0123456789"],
];
for (const [door, withoutPlainDoor] of [
  ["plain", false],
  ["node:http", true],
] as const) {
  test(`a kept object is sent as its viewer can use it (${door})`, async (t) => {
    const scene = await warmScene(t, withoutPlainDoor);
    for (const [lines, status, body, contentRange] of rows) {
      const reply = await scene.ask("GET /small HTTP/1.1", ...lines);
      checkReply(reply, status, body);
      assert.equal(reply.headers["content-range"], contentRange);
      const result = status >= 400 ? "Error" : "Hit";
      assert.equal(reply.headers["x-cache"], `${result} from cloudfront`);
      assert.equal(reply.headers["etag"], status >= 400 ? undefined : '"a"');
    }
    assert.deepEqual(scene.asked, []);
  });

  test(`several ranges are one body of parts (${door})`, async (t) => {
    const scene = await warmScene(t, withoutPlainDoor);
    const reply = await scene.ask("GET /large HTTP/1.1", "Range: bytes=0-1,100000-249999,-1");
    const [, boundary = ""] =
      /^multipart\/byteranges; boundary=(\w+)$/.exec(reply.headers["content-type"] ?? "") ?? [];
    const head = (range: string) => {
      return `--${boundary}\r\nContent-Type: text/plain\r\nContent-Range: bytes ${range}/300000\r\n\r\n`;
    };
    const text = large.toString();
    const parts = [
      `${head("0-1")}01`,
      head("100000-249999") + text.slice(100_000, 250_000),
      `${head("299999-299999")}9`,
    ];
    checkReply(reply, 206, `${parts.join("\r\n")}\r\n--${boundary}--\r\n`);
    assert.deepEqual(scene.asked, []);
  });

  test(`a HEAD knows conditions and no ranges (${door})`, async (t) => {
    const scene = await warmScene(t, withoutPlainDoor);
    const unchanged = await scene.ask("HEAD /small HTTP/1.1", 'If-None-Match: "a"');
    assert.equal(unchanged.status, 304);
    const part = await scene.ask("HEAD /small HTTP/1.1", "Range: bytes=0-1");
    assert.equal(part.status, 200);
    assert.equal(part.headers["content-length"], "10");
    assert.deepEqual(scene.asked, []);
  });

  test(`an error is sent whole, whatever is asked for (${door})`, async (t) => {
    const scene = await warmScene(t, withoutPlainDoor);
    const lines = ["Range: bytes=0-1", 'If-None-Match: "a"'];
    checkReply(await scene.ask("GET /missing HTTP/1.1", ...lines), 404, "0123456789");
    assert.deepEqual(scene.asked, []);
  });

  test(`a connection goes on behind a 304, a 206 and a 416 (${door})`, async (t) => {
    const scene = await warmScene(t, withoutPlainDoor);
    const get = (...lines: string[]) => {
      return ["GET /small HTTP/1.1", `Host: ${domainName}`, ...lines, "", ""].join("\r\n");
    };
    const requests = [
      get('If-None-Match: "a"'),
      get("Range: bytes=1-2,4-5"),
      get("Range: bytes=50-"),
      get("Range: bytes=3-3", "Connection: close"),
    ];
    const { text } = await scene.raw(requests.join(""));
    const statuses = [...text.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => status);
    assert.deepEqual(statuses, ["304", "206", "416", "206"]);
    assert.ok(text.endsWith("\r\n\r\n3"));
  });
}

const onMiss: [what: string, headers: Record<string, string>, status: number][] = [
  ["that is not kept", { "cache-control": "private" }, 200],
  ["of which a part comes", { "content-range": "bytes 0-1/10" }, 206],
  ["of which a part comes that is not kept", { "content-range": "items 0-1/10" }, 206],
];
for (const [what, headers, status] of onMiss) {
  test(`conditions count on a miss for an object ${what}`, async (t) => {
    const managedByOrigin = "83da9c7e-98b4-4e11-a168-04f0df8e2c65";
    const scene = await startScene(t, {
      origin: (_, response) => void response.writeHead(status, { etag: '"a"', ...headers }).end(),
      behavior: { CachePolicyId: managedByOrigin, OriginRequestPolicyId: "" },
      cacheStore: new MemoryStore(4 * 1024 * 1024),
    });
    const range = status === 206 ? ["Range: bytes=0-1"] : [];
    const ask = (...lines: string[]) => scene.ask("GET /a HTTP/1.1", ...range, ...lines);
    assert.equal((await ask('If-None-Match: "a"')).status, 304);
    assert.equal((await ask('If-Match: "b"')).status, 412);
    assert.equal((await ask('If-Match: "a"')).status, status);
  });
}
