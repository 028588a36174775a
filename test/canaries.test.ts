/**
 * No secret is told, by anything that tells: values that stand for secrets are planted in requests, configuration,
 * environment and key value stores, and looked for in logs, metrics, traces, error pages and the API's answers.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, request as httpsRequest } from "node:https";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import {
  CreateDistributionCommand,
  CreateFunctionCommand,
  CreateOriginAccessControlCommand,
  CreateRealtimeLogConfigCommand,
  PublishFunctionCommand,
  type CloudFrontClient,
} from "@aws-sdk/client-cloudfront";
import {
  DescribeKeyValueStoreCommand,
  PutKeyCommand,
} from "@aws-sdk/client-cloudfront-keyvaluestore";
import type { PemPair } from "../src/certificates/local-authority.ts";
import { realtimeFields } from "../src/edge/record/access/realtime-fields.ts";
import { childrenOf } from "./support/child-processes.ts";
import { buildConfig } from "./support/distribution-config.ts";
import { createStore, keyValueClientFor } from "./support/key-value-client.ts";
import { functionConfig } from "./support/live-function.ts";
import { logFiles } from "./support/log-folder.ts";
import { startTestNode, temporaryFolder } from "./support/test-node.ts";
import { startTestOrigin } from "./support/test-origin.ts";
import { view } from "./support/viewer.ts";
import { makeClient, makeClientRoot } from "./tls/client-authority.ts";
import { certificateFor, root as serverRoot } from "./tls/secure-scene.ts";

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
  fileSecretKey: "canary-file-secret-key-0123456789abcdef",
  fileSessionToken: "canary-file-session-token-1c",
  brokenSecretKey: "canary-broken-file-secret-key-88",
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
  const [certificates, credentials] = [temporaryFolder(), join(temporaryFolder(), "credentials")];
  const authority = await makeClientRoot();
  const { certificate, privateKey } = await makeClient(authority, { subject: "CN=edge" });
  writeFileSync(join(certificates, "edge.pem"), certificate + privateKey);
  // The key of another: what is wrong with it is told.
  writeFileSync(join(certificates, "wrong.crt"), certificate);
  writeFileSync(join(certificates, "wrong.key"), (await makeClient(authority)).privateKey);
  writeFileSync(join(certificates, "certificates.json"), JSON.stringify({ [clientArn]: "edge" }));
  writeFileSync(
    credentials,
    `[signed.localhost]
aws_access_key_id = AKIAIOSFODNN7EXAMPLF
aws_secret_access_key = ${planted.fileSecretKey}
aws_session_token = ${planted.fileSessionToken}
`,
    { mode: 0o600 },
  );
  const guarded = await startGuardedOrigin(t, authority);
  const node = await startTestNode({
    ...{ workers: 2, https: true },
    args: [
      ...["--traces", "on", "--log-level", "debug", "--access-log", folder],
      ...["--log-streams", `${stream}=${live}`, "--certificates", certificates],
      ...["--origin-ca", guarded.roots, "--origin-credentials", credentials],
      // Nobody is there: orders fail, and what is told of them is looked at.
      ...["--acme-email", "me@example.com", "--acme-names", "aliases"],
      ...["--acme-directory", "https://127.0.0.1:9/directory"],
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
  const guardedHost = await createGuarded(client, guarded.port, OriginAccessControl!.Id!);

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
  for (const path of ["/guarded", "/guarded/again"]) {
    const answer = await view(node.edge, guardedHost, `${path}?${query}`, { headers });
    assert.equal(answer.status, 200, answer.body);
    ids.push(String(answer.headers["x-amz-cf-id"]));
    told[`the answer to ${path}`] = JSON.stringify(answer.headers) + answer.body;
    // Credentials that can't be read are told of, and those from before go on.
    writeFileSync(credentials, `[signed.localhost]\n${planted.brokenSecretKey}\n`);
    await setTimeout(1100);
  }
  await view(node.edge, guardedHost, "/guarded/third", { headers });
  await node.logs(/neither a profile/);
  await node.logs(/127\.0\.0\.1:9/);
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
  assert.ok(
    guarded.seen.some((text) => text.includes(planted.fileSessionToken)),
    "the guarded origin is signed for by the file's credentials, with the client's certificate",
  );
  const signatures = [...seen, ...guarded.seen].flatMap(
    (text) => /Signature=([0-9a-f]{64})/.exec(text)?.[1] ?? [],
  );
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
  const backup = join(temporaryFolder(), "account.backup");
  await run(process.execPath, [bin, "backup", backup, "--api", node.api]);
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

  const pem = [...keyLines(node.dataFolder), ...keyLines(certificates)];
  assert.ok(existsSync(join(node.dataFolder, "acme", "account.key")), "there is an account's key");
  assert.ok(pem.length > 6, "there are private keys");
  const all = [...Object.values(planted), ...signatures, ...pem].flatMap((value) => [
    ...[value, encodeURIComponent(value)],
    ...[Buffer.from(value).toString("base64").replace(/=+$/, "").slice(0, -1)],
  ]);
  const leaks = Object.entries(told).flatMap(([where, text]) =>
    all.filter((value) => text.includes(value)).map((value) => `${where} has ${value}`),
  );
  assert.deepEqual(leaks, []);
  // These have the account's secrets, as their owner has; the files of keys are apart from them.
  const kept = [
    backup,
    ...readdirSync(node.dataFolder)
      .filter((name) => name.startsWith("changes.db"))
      .map((name) => join(node.dataFolder, name)),
  ];
  assert.ok(kept.length > 1, kept.join());
  for (const file of kept) {
    const text = textWithin(readFileSync(file));
    const found = pem.filter((line) => text.includes(line));
    assert.deepEqual(found, [], file);
  }
});

/** A file's text, and what of it is base64 of more. */
function textWithin(bytes: Buffer): string {
  const text = bytes.toString("latin1");
  const inner = text.match(/[A-Za-z0-9+/]{40,}={0,2}/g) ?? [];
  return [text, ...inner.map((each) => Buffer.from(each, "base64").toString("latin1"))].join("\n");
}

