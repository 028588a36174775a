/**
 * Nothing acknowledged is lost, and nothing is half-applied: the whole node is killed at random
 * moments while it is being changed, and started again on what it left. A moment is a number of
 * acknowledged mutations and some milliseconds more, so that a slow machine gets as far as a fast one.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import {
  DescribeFunctionCommand,
  GetFunctionCommand,
  PublishFunctionCommand,
  UpdateFunctionCommand,
} from "@aws-sdk/client-cloudfront";
import { freePort } from "./support/free-port.ts";
import { createLiveFunction, functionConfig, pageOf } from "./support/live-function.ts";
import { startTestNode, temporaryFolder, type TestNode } from "./support/test-node.ts";
import { startTestOrigin, type TestOrigin } from "./support/test-origin.ts";
import { view } from "./support/viewer.ts";

const rounds = Number(process.env["FOOTLIGHT_KILLS"] ?? 6);
const mutations = Math.max(200, 20 * rounds);

let origin: TestOrigin;
before(async () => {
  origin = await startTestOrigin();
});
after(() => origin.close());

test(
  `kill -9 of the node, ${rounds} times during ${mutations} mutations, loses nothing`,
  { timeout: 120_000 + rounds * 20_000 },
  async () => {
    const dataFolder = temporaryFolder();
    let node = await startTestNode({ dataFolder });
    const { host } = await createLiveFunction(node.client, {
      name: "page",
      source: pageOf("v0"),
      originPort: origin.port,
    });

    const seen = { development: 0, live: 0 };
    for (let round = 1; round <= rounds; round++) {
      const enough = Math.floor((mutations / 2) * ((round - Math.random()) / rounds));
      await mutateUntilItDies(node, seen, Math.max(enough, seen.live + 1));
      node = await startTestNode({ dataFolder });
      await checkNothingLost(node, host, seen);
    }
    await node.stop();
  },
);

test("kill -9 of the primary process alone takes its workers along, and frees their port", async () => {
  const dataFolder = temporaryFolder();
  const edgePort = await freePort();
  const first = await startTestNode({ dataFolder, edgePort, workers: 2 });
  const { host } = await createLiveFunction(first.client, {
    name: "page",
    source: pageOf("v1"),
    originPort: origin.port,
  });
  for (let index = 0; index < 4; index++) {
    assert.equal((await view(first.edge, host, "/")).body, "v1");
  }
  const exited = once(first.process, "exit");
  first.process.kill("SIGKILL");
  await exited;

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
      if (attempt === 20) throw error;
    }
  }
}

interface Seen {
  /** The newest version whose update was acknowledged, and whose publish was. */
  development: number;
  live: number;
}

/** Updates and publishes in turn; once version `enough` is LIVE, the node is killed while that goes on. */
async function mutateUntilItDies(node: TestNode, seen: Seen, enough: number): Promise<void> {
  let killed: Promise<void> | undefined;
  for (;;) {
    if (seen.live >= enough) killed ??= killWithin20Ms(node);
    try {
      const { ETag: before } = await node.client.send(
        new DescribeFunctionCommand({ Name: "page" }),
      );
      const version = seen.development + 1;
      const { ETag } = await node.client.send(
        new UpdateFunctionCommand({
          Name: "page",
          IfMatch: before,
          FunctionConfig: functionConfig,
          FunctionCode: Buffer.from(pageOf(`v${version}`)),
        }),
      );
      seen.development = version;
      await node.client.send(new PublishFunctionCommand({ Name: "page", IfMatch: ETag }));
      seen.live = version;
    } catch (error) {
      // It was killed: whether the last mutation happened is open, and both are right.
      if (killed === undefined) throw error;
      return killed;
    }
  }
}

async function killWithin20Ms(node: TestNode): Promise<void> {
  await setTimeout(Math.random() * 20);
  await node.kill();
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
