/**
 * Going back beside publishing: as fast, and in one of two orders when both are asked for at once.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { spreadOf, withInterval } from "../bench/statistics.ts";
import { createLiveFunction, pageOf, type LiveFunction } from "./support/live-function.ts";
import { startTestNode, type TestNode } from "./support/test-node.ts";
import { view } from "./support/viewer.ts";

/** Rounds of one of each kind; where the machine is busy more make the medians firmer. */
const timedAtLeast = 10;
const timedAtMost = 50;
/** How many times as long as a publish going back may take. */
const ratioMax = 1.5;
const races = 50;

let node: TestNode;
before(async () => {
  node = await startTestNode({ workers: 2 });
});
after(() => node.stop());

interface Answer<Data> {
  readonly status: number;
  readonly data: Data;
}

/** The JSON face, so that both calls cost their caller the same. */
async function call<Data>(path: string, body?: object, ifMatch?: string): Promise<Answer<Data>> {
  const response = await fetch(node.api + path, {
    method: body ? "POST" : "GET",
    headers: {
      accept: "application/json",
      "content-type": "application/json",
      ...(ifMatch && { "if-match": ifMatch }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const { data } = (await response.json()) as { readonly data: Data };
  return { status: response.status, data };
}

interface Versions {
  readonly etag: string;
  readonly development: { readonly etag: string };
  readonly live: { readonly version: number; readonly shares: readonly unknown[] };
  readonly items: readonly { readonly version: number; readonly bad?: object }[];
}

async function versionsOf(name: string): Promise<Versions> {
  return (await call<Versions>(`/footlight/v1/functions/${name}/versions`)).data;
}

const publish = (name: string, ifMatch: string): Promise<Answer<unknown>> =>
  call(`/2020-05-31/function/${name}/publish`, {}, ifMatch);

const rollBack = (name: string, ifMatch: string, to?: number): Promise<Answer<unknown>> =>
  call(`/footlight/v1/functions/${name}/rollback`, to === undefined ? {} : { to }, ifMatch);

const live = (name: string): Promise<LiveFunction> =>
  createLiveFunction(node.client, { name, source: pageOf("0"), originPort: 80 });

/** After a while: an isolate that waits for the next copy takes a moment to be made, after whatever took the last one. */
async function took(act: () => Promise<Answer<unknown>>): Promise<number> {
  await setTimeout(100);
  const startedAt = performance.now();
  const { status } = await act();
  const ms = performance.now() - startedAt;
  assert.equal(status, 200);
  return ms;
}

test("Going back takes no longer than publishing, also to a version that has not run for long", async (context) => {
  const { host, update } = await live("timed");
  const page = async (): Promise<string> => (await view(node.edge, host, "/")).body;
  const times: Record<"published" | "back" | "far", number[]> = {
    published: [],
    back: [],
    far: [],
  };
  const ratio = (kind: "back" | "far"): number =>
    spreadOf(times[kind]).median / spreadOf(times.published).median;
  const isSlow = (): boolean => Math.max(ratio("back"), ratio("far")) > ratioMax;
  for (let round = 0; round < timedAtLeast || (round < timedAtMost && isSlow()); round += 1) {
    await update(pageOf(`round ${round}`));
    const first = await versionsOf("timed");
    times.published.push(await took(() => publish("timed", first.development.etag)));
    assert.equal(await page(), `round ${round}`);

    const second = await versionsOf("timed");
    times.back.push(await took(() => rollBack("timed", second.etag, first.live.version)));

    const third = await versionsOf("timed");
    const oldest = third.items.findLast(({ version }) => version !== third.live.version)!.version;
    times.far.push(await took(() => rollBack("timed", third.etag, oldest)));
    await page();
    const fourth = await versionsOf("timed");
    assert.equal(fourth.live.version, oldest);
    const newest = third.items[0]!.version;
    if (newest !== oldest) await rollBack("timed", fourth.etag, newest);
  }
  for (const [kind, what] of [
    ["back", "to the version before"],
    ["far", "to the oldest that is kept"],
  ] as const) {
    const [back, published] = [spreadOf(times[kind]), spreadOf(times.published)];
    context.diagnostic(
      `${what}: ${withInterval(back, 1)} ms, a publish ${withInterval(published, 1)} ms, ratio ${ratio(kind).toFixed(2)}`,
    );
    assert.ok(ratio(kind) <= ratioMax, `${what}: ${ratio(kind).toFixed(2)} times a publish`);
  }
});

test("Of going back and publishing at once, one is first, and nothing is between", async (context) => {
  const { host, update } = await live("raced");
  await update(pageOf("first"));
  assert.equal((await publish("raced", (await versionsOf("raced")).development.etag)).status, 200);
  const orders = { "published first": 0, "went back first": 0 };
  for (let round = 0; round < races; round += 1) {
    await update(pageOf(`race ${round}`));
    const before = await versionsOf("raced");
    const back = (): Promise<Answer<unknown>> => rollBack("raced", before.etag);
    const forth = (): Promise<Answer<unknown>> => publish("raced", before.development.etag);
    const [undone, published] =
      round % 2 === 0
        ? await Promise.all([back(), forth()])
        : (await Promise.all([forth(), back()])).toReversed();

    assert.equal(published?.status, 200);
    const after = await versionsOf("raced");
    const newest = after.items[0]!;
    assert.equal(newest.version, before.items[0]!.version + 1);
    assert.equal(newest.bad, undefined);
    // In both orders the publish has the last word.
    assert.deepEqual([after.live.version, after.live.shares.length], [newest.version, 1]);
    const left = after.items.find(({ version }) => version === before.live.version);
    if (undone?.status === 200) {
      orders["went back first"] += 1;
      assert.ok(left?.bad);
    } else {
      orders["published first"] += 1;
      assert.equal(undone?.status, 412);
      assert.equal(left?.bad, undefined);
    }
    assert.equal((await view(node.edge, host, "/")).body, `race ${round}`);
  }
  context.diagnostic(JSON.stringify(orders));
});
