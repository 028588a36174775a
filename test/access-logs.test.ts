/**
 * Access logs of a whole node: where they are, and that none is lost.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import {
  CreateDistributionCommand,
  CreateFunctionCommand,
  CreateRealtimeLogConfigCommand,
  PublishFunctionCommand,
  type CloudFrontClient,
  type DistributionConfig,
} from "@aws-sdk/client-cloudfront";
import { buildConfig, type ConfigInput } from "./support/distribution-config.ts";
import { untilReplaced, workersOf } from "./support/edge-workers.ts";
import { functionConfig } from "./support/live-function.ts";
import { logFiles, logLines } from "./support/log-folder.ts";
import { startTestNode, temporaryFolder } from "./support/test-node.ts";
import { startTestOrigin } from "./support/test-origin.ts";
import { view } from "./support/viewer.ts";

interface Site {
  readonly id: string;
  readonly host: string;
}

async function createSite(
  client: CloudFrontClient,
  input: ConfigInput,
  change: (config: DistributionConfig) => Partial<DistributionConfig>,
): Promise<Site> {
  const config = buildConfig(input);
  const { Distribution } = await client.send(
    new CreateDistributionCommand({ DistributionConfig: { ...config, ...change(config) } }),
  );
  return { id: Distribution?.Id ?? "", host: Distribution?.DomainName ?? "" };
}

const logging = {
  Logging: {
    Enabled: true,
    IncludeCookies: false,
    Bucket: "my-logs.s3.amazonaws.com",
    Prefix: "site/../",
  },
};

async function publishFunction(
  client: CloudFrontClient,
  name: string,
  source: string,
): Promise<void> {
  const { ETag } = await client.send(
    new CreateFunctionCommand({
      Name: name,
      FunctionConfig: functionConfig,
      FunctionCode: Buffer.from(source),
    }),
  );
  await client.send(new PublishFunctionCommand({ Name: name, IfMatch: ETag }));
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
}

test("each request is in the bucket's files once, with a worker killed and the node stopped", async (t) => {
  const folder = temporaryFolder();
  const bucket = join(folder, "my-logs");
  const deliveries = join(folder, "deliveries.json");
  writeFileSync(
    deliveries,
    JSON.stringify([
      {
        ...{ bucket: "v2-logs", outputFormat: "json", recordFields: ["cs-uri-stem", "sc-status"] },
        suffixPath: "{DistributionId}/{yyyy}/",
      },
    ]),
  );
  const [node, origin] = await Promise.all([
    startTestNode({
      workers: 2,
      args: ["--access-log", folder, "--access-log-deliveries", deliveries],
    }),
    startTestOrigin(),
  ]);
  t.after(() => Promise.all([node.stop(), origin.close()]));
  const { id, host } = await createSite(
    node.client,
    { callerReference: "logged", originPort: origin.port },
    () => logging,
  );
  const ask = (from: number, to: number): Promise<unknown> =>
    Promise.all(
      Array.from({ length: to - from }, async (_, index) => {
        const { status } = await view(node.edge, host, `/page-${from + index}`);
        assert.equal(status, 200);
      }),
    );

  await ask(0, 60);
  // Without another request, and while the node runs: a killed worker has nothing left to lose.
  await until(() => logLines(folder).length === 120);
  const [victim = 0] = workersOf(node);
  process.kill(victim, "SIGKILL");
  await untilReplaced(node, victim, 2);
  await ask(60, 120);
  await node.stop();

  const files = logFiles(bucket);
  for (const [name, text] of Object.entries(files)) {
    assert.match(
      name,
      new RegExp(`^site/%2E%2E/${id}\\.\\d{4}-\\d\\d-\\d\\d-\\d\\d\\.[0-9a-f]{8}\\.gz$`),
    );
    assert.match(text, /^#Version: 1\.0\n#Fields: date time x-edge-location sc-bytes c-ip /);
  }
  assert.ok(Object.keys(files).length >= 2, "each worker has files of its own");
  const stems = logLines(bucket).map((line) => line.split("\t")[7] ?? "");
  const asked = Array.from({ length: 120 }, (_, index) => `/page-${index}`);
  assert.deepEqual(stems.toSorted(), asked.toSorted());

  const second = logFiles(join(folder, "v2-logs/AWSLogs/000000000000/CloudFront", id));
  assert.match(Object.keys(second)[0] ?? "", /^\d{4}\/\w+\.\d{4}-\d\d-\d\d-\d\d\.[0-9a-f]{8}\.gz$/);
  const records = logLines(join(folder, "v2-logs")).map(
    (line) => JSON.parse(line) as Record<string, string>,
  );
  assert.deepEqual(
    records.map((record) => record["cs-uri-stem"] ?? "").toSorted(),
    asked.toSorted(),
  );
});

test("real-time logs go to what stands for their stream, and a function's own data with them", async (t) => {
  const folder = temporaryFolder();
  const file = join(folder, "live.log");
  /** By connection: each worker has its own, and a line may come in parts. */
  const received: string[] = [];
  const reader = createServer((socket) => {
    const own = received.push("") - 1;
    socket.setEncoding("utf8").on("data", (text: string) => (received[own] += text));
  });
  reader.listen(0, "127.0.0.1");
  await once(reader, "listening");
  const stream = (name: string) => `arn:aws:kinesis:us-east-1:000000000000:stream/${name}`;
  const { port } = reader.address() as AddressInfo;
  const table = [`${stream("file")}=${file}`, `${stream("socket")}=tcp:127.0.0.1:${port}`];
  const [node, origin] = await Promise.all([
    startTestNode({ workers: 2, args: ["--log-streams", table.join(",")] }),
    startTestOrigin(),
  ]);
  t.after(() => {
    reader.close();
    return Promise.all([node.stop(), origin.close()]);
  });
  await publishFunction(
    node.client,
    "tells",
    `import cf from 'cloudfront';
function handler(event) {
  cf.logCustomData('uri=' + event.request.uri);
  cf.logCustomData(';ü');
  return event.request;
}`,
  );
  const sites = await Promise.all(
    ["file", "socket"].map(async (name) => {
      const { RealtimeLogConfig } = await node.client.send(
        new CreateRealtimeLogConfigCommand({
          Name: name,
          SamplingRate: 100,
          Fields: ["viewer-request-log-data", "cs-uri-stem"],
          EndPoints: [
            {
              StreamType: "Kinesis",
              KinesisStreamConfig: {
                RoleARN: "arn:aws:iam::000000000000:role/logs",
                StreamARN: stream(name),
              },
            },
          ],
        }),
      );
      const input = { callerReference: name, originPort: origin.port, viewerRequest: "tells" };
      return createSite(node.client, input, ({ DefaultCacheBehavior }) => ({
        DefaultCacheBehavior: {
          ...DefaultCacheBehavior!,
          RealtimeLogConfigArn: RealtimeLogConfig?.ARN,
        },
      }));
    }),
  );
  const asked = Array.from({ length: 50 }, (_, index) => `/page-${index}`);
  await Promise.all(sites.flatMap(({ host }) => asked.map((path) => view(node.edge, host, path))));
  await node.stop();
  const expected = asked.map((path) => `${path}\turi=${path};%C3%BC`).toSorted();
  const linesOf = (text: string): string[] => text.trimEnd().split("\n").toSorted();
  assert.deepEqual(linesOf(readFileSync(file, "utf8")), expected);
  await until(() => received.join("").split("\n").length > asked.length);
  assert.deepEqual(linesOf(received.join("")), expected);
});

