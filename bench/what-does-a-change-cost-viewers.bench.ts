/**
 * What do viewers notice of a change that touches everything?
 *
 *     node bench/what-does-a-change-cost-viewers.bench.ts
 *
 * 1,000 distributions of 25 behaviors name one cache policy. One worker serves viewers, who ask at a
 * steady rate for one distribution after the other; the policy is changed again and again meanwhile. Printed is
 * the p99 without changes, and by how much the slowest request of those that met a change is above it.
 * What would make it unfair: viewers and node share the machine's cores.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, createServer, get } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import {
  CloudFrontClient,
  CreateCachePolicyCommand,
  CreateDistributionCommand,
  GetCachePolicyCommand,
  UpdateCachePolicyCommand,
  type CachePolicyConfig,
} from "@aws-sdk/client-cloudfront";

const distributions = Number(process.env["FOOTLIGHT_BENCH_DISTRIBUTIONS"] ?? 1000);
const behaviors = 25;
const changes = 20;
const requestsPerSecond = 200;

const quotas = {
  distributionsPerAccount: distributions + 1,
  distributionsPerCachePolicy: distributions + 1,
};

const folder = mkdtempSync(join(tmpdir(), "footlight-bench-"));
const origin = createServer((_request, response) => response.end("ok")).listen(0, "127.0.0.1");
await once(origin, "listening");
const originPort = (origin.address() as AddressInfo).port;
const node = spawn(
  process.execPath,
  [
    resolve(import.meta.dirname, "../bin/footlight.mjs"),
    ...["start", "--ready-json", "--api-port", "0", "--edge-port", "0", "--workers", "1"],
    ...["--data", folder, "--quotas", JSON.stringify(quotas)],
  ],
  { stdio: ["ignore", "pipe", "inherit"] },
);
try {
  const [line] = (await once(createInterface({ input: node.stdout }), "line")) as [string];
  const { api, edge } = JSON.parse(line) as { readonly api: string; readonly edge: string };
  await measure(api, Number(new URL(edge).port));
} finally {
  node.kill("SIGTERM");
  await once(node, "exit");
  origin.close();
  rmSync(folder, { recursive: true, force: true });
}

async function measure(api: string, edgePort: number): Promise<void> {
  const client = new CloudFrontClient({
    endpoint: api,
    region: "us-east-1",
    credentials: { accessKeyId: "any", secretAccessKey: "any" },
  });
  const { CachePolicy } = await client.send(
    new CreateCachePolicyCommand({ CachePolicyConfig: policy(0) }),
  );
  const id = CachePolicy?.Id ?? "";
  const hosts: string[] = [];
  for (let index = 0; index < distributions; index += 1) {
    const { Distribution } = await client.send(
      new CreateDistributionCommand({ DistributionConfig: configOf(index, id) }),
    );
    hosts.push(Distribution?.DomainName ?? "");
  }

  const viewers = startViewers(edgePort, hosts);
  await delay(5000);
  viewers.take();
  await delay(10_000);
  const steady = p99(viewers.take());
  const slowest: number[] = [];
  const tookMs: number[] = [];
  for (let count = 1; count <= changes; count += 1) {
    const { ETag } = await client.send(new GetCachePolicyCommand({ Id: id }));
    viewers.take();
    const started = performance.now();
    await client.send(
      new UpdateCachePolicyCommand({ Id: id, IfMatch: ETag, CachePolicyConfig: policy(count) }),
    );
    tookMs.push(performance.now() - started);
    await delay(250);
    slowest.push(Math.max(...viewers.take()));
  }
  const failed = viewers.stop();
  slowest.sort((a, b) => a - b);
  tookMs.sort((a, b) => a - b);
  const above = (ms: number): string => `${(ms - steady).toFixed(1)} ms`;
  console.log(
    `${distributions} distributions of ${behaviors} behaviors, ${changes} changes of their policy`,
  );
  console.log(`p99 without a change            ${steady.toFixed(1)} ms`);
  console.log(
    `slowest request around a change above that: median ${above(middle(slowest))}, most ${above(slowest.at(-1) ?? 0)}`,
  );
  console.log(`a change is acknowledged after  median ${middle(tookMs).toFixed(1)} ms`);
  console.log(`failed requests                 ${failed}`);
}

/** Asks at a steady rate, whatever the answers take. */
function startViewers(port: number, hosts: readonly string[]) {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  let times: number[] = [];
  let failed = 0;
  let asked = 0;
  const timer = setInterval(() => {
    const host = hosts[(asked += 1) % hosts.length] as string;
    const started = performance.now();
    get(
      { port, host: "127.0.0.1", path: `/part-${asked % behaviors}/a`, headers: { host }, agent },
      (response) => {
        response.resume().once("end", () => {
          times.push(performance.now() - started);
          if (response.statusCode !== 200) failed += 1;
        });
      },
    ).once("error", () => void (failed += 1));
  }, 1000 / requestsPerSecond);
  return {
    take(): number[] {
      const taken = times;
      times = [];
      return taken;
    },
    stop(): number {
      clearInterval(timer);
      agent.destroy();
      return failed;
    },
  };
}

function policy(count: number): CachePolicyConfig {
  return {
    Name: "everybodys",
    MinTTL: 0,
    ParametersInCacheKeyAndForwardedToOrigin: {
      EnableAcceptEncodingGzip: false,
      HeadersConfig: {
        HeaderBehavior: "whitelist",
        Headers: { Quantity: 1, Items: [`X-Key-${count}`] },
      },
      CookiesConfig: { CookieBehavior: "none" },
      QueryStringsConfig: { QueryStringBehavior: "none" },
    },
  };
}

function configOf(index: number, policyId: string) {
  const behavior = {
    TargetOriginId: "origin",
    ViewerProtocolPolicy: "allow-all" as const,
    CachePolicyId: policyId,
  };
  const items = Array.from({ length: behaviors - 1 }, (_, part) => ({
    ...behavior,
    PathPattern: `/part-${part}/*`,
  }));
  return {
    CallerReference: String(index),
    Comment: "",
    Enabled: true,
    Origins: {
      Quantity: 1,
      Items: [
        {
          Id: "origin",
          DomainName: "localhost",
          CustomOriginConfig: {
            HTTPPort: originPort,
            HTTPSPort: 443,
            OriginProtocolPolicy: "http-only" as const,
          },
        },
      ],
    },
    DefaultCacheBehavior: behavior,
    CacheBehaviors: { Quantity: items.length, Items: items },
  };
}

function p99(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? 0;
}

function middle(sorted: readonly number[]): number {
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