/** The lines of all private keys in a folder, and what secret keys are there beside them. */
function keyLines(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(?:key|pem)$/.test(name))
    .flatMap((name) => {
      const text = readFileSync(join(folder, name), "latin1");
      const [, body] = /PRIVATE KEY-----\n([^-]+)/.exec(text) ?? [];
      return (body ?? (text.includes("-----") ? "" : text)).split("\n");
    })
    .map((line) => line.trim())
    .filter((line) => line.length >= 20);
}

const clientArn = "arn:aws:acm:us-east-1:000000000000:certificate/edge";

interface GuardedOrigin {
  readonly port: number;
  /** File of the authority that its certificate is of. */
  readonly roots: string;
  readonly seen: readonly string[];
}

/** By HTTPS, for who shows a certificate of the authority. */
async function startGuardedOrigin(t: TestContext, authority: PemPair): Promise<GuardedOrigin> {
  const { chain, privateKey } = await certificateFor("signed.localhost");
  const seen: string[] = [];
  const server = createServer(
    { cert: chain, key: privateKey, requestCert: true, ca: authority.certificate },
    (request, response) => {
      seen.push(JSON.stringify(request.headers));
      response.end("guarded");
    },
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const roots = join(temporaryFolder(), "roots.pem");
  writeFileSync(roots, serverRoot);
  return { port: (server.address() as AddressInfo).port, roots, seen };
}

/** @returns the domain name of a distribution whose origin is signed for and shown a certificate */
async function createGuarded(
  client: CloudFrontClient,
  originPort: number,
  OriginAccessControlId: string,
): Promise<string> {
  const config = buildConfig({
    ...{ callerReference: "guarded", originPort, viewerRequest: "leaks" },
    ...{ cookies: "all", aliases: ["guarded.example.com"] },
  });
  const [origin] = config.Origins!.Items!;
  const { Distribution } = await client.send(
    new CreateDistributionCommand({
      DistributionConfig: {
        ...config,
        Origins: {
          Quantity: 1,
          Items: [
            {
              ...{ ...origin!, OriginAccessControlId, DomainName: "signed.localhost" },
              CustomOriginConfig: {
                ...origin!.CustomOriginConfig!,
                HTTPSPort: originPort,
                OriginProtocolPolicy: "https-only",
                OriginMtlsConfig: { ClientCertificateArn: clientArn },
              },
            },
          ],
        },
      },
    }),
  );
  return Distribution!.DomainName!;
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
