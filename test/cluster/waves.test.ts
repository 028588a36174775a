/**
 * Waves on a cluster: control nodes without edges, edges in groups, on one log in NATS. What edges count decides at whichever control
 * node is there.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { suite, test, type TestContext } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { DescribeFunctionCommand } from "@aws-sdk/client-cloudfront";
import { freePort } from "../support/free-port.ts";
import { createLiveFunction, pageOf, type LiveFunction } from "../support/live-function.ts";
import { CutRelay } from "../support/cut-relay.ts";
import { NatsServer, skipWithoutNats } from "../support/nats-server.ts";
import { startTestNode, temporaryFolder, type TestNode } from "../support/test-node.ts";
import { skipWithoutLoopbackNet, ViewerCrowd, viewFrom } from "../support/viewer-crowd.ts";
import { callFunction, changeWaves, publishInWaves, readWaves } from "../support/waves-api.ts";

/** Fails in half of its runs. */
const failing =
  "function handler() { if (Math.random() < 0.5) { throw new Error('no'); } return { statusCode: 200, body: 'two' }; }";

interface Cluster {
  readonly server: NatsServer;
  readonly controls: TestNode[];
  readonly edges: Readonly<Record<string, TestNode>>;
  readonly page: LiveFunction;
}

interface ClusterInput {
  readonly groups: readonly string[];
  /** How nodes reach the log, where it is not straight: by "control 0", or the edge's group. */
  readonly ways?: Readonly<Record<string, CutRelay>>;
  readonly server: NatsServer;
  readonly controlAt?: readonly { readonly dataFolder: string; readonly apiPort: number }[];
}

async function startServer(t: TestContext): Promise<NatsServer> {
  const server = await NatsServer.start();
  t.after(() => server.stop());
  return server;
}

async function relayTo(t: TestContext, { port }: NatsServer): Promise<CutRelay> {
  const relay = await CutRelay.start(port);
  t.after(() => relay.stop());
  return relay;
}

/** Two control nodes, and an edge in each group, which serve "one"; "page" has a next version to come. */
async function startCluster(
  t: TestContext,
  { groups, server, ways = {}, controlAt = [] }: ClusterInput,
): Promise<Cluster> {
  const log = (who: string): string => `nats://127.0.0.1:${(ways[who] ?? server).port}`;
  const started: TestNode[] = [];
  t.after(() => Promise.all(started.map((node) => node.kill())));
  const start = async (input: Parameters<typeof startTestNode>[0]): Promise<TestNode> => {
    const node = await startTestNode(input);
    started.push(node);
    return node;
  };
  const startControl = (which: number): Promise<TestNode> => {
    const args = ["--log", log(`control ${which}`)];
    return start({ command: "control", args, ...controlAt[which] });
  };
  // The first makes the log.
  const first = await startControl(0);
  const [second, ...others] = await Promise.all([
    startControl(1),
    ...groups.map((group) =>
      start({ command: "edge", args: ["--log", log(group), "--edge-group", group] }),
    ),
  ]);
  const controls = [first, second];
  const edges = Object.fromEntries(groups.map((group, index) => [group, others[index]!]));
  const page = await createLiveFunction(controls[0]!.client, {
    ...{ name: "page", source: pageOf("one"), originPort: 9000 },
  });
  for (const edge of Object.values(edges)) await untilViewerGets(edge, page, /^one$/);
  return { server, controls, edges, page };
}

async function untilViewerGets(
  { edge }: TestNode,
  { host }: LiveFunction,
  body: RegExp,
  address: string = "127.0.9.1",
): Promise<void> {
  while (!body.test((await viewFrom(edge, host, address)).body)) await wait(20);
}

/** What one control node was told last, another shows some milliseconds later. */
async function untilSameDraft(controls: readonly TestNode[]): Promise<void> {
  await until(async () => {
    const told = controls.map(({ client }) =>
      client.send(new DescribeFunctionCommand({ Name: "page" })),
    );
    const etags = (await Promise.all(told)).map(({ ETag }) => ETag);
    return new Set(etags).size === 1;
  });
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await wait(50);
}

function startCrowds(
  { edges, page }: Cluster,
  viewers: number,
): Readonly<Record<string, ViewerCrowd>> {
  const crowds = Object.entries(edges).map(([group, { edge }], index) => {
    const crowd = new ViewerCrowd({ edge, host: page.host, net: 10 + index, viewers });
    return [group, crowd] as const;
  });
  return Object.fromEntries(crowds);
}

const skip = skipWithoutNats() || skipWithoutLoopbackNet;

