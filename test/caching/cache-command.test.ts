/**
 * `footlight cache` over a whole node: what people ask when they wonder why something is, or isn't, a Hit.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { resolve } from "node:path";
import { after, test, type TestContext } from "node:test";
import { promisify } from "node:util";
import {
  CreateDistributionCommand,
  CreateInvalidationCommand,
  type DistributionConfig,
} from "@aws-sdk/client-cloudfront";
import { buildConfig } from "../support/distribution-config.ts";
import { untilKept } from "../support/kept.ts";
import { startTestNode, type TestNode } from "../support/test-node.ts";
import { startTestOrigin } from "../support/test-origin.ts";
import { view } from "../support/viewer.ts";

const bin = resolve(import.meta.dirname, "../../bin/footlight.mjs");
const run = promisify(execFile);

interface Site {
  readonly id: string;
  readonly host: string;
}

/** @param behavior settings of the default cache behavior that differ */
async function createSite(
  t: TestContext,
  node: TestNode,
  behavior: Partial<DistributionConfig["DefaultCacheBehavior"]> = {},
): Promise<Site> {
  const origin = await startTestOrigin((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://origin");
    response.setHeader("cache-control", searchParams.get("cc") ?? "max-age=3600");
    response.setHeader("content-type", "text/plain");
    response.end(pathname.repeat(pathname === "/big" ? 5000 : 1));
  });
  t.after(() => origin.close());
  const config = buildConfig({ callerReference: randomUUID(), originPort: origin.port });
  config.DefaultCacheBehavior = { ...config.DefaultCacheBehavior!, ...behavior };
  const { Distribution } = await node.client.send(
    new CreateDistributionCommand({ DistributionConfig: config }),
  );
  return { id: Distribution?.Id ?? "", host: Distribution?.DomainName ?? "" };
}

/** Of all tests but the last. What it counts is the first one's. */
const started = startTestNode({ workers: 2 });
after(async () => {
  const node = await started;
  await node.stop();
});

async function footlightCache(node: TestNode, ...args: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [bin, "cache", "--api", node.api, ...args]);
  return stdout;
}

test("footlight cache says how much is kept, and how often it was answered from", async (t) => {
  const node = await started;
  const { id, host } = await createSite(t, node);
  for (const path of ["/big", "/a"]) {
    await view(node.edge, host, path);
    await untilKept(node, host, path);
  }
  for (let asked = 0; asked < 6; asked += 1) await view(node.edge, host, "/a");
  await view(node.edge, host, "/a", { method: "HEAD" });

  const summary = JSON.parse(await footlightCache(node, "--json"));
  assert.equal(summary.entries, 2);
  assert.deepEqual(summary.counts, {
    ...{ hit: 7, updating: 0, stale: 0, refreshed: 0, miss: 2, bypassed: 0 },
  });
  assert.equal(summary.hit_ratio, 0.7778);
  assert.equal(summary.workers.length, 2);
  assert.equal(summary.biggest[0].key, `${id} /big`);
  assert.equal(summary.biggest[0].bytes, 20_000);

  const text = await footlightCache(node);
  assert.match(text, /^On disk +\d+(\.\d)? [KM]?B of 1\.0 GB, 2 objects$/m);
  assert.match(text, /^all +77\.8 % +7 +0 +0 +0 +2 +0 /m);
  assert.match(text, new RegExp(`^19\\.5 KB +200 +\\d+ s +\\d+ min.* ${id} /big$`, "m"));
});