test("a hundred real-time log configurations at once: each stream gets its own, all of it, once", async (t) => {
  const folder = temporaryFolder();
  const count = 100;
  const stream = (index: number) => `arn:aws:kinesis:us-east-1:000000000000:stream/s${index}`;
  const file = (index: number) => join(folder, `live-${index}.log`);
  const indexes = Array.from({ length: count }, (_, index) => index);
  const table = indexes.map((index) => `${stream(index)}=${file(index)}`);
  const [node, origin] = await Promise.all([
    startTestNode({ workers: 2, args: ["--log-streams", table.join(",")] }),
    startTestOrigin(),
  ]);
  t.after(() => Promise.all([node.stop(), origin.close()]));
  const arns: string[] = [];
  for (const index of indexes) {
    const { RealtimeLogConfig } = await node.client.send(
      new CreateRealtimeLogConfigCommand({
        ...{ Name: `live-${index}`, SamplingRate: 100, Fields: ["cs-uri-stem"] },
        EndPoints: [
          {
            StreamType: "Kinesis",
            KinesisStreamConfig: {
              RoleARN: "arn:aws:iam::000000000000:role/logs",
              StreamARN: stream(index),
            },
          },
        ],
      }),
    );
    arns.push(RealtimeLogConfig?.ARN ?? "");
  }
  // One a cache behavior, twenty a distribution.
  const hosts = await Promise.all(
    [0, 20, 40, 60, 80].map(async (first) => {
      const input = { callerReference: `from ${first}`, originPort: origin.port };
      const { host } = await createSite(node.client, input, ({ DefaultCacheBehavior }) => ({
        CacheBehaviors: {
          Quantity: 20,
          Items: arns.slice(first, first + 20).map((RealtimeLogConfigArn, index) => ({
            ...DefaultCacheBehavior!,
            ...{ PathPattern: `/${first + index}/*`, RealtimeLogConfigArn },
          })),
        },
      }));
      return host;
    }),
  );
  const asked = indexes.flatMap((index) => [1, 2, 3, 4, 5].map((page) => ({ index, page })));
  await Promise.all(
    asked.map(({ index, page }) =>
      view(node.edge, hosts[Math.floor(index / 20)] ?? "", `/${index}/${page}`),
    ),
  );
  await node.stop();
  for (const index of indexes) {
    const expected = [1, 2, 3, 4, 5].map((page) => `/${index}/${page}`);
    assert.deepEqual(readFileSync(file(index), "utf8").trimEnd().split("\n").toSorted(), expected);
  }
});

test("a node does not start on deliveries that can't be made", async () => {
  const folder = temporaryFolder();
  const deliveries = join(folder, "deliveries.json");
  writeFileSync(deliveries, '[{"bucket": "logs", "recordFields": ["cs-path"]}]');
  const args = ["--access-log", folder, "--access-log-deliveries", deliveries];
  await assert.rejects(
    startTestNode({ args }),
    /deliveries\.json: entry 1: There is no field "cs-path" in access logs/,
  );
});
