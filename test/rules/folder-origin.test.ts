/** A folder as an origin, on real sockets: what a viewer gets of its files, and what nobody gets. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { MemoryStore } from "../../src/cache/memory-store.ts";
import { readOriginSources } from "../../src/edge/deployment/origin-sources.ts";
import {
  domainName,
  open,
  startScene,
  type Reply,
  type Scene,
  type SceneOptions,
} from "../edge/viewer-scene.ts";
import { notedLogger } from "../support/noted-logger.ts";

const cachingOptimized = "658327ea-f89d-4fab-a63d-7e88639e58f6";
const site = "my-site.test";
const large = Buffer.alloc(1_000_000, "0123456789");

interface FolderScene {
  readonly scene: Scene;
  readonly folder: string;
}

/** A folder with files, an edge whose origin it is, and something beside it that is nobody's business. */
async function startFolderScene(t: TestContext, options: SceneOptions = {}): Promise<FolderScene> {
  const around = mkdtempSync(join(tmpdir(), "footlight-folder-"));
  t.after(() => rmSync(around, { recursive: true }));
  const folder = join(around, "public");
  mkdirSync(join(folder, "docs"), { recursive: true });
  mkdirSync(join(folder, ".git"));
  mkdirSync(join(folder, ".well-known"));
  const files: Record<string, string | Buffer> = {
    "index.html": "<h1>home</h1>",
    "ten.txt": "0123456789",
    "empty.txt": "",
    "large.bin": large,
    "docs/a b.txt": "a space",
    "caf\u00e9.css": "body {}",
    "%2e%2e": "odd",
    "data.json": "{}",
    "no-extension": "bytes",
    ".env": "SECRET=1",
    ".git/config": "secret",
    ".well-known/security.txt": "Contact: us",
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  writeFileSync(join(around, "outside.txt"), "secret");
  symlinkSync("../outside.txt", join(folder, "leads-out.txt"));
  symlinkSync("..", join(folder, "up"));
  symlinkSync("/etc", join(folder, "etc"));
  symlinkSync("ten.txt", join(folder, "leads-in.txt"));
  symlinkSync("loop", join(folder, "loop"));
  execFileSync("mkfifo", [join(folder, "pipe")]);
  const scene = await startScene(t, {
    originConfig: { DomainName: site },
    originSources: readOriginSources(`${site}=${folder}`),
    now: () => new Date(),
    ...options,
  });
  return { scene, folder };
}

/** Waits until the file system's clock has gone on: what is written then has another time. */
const untilSettled = () => delay(150);

const statuses: [target: string, status: number, body?: string][] = [
  ["/ten.txt", 200, "0123456789"],
  ["/ten.txt?version=1&x=%zz", 200, "0123456789"],
  ["/leads-in.txt", 200, "0123456789"],
  ["/docs/a%20b.txt", 200, "a space"],
  ["/caf%C3%A9.css", 200, "body {}"],
  ["/docs%2Fa%20b.txt", 200, "a space"],
  ["/%252e%252e", 200, "odd"],
  ["/.well-known/security.txt", 200, "Contact: us"],
  ["/empty.txt", 200, ""],
  ["/", 404],
  ["/docs", 404],
  ["/docs/", 404],
  ["/ten.txt/", 404],
  ["/docs//a%20b.txt", 404],
  ["/missing", 404],
  ["/ten.txt/more", 404],
  [`/${"a".repeat(300)}`, 404],
  ["/pipe", 404],
  ["/loop", 404],
  ["/ten.txt%zz", 400],
  ["/caf%E9.css", 400],
  ["/leads-out.txt", 403],
  ["/up/outside.txt", 403],
  ["/up/public/ten.txt", 200, "0123456789"],
  ["/etc/passwd", 403],
  ["/../outside.txt", 403],
  ["/docs/../ten.txt", 403],
  ["/./ten.txt", 403],
  ["/%2e%2e/outside.txt", 403],
  ["/%2e%2e%2foutside.txt", 403],
  ["/.%2E/outside.txt", 403],
  ["/docs/..%2f..%2foutside.txt", 403],
  ["/..%5coutside.txt", 403],
  ["/docs\\a", 403],
  ["/ten.txt%00", 403],
  ["/ten.txt%00.html", 403],
  ["/.env", 403],
  ["/.git/config", 403],
  ["/docs/.well-known/a", 403],
];

test("a folder gives its files away, and nothing else", async (t) => {
  const { scene } = await startFolderScene(t);
  for (const [target, status, body] of statuses) {
    const reply = await scene.ask(`GET ${target} HTTP/1.1`);
    assert.equal(reply.status, status, target);
    if (body !== undefined) assert.equal(reply.body, body, target);
    assert.ok(!/secret|root:/.test(reply.body), target);
    const head = await scene.ask(`HEAD ${target} HTTP/1.1`);
    assert.equal(head.status, status, target);
    assert.equal(head.headers["content-length"], reply.headers["content-length"], target);
    assert.equal(head.body, "");
  }
});

const types = {
  "/index.html": "text/html; charset=utf-8",
  "/caf%C3%A9.css": "text/css; charset=utf-8",
  "/data.json": "application/json",
  "/no-extension": "application/octet-stream",
};

test("a file's name says what it is", async (t) => {
  const { scene } = await startFolderScene(t);
  for (const [path, type] of Object.entries(types)) {
    assert.equal((await scene.ask(`GET ${path} HTTP/1.1`)).headers["content-type"], type);
  }
});

test("/ is the default root object's", async (t) => {
  const { scene } = await startFolderScene(t, { config: { DefaultRootObject: "index.html" } });
  assert.equal((await scene.ask("GET / HTTP/1.1")).body, "<h1>home</h1>");
});

test("the origin's path is a part of the folder", async (t) => {
  const originConfig = { DomainName: site, OriginPath: "/docs" };
  const { scene } = await startFolderScene(t, { originConfig });
  assert.equal((await scene.ask("GET /a%20b.txt HTTP/1.1")).body, "a space");
  assert.equal((await scene.ask("GET /ten.txt HTTP/1.1")).status, 404);
});

for (const method of ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
  test(`${method} is 405, and says what may be asked`, async (t) => {
    const { scene } = await startFolderScene(t);
    const reply = await scene.raw(
      `${method} /ten.txt HTTP/1.1\r\nHost: ${domainName}\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello`,
    );
    assert.equal(reply.status, 405);
    assert.equal(reply.headers["allow"], "GET, HEAD");
  });
}

function facts({ status, body, headers }: Reply): unknown[] {
  return [status, body, headers["content-range"]];
}

test("conditions and ranges are answered by the file's ETag and time", async (t) => {
  const { scene } = await startFolderScene(t);
  await untilSettled();
  const get = (...lines: string[]) => scene.ask("GET /ten.txt HTTP/1.1", ...lines);
  const whole = await get();
  const { etag = "", "last-modified": changed = "" } = whole.headers;
  assert.match(etag, /^"[^"]+"$/);
  assert.equal(whole.headers["accept-ranges"], "bytes");
  assert.equal((await get()).headers["etag"], etag);
  const cases: [lines: string[], status: number, body: string, range?: string][] = [
    [[`If-None-Match: ${etag}`], 304, ""],
    [['If-None-Match: "other"'], 200, "0123456789"],
    [[`If-Modified-Since: ${changed}`], 304, ""],
    [["If-Modified-Since: Thu, 01 Jan 2015 00:00:00 GMT"], 200, "0123456789"],
    [['If-Match: "other"'], 412, ""],
    [[`If-Match: ${etag}`], 200, "0123456789"],
    [["If-Unmodified-Since: Thu, 01 Jan 2015 00:00:00 GMT"], 412, ""],
    [["Range: bytes=2-4"], 206, "234", "bytes 2-4/10"],
    [["Range: bytes=-3"], 206, "789", "bytes 7-9/10"],
    [["Range: bytes=7-"], 206, "789", "bytes 7-9/10"],
    [["Range: bytes=8-100"], 206, "89", "bytes 8-9/10"],
    [["Range: bytes=10-"], 416, "", "bytes */10"],
    [["Range: lines=1-2"], 200, "0123456789"],
    [["Range: bytes=0-1,4-5"], 200, "0123456789"],
    [["Range: bytes=2-4", `If-Range: ${etag}`], 206, "234", "bytes 2-4/10"],
    [["Range: bytes=2-4", 'If-Range: "other"'], 200, "0123456789"],
    [["Range: bytes=2-4", 'If-None-Match: "other"'], 206, "234", "bytes 2-4/10"],
  ];
  for (const [lines, status, body, range] of cases) {
    assert.deepEqual(facts(await get(...lines)), [status, body, range], lines.join(", "));
  }
  const head = await scene.ask("HEAD /ten.txt HTTP/1.1", "Range: bytes=2-4");
  assert.deepEqual([head.status, head.headers["content-length"]], [200, "10"]);
});

test("a large file comes whole, and in parts", async (t) => {
  const { scene } = await startFolderScene(t);
  const whole = await scene.ask("GET /large.bin HTTP/1.1");
  assert.equal(whole.body, large.toString());
  const part = await scene.ask("GET /large.bin HTTP/1.1", "Range: bytes=100003-300006");
  assert.equal(part.body, large.subarray(100_003, 300_007).toString());
  assert.equal(part.headers["content-range"], "bytes 100003-300006/1000000");
});

/** Files of a folder that this process has open. */
function openFiles(folder: string): string[] {
  return readdirSync("/proc/self/fd").flatMap((fd) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${fd}`);
      return path.startsWith(folder) ? [path] : [];
    } catch {
      return [];
    }
  });
}

async function untilAllClosed(folder: string): Promise<void> {
  while (openFiles(folder).length > 0) await delay(10);
}

test(
  "no more is read of a file than its viewer takes, and it is closed when they leave",
  { skip: process.platform !== "linux" },
  async (t) => {
    const { scene, folder } = await startFolderScene(t);
    const size = 64 * 1024 * 1024;
    execFileSync("truncate", ["-s", String(size), join(folder, "huge.bin")]);
    const viewer = open(scene.port);
    viewer.on("error", () => {});
    viewer.pause();
    viewer.write(`GET /huge.bin HTTP/1.1\r\nHost: ${domainName}\r\n\r\n`);
    await once(viewer, "readable");
    const held = process.memoryUsage().arrayBuffers;
    await delay(200);
    assert.ok(process.memoryUsage().arrayBuffers - held < size / 4);
    assert.equal(openFiles(folder).length, 1);
    viewer.destroy();
    await untilAllClosed(folder);
    while (scene.visits.length === 0) await delay(1);
    assert.equal(scene.visits.length, 1);
  },
);

test(
  "no file stays open behind whatever was answered",
  { skip: process.platform !== "linux" },
  async (t) => {
    const { scene, folder } = await startFolderScene(t);
    for (const [target] of statuses) await scene.ask(`GET ${target} HTTP/1.1`);
    await scene.ask("HEAD /large.bin HTTP/1.1");
    await scene.ask("GET /large.bin HTTP/1.1", 'If-Match: "other"');
    await scene.ask("GET /large.bin HTTP/1.1");
    await untilAllClosed(folder);
  },
);

test("a file that is written to while it is sent breaks off", async (t) => {
  const { scene, folder } = await startFolderScene(t);
  const file = join(folder, "growing.bin");
  const size = 32 * 1024 * 1024;
  writeFileSync(file, Buffer.alloc(size));
  const viewer = open(scene.port);
  let received = 0;
  viewer.on("error", () => {});
  viewer.pause();
  viewer.write(`GET /growing.bin HTTP/1.1\r\nHost: ${domainName}\r\nConnection: close\r\n\r\n`);
  await once(viewer, "readable");
  await untilSettled();
  writeFileSync(file, Buffer.alloc(size, "b"));
  viewer.on("data", (chunk: Buffer) => {
    received += chunk.length;
  });
  await once(viewer, "close");
  assert.ok(received > 0 && received < size, String(received));
});

test("a file that is replaced while it is sent comes as it was", async (t) => {
  const { scene, folder } = await startFolderScene(t);
  const file = join(folder, "replaced.bin");
  const size = 32 * 1024 * 1024;
  writeFileSync(file, Buffer.alloc(size, "a"));
  const viewer = open(scene.port);
  const chunks: Buffer[] = [];
  viewer.pause();
  viewer.write(`GET /replaced.bin HTTP/1.1\r\nHost: ${domainName}\r\nConnection: close\r\n\r\n`);
  await once(viewer, "readable");
  writeFileSync(`${file}.new`, "b");
  renameSync(`${file}.new`, file);
  viewer.on("data", (chunk: Buffer) => chunks.push(chunk));
  await once(viewer, "close");
  const all = Buffer.concat(chunks);
  const body = all.subarray(all.indexOf("\r\n\r\n") + 4);
  assert.ok(body.equals(Buffer.alloc(size, "a")));
  assert.equal((await scene.ask("GET /replaced.bin HTTP/1.1")).body, "b");
});

test("changes of a file are seen at once where nothing is kept", async (t) => {
  const { scene, folder } = await startFolderScene(t);
  for (const text of ["one", "two", "six", "ten"]) {
    writeFileSync(join(folder, "ten.txt"), text);
    assert.equal((await scene.ask("GET /ten.txt HTTP/1.1")).body, text);
  }
  rmSync(join(folder, "ten.txt"));
  assert.equal((await scene.ask("GET /ten.txt HTTP/1.1")).status, 404);
});

test("what is kept of a folder is a hit, and validated by its ETag when it has expired", async (t) => {
  let time = Date.now();
  const { scene, folder } = await startFolderScene(t, {
    cacheStore: new MemoryStore(4 * 1024 * 1024),
    behavior: { CachePolicyId: cachingOptimized, OriginRequestPolicyId: undefined },
    now: () => new Date(time),
  });
  const file = join(folder, "ten.txt");
  const cache = async () => {
    const { body, headers } = await scene.ask("GET /ten.txt HTTP/1.1");
    return `${body}: ${headers["x-cache"]?.split(" ")[0]}`;
  };
  const aDay = (24 * 3600 + 60) * 1000;
  time += aDay;
  assert.equal(await cache(), "0123456789: Miss");
  assert.equal(await cache(), "0123456789: Hit");
  time += aDay;
  assert.equal(await cache(), "0123456789: RefreshHit");
  writeFileSync(file, "9876543210");
  assert.equal(await cache(), "0123456789: Hit");
  time += aDay;
  assert.equal(await cache(), "9876543210: Miss");
});

test("a file that has just changed is not confirmed by an ETag that it may yet keep", async (t) => {
  let time = 0;
  const { scene, folder } = await startFolderScene(t, { now: () => new Date(time) });
  const file = join(folder, "ten.txt");
  writeFileSync(file, "one");
  const changed = statSync(file).ctimeMs;
  const get = (...lines: string[]) => scene.ask("GET /ten.txt HTTP/1.1", ...lines);
  for (const [after, status] of [
    [0, 200],
    [99, 200],
    [101, 304],
  ] as const) {
    time = changed + after;
    const etag = (await get()).headers["etag"];
    assert.equal((await get(`If-None-Match: ${etag}`)).status, status, `after ${after} ms`);
  }
});

test("a folder that is gone is an origin that has failed, and the log says so", async (t) => {
  const logger = notedLogger();
  const { scene, folder } = await startFolderScene(t, { logger });
  renameSync(folder, `${folder}-moved`);
  assert.equal((await scene.ask("GET /ten.txt HTTP/1.1")).status, 502);
  assert.match(logger.lines.join("\n"), /warn: origin failed .*my-site\.test/);
});

test("what is missing in a folder gets the distribution's page", async (t) => {
  const { scene } = await startFolderScene(t, {
    config: {
      CustomErrorResponses: {
        Quantity: 1,
        Items: [{ ErrorCode: 404, ResponsePagePath: "/index.html", ResponseCode: "200" }],
      },
    },
  });
  const reply = await scene.ask("GET /app/route HTTP/1.1");
  assert.deepEqual([reply.status, reply.body], [200, "<h1>home</h1>"]);
});

test("a change of links while files are asked for never leads out", async (t) => {
  const { scene, folder } = await startFolderScene(t);
  const link = join(folder, "swapped.txt");
  const targets = ["ten.txt", "../outside.txt"];
  let isDone = false;
  const swapping = (async () => {
    for (let count = 0; !isDone; count += 1) {
      symlinkSync(targets[count % 2]!, `${link}.new`);
      renameSync(`${link}.new`, link);
      await new Promise(setImmediate);
    }
  })();
  for (let count = 0; count < 100; count += 1) {
    const { status, body } = await scene.ask("GET /swapped.txt HTTP/1.1");
    assert.ok(body === "0123456789" || status === 403 || status === 404, body);
  }
  isDone = true;
  await swapping;
});
