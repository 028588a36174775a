/**
 * What does it cost a request that its visit is counted?
 *
 * One process, no sockets: requests for a kept object of 1 KB, with a viewer-request function whose answer
 * is remembered, go through the whole flow and end, as those of row (a) of `npm run bench` do. They are
 * asked of an edge without a listener, and of one that counts visits and is asked for its counts as often as
 * a worker tells them. Rounds alternate, and the best of each counts: the difference is what counting costs,
 * to be compared with what a request costs a worker, sockets and all.
 *
 * Unfair when: the machine is busy (the difference is of tenths of a microsecond), or where a worker serves
 * a great many distributions: each that was visited is told of by itself.
 *
 * Run: node --no-node-snapshot bench/what-do-metrics-cost.bench.ts
 */
import { Map } from "immutable";
import { createServer } from "node:http";
import { MemoryStore } from "../src/cache/memory-store.ts";
import { deploy } from "../src/edge/deployment/deployment.ts";
import { createEdge, type Edge } from "../src/edge/edge.ts";
import type { CountedDistribution } from "../src/edge/record/visit-counts.ts";
import { VisitCounter } from "../src/edge/record/visit-counter.ts";
import { serveViewer } from "../src/edge/serve-viewer.ts";
import { readViewerRequest } from "../src/edge/viewer/read-viewer-request.ts";
import type { ViewerRequest } from "../src/edge/viewer-request.ts";
import { publishedOnce } from "../src/model/function-versions.ts";
import { createRuntime } from "../src/runtime/isolate-runtime.ts";
import { copyOf } from "../test/support/sample-copy.ts";
import { behavior, distributionOf, originConfig, stateOf } from "../test/edge/viewer-scene.ts";
import { listOf } from "../test/rules/headers-policy-scene.ts";

const perRound = 20_000;
const rounds = 25;
const countedEveryMs = 250;

const server = createServer((_, response) => {
  response.writeHead(200, { "content-type": "text/html", "cache-control": "max-age=3600" });
  response.end("x".repeat(1024));
});
await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
const { port } = server.address() as { port: number };

const host = "d1.cloudfront.localhost";
const association = {
  EventType: "viewer-request" as const,
  FunctionARN: "arn:aws:cloudfront::000000000000:function/pass",
};
const distribution = distributionOf("E1", host, {
  CallerReference: "one",
  Comment: "",
  Enabled: true,
  Origins: listOf(originConfig(port)),
  DefaultCacheBehavior: behavior({
    CachePolicyId: "658327ea-f89d-4fab-a63d-7e88639e58f6",
    OriginRequestPolicyId: "",
    FunctionAssociations: listOf(association),
  }),
});
const live = copyOf("function handler(event) { return event.request; }");
const deployment = deploy({
  ...stateOf(port),
  distributions: Map([[distribution.id, distribution]]),
  functions: Map([["pass", publishedOnce({ name: "pass", development: live }, live)]]),
});
const runtime = createRuntime({ remembers: true });
const counter = new VisitCounter();

function edgeWith(listeners: Edge["listeners"]): Edge {
  return createEdge({
    deployment: () => deployment,
    runtime,
    cacheStore: new MemoryStore(1024 * 1024),
    now: () => new Date(),
    listeners,
  });
}

const edges = {
  "nobody counts": edgeWith([]),
  "nobody counts, again": edgeWith([]),
  counted: edgeWith([counter.listener]),
};

/** Told when an answer is there. */
let answered = (): void => {};

function ask(edge: Edge): void {
  const request = readViewerRequest(
    {
      ...{ method: "GET", target: "/object", httpVersion: "1.1", tls: undefined },
      ...{ address: "192.0.2.1", port: 1, headers: ["Host", host, "Accept", "*/*"] },
    },
    0,
  ) as ViewerRequest;
  const waiting: (() => void)[] = [];
  const viewer = {
    ...{ isOver: false, bytesSent: 1400, bodyBytes: 0 },
    whenOver: (told: () => void) => void waiting.push(told),
  };
  serveViewer(
    {
      ...{ request, body: undefined, viewer },
      respond({ status, body }) {
        if (status !== 200) throw new Error(`${status} came in place of the object`);
        if (body.whole === undefined) {
          body.sendTo({ write: () => true, whenReady() {}, end() {}, breakOff() {} });
        }
        for (const each of waiting) each();
        answered();
      },
    },
    edge,
  );
}

let takenAt = performance.now();
let told = 0;

function requestsOf(counted: readonly CountedDistribution[]): number {
  return counted.reduce((sum, { counts }) => sum + counts.requests, 0);
}

/** @returns microseconds a request */
function measure(edge: Edge): number {
  const start = process.threadCpuUsage();
  for (let count = 0; count < perRound; count += 1) {
    ask(edge);
    if (count % 1000 !== 0 || performance.now() - takenAt < countedEveryMs) continue;
    takenAt = performance.now();
    told += requestsOf(structuredClone(counter.take()));
  }
  const { user, system } = process.threadCpuUsage(start);
  return (user + system) / perRound;
}

for (const edge of Object.values(edges)) {
  await new Promise<void>((resolve) => {
    answered = resolve;
    ask(edge);
  });
}
await new Promise((resolve) => void setTimeout(resolve, 100));
answered = () => {};
const best: Record<string, number> = {};
for (let round = 0; round < rounds; round += 1) {
  for (const [name, edge] of Object.entries(edges)) {
    best[name] = Math.min(best[name] ?? Infinity, measure(edge));
  }
}
const plain = best["nobody counts"] ?? 1;
console.log("a hit that …             µs   more");
for (const [name, took] of Object.entries(best)) {
  console.log(`${name.padEnd(22)} ${took.toFixed(2).padStart(5)}  ${(took - plain).toFixed(2)}`);
}
told += requestsOf(counter.take());
if (told !== rounds * perRound + 1) throw new Error(`${told} requests were counted`);
for (const edge of Object.values(edges)) await edge.close();
await runtime.close();
server.close();
