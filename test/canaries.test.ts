/**
 * No secret is told, by anything that tells: values that stand for secrets are planted in requests, configuration,
 * environment and key value stores, and looked for in logs, metrics, traces, error pages and the API's answers.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { request as httpsRequest } from "node:https";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import {
  CreateDistributionCommand,
  CreateFunctionCommand,
  CreateOriginAccessControlCommand,
  CreateRealtimeLogConfigCommand,
  PublishFunctionCommand,
} from "@aws-sdk/client-cloudfront";
import {
  DescribeKeyValueStoreCommand,
  PutKeyCommand,
} from "@aws-sdk/client-cloudfront-keyvaluestore";
import { realtimeFields } from "../src/edge/record/access/realtime-fields.ts";
import { childrenOf } from "./support/child-processes.ts";
import { buildConfig } from "./support/distribution-config.ts";
import { createStore, keyValueClientFor } from "./support/key-value-client.ts";
import { functionConfig } from "./support/live-function.ts";
import { logFiles } from "./support/log-folder.ts";
import { startTestNode, temporaryFolder } from "./support/test-node.ts";
import { startTestOrigin } from "./support/test-origin.ts";
import { view } from "./support/viewer.ts";

const run = promisify(execFile);
const bin = resolve(import.meta.dirname, "../bin/footlight.mjs");

/** Each is another, so that a leak says where from. */
const planted = {
  cookie: "canary-cookie-7f3a",
  bearer: "canary-bearer-token-55",
  basic: "canary-basic-password-81",
  apiKey: "canary-api-key-d02e",
  authToken: "canary-auth-token-1b",
  signature: "canary-signature-c0ffee",
  policy: "canary-policy-eyJTdGF0",
  signedCookie: "canary-signed-cookie-33",
  amzSignature: "canary-amz-signature-9",
  amzToken: "canary-amz-token-4e",
  queryToken: "canary-query-token-2b",
  refererToken: "canary-referer-token-6d",
  originCookie: "canary-origin-cookie-aa",
  originVerify: "canary-origin-verify-ee",
  secretKey: "canary-aws-secret-key-0123456789abcdef",
  sessionToken: "canary-aws-session-token-77",
  keyValue: "canary-key-value-90",
} as const;

const source = `import cf from 'cloudfront';
async function handler(event) {
  var request = event.request;
  var value = await cf.kvs().get('secret');
  console.log(JSON.stringify(event));
  console.log('cookie ' + request.cookies.session.value + ' ' + request.headers.authorization.value);
  if (request.uri === '/fails') throw new Error('no such ' + request.cookies.session.value);
  if (request.uri === '/invalid') return { statusCode: 200, headers: { 'X Y': { value: request.cookies.session.value } } };
  request.headers['x-upstream-token'] = { value: value };
  return request;
}`;

