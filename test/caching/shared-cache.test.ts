/**
 * The cache of a node: shared by its workers, there again after a restart, emptied by an invalidation.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { CreateDistributionCommand, CreateInvalidationCommand } from "@aws-sdk/client-cloudfront";
import { buildConfig } from "../support/distribution-config.ts";
import { untilKept } from "../support/kept.ts";
import { startTestNode, type TestNode } from "../support/test-node.ts";
import { startTestOrigin } from "../support/test-origin.ts";
import { view } from "../support/viewer.ts";

interface Site {
  readonly id: string;
  readonly host: string;
  /** How many requests the origin had. */
  readonly asked: () => number;
}

/** @param takesMs how long the origin takes to answer */
async function createSite(t: TestContext, node: TestNode, takesMs = 0): Promise<Site> {
  let asked = 0;
  const origin = await startTestOrigin((_, response) => {
    asked += 1;
    const body = `answer ${asked}`;
    response.setHeader("cache-control", "max-age=3600");
    if (takesMs === 0) response.end(body);
    else setTimeout(() => response.end(body), takesMs);
  });
  t.after(() => origin.close());
  const config = buildConfig({ callerReference: "site", originPort: origin.port });
  const { Distribution } = await node.client.send(
    new CreateDistributionCommand({ DistributionConfig: config }),
  );
  return {
    id: Distribution?.Id ?? "",
    host: Distribution?.DomainName ?? "",
    asked: () => asked,
  };
}

/** Asks over many connections, so that each worker has some. */
async function askAround(node: TestNode, { host }: Site, path: string): Promise<Set<string>> {
  const answers = await Promise.all(Array.from({ length: 40 }, () => view(node.edge, host, path)));
  return new Set(answers.map(({ headers, body }) => `${String(headers["x-cache"])}: ${body}`));
}

function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "footlight-cache-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const hit = (answer: number): Set<string> => new Set([`Hit from cloudfront: answer ${answer}`]);

test("what one worker has fetched all of them answer from, after a restart too", async (t) => {
  const dataFolder = temporaryFolder(t);
  const node = await startTestNode({ workers: 2, dataFolder });
  t.after(() => node.stop());
  const site = await createSite(t, node);
  const first = await view(node.edge, site.host, "/a");
  assert.equal(first.headers["x-cache"], "Miss from cloudfront");
  await untilKept(node, site.host, "/a");
  assert.deepEqual(await askAround(node, site, "/a"), hit(1));
  assert.equal(site.asked(), 1);

  await node.stop();
  const again = await startTestNode({ workers: 2, dataFolder });
  t.after(() => again.stop());
  assert.deepEqual(await askAround(again, site, "/a"), hit(1));
  assert.equal(site.asked(), 1);
});

test("an invalidation that is acknowledged counts in every worker", async (t) => {
  const node = await startTestNode({ workers: 2 });
  t.after(() => node.stop());
  const site = await createSite(t, node);
  for (const path of ["/a", "/b"]) {
    await view(node.edge, site.host, path);
    await untilKept(node, site.host, path);
  }
  await askAround(node, site, "/a");
  const Paths = { Quantity: 1, Items: ["/a*"] };
  await node.client.send(
    new CreateInvalidationCommand({
      DistributionId: site.id,
      InvalidationBatch: { CallerReference: "one", Paths },
    }),
  );
  const renewed = await view(node.edge, site.host, "/a");
  assert.equal(renewed.headers["x-cache"], "Miss from cloudfront");
  await untilKept(node, site.host, "/a");
  assert.deepEqual(await askAround(node, site, "/a"), hit(3));
  assert.deepEqual(await askAround(node, site, "/b"), hit(2));
});

test("two hundred viewers who ask at once for a cold object cost its origin a request a worker", async (t) => {
  const node = await startTestNode({ workers: 2 });
  t.after(() => node.stop());
  const site = await createSite(t, node, 1000);
  const viewers = Array.from({ length: 200 }, () => view(node.edge, site.host, "/cold"));
  const answers = await Promise.all(viewers);
  t.diagnostic(`${site.asked()} origin requests`);
  assert.ok(site.asked() <= 2, `${site.asked()} origin requests`);
  const misses = answers.filter(({ headers }) => headers["x-cache"] === "Miss from cloudfront");
  assert.equal(misses.length, site.asked());
  assert.ok(answers.every(({ status, body }) => status === 200 && body.startsWith("answer ")));
});

test("--cache off keeps nothing", async (t) => {
  const node = await startTestNode({ args: ["--cache", "off"] });
  t.after(() => node.stop());
  const site = await createSite(t, node);
  await view(node.edge, site.host, "/a");
  const second = await view(node.edge, site.host, "/a");
  assert.equal(second.headers["x-cache"], "Miss from cloudfront");
  assert.equal(second.body, "answer 2");
});
