/**
 * How many requests a second does an edge pass through a function to a small origin response?
 *
 *     node bench/pass-through.bench.ts [--seconds 5] [--rounds 3] [--workers 1]
 *
 * Footlight and, where it is installed, nginx with njs do the same: build CloudFront's event
 * object from the request, call a handler that returns the request, send it on to the origin over
 * kept-alive connections, pass the answer back. Rounds alternate, so that a drift of the machine
 * meets both. The load is wrk with 32 connections.
 *
 * What would make it unfair: client, origin and edge share the machine's cores, so figures are for
 * the ratio only; nginx runs as many workers as Footlight; njs builds its event in JavaScript from
 * `r.rawHeadersIn`, which is how one would do it there; neither caches anything.
 */
import { execFileSync, spawn, spawnSync, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import {
  CloudFrontClient,
  CreateDistributionCommand,
  CreateFunctionCommand,
  PublishFunctionCommand,
} from "@aws-sdk/client-cloudfront";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "5" },
    rounds: { type: "string", default: "3" },
    workers: { type: "string", default: "1" },
  },
});
const seconds = Number(values.seconds);
const folder = mkdtempSync(join(tmpdir(), "footlight-bench-"));
const originPort = 19_081;
const nginxPort = 19_082;
const children: ChildProcess[] = [];

const handler = `function handler(event) {
  var request = event.request;
  if (request.uri === '/') { request.uri = '/index.html'; }
  return request;
}`;

interface Figures {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly errors: number;
}

interface Rival {
  readonly name: string;
  readonly url: string;
  readonly host: string;
}

try {
  process.exitCode = await main();
} finally {
  for (const child of children) child.kill("SIGTERM");
  rmSync(folder, { recursive: true, force: true });
}

async function main(): Promise<number> {
  if (!installed("wrk") || !installed("nginx")) {
    console.error(
      "This benchmark needs wrk and nginx (Debian packages wrk, nginx, libnginx-mod-http-js)",
    );
    return 1;
  }
  startNginx("origin", originConfig());
  const rivals: Rival[] = [await startFootlight()];
  if (startNginx("njs", njsConfig())) {
    rivals.push({ name: "nginx + njs", url: `http://127.0.0.1:${nginxPort}/`, host: "localhost" });
  } else {
    console.log("nginx has no njs module here (libnginx-mod-http-js): Footlight alone");
  }
  for (const rival of rivals) await checkServes(rival);

  const figures = new Map<string, Figures[]>(rivals.map(({ name }) => [name, []]));
  for (const rival of rivals) load(rival, 2);
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const rival of rivals) figures.get(rival.name)!.push(load(rival, seconds));
  }
  print(figures);
  return 0;
}

function installed(program: string): boolean {
  return spawnSync("sh", ["-c", `command -v ${program}`]).status === 0;
}

async function startFootlight(): Promise<Rival> {
  const bin = resolve(import.meta.dirname, "../bin/footlight.mjs");
  const args = ["--ready-json", "--api-port", "0", "--edge-port", "0", "--workers", values.workers];
  const child = spawn(process.execPath, [bin, "start", ...args, "--data", join(folder, "data")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  const { value } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  const { api, edge } = JSON.parse(value as string) as { api: string; edge: string };
  const client = new CloudFrontClient({
    endpoint: api,
    region: "us-east-1",
    credentials: { accessKeyId: "any", secretAccessKey: "any" },
  });
  const { ETag } = await client.send(
    new CreateFunctionCommand({
      Name: "pass",
      FunctionConfig: { Comment: "", Runtime: "cloudfront-js-2.0" },
      FunctionCode: Buffer.from(handler),
    }),
  );
  await client.send(new PublishFunctionCommand({ Name: "pass", IfMatch: ETag }));
  const { Distribution } = await client.send(
    new CreateDistributionCommand({
      DistributionConfig: {
        CallerReference: "bench",
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
                OriginProtocolPolicy: "http-only",
              },
            },
          ],
        },
        DefaultCacheBehavior: {
          TargetOriginId: "origin",
          ViewerProtocolPolicy: "allow-all",
          ForwardedValues: { QueryString: true, Cookies: { Forward: "none" } },
          MinTTL: 0,
          FunctionAssociations: {
            Quantity: 1,
            Items: [
              {
                EventType: "viewer-request",
                FunctionARN: "arn:aws:cloudfront::000000000000:function/pass",
              },
            ],
          },
        },
      },
    }),
  );
  return { name: "Footlight", url: `${edge}/`, host: Distribution?.DomainName ?? "" };
}

/** @returns whether nginx took the configuration */
function startNginx(name: string, config: string): boolean {
  const home = join(folder, name);
  mkdirSync(home);
  const file = join(home, "nginx.conf");
  writeFileSync(file, config.replaceAll("HOME", home));
  writeFileSync(join(home, "event.js"), njsEvent());
  const args = ["-p", home, "-c", file, "-e", join(home, "error.log")];
  if (spawnSync("nginx", ["-t", ...args]).status !== 0) return false;
  children.push(spawn("nginx", [...args, "-g", "daemon off;"], { stdio: "ignore" }));
  return true;
}

