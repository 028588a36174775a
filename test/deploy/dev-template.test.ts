/**
 * `footlight dev --template`: what viewers get of a template, and of it again when it or its assets are saved.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { cpSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { join, resolve } from "node:path";
import { after, test } from "node:test";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { TemplateSession } from "../../src/cli/dev/template-session.ts";
import { temporaryFolder } from "../support/test-node.ts";

const folder = temporaryFolder();
cpSync(resolve(import.meta.dirname, "../fixtures/templates/cdk"), folder, { recursive: true });
const file = join(folder, "CleanUrls.template.json");
const lines: string[] = [];

const session = new TemplateSession({
  template: { file, stack: "CleanUrls", parameter: "", value: "", region: "us-east-1" },
  ports: { api: 0, edge: 0 },
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

test("assets at another place are served at the same name", async () => {
  renameSync(join(folder, "asset.site"), join(folder, "asset.other"));
  writeFileSync(join(folder, "asset.other/index.html"), "<h1>other</h1>");
  edit("CleanUrls.assets.json", "asset.site", "asset.other");
  await becomes("/", "<h1>other</h1>");
  assert.deepEqual(session.urls, [`http://${host}/`]);
});
