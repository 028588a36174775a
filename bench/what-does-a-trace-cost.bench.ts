/**
 * What does it cost a request that its way is kept, and what to tell one?
 *
 * One process, no sockets: a kept object of 1 KB is asked for through the whole flow, with a function that
 * changes path and header, as row (a) of the table. Rounds alternate between nobody who listens, somebody who takes
 * what is noted at the pace of an edge worker, somebody whose room is full, and one who tells of every
 * request. The best of each counts; beside them stands what it costs to tell one.
 *
 * Unfair when: the machine is busy (compare the ratios of one run). What the thread costs that writes is
 * not in it: it is told apart, a row at a time.
 *
 * Run: node --no-node-snapshot bench/what-does-a-trace-cost.bench.ts
 */
import { createServer } from "node:http";
import { join } from "node:path";
import { Map } from "immutable";
import { MemoryStore } from "../src/cache/memory-store.ts";
import { deploy } from "../src/edge/deployment/deployment.ts";
import { createEdge, type Edge } from "../src/edge/edge.ts";
import type { VisitListener } from "../src/edge/record/visit.ts";
import { serveViewer } from "../src/edge/serve-viewer.ts";
import { PendingTraces } from "../src/edge/trace/pending-traces.ts";
import { fieldsWith } from "../src/edge/viewer/connection-header.ts";
import { readViewerRequest } from "../src/edge/viewer/read-viewer-request.ts";
import type { ViewerRequest } from "../src/edge/viewer-request.ts";
import type { FunctionCopy } from "../src/model/function.ts";
import { publishedOnce } from "../src/model/function-versions.ts";
import { createRuntime } from "../src/runtime/isolate-runtime.ts";
import { TraceStore } from "../src/traces/trace-store.ts";
import { behavior, domainName, stateOf } from "../test/edge/viewer-scene.ts";
import { temporaryFolder } from "../test/support/leftovers.ts";

const perRound = 20_000;
const rounds = 9;
const source = `function handler(event) {
  var request = event.request;
  request.uri = '/kept' + request.uri;
  request.headers['x-added'] = { value: 'by the function' };
  return request;
}`;

const server = createServer((_, response) => {
  response.writeHead(200, { "content-type": "text/html", "cache-control": "max-age=3600" });
  response.end("x".repeat(1024));
});
await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
const { port } = server.address() as { port: number };

const copy: FunctionCopy = {
  config: { Comment: "", Runtime: "cloudfront-js-2.0" },
  code: Buffer.from(source).toString("base64"),
  ...{ version: 1, createdTime: "", lastModifiedTime: "" },
};
const state = stateOf(port, {
  functions: { rewrite: "viewer-request" },
  behavior: behavior({
    CachePolicyId: "658327ea-f89d-4fab-a63d-7e88639e58f6",
    OriginRequestPolicyId: "",
    FunctionAssociations: {
      Quantity: 1,
      Items: [
        {
          FunctionARN: "arn:aws:cloudfront::000000000000:function/rewrite",
          EventType: "viewer-request",
        },
      ],
    },
  }),
});
const deployment = deploy({
  ...state,
  functions: Map([["rewrite", publishedOnce({ name: "rewrite", development: copy }, copy)]]),
});
const runtime = createRuntime({ now: () => new Date(), remembers: true });
const cacheStore = new MemoryStore(1024 * 1024);

function edgeWith(listeners: readonly VisitListener[]): Edge {
  return createEdge({
    deployment: () => deployment,
    runtime: { run: (fn, event, pairs) => runtime.run(fn, event, pairs) },
    ...{ cacheStore, listeners, now: () => new Date() },
  });
}

let answered = (): void => {};
let bytes = 0;
const headers = [
  ...["Host", domainName, "User-Agent", "Mozilla/5.0 (X11; Linux x86_64)", "Accept", "*/*"],
  ...["Cookie", "session=0123456789abcdef; theme=dark", "Accept-Encoding", "gzip, br"],
];

