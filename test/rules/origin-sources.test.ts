/** A server that stands for an origin: it is asked as the origin would be, only elsewhere. */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import { CreateDistributionCommand } from "@aws-sdk/client-cloudfront";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import type { TLSSocket } from "node:tls";
import { readOriginSources } from "../../src/edge/deployment/origin-sources.ts";
import { startNode } from "../../src/node/start-node.ts";
import { certificate, privateKey } from "../edge/origin-certificate.ts";
import { listenOn, startScene, type Scene, type SceneOptions } from "../edge/viewer-scene.ts";
import { buildConfig } from "../support/distribution-config.ts";
import { startTestNode, temporaryFolder } from "../support/test-node.ts";
import { view } from "../support/viewer.ts";
import { startTestOrigin } from "../support/test-origin.ts";

const bucket = "photos.s3.eu-central-1.amazonaws.com";
/** Host is not forwarded, so the origin's own name is what counts. */
const ownName = { OriginRequestPolicyId: undefined };
const s3Origin = {
  DomainName: bucket,
  OriginPath: "/2026",
  CustomOriginConfig: undefined,
  S3OriginConfig: { OriginAccessIdentity: "" },
};

async function startBehind(
  t: TestContext,
  url: (port: number) => string,
  options: SceneOptions = {},
): Promise<{ readonly scene: Scene; readonly asked: string[] }> {
  const asked: string[] = [];
  const { port, close } = await startTestOrigin(({ url: path, headers }, response) => {
    asked.push(`${headers.host}${path}`);
    response.end("from the server");
  });
  t.after(close);
  const scene = await startScene(t, {
    originConfig: s3Origin,
    behavior: ownName,
    originSources: readOriginSources(`${bucket}=${url(port)}`),
    ...options,
  });
  return { scene, asked };
}

test("a server that stands for an origin is asked by the origin's name, under its own path", async (t) => {
  const { scene, asked } = await startBehind(t, (port) => `http://127.0.0.1:${port}/store/photos`);
  assert.equal((await scene.ask("GET /a.jpg?b=c HTTP/1.1")).body, "from the server");
  assert.deepEqual(asked, [`${bucket}/store/photos/2026/a.jpg`]);
});

test("an origin that a function chose is taken from what stands for it", async (t) => {
  const { scene, asked } = await startBehind(t, (port) => `http://localhost:${port}`, {
    originConfig: { DomainName: "configured.invalid" },
    viewerRequest: ({ request }) => ({
      type: "request",
      request,
      origin: { helper: "updateRequestOrigin", arguments: [{ domainName: bucket }] },
    }),
  });
  assert.equal((await scene.ask("GET /a.jpg HTTP/1.1")).status, 200);
  assert.deepEqual(asked, [`${bucket}/a.jpg`]);
});

test("a server with TLS needs a certificate for the name that it is reached by", async (t) => {
  const server = createServer({ key: privateKey, cert: certificate }, (message, response) => {
    response.end(`${(message.socket as TLSSocket).servername} ${message.headers.host}`);
  });
  const port = await listenOn(t, server);
  const ask = async (host: string) => {
    const scene = await startScene(t, {
      originConfig: s3Origin,
      behavior: ownName,
      originSources: readOriginSources(`${bucket}=https://${host}:${port}`),
      originCertificateAuthorities: [certificate],
    });
    return scene.ask("GET / HTTP/1.1");
  };
  assert.equal((await ask("localhost")).body, `localhost ${bucket}`);
  assert.equal((await ask("127.0.0.1")).status, 502);
});

test("what a node is told of origins is what its workers do", async (t) => {
  const data = temporaryFolder();
  const folder = join(data, "public");
  mkdirSync(folder);
  writeFileSync(join(folder, "index.html"), "from the folder");
  const other = await startTestOrigin();
  t.after(other.close);
  const node = await startTestNode({
    args: ["--refuse-private-origins", "--origin-sources", `site.test=${folder}`],
  });
  t.after(node.stop);
  const make = async (DomainName: string) => {
    const DistributionConfig = buildConfig({ callerReference: DomainName, originPort: other.port });
    DistributionConfig.Origins!.Items![0]!.DomainName = DomainName;
    const { Distribution } = await node.client.send(
      new CreateDistributionCommand({ DistributionConfig }),
    );
    return Distribution?.DomainName ?? "";
  };
  const [site, local] = [await make("site.test"), await make("localhost")];
  const { status, body } = await view(node.edge, site, "/index.html");
  assert.deepEqual([status, body], [200, "from the folder"]);
  assert.equal((await view(node.edge, local, "/")).status, 502);
  await node.logs(/origin refused/);
  assert.match(node.stderr(), /localhost is at .*, which is not public/);
});

for (const [table, says] of [
  [
    "a.test=FOLDER/missing",
    /--origin-sources: there is no folder .*missing, which is to stand for a.test/,
  ],
  ["a.test=b://c", /--origin-sources: "b:\/\/c" is neither a folder nor a URL of http or https/],
] as const) {
  test(`a node does not start with ${table}`, async () => {
    const data = temporaryFolder();
    const originSources = table.replace("FOLDER", join(data));
    const options = { data, originSources, apiPort: 0, edgePort: 0, workers: 1 };
    await assert.rejects(startNode(options), says);
  });
}