function originConfig(): string {
  return `pid HOME/nginx.pid; worker_processes 1;
events { worker_connections 1024; }
http { access_log off; keepalive_requests 1000000000;
  server { listen 127.0.0.1:${originPort}; location / { default_type text/html; return 200 "hello from the origin\\n"; } } }`;
}

function njsConfig(): string {
  return `load_module ${njsModule()};
pid HOME/nginx.pid; worker_processes ${values.workers};
events { worker_connections 1024; }
http { access_log off; keepalive_requests 1000000000;
  js_path HOME; js_import edge from event.js; js_set $rewritten edge.rewrite;
  upstream origin { server 127.0.0.1:${originPort}; keepalive 64; keepalive_requests 1000000000; }
  server { listen 127.0.0.1:${nginxPort};
    location / { proxy_http_version 1.1; proxy_set_header Connection ""; proxy_pass http://origin$rewritten; } } }`;
}

/** Where the system's packages put the module; nginx looks relative to its home otherwise. */
function njsModule(): string {
  const name = "nginx/modules/ngx_http_js_module.so";
  return (
    ["/usr/lib", "/usr/lib64", "/usr/local/lib"].map((lib) => `${lib}/${name}`).find(existsSync) ??
    name
  );
}

/** CloudFront's event object from an nginx request, and the same handler. */
function njsEvent(): string {
  return `${handler}
function rewrite(r) {
  var headers = {}, cookies = {}, i, raw = r.rawHeadersIn;
  for (i = 0; i < raw.length; i++) {
    var name = raw[i][0].toLowerCase();
    if (name === 'cookie') {
      raw[i][1].split(';').forEach(function (pair) {
        var at = pair.indexOf('=');
        cookies[pair.slice(0, at).trim()] = { value: pair.slice(at + 1) };
      });
    } else if (headers[name]) {
      headers[name].multiValue = headers[name].multiValue || [{ value: headers[name].value }];
      headers[name].multiValue.push({ value: raw[i][1] });
    } else {
      headers[name] = { value: raw[i][1] };
    }
  }
  var querystring = {}, args = r.args, key;
  for (key in args) { querystring[key] = { value: args[key] }; }
  var event = {
    version: '1.0',
    context: { distributionDomainName: 'd1.cloudfront.net', distributionId: 'E1', eventType: 'viewer-request', requestId: r.variables.request_id },
    viewer: { ip: r.remoteAddress },
    request: { method: r.method, uri: r.uri, querystring: querystring, headers: headers, cookies: cookies }
  };
  var request = handler(event);
  return r.variables.args ? request.uri + '?' + r.variables.args : request.uri;
}
export default { rewrite };`;
}

async function checkServes({ name, url, host }: Rival): Promise<void> {
  const out = execFileSync("curl", [
    ...["--silent", "--retry", "20", "--retry-connrefused", "--retry-delay", "1"],
    ...["--header", `Host: ${host}`, url],
  ]).toString();
  if (out !== "hello from the origin\n") throw new Error(`${name} answers: ${out}`);
}

function load({ url, host }: Rival, duration: number): Figures {
  const args = ["-t1", "-c32", `-d${duration}s`, "--latency", "-H", `Host: ${host}`];
  const headers = ["-H", "Accept: text/html", "-H", "User-Agent: bench", "-H", "Cookie: a=1; b=2"];
  const out = execFileSync("wrk", [...args, ...headers, `${url}?x=1&y=2`]).toString();
  const refused = /Non-2xx or 3xx responses: (\d+)/.exec(out)?.[1] ?? "0";
  return {
    requestsPerSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(out)?.[1]),
    p50Ms: milliseconds(/50%\s+([\d.]+)(us|ms|s)/.exec(out)),
    p99Ms: milliseconds(/99%\s+([\d.]+)(us|ms|s)/.exec(out)),
    errors: Number(refused) + (/Socket errors/.test(out) ? 1 : 0),
  };
}

function milliseconds(match: RegExpExecArray | null): number {
  const scale: Record<string, number> = { us: 0.001, ms: 1, s: 1000 };
  return Number(match?.[1]) * (scale[match?.[2] ?? "ms"] ?? 1);
}

function median(numbers: number[]): number {
  return numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;
}

function print(figures: ReadonlyMap<string, Figures[]>): void {
  const base = median(
    (figures.get("nginx + njs") ?? figures.get("Footlight")!).map((f) => f.requestsPerSecond),
  );
  console.log("| edge | requests/s | p50 ms | p99 ms | errors | ratio |");
  console.log("| --- | --- | --- | --- | --- | --- |");
  for (const [name, runs] of figures) {
    const rate = median(runs.map((run) => run.requestsPerSecond));
    const row = [
      name,
      rate.toFixed(0),
      median(runs.map((run) => run.p50Ms)).toFixed(2),
      median(runs.map((run) => run.p99Ms)).toFixed(2),
      runs.reduce((sum, run) => sum + run.errors, 0),
      (rate / base).toFixed(2),
    ];
    console.log(`| ${row.join(" | ")} |`);
  }
  console.log(
    `median of ${values.rounds} rounds of ${seconds} s, ${values.workers} worker(s) each`,
  );
}