test("footlight cache URL says what is stored, until when, and what invalidated it", async (t) => {
  const node = await started;
  const { id, host } = await createSite(t, node);
  const url = `http://${host}:8080/a?b=1`;
  assert.match(await footlightCache(node, url), /^Not stored: nobody asked for it yet/);

  await view(node.edge, host, "/a?b=1");
  await untilKept(node, host, "/a?b=1");
  const stored = await footlightCache(node, url);
  assert.match(stored, /^Stored: fresh, and answered from the cache$/m);
  assert.match(stored, new RegExp(`^Key +${id} /a\\?b=1$`, "m"));
  assert.match(stored, /^fresh +200 +2 B +\d+ s +(59 min|1 h)\b.*text\/plain/m);
  assert.match(stored, /^TTLs +minimum 0 s, default 1 d, maximum 365 d$/m);
  assert.match(stored, /^In the key +query string: all; headers: none; cookies: none$/m);
  assert.match(stored, /viewer-request function was not run/);

  const other = await footlightCache(node, `${host}/a`);
  assert.match(other, /^Not stored/);
  assert.match(other, new RegExp(`under other keys:\n  ${id} /a\\?b=1\n`));

  const Paths = { Quantity: 1, Items: ["/a*"] };
  const { Invalidation } = await node.client.send(
    new CreateInvalidationCommand({
      DistributionId: id,
      InvalidationBatch: { CallerReference: "one", Paths },
    }),
  );
  const gone = await footlightCache(node, url);
  assert.match(gone, /^Stored, but of no use here: it was invalidated;/m);
  assert.ok(gone.includes(`by /a* of invalidation ${Invalidation?.Id}`), gone);
});

test("footlight cache URL says why something is not stored", async (t) => {
  const node = await started;
  const { host } = await createSite(t, node);
  await view(node.edge, host, "/a?cc=no-store");
  await view(node.edge, host, "/a?cc=max-age=0,stale-if-error=0");
  const noStore = await footlightCache(node, `http://${host}/a?cc=no-store`);
  assert.match(noStore, /^Not stored$/m);
  assert.match(
    noStore,
    /^The last response \(200, 20.*\) was not stored: Cache-Control says no-store/m,
  );
  const ttlZero = await footlightCache(node, `http://${host}/a?cc=max-age=0,stale-if-error=0`);
  assert.match(ttlZero, /was not stored: its time to live is 0/);
  const posted = await footlightCache(node, `http://${host}/a`, "--method", "POST");
  assert.match(posted, /^Never stored: only GET and HEAD are answered from the cache/);

  const CachePolicyId = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";
  const cachePolicy = { CachePolicyId, ForwardedValues: undefined, MinTTL: undefined };
  const off = await createSite(t, node, cachePolicy);
  const disabled = await footlightCache(node, `http://${off.host}/a`);
  assert.match(disabled, /^Never stored: minimum, default and maximum TTL .* are all 0$/m);
  assert.match(disabled, /^Cache policy +Managed-CachingDisabled \(4135ea2d-/m);
});

test("footlight cache takes headers as curl does, and shows the variants of a URL", async (t) => {
  const node = await started;
  const CachePolicyId = "658327ea-f89d-4fab-a63d-7e88639e58f6";
  const { host, id } = await createSite(t, node, {
    ...{ CachePolicyId, ForwardedValues: undefined, MinTTL: undefined, Compress: true },
  });
  const headers = { "accept-encoding": "gzip" };
  await view(node.edge, host, "/big", { headers });
  await untilKept(node, host, "/big", { header: "Accept-Encoding: gzip" });
  const plain = await footlightCache(node, `http://${host}/big`);
  assert.match(plain, new RegExp(`under other keys:\n  ${id} /big; accept-encoding:gzip\n`));
  const header = ["--header", "X-Other: 1", "--header", "Accept-Encoding: gzip"];
  const gzipped = await footlightCache(node, `http://${host}/big`, ...header);
  assert.match(gzipped, /^fresh +200 .*text\/plain, gzip/m);
});

test("footlight cache refuses what it can't look up, in words", async (t) => {
  const node = await startTestNode({ args: ["--cache", "off"] });
  t.after(() => node.stop());
  const { host } = await createSite(t, node);
  await view(node.edge, host, "/a");
  assert.match(await footlightCache(node), /^The cache is off: --cache off\n/);
  assert.match(
    await footlightCache(node, `http://${host}/a`),
    /^Never stored: the node keeps nothing: it was started with --cache off$/m,
  );
  const refusedWith = async (stderr: RegExp, ...args: string[]): Promise<void> => {
    await assert.rejects(footlightCache(node, ...args), (error: { readonly stderr?: string }) => {
      assert.match(error.stderr ?? "", stderr);
      return true;
    });
  };
  await refusedWith(
    /No enabled distribution answers to "nobody.example"/,
    "http://nobody.example/",
  );
  await refusedWith(/A header is written "Name: value", got "none"/, host, "--header", "none");
  await refusedWith(/usage: footlight cache \[URL\]/, host, "/a");
});
