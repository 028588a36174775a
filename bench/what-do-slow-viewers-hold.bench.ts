/**
 * What does a worker hold in memory for viewers who read a large object slowly?
 *
 * One edge with a store on disk, an origin and the viewers, a process each. All viewers ask for one
 * object that is not kept yet, and take 16 KB every five seconds; one that is fast comes last. The
 * kernel's buffers for their connections are not counted here, and where they reach the system's
 * bound (the last of net.ipv4.tcp_mem) the origin's connection crawls too: that is no figure of the edge.
 *
 * Run: node bench/what-do-slow-viewers-hold.bench.ts [viewers=1000] [megabytes=256]
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { connect, type AddressInfo, type Server } from "node:net";
import { setTimeout as pass } from "node:timers/promises";
import { silentLogger } from "../src/base/logger.ts";
import { DiskStore } from "../src/cache/disk/disk-store.ts";
import { deploy } from "../src/edge/deployment/deployment.ts";
import { createEdge } from "../src/edge/edge.ts";
import { createListener } from "../src/edge/viewer/node-http.ts";
import { domainName, stateOf } from "../test/edge/viewer-scene.ts";
import { temporaryFolder } from "../test/support/leftovers.ts";

const [role = "1000", megabytes = "256", edgePort = "", count = ""] = process.argv.slice(2);
const size = Number(megabytes) * 1024 * 1024;
const cachingOptimized = "658327ea-f89d-4fab-a63d-7e88639e58f6";

async function portOf(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1", 4096);
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

async function beOrigin(): Promise<void> {
  const piece = Buffer.alloc(64 * 1024, "x");
  const server = createServer((_, response) => {
    response.writeHead(200, { "content-length": size, "cache-control": "max-age=600" });
    let left = size;
    const go = (): void => {
      for (; left > 0; left -= piece.length) {
        if (response.writableNeedDrain) {
          response.once("drain", go);
          return;
        }
        response.write(piece);
      }
      response.end();
    };
    go();
  });
  process.send?.(await portOf(server));
}

function ask(): ReturnType<typeof connect> {
  const socket = connect(Number(edgePort), "127.0.0.1");
  socket.on("error", () => {});
  socket.write(`GET /large HTTP/1.1\r\nHost: ${domainName}\r\nConnection: close\r\n\r\n`);
  return socket;
}

async function beViewers(): Promise<void> {
  for (let index = 0; index < Number(count); index += 1) {
    const socket = ask();
    await once(socket, "connect");
    socket.on("data", () => {
      socket.pause();
      setTimeout(() => socket.resume(), 5000);
    });
  }
  await pass(5000);
  process.send?.("slow");
  const start = performance.now();
  const fast = ask();
  let bytes = 0;
  fast.on("data", (chunk: Buffer) => (bytes += chunk.length));
  await once(fast, "close");
  process.send?.({ bytes, seconds: (performance.now() - start) / 1000 });
}

async function main(viewers: number): Promise<void> {
  const started = (...args: string[]) => fork(import.meta.filename, args);
  const origin = started("--origin", megabytes);
  const [originPort] = (await once(origin, "message")) as [number];
  const folder = temporaryFolder();
  const place = { folder, maxBytes: 8 * size, session: "bench", logger: silentLogger };
  const cacheStore = await DiskStore.open(place);
  const behavior = { OriginRequestPolicyId: "", CachePolicyId: cachingOptimized };
  const deployment = deploy(stateOf(originPort, { behavior }));
  const runtime = {
    run: () => ({
      outcome: { type: "failed" as const, message: "" },
      logs: [],
      computeUtilization: 0,
    }),
    prepare() {},
    retire() {},
    close: () => Promise.resolve(),
  };
  const now = (): Date => new Date();
  const edge = createEdge({
    deployment: () => deployment,
    runtime: runtime as never,
    now,
    cacheStore,
  });
  const listener = createListener(edge);
  const port = await portOf(listener.server);
  const rows: Record<string, string>[] = [];
  const look = (when: string): void => {
    const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
    const MB = (bytes: number): string => (bytes / 1e6).toFixed(0);
    const window = MB(edge.cache?.flights.inMemory ?? 0);
    rows.push({ when, rss: MB(rss), heap: MB(heapUsed), bodies: MB(arrayBuffers), window });
  };
  look("before, in MB");
  const readers = started("--viewers", megabytes, String(port), String(viewers));
  await once(readers, "message");
  look(`${viewers} slow viewers`);
  const [fast] = (await once(readers, "message")) as [{ bytes: number; seconds: number }];
  look("and a fast one served");
  console.table(rows);
  console.log(`the fast one: ${(fast.bytes / 1e6).toFixed(0)} MB in ${fast.seconds.toFixed(1)} s`);
  readers.kill();
  origin.kill();
  await edge.close();
  await cacheStore.close();
  process.exit();
}

if (role === "--origin") await beOrigin();
else if (role === "--viewers") await beViewers();
else await main(Number(role));
