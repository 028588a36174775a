/**
 * No mixed-up answers: many viewers over many keys and both workers of a node, while objects change,
 * expire and are invalidated. Every answer says for which request it was made and of which version it
 * is, and each is looked at.
 *
 * `npm run soak -- cache-mixup` asks a million times.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import {
  CreateCachePolicyCommand,
  CreateDistributionCommand,
  CreateInvalidationCommand,
  type CloudFrontClient,
} from "@aws-sdk/client-cloudfront";
import { buildConfig } from "../support/distribution-config.ts";
import { randomFrom } from "../support/sample-random.ts";
import { startTestNode } from "../support/test-node.ts";
import { ChangingOrigin, tagOf } from "./mixup/changing-origin.ts";
import { ManyViewers } from "./mixup/many-viewers.ts";

const requests = Number(process.env["FOOTLIGHT_FUZZ_MIXUPS"] ?? 4000);
const seed = Number(process.env["FOOTLIGHT_FUZZ_SEED"] ?? 1);
const viewers = 24;

test(
  `every answer is the viewer's own, whole and new enough (${requests} requests, seed ${seed})`,
  { timeout: 60_000 + requests * 10 },
  async (t) => {
    const origin = new ChangingOrigin(seed);
    origin.server.listen(0, "127.0.0.1");
    await once(origin.server, "listening");
    t.after(() => {
      origin.server.closeAllConnections();
      origin.server.close();
    });
    const node = await startTestNode({ workers: 2 });
    t.after(() => node.stop());
    const { port } = origin.server.address() as AddressInfo;
    const { host, id } = await createSite(node.client, port);

    const random = randomFrom(seed);
    const floors = new Map<string, number>();
    const many = new ManyViewers({ edge: node.edge, host }, origin, { floors }, random, requests);
    const visits = many.visit(viewers);
    let invalidations = 0;
    const change = async () => {
      while (many.left > 0) {
        const number = Math.floor(60 * random() ** 3);
        const path = `/${number % 2 === 0 ? "text" : "image"}/${number}`;
        origin.change(path);
        if (random() < 0.7) {
          invalidations += 1;
          const version = origin.version(path);
          await invalidate(node.client, id, random() < 0.5 ? `${path}*` : `#${tagOf(path)}`);
          floors.set(path, version);
        } else await new Promise((resolve) => void setTimeout(resolve, 30));
      }
    };
    await Promise.race([visits, change().then(() => visits)]);
    await visits;
    const counts = [...many.counts].sort(([one], [other]) => (one < other ? -1 : 1));
    t.diagnostic(counts.map(([kind, count]) => `${kind}: ${count}`).join(", "));
    t.diagnostic(`${origin.asked} asked of the origin, ${invalidations} invalidations`);
    const broken = many.counts.get("broken off") ?? 0;
    assert.ok(broken < 0.03 * requests, `${broken} were broken off, and not by the origin`);
    for (const kind of ["200 Hit", "200 Miss", "200 RefreshHit", "206 Hit", "304 Hit"]) {
      assert.ok((many.counts.get(kind) ?? 0) > 0, `there was no ${kind}`);
    }
  },
);

async function createSite(
  client: CloudFrontClient,
  originPort: number,
): Promise<{ host: string; id: string }> {
  const policyIds: string[] = [];
  for (const CookieBehavior of ["none", "whitelist"] as const) {
    const policy = await createPolicy(client, CookieBehavior);
    policyIds.push(policy);
  }
  const behaviors = policyIds.map((CachePolicyId) => ({
    TargetOriginId: "local",
    ViewerProtocolPolicy: "allow-all" as const,
    CachePolicyId,
    Compress: true,
  }));
  const [others, images] = behaviors;
  const { Distribution } = await client.send(
    new CreateDistributionCommand({
      DistributionConfig: {
        ...buildConfig({ callerReference: "mixup", originPort }),
        CacheTagConfig: { HeaderName: "X-Tag" },
        DefaultCacheBehavior: others,
        CacheBehaviors: { Quantity: 1, Items: [{ ...images!, PathPattern: "/image/*" }] },
      },
    }),
  );
  return { host: Distribution?.DomainName ?? "", id: Distribution?.Id ?? "" };
}

/** Where cookies go to the origin each viewer asks it alone, and nothing is validated. */
async function createPolicy(
  client: CloudFrontClient,
  CookieBehavior: "none" | "whitelist",
): Promise<string> {
  const isListed = CookieBehavior === "whitelist";
  const { CachePolicy } = await client.send(
    new CreateCachePolicyCommand({
      CachePolicyConfig: {
        Name: `cookies-${CookieBehavior}`,
        MinTTL: 0,
        DefaultTTL: 1,
        MaxTTL: 10,
        ParametersInCacheKeyAndForwardedToOrigin: {
          EnableAcceptEncodingGzip: true,
          EnableAcceptEncodingBrotli: true,
          HeadersConfig: {
            HeaderBehavior: "whitelist",
            Headers: { Quantity: 1, Items: ["X-Language"] },
          },
          CookiesConfig: {
            CookieBehavior,
            ...(isListed && { Cookies: { Quantity: 1, Items: ["who"] } }),
          },
          QueryStringsConfig: { QueryStringBehavior: "all" },
        },
      },
    }),
  );
  return CachePolicy?.Id ?? "";
}

async function invalidate(client: CloudFrontClient, id: string, what: string): Promise<void> {
  await client.send(
    new CreateInvalidationCommand({
      DistributionId: id,
      InvalidationBatch: {
        CallerReference: `${what} ${performance.now()}`,
        Paths: { Quantity: 1, Items: [what] },
      },
    }),
  );
}
