/**
 * No viewer pays for a change that others could pay for: 1,000 distributions of 25 behaviors name one cache policy and one key
 * group, and while viewers ask for one distribution after the other, these are changed, and distributions as well. Windows
 * with a change and windows without take turns, so that a busy machine is busy in both; and what a worker waits for a
 * processor that others have is not counted, since it waits the longer the more it has to do.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { join } from "node:path";
import { after, before, test, type TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import {
  CreateCachePolicyCommand,
  CreateDistributionCommand,
  CreateKeyGroupCommand,
  CreatePublicKeyCommand,
  GetCachePolicyCommand,
  GetDistributionConfigCommand,
  GetKeyGroupCommand,
  UpdateCachePolicyCommand,
  UpdateDistributionCommand,
  UpdateKeyGroupCommand,
  type CachePolicyConfig,
  type DistributionConfig,
} from "@aws-sdk/client-cloudfront";
import { buildConfig } from "./support/distribution-config.ts";
import { childrenOf } from "./support/child-processes.ts";
import { waitedMilliseconds } from "./support/process-cost.ts";
import { rsaKey, trustedGroups } from "./support/signing-keys.ts";
import type { SteadyOrder, SteadyWindow } from "./support/steady-thread.ts";
import { startTestNode, type TestNode } from "./support/test-node.ts";
import { startTestOrigin, type TestOrigin } from "./support/test-origin.ts";

/** `npm run soak -- changes` takes many. */
const changes = Number(process.env["FOOTLIGHT_CHANGES"] ?? 24);
const distributions = 1000;
const behaviors = 25;
const perSecond = 200;
const windowMs = 250;
/** What a change may add to the slowest request of those that meet it. */
const addedMaxMs = 10;
/** A machine that is busy with others may spoil a whole series, but hardly all of them. */
const attempts = 3;

let node: TestNode;
let origin: TestOrigin;
before(async () => {
  const quotas = {
    distributionsPerAccount: distributions,
    distributionsPerCachePolicy: distributions,
    distributionsPerKeyGroup: distributions,
  };
  const args = ["--quotas", JSON.stringify(quotas)];
  [node, origin] = await Promise.all([startTestNode({ args }), startTestOrigin()]);
});
after(async () => {
  await Promise.all([node.stop(), origin.close()]);
});

test(
  "a change of what 1,000 distributions name adds nothing that a viewer notices",
  { timeout: 600_000 },
  async (t) => {
    const account = await fillAccount();
    const viewers = await startViewers(t, account.hosts);
    const added: number[] = [];
    while (added.length < attempts && !added.some((ms) => ms < addedMaxMs)) {
      added.push(await measure(t, account, viewers));
    }
    assert.ok(
      Math.min(...added) < addedMaxMs,
      `a change adds ${added.map((ms) => ms.toFixed(1)).join(", ")} ms to the slowest request`,
    );
  },
);

interface Account {
  readonly policy: string;
  readonly group: string;
  readonly keys: readonly string[];
  /** Ids, and domain names, in the same order. */
  readonly ids: readonly string[];
  readonly hosts: readonly string[];
}

async function fillAccount(): Promise<Account> {
  const { client } = node;
  const keys: string[] = [];
  for (const name of ["one", "two"]) {
    const config = { CallerReference: name, Name: name, EncodedKey: rsaKey(name).publicKey };
    const made = await client.send(new CreatePublicKeyCommand({ PublicKeyConfig: config }));
    keys.push(made.PublicKey?.Id ?? "");
  }
  const madeGroup = await client.send(
    new CreateKeyGroupCommand({ KeyGroupConfig: { Name: "all", Items: keys } }),
  );
  const madePolicy = await client.send(
    new CreateCachePolicyCommand({ CachePolicyConfig: policyOf(0) }),
  );
  const group = madeGroup.KeyGroup?.Id ?? "";
  const policy = madePolicy.CachePolicy?.Id ?? "";
  const ids: string[] = [];
  const hosts: string[] = [];
  for (let index = 0; index < distributions; index += 1) {
    const { Distribution } = await client.send(
      new CreateDistributionCommand({ DistributionConfig: configOf(index, policy, group) }),
    );
    ids.push(Distribution?.Id ?? "");
    hosts.push(Distribution?.DomainName ?? "");
  }
  return { policy, group, keys, ids, hosts };
}

/** @returns begins a window, and tells of the one before */
async function startViewers(
  t: TestContext,
  hosts: readonly string[],
): Promise<() => Promise<SteadyWindow>> {
  const order: SteadyOrder = {
    port: Number(new URL(node.edge).port),
    hosts,
    paths: Array.from({ length: behaviors - 2 }, (_, part) => `/part-${part}/a`),
    perSecond,
  };
  const thread = new Worker(join(import.meta.dirname, "support/steady-thread.ts"), {
    workerData: order,
  });
  t.after(() => thread.terminate());
  await once(thread, "online");
  return async () => {
    const told = once(thread, "message") as Promise<[SteadyWindow]>;
    thread.postMessage("next");
    return (await told)[0];
  };
}

