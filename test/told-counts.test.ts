/**
 * Standard logs, real-time logs and metrics tell of the same requests, and of all that were sent: whatever became of
 * them, over both workers of a node, while files of logs are taken away.
 *
 * `npm run soak -- told-counts` sends a million.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import {
  CreateDistributionCommand,
  CreateFunctionCommand,
  CreateRealtimeLogConfigCommand,
  PublishFunctionCommand,
  type CacheBehavior,
  type CloudFrontClient,
} from "@aws-sdk/client-cloudfront";
import { buildConfig } from "./support/distribution-config.ts";
import { freePort } from "./support/free-port.ts";
import { functionConfig, pageOf } from "./support/live-function.ts";
import { eachLogLine } from "./support/log-folder.ts";
import { sumOf, untilMetrics, type ReadMetrics } from "./support/metrics.ts";
import { PipeliningViewer } from "./support/pipelining-viewer.ts";
import { randomFrom } from "./support/sample-random.ts";
import { startTestNode, temporaryFolder } from "./support/test-node.ts";
import { startTestOrigin, type TestOrigin } from "./support/test-origin.ts";

const requests = Number(process.env["FOOTLIGHT_TOLD_REQUESTS"] ?? 20_000);
const seed = Number(process.env["FOOTLIGHT_FUZZ_SEED"] ?? 1);
const viewers = 12;
const batch = 25;

/** What becomes of requests by the beginning of their paths: the status, and how many of a thousand are like that. */
const kinds = {
  hit: { status: 200, share: 790 },
  miss: { status: 200, share: 70 },
  gone: { status: 404, share: 40 },
  down: { status: 502, share: 20 },
  moved: { status: 301, share: 30 },
  made: { status: 200, share: 40 },
  refused: { status: 400, share: 5 },
  cut: { status: 0, share: 5 },
} as const;

type Kind = keyof typeof kinds;

/** What is asked of an origin and never answered in time is told of when it comes. */
class Arrivals {
  readonly #waiting = new Map<string, () => void>();

