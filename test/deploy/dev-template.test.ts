/**
 * `footlight dev --template`: what viewers get of a template, and of it again when it or its assets are saved.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { cpSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { get, type IncomingMessage } from "node:http";
import { join, resolve } from "node:path";
import { after, test } from "node:test";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { TemplateSession } from "../../src/cli/dev/template-session.ts";
import { freePort } from "../support/free-port.ts";
import { temporaryFolder } from "../support/test-node.ts";

const folder = temporaryFolder();
cpSync(resolve(import.meta.dirname, "../fixtures/templates/cdk"), folder, { recursive: true });
const file = join(folder, "CleanUrls.template.json");
const lines: string[] = [];

const session = new TemplateSession({
  template: { file, stack: "CleanUrls", parameter: "", value: "", region: "us-east-1" },
  // It takes them again.
  ports: { api: await freePort(), edge: await freePort() },
  originSources: "",
  authority: undefined,
  liveReload: false,
  print: (told) => void lines.push(...told),
  paint: (_style, told) => told,
});
await session.start();
after(() => session.close());

/** The same for a node that takes another's place. */
const { host, port } = new URL(session.urls[0]!);

function ask(path: string): Promise<string> {
  return new Promise((done, fail) => {
    const sent = { hostname: "127.0.0.1", port, path, headers: { host }, agent: false };
    get(sent, (response) => void text(response).then(done, fail)).on("error", fail);
  });
}

/** A save is followed in a moment, however busy the machine is. */
async function becomes(path: string, body: string): Promise<void> {
  for (;;) {
    const got = await ask(path).catch(() => "");
    if (got.includes(body)) return;
    await sleep(50);
  }
}

function edit(name: string, from: string, to: string): void {
  const path = join(folder, name);
  writeFileSync(path, readFileSync(path, "utf8").replaceAll(from, to));
}

test("a template is served with the folder that CDK would upload", async () => {
  assert.match(await ask("/about"), /<h1>about<\/h1>/);
  assert.ok(session.notices.some((notice) => notice.includes("AWS::S3::Bucket")));
});

test("what is saved is deployed, and what makes no sense leaves what served", async () => {
  edit("CleanUrls.template.json", "'.html'", "'.txt'");
  await becomes("/docs", "docs");
  writeFileSync(join(folder, "broken.json"), readFileSync(file));
  writeFileSync(file, "{");
  while (!lines.some((line) => line.startsWith("✗ "))) await sleep(50);
  assert.match(await ask("/docs"), /docs/);
  renameSync(join(folder, "broken.json"), file);
});

test("functions of TypeScript elsewhere are followed, origins that nobody has are an echo, and pages are loaded again", async () => {
  const app = temporaryFolder();
  mkdirSync(join(app, "functions"));
  mkdirSync(join(app, "infra"));
  const fnFile = join(app, "functions/rewrite.ts");
  const rewriteTo = (prefix: string): string =>
    `function handler(event: { request: { uri: string } }) {\n  event.request.uri = "${prefix}" + event.request.uri;\n  return event.request;\n}\n`;
  writeFileSync(fnFile, rewriteTo("/one"));
  const template = join(app, "infra/site.yaml");
  writeFileSync(
    template,
    `Resources:
  Api: {Type: AWS::Lambda::Url}
  Rewrite:
    Type: AWS::CloudFront::Function
    Properties: {Name: rewrite, AutoPublish: true, FunctionCode: ../functions/rewrite.ts, FunctionConfig: {Comment: "", Runtime: cloudfront-js-2.0}}
  Cdn:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
        Origins: [{Id: api, DomainName: !Select [2, !Split ["/", !GetAtt Api.FunctionUrl]], CustomOriginConfig: {OriginProtocolPolicy: https-only}}]
        DefaultCacheBehavior:
          TargetOriginId: api
          ViewerProtocolPolicy: allow-all
          CachePolicyId: 4135ea2d-6df8-44a3-9df3-4b5a84be39ad
          OriginRequestPolicyId: b689b0a8-53d0-40ab-baf2-68738e2966ac
          FunctionAssociations: [{EventType: viewer-request, FunctionARN: !GetAtt Rewrite.FunctionARN}]
`,
  );
  const said: string[] = [];
  const dev = new TemplateSession({
    template: { file: template, stack: "site", parameter: "", value: "", region: "us-east-1" },
    ...{ ports: { api: 0, edge: 0 }, originSources: "", authority: undefined, liveReload: true },
    print: (told) => void said.push(...told),
    paint: (_style, told) => told,
  });
  try {
    await dev.start();
    assert.match(
      dev.about().join("\n"),
      /\.on\.aws → an echo of what it is asked; --origin-sources /,
    );
    const at = new URL(dev.urls[0]!);
    const read = (path: string, accept: string) =>
      new Promise<string>((done, fail) => {
        const headers = { host: at.host, accept };
        const sent = { hostname: "127.0.0.1", port: at.port, path, headers, agent: false };
        get(sent, (response) => void text(response).then(done, fail)).on("error", fail);
      });
    assert.equal((JSON.parse(await read("/a", "*/*")) as { uri: string }).uri, "/one/a");
    assert.match(await read("/a", "text/html"), /<script src="\/__footlight\/reload\.js">/);
    const saves = get(`http://127.0.0.1:${at.port}/__footlight/saves`, { agent: false });
    const [stream] = (await once(saves, "response")) as [IncomingMessage];
    const reloaded = new Promise<void>((done) => {
      stream.on("data", (data: Buffer) => {
        if (String(data).includes("saved")) done();
      });
    });
    writeFileSync(fnFile, rewriteTo("/two"));
    await reloaded;
    assert.equal((JSON.parse(await read("/a", "*/*")) as { uri: string }).uri, "/two/a");
    saves.destroy();
    writeFileSync(fnFile, "enum A { b }");
    while (!said.some((line) => /rewrite\.ts:1:1: error: .*enum/.test(line))) await sleep(20);
    assert.equal((JSON.parse(await read("/a", "*/*")) as { uri: string }).uri, "/two/a");
  } finally {
    await dev.close();
  }
});

test("assets at another place are served at the same name", async () => {
  renameSync(join(folder, "asset.site"), join(folder, "asset.other"));
  writeFileSync(join(folder, "asset.other/index.html"), "<h1>other</h1>");
  edit("CleanUrls.assets.json", "asset.site", "asset.other");
  await becomes("/", "<h1>other</h1>");
  assert.deepEqual(session.urls, [`http://${host}/`]);
});