interface Pair {
  readonly kind: string;
  readonly without: number;
  readonly changed: number;
  /** How much longer the worker has waited for a processor in the window with the change. */
  readonly waited: number;
}

/** @returns by how much a change raises the slowest request: the most of the kinds' medians over pairs of windows, in milliseconds */
async function measure(
  t: TestContext,
  account: Account,
  nextWindow: () => Promise<SteadyWindow>,
): Promise<number> {
  // Each host and behavior is asked for before, so that a change is all that is new.
  await delay((1000 * distributions) / perSecond + 1000);
  await nextWindow();
  const [worker = 0] = childrenOf(node.process.pid!, "edge-worker");
  const steady: number[] = [];
  const pairs: Pair[] = [];
  let failed = 0;
  const during = async (go: () => Promise<unknown>) => {
    await nextWindow();
    const before = waitedMilliseconds(worker);
    await go();
    await delay(windowMs);
    const waited = waitedMilliseconds(worker) - before;
    const window = await nextWindow();
    failed += window.failed;
    return { ...window, waited, slowest: Math.max(...window.tookMs) };
  };
  for (let count = 1; count <= changes; count += 1) {
    const { kind, read, change } = changeOf(account, count);
    const without = await during(read);
    const changed = await during(change);
    steady.push(...without.tookMs);
    const waited = Math.max(0, changed.waited - without.waited);
    pairs.push({ kind, without: without.slowest, changed: changed.slowest, waited });
  }
  assert.equal(failed, 0);
  steady.sort((one, other) => one - other);
  const p99 = steady[Math.floor(steady.length * 0.99)] ?? 0;
  t.diagnostic(`${changes} changes; without one p99 is ${p99.toFixed(1)} ms`);
  const added = Array.from(
    Map.groupBy(pairs, ({ kind }) => kind),
    ([kind, ofKind]) => {
      const slower = median(ofKind.map(({ changed, without }) => changed - without));
      const waited = median(ofKind.map((pair) => pair.waited));
      t.diagnostic(
        `a changed ${kind}: the slowest request is ${slower.toFixed(1)} ms slower, with ${waited.toFixed(1)} ms more without a processor`,
      );
      return slower - waited;
    },
  );
  return Math.max(...added);
}

/** The cache policy, the key group and a distribution in turn; reading takes the client and the API what it takes them before a change. */
function changeOf(
  { policy, group, keys, ids }: Account,
  count: number,
): {
  readonly kind: string;
  readonly read: () => Promise<unknown>;
  readonly change: () => Promise<unknown>;
} {
  const { client } = node;
  if (count % 3 === 0) {
    const read = () => client.send(new GetCachePolicyCommand({ Id: policy }));
    const change = async (): Promise<void> => {
      const { ETag: IfMatch } = await read();
      const input = { Id: policy, IfMatch, CachePolicyConfig: policyOf(count) };
      await client.send(new UpdateCachePolicyCommand(input));
    };
    return { kind: "cache policy", read, change };
  }
  if (count % 3 === 1) {
    const read = () => client.send(new GetKeyGroupCommand({ Id: group }));
    const change = async (): Promise<void> => {
      const { ETag: IfMatch } = await read();
      const config = { Name: "all", Items: keys.slice(0, 1 + ((count + 1) % 2)) };
      await client.send(new UpdateKeyGroupCommand({ Id: group, IfMatch, KeyGroupConfig: config }));
    };
    return { kind: "key group", read, change };
  }
  const Id = ids[count % ids.length];
  const read = () => client.send(new GetDistributionConfigCommand({ Id }));
  const change = async (): Promise<void> => {
    const { ETag: IfMatch, DistributionConfig } = await read();
    const changed = { ...DistributionConfig, Comment: `changed ${count} times` };
    const config = changed as DistributionConfig;
    await client.send(new UpdateDistributionCommand({ Id, IfMatch, DistributionConfig: config }));
  };
  return { kind: "distribution", read, change };
}

function policyOf(count: number): CachePolicyConfig {
  return {
    Name: "all",
    MinTTL: 0,
    ParametersInCacheKeyAndForwardedToOrigin: {
      EnableAcceptEncodingGzip: false,
      HeadersConfig: {
        HeaderBehavior: "whitelist",
        Headers: { Quantity: 1, Items: [`X-Key-${count}`] },
      },
      CookiesConfig: { CookieBehavior: "none" },
      QueryStringsConfig: { QueryStringBehavior: "none" },
    },
  };
}

/** One of its behaviors takes signatures by the key group, the others are everybody's. */
function configOf(index: number, policy: string, group: string): DistributionConfig {
  const config = buildConfig({
    callerReference: String(index),
    originPort: origin.port,
    cachePolicy: policy,
  });
  const { DefaultCacheBehavior: behavior } = config;
  const items = Array.from({ length: behaviors - 2 }, (_, part) => ({
    ...behavior,
    PathPattern: `/part-${part}/*`,
  }));
  const signed = { ...behavior, PathPattern: "/signed/*", ...trustedGroups(group) };
  return {
    ...config,
    CacheBehaviors: { Quantity: items.length + 1, Items: [...items, signed] },
  } as DistributionConfig;
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}
