/**
 * Nothing acknowledged is lost, and nothing is half-applied: the whole node is killed at random
 * moments while it is being changed, and started again on what it left.
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, test } from "node:test";
import {
  CreateDistributionCommand,
  CreateFunctionCommand,
  DescribeFunctionCommand,
  GetFunctionCommand,
  PublishFunctionCommand,
  UpdateFunctionCommand,
} from "@aws-sdk/client-cloudfront";
import { buildConfig } from "./support/distribution-config.ts";
import { startTestNode, temporaryFolder, type TestNode } from "./support/test-node.ts";
import { startTestOrigin, type TestOrigin } from "./support/test-origin.ts";
import { view } from "./support/viewer.ts";

const mutations = 200;
const rounds = 6;
const config = { Comment: "", Runtime: "cloudfront-js-2.0" } as const;
const codeOf = (version: number): Uint8Array =>
  Buffer.from(`function handler() { return { statusCode: 200, body: 'v${version}' }; }`);

let origin: TestOrigin;
before(async () => {
  origin = await startTestOrigin();
});
after(() => origin.close());

test(`kill -9 of the node, ${rounds} times during ${mutations} mutations, loses nothing`, async () => {
  const dataFolder = temporaryFolder();
  let node = await startTestNode({ dataFolder });
  const { ETag } = await node.client.send(
    new CreateFunctionCommand({ Name: "page", FunctionConfig: config, FunctionCode: codeOf(0) }),
  );
  await node.client.send(new PublishFunctionCommand({ Name: "page", IfMatch: ETag }));
  const { Distribution } = await node.client.send(
    new CreateDistributionCommand({
      DistributionConfig: buildConfig({
        callerReference: "durable",
        originPort: origin.port,
        viewerRequest: "page",
      }),
    }),
  );
  const host = Distribution?.DomainName ?? "";

  const seen = { development: 0, live: 0 };
  for (let round = 0; round < rounds; round++) {
    const killed = killSoon(node);
    await mutateUntilItDies(node, seen, Math.ceil(mutations / rounds));
    await killed;
    node = await startTestNode({ dataFolder });
    await checkNothingLost(node, host, seen);
  }
  assert.ok(seen.development > rounds, `only ${seen.development} mutations were acknowledged`);
  await node.stop();
});

test("kill -9 of the primary process alone takes its workers along, and frees their port", async () => {
  const dataFolder = temporaryFolder();
  const first = await startTestNode({ dataFolder, workers: 2 });
  const { ETag } = await first.client.send(
    new CreateFunctionCommand({ Name: "page", FunctionConfig: config, FunctionCode: codeOf(1) }),
  );
  await first.client.send(new PublishFunctionCommand({ Name: "page", IfMatch: ETag }));
  const { Distribution } = await first.client.send(
    new CreateDistributionCommand({
      DistributionConfig: buildConfig({
        callerReference: "orphans",
        originPort: origin.port,
        viewerRequest: "page",
      }),
    }),
  );
  const host = Distribution?.DomainName ?? "";
  for (let index = 0; index < 4; index++) {
    assert.equal((await view(first.edge, host, "/")).body, "v1");
  }
  const exited = once(first.process, "exit");
  first.process.kill("SIGKILL");
  await exited;

  const edgePort = Number(new URL(first.edge).port);
  const second = await startOnceFree(dataFolder, edgePort);
  assert.equal((await view(second.edge, host, "/")).body, "v1");
  await second.stop();
});

/** The workers notice on their own, a moment after the primary is gone. */
async function startOnceFree(dataFolder: string, edgePort: number): Promise<TestNode> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startTestNode({ dataFolder, edgePort });
    } catch (error) {
      if (attempt === 3) throw error;
    }
  }
}

/** Kills it after a random time, within which some of a round's mutations succeed. */
async function killSoon(node: TestNode): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 30 + Math.random() * 250));
  await node.kill();
}

interface Seen {
  /** The newest version whose update was acknowledged, and whose publish was. */
  development: number;
  live: number;
}

async function mutateUntilItDies(node: TestNode, seen: Seen, count: number): Promise<void> {
  for (let index = 0; index < count || node.process.signalCode === null; index++) {
    try {
      const { ETag: before } = await node.client.send(
        new DescribeFunctionCommand({ Name: "page" }),
      );
      const version = seen.development + 1;
      const { ETag } = await node.client.send(
        new UpdateFunctionCommand({
          Name: "page",
          IfMatch: before,
          FunctionConfig: config,
          FunctionCode: codeOf(version),
        }),
      );
      seen.development = version;
      await node.client.send(new PublishFunctionCommand({ Name: "page", IfMatch: ETag }));
      seen.live = version;
    } catch {
      // It was killed: whether the last mutation happened is open, and both are right.
      if (node.process.signalCode !== null) return;
    }
  }
}

async function checkNothingLost(node: TestNode, host: string, seen: Seen): Promise<void> {
  const development = await storedVersion(node, "DEVELOPMENT");
  const live = await storedVersion(node, "LIVE");
  assert.ok([seen.development, seen.development + 1].includes(development), `${development}`);
  assert.ok(live >= seen.live && live <= development, `LIVE is v${live}`);
  assert.equal((await view(node.edge, host, "/")).body, `v${live}`);
  seen.development = development;
  seen.live = live;
}

async function storedVersion(node: TestNode, Stage: "DEVELOPMENT" | "LIVE"): Promise<number> {
  const { FunctionCode } = await node.client.send(new GetFunctionCommand({ Name: "page", Stage }));
  const source = Buffer.from(FunctionCode ?? []).toString();
  return Number(/'v(\d+)'/.exec(source)?.[1]);
}