  of(path: string): Promise<void> {
    return new Promise((resolve) => void this.#waiting.set(path, resolve));
  }

  note(path: string): void {
    this.#waiting.get(path)?.();
    this.#waiting.delete(path);
  }
}

async function startOrigin(arrivals: Arrivals): Promise<TestOrigin> {
  const body = "x".repeat(300);
  return startTestOrigin(({ url = "" }, response) => {
    if (url.startsWith("/cut/")) {
      arrivals.note(url);
      response.once("close", () => response.destroy());
      return;
    }
    const headers = { "cache-control": "max-age=86400", "content-length": body.length };
    response.writeHead(url.startsWith("/gone/") ? 404 : 200, headers).end(body);
  });
}

async function createSite(client: CloudFrontClient, ports: { up: number; down: number }) {
  const { ETag } = await client.send(
    new CreateFunctionCommand({
      Name: "made",
      FunctionConfig: functionConfig,
      FunctionCode: Buffer.from(pageOf("made here")),
    }),
  );
  await client.send(new PublishFunctionCommand({ Name: "made", IfMatch: ETag }));
  const realtime = async (rate: number): Promise<string> => {
    const { RealtimeLogConfig } = await client.send(
      new CreateRealtimeLogConfigCommand({
        ...{ Name: `of-${rate}`, SamplingRate: rate },
        Fields: ["x-edge-request-id", "cs-uri-stem", "sc-status"],
        EndPoints: [
          {
            StreamType: "Kinesis",
            KinesisStreamConfig: {
              RoleARN: "arn:aws:iam::000000000000:role/logs",
              StreamARN: stream(rate),
            },
          },
        ],
      }),
    );
    return RealtimeLogConfig?.ARN ?? "";
  };
  const config = buildConfig({ callerReference: "told", originPort: ports.up });
  const [origin] = config.Origins!.Items!;
  const standard = { ...config.DefaultCacheBehavior!, RealtimeLogConfigArn: await realtime(1) };
  const behavior = (PathPattern: string, change: Partial<CacheBehavior>): CacheBehavior => ({
    ...standard,
    PathPattern,
    ...change,
  });
  const FunctionARN = "arn:aws:cloudfront::000000000000:function/made";
  const Items = [
    behavior("/down/*", { TargetOriginId: "down" }),
    behavior("/moved/*", {
      ViewerProtocolPolicy: "redirect-to-https",
      RealtimeLogConfigArn: await realtime(100),
    }),
    behavior("/made/*", {
      FunctionAssociations: { Quantity: 1, Items: [{ EventType: "viewer-request", FunctionARN }] },
    }),
  ];
  const custom = { ...origin!.CustomOriginConfig!, HTTPPort: ports.down };
  const { Distribution } = await client.send(
    new CreateDistributionCommand({
      DistributionConfig: {
        ...config,
        Origins: {
          Quantity: 2,
          Items: [origin!, { ...origin!, Id: "down", CustomOriginConfig: custom }],
        },
        DefaultCacheBehavior: standard,
        CacheBehaviors: { Quantity: Items.length, Items },
        Logging: { Enabled: true, IncludeCookies: false, Bucket: "told.s3.amazonaws.com" },
      },
    }),
  );
  return { id: Distribution?.Id ?? "", host: Distribution?.DomainName ?? "" };
}

function stream(rate: number): string {
  return `arn:aws:kinesis:us-east-1:000000000000:stream/of-${rate}`;
}

/** @returns which kind each request is of, in any order */
function plan(random: () => number): Kind[] {
  const names = Object.keys(kinds) as Kind[];
  return Array.from({ length: requests }, () => {
    let left = random() * 1000;
    return names.find((name) => (left -= kinds[name].share) < 0) ?? "hit";
  });
}

/** Sends one request over a connection of its own; @returns when the edge has closed that */
async function sendAlone(edge: string, text: string, cut?: Promise<void>): Promise<void> {
  const { hostname, port } = new URL(edge);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.on("error", () => {});
  const closed = once(socket, "close");
  socket.resume().write(text);
  if (cut !== undefined) {
    await cut;
    socket.destroy();
  }
  await closed;
}

test(
  `logs and metrics tell of each of ${requests} requests, seed ${seed}`,
  { timeout: 120_000 + requests * 5 },
  async (t) => {
    const arrivals = new Arrivals();
    const origin = await startOrigin(arrivals);
    t.after(() => origin.close());
    const folder = join(temporaryFolder(), "logs");
    mkdirSync(folder);
    const live = (rate: number): string => join(folder, `live-${rate}.log`);
    const streams = [1, 100].map((rate) => `${stream(rate)}=${live(rate)}`).join(",");
    const node = await startTestNode({
      workers: 2,
      args: ["--access-log", folder, "--log-streams", streams],
    });
    t.after(() => node.stop());
    const ports = { up: origin.port, down: await freePort() };
    const { id, host } = await createSite(node.client, ports);
    const bucket = join(folder, "told");

    const sent = new Map<Kind, number>();
    const planned = plan(randomFrom(seed));
    let next = 0;
    const pathOf = (kind: Kind, index: number): string =>
      kind === "hit" || kind === "gone" ? `/${kind}/${index % 100}` : `/${kind}/${index}`;
    const count = (kind: Kind): void => void sent.set(kind, (sent.get(kind) ?? 0) + 1);
    const visit = async (): Promise<void> => {
      let viewer = new PipeliningViewer(node.edge, host);
      while (next < planned.length) {
        const taken: { readonly kind: Kind; readonly path: string }[] = [];
        while (taken.length < batch && next < planned.length) {
          const kind = planned[next]!;
          const path = pathOf(kind, next);
          next += 1;
          count(kind);
          if (kind === "cut") {
            const text = `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
            await sendAlone(node.edge, text, arrivals.of(path));
          } else if (kind === "refused") {
            const twice = `Host: ${host}\r\nHost: ${host}\r\n`;
            await sendAlone(node.edge, `GET ${path} HTTP/1.1\r\n${twice}\r\n`);
          } else taken.push({ kind, path });
        }
        const statuses = await viewer.ask(taken.map(({ path }) => path));
        assert.deepEqual(
          statuses,
          taken.map(({ kind }) => kinds[kind].status),
        );
        // Others' connections lead to other workers.
        if (next % 20 === 0) {
          viewer.close();
          viewer = new PipeliningViewer(node.edge, host);
        }
      }
      viewer.close();
    };
    const all = Promise.all(Array.from({ length: viewers }, visit));
    const takenAway = takeAway(bucket, () => next, folder);
    await all;
    const url = `${node.api}/footlight/v1/metrics`;
    const labels = `{distribution="${id}"`;
    const metrics = await untilMetrics(
      url,
      (read) => read.get(`footlight_requests_total${labels}}`)! >= requests,
    );
    await node.stop();
    t.diagnostic(`${await takenAway} files were taken away while they were written`);

    const told = readStandard(folder);
    assert.deepEqual(told.kinds, sent, "the standard log tells of what was sent");
    assert.equal(told.statuses.size, requests, "each has an id of its own");
    assert.equal(told.wrong, 0, "each with its own status");
    assert.ok(readdirSync(bucket).length >= 2, "each worker has files of its own");
    compareMetrics(metrics, labels, { sent, bytes: told.bytes });

    const moved = readLive(live(100), told.statuses);
    assert.equal(moved, sent.get("moved"), "real-time, all");
    const sampled = readLive(live(1), told.statuses);
    const among = requests - (sent.get("moved") ?? 0) - (sent.get("refused") ?? 0);
    const spread = 6 * Math.sqrt(among * 0.01 * 0.99) + 1;
    assert.ok(Math.abs(sampled - among * 0.01) < spread, `${sampled} of ${among} were sampled`);
  },
);

/** Takes all files that there are, once after each third of the requests. @returns how many it took */
async function takeAway(bucket: string, done: () => number, folder: string): Promise<number> {
  const away = join(folder, "away");
  mkdirSync(away);
  let count = 0;
  for (const share of [1 / 3, 2 / 3]) {
    // A slow disk may not have the first of them by then.
    while (done() < share * requests || !existsSync(bucket)) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    for (const name of readdirSync(bucket)) {
      renameSync(join(bucket, name), join(away, name));
      count += 1;
    }
  }
  return count;
}

interface Told {
  readonly kinds: Map<Kind, number>;
  /** By request id. */
  readonly statuses: Map<string, string>;
  readonly bytes: number;
  readonly wrong: number;
}

function readStandard(folder: string): Told {
  const found = new Map<Kind, number>();
  const statuses = new Map<string, string>();
  let bytes = 0;
  let wrong = 0;
  for (const line of eachLogLine(folder)) {
    const fields = line.split("\t");
    const [sent = "", stem = "", status = "", id = ""] = [3, 7, 8, 14].map((at) => fields[at]);
    const kind = stem.slice(1, stem.indexOf("/", 1)) as Kind;
    found.set(kind, (found.get(kind) ?? 0) + 1);
    statuses.set(id, status);
    bytes += Number(sent);
    if (Number(status) !== kinds[kind].status) wrong += 1;
  }
  return { kinds: found, statuses, bytes, wrong };
}

/** @returns how many there are, each of which the standard log has as well */
function readLive(file: string, statuses: ReadonlyMap<string, string>): number {
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  const ids = new Set<string>();
  for (const line of lines) {
    const [status, , id = ""] = line.split("\t");
    assert.equal(statuses.get(id), status, line);
    ids.add(id);
  }
  assert.equal(ids.size, lines.length, "none is there twice");
  return lines.length;
}

function compareMetrics(
  metrics: ReadMetrics,
  labels: string,
  { sent, bytes }: { readonly sent: ReadonlyMap<Kind, number>; readonly bytes: number },
): void {
  const of = (what: string, more = ""): number | undefined =>
    metrics.get(`footlight_${what}${labels}${more}}`);
  assert.equal(of("requests_total"), requests);
  assert.equal(sumOf(metrics, "footlight_requests_total"), requests, "and of none besides");
  assert.equal(of("downloaded_bytes_total"), bytes);
  const sum = (...names: Kind[]): number =>
    names.reduce((total, name) => total + (sent.get(name) ?? 0), 0);
  const classes = {
    "000": sum("cut"),
    "2xx": sum("hit", "miss", "made"),
    "3xx": sum("moved"),
    "4xx": sum("gone", "refused"),
    "5xx": sum("down"),
  };
  for (const [name, expected] of Object.entries(classes)) {
    assert.equal(of("responses_total", `,status_class="${name}"`), expected, name);
  }
  assert.equal(of("function_invocations_total", ',function="made"'), sum("made"));
}