function ask(edge: Edge): void {
  const request = readViewerRequest(
    {
      ...{ method: "GET", target: "/page?x=1&y=2", httpVersion: "1.1", tls: undefined },
      ...{ address: "192.0.2.1", port: 1, headers },
    },
    0,
  ) as ViewerRequest;
  const told: (() => void)[] = [];
  const viewer = {
    ...{ isOver: false, bytesSent: 0, bodyBytes: 0, left: undefined, refusal: undefined },
    whenOver: (tell: () => void) => void told.push(tell),
  };
  let isBehind = false;
  let isAnswered = false;
  const end = (): void => {
    for (const tell of told) tell();
  };
  serveViewer(
    {
      ...{ request, body: undefined, viewer },
      respond(answer) {
        if (answer.status !== 200) throw new Error(`it is answered by ${answer.status}`);
        bytes += Buffer.byteLength(fieldsWith("keep-alive", answer), "latin1");
        if (answer.body.whole === undefined) {
          answer.body.sendTo({ write: () => true, whenReady() {}, end() {}, breakOff() {} });
        }
        isAnswered = true;
        if (isBehind) setTimeout(end, 50);
        answered();
      },
    },
    edge,
  );
  isBehind = true;
  if (isAnswered) end();
}

const paced = new PendingTraces(() => {});
const full = new PendingTraces(() => {});
const all = new PendingTraces(() => {});
/** What an edge worker does in the time that so many requests take, at 20,000 a second: 50 every 100 ms. */
const requestsPerBatch = 2000;
const kinds: Readonly<Record<string, { readonly edge: Edge; readonly after: () => void }>> = {
  "nobody listens": { edge: edgeWith([]), after: () => {} },
  "nobody listens, again": { edge: edgeWith([]), after: () => {} },
  "50 of 2,000 told": { edge: edgeWith([paced.listener]), after: () => void paced.take(50) },
  "no room": { edge: edgeWith([full.listener]), after: () => {} },
  "all told": { edge: edgeWith([all.listener]), after: () => void all.take(requestsPerBatch) },
};

await new Promise<void>((resolve) => {
  answered = resolve;
  ask(kinds["nobody listens"]!.edge);
});
answered = () => {};
await new Promise((resolve) => void setTimeout(resolve, 100));

const best: Record<string, number> = {};
for (let round = 0; round < rounds; round += 1) {
  for (const [name, { edge, after }] of Object.entries(kinds)) {
    const start = process.cpuUsage();
    for (let count = 1; count <= perRound; count += 1) {
      ask(edge);
      if (count % requestsPerBatch !== 0) continue;
      after();
      // What one turn has looked at through weak references lives until it is over.
      await new Promise(setImmediate);
    }
    const { user, system } = process.cpuUsage(start);
    best[name] = Math.min(best[name] ?? Infinity, (user + system) / perRound);
  }
}
const plain = best["nobody listens"] ?? 1;
console.log("a hit as in (a) with    CPU µs   beside nobody");
for (const [name, took] of Object.entries(best)) {
  console.log(`${name.padEnd(22)} ${took.toFixed(2).padStart(7)}   ${(took / plain).toFixed(3)}`);
}

const folder = temporaryFolder();
const store = new TraceStore(join(folder, "traces.db"));
const costs = { telling: Infinity, writing: Infinity };
for (let round = 0; round < rounds; round += 1) {
  for (let count = 0; count < 1000; count += 1) ask(kinds["all told"]!.edge);
  await new Promise(setImmediate);
  let start = process.cpuUsage();
  const { traces } = all.take(1000);
  const { user } = process.cpuUsage(start);
  costs.telling = Math.min(costs.telling, user / traces.length);
  start = process.cpuUsage();
  for (let at = 0; at < traces.length; at += 50) store.write(traces.slice(at, at + 50));
  const used = process.cpuUsage(start);
  costs.writing = Math.min(costs.writing, (used.user + used.system) / traces.length);
  if (round === 0) console.log(`a trace is ${traces[0]?.text.length} characters`);
}
console.log(
  `telling one: ${costs.telling.toFixed(1)} µs; writing it: ${costs.writing.toFixed(1)} µs`,
);
store.close();
if (bytes === 0) throw new Error("nothing was written");
await runtime.close();
server.close();
process.exit(0);