test("no planted secret is in logs, metrics, traces, pages or the API's answers", async (t) => {
  const folder = join(temporaryFolder(), "logs");
  mkdirSync(folder);
  const seen: string[] = [];
  const origin = await startTestOrigin((request, response) => {
    seen.push(JSON.stringify(request.headers));
    if (request.url?.startsWith("/breaks")) {
      response.socket?.destroy();
      return;
    }
    response.setHeader("set-cookie", `sid=${planted.originCookie}; Path=/`);
    response.writeHead(request.url?.startsWith("/gone") ? 403 : 200).end("body");
  });
  const stream = "arn:aws:kinesis:us-east-1:000000000000:stream/live";
  const live = join(folder, "live.log");
  const node = await startTestNode({
    ...{ workers: 2, https: true },
    args: [
      ...["--traces", "on", "--log-level", "debug", "--access-log", folder],
      ...["--log-streams", `${stream}=${live}`],
    ],
    environment: {
      AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
      AWS_SECRET_ACCESS_KEY: planted.secretKey,
      AWS_SESSION_TOKEN: planted.sessionToken,
    },
  });
  t.after(() => Promise.all([node.stop(), origin.close()]));
  const { client } = node;

  const store = await createStore(client, "secrets");
  const values = keyValueClientFor(node.api, { signs: false });
  const { ETag: IfMatch } = await values.send(new DescribeKeyValueStoreCommand({ KvsARN: store }));
  await values.send(
    new PutKeyCommand({ KvsARN: store, IfMatch, Key: "secret", Value: planted.keyValue }),
  );
  const { ETag } = await client.send(
    new CreateFunctionCommand({
      Name: "leaks",
      FunctionConfig: {
        ...functionConfig,
        KeyValueStoreAssociations: { Quantity: 1, Items: [{ KeyValueStoreARN: store }] },
      },
      FunctionCode: Buffer.from(source),
    }),
  );
  await client.send(new PublishFunctionCommand({ Name: "leaks", IfMatch: ETag }));
  const { OriginAccessControl } = await client.send(
    new CreateOriginAccessControlCommand({
      OriginAccessControlConfig: {
        ...{ Name: "signs", SigningProtocol: "sigv4", SigningBehavior: "always" },
        OriginAccessControlOriginType: "s3",
      },
    }),
  );
  const { RealtimeLogConfig } = await client.send(
    new CreateRealtimeLogConfigCommand({
      ...{ Name: "live", SamplingRate: 100 },
      Fields: [...Object.keys(realtimeFields.plain), ...Object.keys(realtimeFields.chosen)].filter(
        (name) => name !== "cs-cookie",
      ),
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
  const config = buildConfig({
    ...{ callerReference: "canaries", originPort: origin.port, viewerRequest: "leaks" },
    cookies: "all",
  });
  const { Distribution } = await client.send(
    new CreateDistributionCommand({
      DistributionConfig: {
        ...config,
        Origins: {
          Quantity: 1,
          Items: [
            {
              ...config.Origins!.Items![0]!,
              OriginAccessControlId: OriginAccessControl!.Id!,
              CustomHeaders: {
                Quantity: 1,
                Items: [{ HeaderName: "X-Origin-Verify", HeaderValue: planted.originVerify }],
              },
            },
          ],
        },
        DefaultCacheBehavior: {
          ...config.DefaultCacheBehavior!,
          RealtimeLogConfigArn: RealtimeLogConfig!.ARN!,
        },
        Logging: { Enabled: true, IncludeCookies: false, Bucket: "bucket.s3.amazonaws.com" },
      },
    }),
  );
  const host = Distribution!.DomainName!;

  const query = [
    ...[`Signature=${planted.signature}`, `Policy=${planted.policy}`],
    ...[`X-Amz-Signature=${planted.amzSignature}`, `X-Amz-Security-Token=${planted.amzToken}`],
    ...[`to%6ben=${planted.queryToken}`, `access_token=${planted.queryToken}`, "plain=told"],
  ].join("&");
  const headers = {
    cookie: `session=${planted.cookie}; CloudFront-Signature=${planted.signedCookie}`,
    authorization: `Bearer ${planted.bearer}`,
    "proxy-authorization": `Basic ${Buffer.from(`me:${planted.basic}`).toString("base64")}`,
    "x-api-key": planted.apiKey,
    "x-auth-token": planted.authToken,
    referer: `https://www.example.com/?access_token=${planted.refererToken}`,
  };
  const told: Record<string, string> = {};
  const ids: string[] = [];
  for (const path of ["/goes-on", "/goes-on", "/fails", "/invalid", "/gone", "/breaks"]) {
    const answer = await view(node.edge, host, `${path}?${query}`, { headers });
    ids.push(String(answer.headers["x-amz-cf-id"]));
    const { "set-cookie": _, ...kept } = answer.headers;
    told[`the answer to ${path}`] = JSON.stringify(kept) + answer.body;
  }
  assert.equal(await overHttps(node.edgeHttps!, host, `/secure?${query}`, headers), 200);
  // Refused at a door: with two Hosts' worth of secrets, and none that is ours.
  await view(node.edge, "nobody.example.com", `/x?${query}`, { headers });
  assert.ok(
    seen.some((text) => text.includes(planted.originVerify)),
    "the origin is told",
  );
  assert.ok(
    seen.some((text) => text.includes("AWS4-HMAC-SHA256")),
    "the origin is signed for",
  );
  const signatures = seen.flatMap((text) => /Signature=([0-9a-f]{64})/.exec(text)?.[1] ?? []);
  assert.ok(signatures.length > 0);

  while (!(told["logs"] ?? "").includes('"/breaks"')) {
    const { stdout } = await run(process.execPath, [bin, "logs", "--api", node.api, "--json"]);
    told["logs"] = stdout.replaceAll('\\"', '"');
  }
  for (const path of ["traces?limit=100", "metrics", "metrics?format=prometheus", "health"]) {
    told[path] = await (await fetch(`${node.api}/footlight/v1/${path}`)).text();
  }
  for (const path of [
    "cache",
    `cache/objects?distribution=${Distribution!.Id!}`,
    "nodes",
    "logs",
  ]) {
    told[path] = await (await fetch(`${node.api}/footlight/v1/${path}`)).text();
  }
  for (const id of ids) {
    const answer = await fetch(`${node.api}/footlight/v1/trace?id=${encodeURIComponent(id)}`);
    told[`trace ${id}`] = await answer.text();
    const printed = await run(process.execPath, [bin, "explain", "--api", node.api, "--id", id]);
    told[`explain ${id}`] = printed.stdout;
  }
  const doctor = await run(process.execPath, [bin, "doctor", "--data", node.dataFolder]).catch(
    (error: { stdout: string; stderr: string }) => error,
  );
  told["doctor"] = doctor.stdout + doctor.stderr;
  // What a process that goes down in the middle says of it.
  process.kill(childrenOf(node.process.pid!, "edge-worker")[0]!, "SIGABRT");
  await node.logs(/edge worker/);
  await node.stop();
  told["the node's log"] = node.stderr();
  for (const [name, text] of Object.entries(logFiles(folder))) told[name] = text;
  told["real-time"] = readFileSync(live, "utf8");
  assert.match(told["real-time"], /plain=told/);
  for (const name of readdirSync(node.dataFolder).filter((file) => file.startsWith("traces.db"))) {
    told[`the file ${name}`] = readFileSync(join(node.dataFolder, name), "latin1");
  }
  const written = join(node.dataFolder, "function-logs");
  for (const name of readdirSync(written)) told[name] = readFileSync(join(written, name), "utf8");

  const pem = keyLines(node.dataFolder);
  assert.ok(pem.length > 0, "there are private keys");
  const all = [...Object.values(planted), ...signatures, ...pem].flatMap((value) => [
    ...[value, encodeURIComponent(value)],
    ...[Buffer.from(value).toString("base64").replace(/=+$/, "").slice(0, -1)],
  ]);
  const leaks = Object.entries(told).flatMap(([where, text]) =>
    all.filter((value) => text.includes(value)).map((value) => `${where} has ${value}`),
  );
  assert.deepEqual(leaks, []);
});

/** A line of each private key in a data folder. */
function keyLines(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".key"))
    .flatMap((name) => readFileSync(join(folder, name), "latin1").split("\n")[1] ?? []);
}

/** @returns the status */
function overHttps(
  edge: string,
  host: string,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<number> {
  const { hostname, port } = new URL(edge);
  return new Promise((settle, reject) => {
    httpsRequest(
      {
        ...{ hostname, port, path, servername: host, rejectUnauthorized: false },
        headers: { host, ...headers },
      },
      (response) => {
        response.resume();
        response.once("end", () => settle(response.statusCode ?? 0));
      },
    )
      .on("error", reject)
      .end();
  });
}