suite("waves on a cluster", { skip }, () => {
  test("a bad version at one group's edges is taken back everywhere by a control node that nobody called", async (t) => {
    const server = await startServer(t);
    const way = await relayTo(t, server);
    const cluster = await startCluster(t, {
      ...{ server, groups: ["canary", "site-a"], ways: { "control 0": way } },
    });
    const [called, other] = cluster.controls as [TestNode, TestNode];
    await cluster.page.update(failing);
    const waves = "@canary 50% 10m, 20% 10m, 100%";
    await publishInWaves(called.api, "page", waves, { gates: ["errors"] });
    // Before anybody has had it fail, so that it does not see that.
    way.cut();
    const crowds = startCrowds(cluster, 100);
    await until(async () => (await readWaves(other.api, "page")).on === undefined);
    const { ended } = await readWaves(other.api, "page");
    assert.equal(ended?.how, "reverted");
    assert.equal(ended.breach?.gate, "errors");
    await wait(500);
    for (const crowd of Object.values(crowds)) await crowd.stop();

    const decidedAt = Date.parse(ended.at);
    for (const [group, { got, lastAskedAt, asked }] of Object.entries(crowds)) {
      const others = [...lastAskedAt].filter(([what]) => what !== "one").map(([, at]) => at);
      const ms = Math.max(0, ...others.map((at) => at - decidedAt));
      t.diagnostic(
        `${group}: of ${asked} requests, none that was asked ${ms} ms after the decision got the bad version`,
      );
      assert.ok(ms < 5000, `${group}: ${ms} ms`);
      const seen = new Set([...got.values()].flat());
      if (group === "canary") assert.ok(seen.has("503"), "it was tried there");
      else assert.deepEqual([...seen], ["one"], "and nowhere else");
    }
    // What edges have counted of each version is told by a node that has none.
    const errorsOf = async (number: number): Promise<number | undefined> => {
      const { items } = await callFunction<{
        readonly items: readonly { readonly version: number; readonly errors: number }[];
      }>(other.api, "page/runs");
      return items.find(({ version }) => version === number)?.errors;
    };
    await until(async () => ((await errorsOf(2)) ?? 0) > 0);
    assert.equal(await errorsOf(1), 0);
    // It knows nothing of it yet, and can do nothing about it.
    assert.equal((await readWaves(called.api, "page")).on?.wave, 1);
    await assert.rejects(
      changeWaves(called.api, "page", "finish"),
      /SERVICE_UNAVAILABLE|ServiceUnavailable/,
    );
    way.mend();
    await until(async () => (await readWaves(called.api, "page")).ended?.how === "reverted");
  });

  test("kill -9 of a control node in each wave: the other goes on, and no viewer loses the new version", async (t) => {
    const server = await startServer(t);
    const controlAt = await Promise.all(
      [0, 1].map(async () => ({ dataFolder: temporaryFolder(), apiPort: await freePort() })),
    );
    const cluster = await startCluster(t, { server, groups: ["canary", "site-a"], controlAt });
    const { controls, edges, page } = cluster;
    await page.update(pageOf("two"));
    const crowds = startCrowds(cluster, 40);
    const waves = "@canary 30% 2s, 40% 2s, @canary 2s, 80% 2s, 100%";
    await publishInWaves(controls[0]!.api, "page", waves, { min_requests: 10 });
    for (let wave = 1; wave <= 4; wave += 1) {
      const [killed, other] = wave % 2 === 1 ? [0, 1] : [1, 0];
      // Both may be past it: the other goes on, whichever wave it is in.
      await until(
        async () => ((await readWaves(controls[other]!.api, "page")).on?.wave ?? 5) >= wave,
      );
      await controls[killed]!.kill();
      await until(
        async () => ((await readWaves(controls[other]!.api, "page")).on?.wave ?? 5) > wave,
      );
      const args = ["--log", server.address];
      const node = await startTestNode({ command: "control", args, ...controlAt[killed] });
      t.after(() => node.kill());
      controls[killed] = node;
    }
    for (const { api } of controls) {
      await until(async () => (await readWaves(api, "page")).ended?.how === "finished");
    }
    for (const edge of Object.values(edges)) await untilViewerGets(edge, page, /^two$/);
    for (const crowd of Object.values(crowds)) {
      await crowd.stop();
      for (const got of crowd.got.values()) {
        assert.match(got.join(), /^(one|two|one,two)$/, "one way, and once");
      }
    }
  });

  test("an edge that is cut off stays in its wave, and is where the others are when it is back", async (t) => {
    const server = await startServer(t);
    const way = await relayTo(t, server);
    const groups = ["canary", "site-a"];
    const cluster = await startCluster(t, { server, groups, ways: { canary: way } });
    const { controls, edges, page } = cluster;
    const [first, second] = controls as [TestNode, TestNode];
    await page.update(pageOf("two"));
    await publishInWaves(first.api, "page", "@canary 10m, 50% 1h, 100%", { min_requests: 40 });
    await untilViewerGets(edges["canary"]!, page, /^two$/);
    way.cut();
    const crowds = startCrowds(cluster, 40);
    // What it counts is of the wave that it is in, and reaches nobody.
    await until(async () => (await readWaves(second.api, "page")).on?.version === 2);
    const { etag } = await readWaves(second.api, "page");
    await callFunction(second.api, "page/waves/abort", { ifMatch: etag, body: {} });
    await untilViewerGets(edges["site-a"]!, page, /^one$/);
    assert.equal((await viewFrom(edges["canary"]!.edge, page.host, "127.0.9.1")).body, "two");
    await page.update(pageOf("three"));
    await untilSameDraft(controls);
    await publishInWaves(second.api, "page", "50% 1h, 100%", { min_requests: 40 });
    for (const { api } of controls) {
      await until(async () => {
        const { on } = await readWaves(api, "page");
        return on?.version === 3 && (on.counted?.new.requests ?? 0) > 5;
      });
    }
    way.mend();
    const mended = Date.now();
    await until(async () => {
      const bodies = await Promise.all(
        Array.from({ length: 20 }, async (_, index) => {
          const address = `127.0.8.${index + 1}`;
          const views = [edges["canary"]!, edges["site-a"]!].map(({ edge }) =>
            viewFrom(edge, page.host, address),
          );
          const [one, other] = (await Promise.all(views)).map(({ body }) => body);
          return one === other && one !== "two";
        }),
      );
      return bodies.every(Boolean);
    });
    t.diagnostic(`the edge was where the other is ${Date.now() - mended} ms after it was back`);
    for (const crowd of Object.values(crowds)) await crowd.stop();
    const seen = new Set([...crowds["canary"]!.got.values()].flat());
    assert.ok([...seen].every((what) => /^(one|two|three)$/.test(what)));
    await changeWaves(first.api, "page", "finish");
    for (const edge of Object.values(edges)) await untilViewerGets(edge, page, /^three$/);
  });
});
