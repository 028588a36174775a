/**
 * What do access logs cost a request, in processor time of the whole worker, compression and files included?
 *
 * One node with a worker, and a distribution a kind of log; each answers hits of 1 KB behind a function that changes
 * the path and sets a header, 1,000 URLs in turn (row a of `npm run bench`). wrk asks them in rounds that
 * alternate, and the median of the rounds' ratios to the distribution without logs counts. nginx answers hits of the
 * same body from its own cache beside it, with and without its access log.
 *
 * Unfair when: the machine is busy (compare ratios); nginx writes 200 bytes a line uncompressed and unbuffered, where
 * CloudFront's fields are 400 and gzip files.
 *
 * Run: node bench/what-do-access-logs-cost.bench.ts [SECONDS] [ROUNDS]
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import {
  CreateDistributionCommand,
  CreateFunctionCommand,
  CreateRealtimeLogConfigCommand,
  PublishFunctionCommand,
  type DistributionConfig,
} from "@aws-sdk/client-cloudfront";
import { childrenOf } from "../test/support/child-processes.ts";
import { buildConfig } from "../test/support/distribution-config.ts";
import { temporaryFolder } from "../test/support/leftovers.ts";
import { functionConfig } from "../test/support/live-function.ts";
import { cpuMicroseconds, threadMicroseconds } from "../test/support/process-cost.ts";
import { startTestNode } from "../test/support/test-node.ts";
import { realtimeFields } from "../src/edge/record/access/realtime-fields.ts";
import { freePort } from "./rivals/rival.ts";

const seconds = Number(process.argv[2] ?? 2);
const rounds = Number(process.argv[3] ?? 7);

const body = "x".repeat(1024);
const origin = createServer((_, response) => {
  response.writeHead(200, { "content-type": "text/html", "cache-control": "max-age=86400" });
  response.end(body);
});
origin.listen(0, "127.0.0.1");
await once(origin, "listening");
const originPort = (origin.address() as AddressInfo).port;

const folder = temporaryFolder();
const stream = "arn:aws:kinesis:us-east-1:000000000000:stream/live";
const node = await startTestNode({
  workers: 1,
  // As where a node serves others, and in row (a): on loopback they would be on.
  args: [
    ...["--traces", "off", "--access-log", join(folder, "logs")],
    ...["--log-streams", `${stream}=${folder}/live.log`],
  ],
});
const [worker = 0] = childrenOf(node.process.pid!, "edge-worker");

const { ETag } = await node.client.send(
  new CreateFunctionCommand({
    Name: "rewrite",
    FunctionConfig: functionConfig,
    FunctionCode: Buffer.from(`function handler(event) {
  var request = event.request;
  request.uri = '/v2' + request.uri;
  request.headers['x-section'] = { value: 'news' };
  return request;
}`),
  }),
);
await node.client.send(new PublishFunctionCommand({ Name: "rewrite", IfMatch: ETag }));
const fields = [...Object.keys(realtimeFields.plain), ...Object.keys(realtimeFields.chosen)];
const arns: Record<string, string | undefined> = {};
for (const rate of [1, 100]) {
  const { RealtimeLogConfig } = await node.client.send(
    new CreateRealtimeLogConfigCommand({
      ...{ Name: `live-${rate}`, SamplingRate: rate, Fields: fields },
      EndPoints: [
        {
          StreamType: "Kinesis",
          KinesisStreamConfig: {
            RoleARN: "arn:aws:iam::000000000000:role/logs",
            StreamARN: stream,
          },
        },
      ],
    }),
  );
  arns[rate] = RealtimeLogConfig?.ARN;
}

interface Kind {
  readonly pid: number;
  readonly url: string;
  readonly host: string;
}

async function site(
  name: string,
  change: (config: DistributionConfig) => Partial<DistributionConfig>,
): Promise<Kind> {
  const config = buildConfig({
    ...{ callerReference: name, originPort, viewerRequest: "rewrite" },
    cachePolicy: "658327ea-f89d-4fab-a63d-7e88639e58f6",
  });
  const { Distribution } = await node.client.send(
    new CreateDistributionCommand({ DistributionConfig: { ...config, ...change(config) } }),
  );
  return { pid: worker, url: node.edge, host: Distribution?.DomainName ?? "" };
}

const realtime =
  (arn: string | undefined) =>
  ({ DefaultCacheBehavior }: DistributionConfig): Partial<DistributionConfig> => ({
    DefaultCacheBehavior: { ...DefaultCacheBehavior!, RealtimeLogConfigArn: arn },
  });
const standard = { Enabled: true, IncludeCookies: false, Bucket: "b.s3.amazonaws.com", Prefix: "" };

const kinds: Record<string, Kind> = {
  "no log": await site("none", () => ({})),
  "no log, again": await site("again", () => ({})),
  "standard log": await site("standard", () => ({ Logging: standard })),
  "real-time log, 1 %": await site("one", realtime(arns["1"])),
  "real-time log, 100 %": await site("all", realtime(arns["100"])),
};
const nginx = spawnSync("nginx", ["-v"]).status === 0 ? await startNginx() : undefined;

async function startNginx(): Promise<() => void> {
  const [off, on] = [await freePort(), await freePort()];
  const home = mkdtempSync(join(folder, "nginx-"));
  const proxied = `proxy_cache kept; proxy_pass http://127.0.0.1:${originPort};`;
  writeFileSync(
    join(home, "nginx.conf"),
    `${process.getuid?.() === 0 ? "user root;" : ""} daemon off; master_process off; pid ${home}/pid;
events {} http { keepalive_requests 100000000; proxy_cache_path ${home}/cache keys_zone=kept:16m;
open_file_cache max=10000; proxy_temp_path ${home}/proxy; client_body_temp_path ${home}/body;
server { listen 127.0.0.1:${off}; access_log off; location / { ${proxied} } }
server { listen 127.0.0.1:${on}; access_log ${home}/access.log combined; location / { ${proxied} } } }`,
  );
  const child = spawn("nginx", ["-p", home, "-c", join(home, "nginx.conf")], { stdio: "ignore" });
  await new Promise((resolve) => void setTimeout(resolve, 500));
  const common = { pid: child.pid!, host: "example.com" };
  kinds["nginx, no log"] = { ...common, url: `http://127.0.0.1:${off}` };
  kinds["nginx, its log"] = { ...common, url: `http://127.0.0.1:${on}` };
  return () => child.kill();
}

const script = join(folder, "urls.lua");
writeFileSync(
  script,
  `local page = 0
request = function()
  page = (page + 1) % 1000
  return wrk.format("GET", "/articles/2026/page-" .. page .. ".html")
end`,
);

/** Microseconds of processor time a request: of all threads, and of those by their names. */
interface Cost {
  readonly all: number;
  readonly byThread: ReadonlyMap<string, number>;
}

