/**
 * Every shape of template-shapes.ts on a node: deployed, asked by viewers, deployed again, changed, asked again, exported, and
 * destroyed.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, request, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { after, test } from "node:test";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import {
  apiAt,
  applyTemplate,
  planTemplate,
  readOrder,
  type TemplateInput,
} from "../../src/cli/deploy/deploy-template.ts";
import type { Api } from "../../src/deploy/api/api.ts";
import { destroyStack, type Done } from "../../src/deploy/stack/apply-stack.ts";
import { isEmpty } from "../../src/deploy/stack/plan-stack.ts";
import { originsBeforehand } from "../../src/deploy/stack/stack-origins.ts";
import { StackRecord } from "../../src/deploy/stack/stack-record.ts";
import { startTestNode, temporaryFolder, type TestNode } from "../support/test-node.ts";
import { templateShapes, type Ask, type TemplateShape } from "./template-shapes.ts";

const fixtures = resolve(import.meta.dirname, "../fixtures/templates");
const folder = temporaryFolder();
cpSync(fixtures, folder, { recursive: true });

/** Says what it was asked for. */
const origin = createServer(({ method, url, headers }, response) => {
  const from = headers["x-from"];
  response.end(`${method} ${url}${typeof from === "string" ? ` from ${from}` : ""}`);
});
await new Promise((done) => void origin.listen(0, "127.0.0.1", () => done(undefined)));
const originUrl = `http://127.0.0.1:${(origin.address() as AddressInfo).port}`;

const buckets = templateShapes.flatMap((shape) =>
  originsBeforehand(readOrder(inputOf(shape)), "000000000000"),
);
const sources = [
  ...buckets.map(({ domainName, folder: files = originUrl }) => `${domainName}=${files}`),
  `origin.test=${originUrl}`,
  `api.test=${originUrl}`,
  "down.test=http://127.0.0.1:1",
];
const node: TestNode = await startTestNode({
  args: sources.flatMap((source) => ["--origin-sources", source]),
});
const api: Api = apiAt({ api: node.api, ca: "" }, {});

after(async () => {
  await node.stop();
  origin.close();
});

function inputOf({ file, stack, value = "" }: TemplateShape, parameter = ""): TemplateInput {
  return { file: join(folder, file), stack, parameter, value, region: "us-east-1" };
}

async function deploy(shape: TemplateShape, parameter?: string): Promise<readonly string[]> {
  const done: string[] = [];
  const tell = ({ verb, logicalId }: Done): void => void done.push(`${verb} ${logicalId}`);
  const plan = await planTemplate(readOrder(inputOf(shape, parameter)), api);
  await applyTemplate(plan, api, tell);
  assert.equal(isEmpty(plan), done.length === 0, shape.file);
  return done;
}

for (const shape of templateShapes) {
  test(`${shape.file} is deployed, served and changed, and a second deployment changes nothing`, async () => {
    const done = await deploy(shape);
    assert.ok(done.length > 0 && done.every((line) => line.startsWith("created ")), done.join());
    for (const ask of shape.asks) await check(shape, ask);
    assert.deepEqual(await deploy(shape), []);

    for (const { file = shape.file, from, to } of shape.change.texts ?? []) {
      const path = join(folder, file);
      const before = readFileSync(path, "utf8");
      assert.ok(before.includes(from), `${file} has no ${from}`);
      writeFileSync(path, before.replace(from, to));
    }
    const { parameter } = shape.change;
    assert.deepEqual(await deploy(shape, parameter), shape.does);
    for (const ask of shape.afterwards) await check(shape, ask);
    assert.deepEqual(await deploy(shape, parameter), []);
  });
}

test("all stacks are destroyed, and nothing is left", async () => {
  for (const { stack, file } of templateShapes.toReversed()) {
    const record = await StackRecord.read(api, stack);
    await destroyStack(record, { api, pause: sleep, tell: () => {} });
    const now = await StackRecord.read(api, stack);
    assert.equal(now.isThere, false, file);
  }
  for (const list of [
    ...(["ListDistributions", "ListFunctions", "ListKeyValueStores", "ListPublicKeys"] as const),
    ...(["ListKeyGroups", "ListOriginAccessControls", "ListVpcOrigins"] as const),
    ...(["ListContinuousDeploymentPolicies", "ListRealtimeLogConfigs"] as const),
    ...(["ListCloudFrontOriginAccessIdentities", "ListDistributionTenants"] as const),
  ]) {
    assert.deepEqual(await api.list(list), [], list);
  }
  for (const list of [
    ...(["ListCachePolicies", "ListOriginRequestPolicies", "ListResponseHeadersPolicies"] as const),
  ]) {
    const own = (await api.list(list)).filter(({ Type }) => Type !== "managed");
    assert.deepEqual(own, [], list);
  }
});

async function check(shape: TemplateShape, ask: Ask): Promise<void> {
  const { of = "", headers = {}, status, body = "", answer = {} } = ask;
  const host = ask.host ?? (await domainNameOf(shape.stack, of));
  const [method = "", path = ""] = ask.request.split(" ");
  const { hostname, port } = new URL(node.edge);
  const response = await new Promise<IncomingMessage>((done, fail) => {
    const sent = { hostname, port, method, path, headers: { host, ...headers }, agent: false };
    request(sent, done).on("error", fail).end();
  });
  const got = await text(response);
  const what = `${shape.file}: ${ask.request}`;
  assert.equal(response.statusCode, status, `${what}: ${got}`);
  assert.ok(got.includes(body), `${what}: ${got}`);
  for (const [name, value] of Object.entries(answer)) {
    assert.equal(response.headers[name], value ?? undefined, `${what}: ${name}`);
  }
}

async function domainNameOf(stack: string, logicalId: string): Promise<string> {
  const { resources } = await StackRecord.read(api, stack);
  const domainName = resources[logicalId]?.attributes["DomainName"];
  assert.ok(domainName, `${stack} has no distribution ${logicalId}`);
  return domainName;
}
