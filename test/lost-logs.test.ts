/**
 * What logs may lose: of a node or a worker that is killed at most a second, of one that is stopped nothing; and what finds
 * no room is counted, while viewers notice nothing.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { Agent } from "node:http";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { CreateDistributionCommand } from "@aws-sdk/client-cloudfront";
import { childrenOf } from "./support/child-processes.ts";
import { buildConfig } from "./support/distribution-config.ts";
import { createLiveFunction } from "./support/live-function.ts";
import { logLines } from "./support/log-folder.ts";
import { sumOf, untilMetrics } from "./support/metrics.ts";
import { startTestNode, temporaryFolder, type TestNode } from "./support/test-node.ts";
import { startTestOrigin } from "./support/test-origin.ts";
import { view } from "./support/viewer.ts";

/** What docs/logs.md states. */
const lostAtMostMs = 1000;

interface Answered {
  readonly path: string;
  readonly at: number;
}

interface LoggedNode {
  readonly node: TestNode;
  readonly folder: string;
  readonly host: string;
}

async function startLogged(t: TestContext): Promise<LoggedNode> {
  const folder = temporaryFolder();
  const [node, origin] = await Promise.all([
    startTestNode({ workers: 2, args: ["--access-log", folder] }),
    startTestOrigin(),
  ]);
  t.after(() => Promise.all([node.stop(), origin.close()]));
  const { Distribution } = await node.client.send(
    new CreateDistributionCommand({
      DistributionConfig: {
        ...buildConfig({ callerReference: "logged", originPort: origin.port }),
        Logging: { Enabled: true, IncludeCookies: false, Bucket: "lost.s3.amazonaws.com" },
      },
    }),
  );
  return { node, folder, host: Distribution?.DomainName ?? "" };
}

/** Asks on and on, a little at a time. */
class Viewers {
  readonly answered: Answered[] = [];
  /** The longest that this machine has held this process up, in milliseconds: the node's were, too. */
  stalledMs = 0;
  #isOver = false;
  #next = 0;
  readonly #all: Promise<unknown>;

  constructor({ node, host }: LoggedNode) {
    this.#all = Promise.all([
      ...Array.from({ length: 4 }, () => this.#ask(node, host)),
      this.#watch(),
    ]);
  }

  /** @returns all that was answered */
  async stop(): Promise<readonly Answered[]> {
    this.#isOver = true;
    await this.#all;
    return this.answered;
  }

  async #ask({ edge }: TestNode, host: string): Promise<void> {
    // Connections of their own lead to both workers.
    const agent = new Agent({ keepAlive: false });
    while (!this.#isOver) {
      const path = `/page-${(this.#next += 1)}`;
      const answer = await view(edge, host, path, { agent }).catch(() => undefined);
      if (answer?.status === 200) this.answered.push({ path, at: performance.now() });
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  async #watch(): Promise<void> {
    while (!this.#isOver) {
      const at = performance.now();
      await new Promise((resolve) => setTimeout(resolve, 10));
      this.stalledMs = Math.max(this.stalledMs, performance.now() - at - 10);
    }
  }
}

/** @returns how many of them are not in the logs */
function missingIn(folder: string, answered: readonly Answered[]): number {
  const stems = new Set(logLines(folder).map((line) => line.split("\t")[7]));
  return answered.filter(({ path }) => !stems.has(path)).length;
}

/** @returns what was answered longer ago than logs may lose, at a time */
function oldAt(time: number, { answered, stalledMs }: Viewers): readonly Answered[] {
  const before = time - lostAtMostMs - 2 * stalledMs;
  return answered.filter(({ at }) => at < before);
}

/** Waits until so many answers are old. */
async function untilOld(viewers: Viewers, count: number): Promise<void> {
  while (oldAt(performance.now(), viewers).length < count) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function untilAnswered({ answered }: Viewers, count: number): Promise<void> {
  while (answered.length < count) await new Promise((resolve) => setTimeout(resolve, 20));
}

test("a node that is killed has lost no record that is older than a second", async (t) => {
  const logged = await startLogged(t);
  const viewers = new Viewers(logged);
  await untilOld(viewers, 100);
  const killedAt = performance.now();
  await logged.node.kill();
  await viewers.stop();
  const old = oldAt(killedAt, viewers);
  assert.ok(old.length > 20, `${old.length} old answers`);
  assert.equal(missingIn(logged.folder, old), 0);
});

test("a worker that is killed has lost no record that is older than a second", async (t) => {
  const logged = await startLogged(t);
  const viewers = new Viewers(logged);
  await untilOld(viewers, 100);
  const killedAt = performance.now();
  process.kill(childrenOf(logged.node.process.pid!, "edge-worker")[0]!, "SIGKILL");
  await untilAnswered(viewers, viewers.answered.length + 100);
  await viewers.stop();
  await logged.node.stop();
  assert.equal(missingIn(logged.folder, oldAt(killedAt, viewers)), 0);
});

test("a node that is stopped while viewers ask has lost nothing that it answered", async (t) => {
  const logged = await startLogged(t);
  const viewers = new Viewers(logged);
  await untilAnswered(viewers, 100);
  assert.equal(await logged.node.stop(), 0);
  const answered = await viewers.stop();
  assert.equal(missingIn(logged.folder, answered), 0);
});

test("what finds no room is counted, and viewers are served", async (t) => {
  const dataFolder = temporaryFolder();
  // Where the folder should be.
  writeFileSync(join(dataFolder, "function-logs"), "");
  const [node, origin] = await Promise.all([startTestNode({ dataFolder }), startTestOrigin()]);
  t.after(() => Promise.all([node.stop(), origin.close()]));
  const { host } = await createLiveFunction(node.client, {
    name: "prints",
    source: `function handler(event) { console.log('x'.repeat(9000)); return event.request; }`,
    originPort: origin.port,
  });
  const lost = (metrics: ReadonlyMap<string, number>): number =>
    metrics.get('footlight_log_lines_lost_total{log="function"}') ?? Number.NaN;
  const url = `${node.api}/footlight/v1/metrics`;
  const none = await untilMetrics(url, () => true);
  assert.equal(sumOf(none, "footlight_log_lines_lost_total"), 0);
  for (let page = 0; page < 600; page += 1) {
    const { status } = await view(node.edge, host, `/${page}`);
    assert.equal(status, 200);
  }
  await untilMetrics(url, (metrics) => lost(metrics) > 0);
  await node.logs(/lines of function logs were lost/);
});