async function measure({ pid, url, host }: Kind): Promise<Cost> {
  const agent = "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36";
  const args = ["-t1", "-c16", `-d${seconds}s`, "-s", script, "-H", `Host: ${host}`, "-H", agent];
  const before = cpuMicroseconds([pid]);
  const threadsBefore = threadMicroseconds(pid);
  const child = spawn("wrk", [...args, url], { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  await once(child, "close");
  // What waits is written in half a second.
  await new Promise((resolve) => void setTimeout(resolve, 700));
  const requests = Number(/(\d+) requests in/.exec(text)?.[1]);
  if (!(requests > 0) || /Non-2xx/.test(text)) throw new Error(`wrk says ${text}`);
  const byThread = new Map(
    Array.from(threadMicroseconds(pid), ([name, us]) => {
      return [name, (us - (threadsBefore.get(name) ?? 0)) / requests];
    }),
  );
  return { all: (cpuMicroseconds([pid]) - before) / requests, byThread };
}

const took: Record<string, Cost[]> = Object.fromEntries(Object.keys(kinds).map((n) => [n, []]));
for (let round = -1; round < rounds; round += 1) {
  // None has always the same before it: what that has left behind is collected at the next one's expense.
  const order = Object.entries(kinds);
  order.push(...order.splice(0, (round + 1) % order.length));
  for (const [name, kind] of round % 2 === 0 ? order : order.toReversed()) {
    const cost = await measure(kind);
    if (round >= 0) took[name]!.push(cost);
  }
}

console.log("a hit with               µs   beside no log   of which");
for (const [name, costs] of Object.entries(took)) {
  const beside = took[name.startsWith("nginx") ? "nginx, no log" : "no log"]!;
  const ratios = costs.map(({ all }, round) => all / beside[round]!.all);
  const threads = [...costs[0]!.byThread.keys()].map((thread) => {
    const us = median(costs.map(({ byThread }) => byThread.get(thread) ?? 0));
    return us < 0.05 ? "" : `${thread} ${us.toFixed(1)}`;
  });
  const told = [
    median(costs.map(({ all }) => all))
      .toFixed(1)
      .padStart(5),
    `${median(ratios).toFixed(3)} (${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)})`,
    threads.filter((text) => text !== "").join(", "),
  ];
  console.log(`${name.padEnd(21)} ${told.join("   ")}`);
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}

nginx?.();
await node.stop();
origin.close();
