/**
 * What does a response headers policy cost a request that is answered from the cache?
 *
 * One process, no sockets: a kept object of 1 KB with ten headers is asked for through the whole flow,
 * and the answer's head is put together as HTTP/1.1 writes it, by behaviors with one policy each. The
 * rounds of all of them alternate, and the best of each counts, beside the behavior without a policy.
 *
 * Unfair when: the machine is busy (compare the ratios of one run), or where objects are asked for once
 * only: what a policy makes of a kept object's headers is remembered with them.
 *
 * Run: node bench/what-do-policy-headers-cost.bench.ts
 */
import { createServer } from "node:http";
import { Map } from "immutable";
import { MemoryStore } from "../src/cache/memory-store.ts";
import { deploy } from "../src/edge/deployment/deployment.ts";
import { createEdge } from "../src/edge/edge.ts";
import { serveViewer } from "../src/edge/serve-viewer.ts";
import { fieldsWith } from "../src/edge/viewer/connection-header.ts";
import { readViewerRequest } from "../src/edge/viewer/read-viewer-request.ts";
import type { ViewerRequest } from "../src/edge/viewer-request.ts";
import type { Resource } from "../src/model/resource.ts";
import { behavior, distributionOf, originConfig, stateOf } from "../test/edge/viewer-scene.ts";
import { listOf } from "../test/rules/headers-policy-scene.ts";

const perRound = 20_000;
const rounds = 25;

type Config = Resource<"response-headers-policy">["config"];

const cors: Config["CorsConfig"] = {
  AccessControlAllowOrigins: listOf("https://*.example.com"),
  AccessControlAllowHeaders: listOf("*"),
  AccessControlAllowMethods: listOf("GET"),
  AccessControlAllowCredentials: false,
  OriginOverride: true,
};

interface Kind {
  readonly policy: string | Config | undefined;
  readonly lines?: readonly string[];
}

const origin = ["Origin", "https://www.example.com"];
const kinds: Readonly<Record<string, Kind>> = {
  "no policy": { policy: undefined },
  "no policy, again": { policy: undefined },
  "security headers": { policy: "67f7725c-6f97-4210-82d7-5512b31e9d03" },
  "CORS for all": { policy: "60669652-455b-4ae9-85a4-c4c02393f86c", lines: origin },
  "CORS, the origin named": { policy: { Name: "cors", CorsConfig: cors }, lines: origin },
  "Server-Timing on all": {
    policy: { Name: "t", ServerTimingHeadersConfig: { Enabled: true, SamplingRate: 100 } },
  },
};

const server = createServer((_, response) => {
  for (let count = 0; count < 6; count += 1) response.setHeader(`X-Header-${count}`, "a value");
  response.writeHead(200, { "content-type": "text/html", "cache-control": "max-age=3600" });
  response.end("x".repeat(1024));
});
await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
const { port } = server.address() as { port: number };

const described = { attributes: {}, version: 1, deployRevision: 1, createdTime: "" };
const policies = Object.entries(kinds).flatMap(([id, { policy: config }]) =>
  typeof config === "object"
    ? [[id, { ...described, kind: "response-headers-policy", id, config, lastModifiedTime: "" }]]
    : [],
) as [string, Resource][];
const distributions = Object.entries(kinds).map(([id, { policy }], index) => {
  const host = `d${index}.cloudfront.localhost`;
  const headersPolicy = typeof policy === "object" ? id : policy;
  const config = {
    CallerReference: id,
    Comment: "",
    Enabled: true,
    Origins: listOf(originConfig(port)),
    DefaultCacheBehavior: behavior({
      CachePolicyId: "658327ea-f89d-4fab-a63d-7e88639e58f6",
      OriginRequestPolicyId: "",
      ...(headersPolicy !== undefined && { ResponseHeadersPolicyId: headersPolicy }),
    }),
  };
  return { id, host, distribution: distributionOf(`E${index}`, host, config) };
});
const deployment = deploy({
  ...stateOf(port),
  distributions: Map(distributions.map(({ distribution }) => [distribution.id, distribution])),
  resources: Map([["response-headers-policy", Map(policies)]]),
});
const edge = createEdge({
  deployment: () => deployment,
  runtime: { run: () => Promise.reject(new Error("no function is associated")) },
  cacheStore: new MemoryStore(1024 * 1024),
  now: () => new Date(),
});

/** Told when an answer is there. */
let answered = (): void => {};
let bytes = 0;

function ask(host: string, lines: readonly string[]): void {
  const request = readViewerRequest(
    {
      ...{ method: "GET", target: "/object", httpVersion: "1.1", tls: undefined },
      ...{ address: "192.0.2.1", port: 1, headers: ["Host", host, "Accept", "*/*", ...lines] },
    },
    0,
  ) as ViewerRequest;
  const viewer = { isOver: false, whenOver() {}, bytesSent: 0, bodyBytes: 0 };
  serveViewer(
    {
      ...{ request, body: undefined, viewer },
      respond(answer) {
        // What is put together is looked at, as a socket would.
        bytes += Buffer.byteLength(fieldsWith("keep-alive", answer), "latin1");
        if (answer.body.whole === undefined) {
          answer.body.sendTo({ write: () => true, whenReady() {}, end() {}, breakOff() {} });
        }
        answered();
      },
    },
    edge,
  );
}

/** @returns microseconds a request */
function measure(host: string, lines: readonly string[]): number {
  const start = process.hrtime.bigint();
  for (let count = 0; count < perRound; count += 1) ask(host, lines);
  return Number(process.hrtime.bigint() - start) / perRound / 1000;
}

const best: Record<string, number> = {};
for (const { host } of distributions) {
  await new Promise<void>((resolve) => {
    answered = resolve;
    ask(host, []);
  });
}
await new Promise((resolve) => void setTimeout(resolve, 100));
answered = () => {};
for (let round = 0; round < rounds; round += 1) {
  for (const { id, host } of distributions) {
    const took = measure(host, kinds[id]?.lines ?? []);
    best[id] = Math.min(best[id] ?? Infinity, took);
  }
}
const plain = best["no policy"] ?? 1;
console.log("a hit with               µs   beside no policy");
for (const [id, took] of Object.entries(best)) {
  const ratio = (took / plain).toFixed(2);
  console.log(`${id.padEnd(22)} ${took.toFixed(2).padStart(5)}   ${ratio}`);
}
if (bytes === 0) throw new Error("nothing was written");
await edge.close();
server.close();
