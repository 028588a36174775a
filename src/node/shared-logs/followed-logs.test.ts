/** A control node and edges on one side channel, without logs, workers or files. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import type { FunctionLogPage, FunctionLogQuery, FunctionRunLog } from "../../control/log-calls.ts";
import { SideChannelHub } from "../../../test/support/memory-side-channel.ts";
import { FollowedLogs } from "./followed-logs.ts";
import { LogTeller } from "./log-teller.ts";

/** An edge whose runs are a list; positions are indexes of it. */
class SampleEdge {
  readonly runs: FunctionRunLog[] = [];
  isCut = false;
  readonly name: string;
  readonly teller: LogTeller;
  reads = 0;

  constructor(t: TestContext, hub: SideChannelHub, name: string) {
    this.name = name;
    this.teller = new LogTeller({
      channel: hub.channel(() => this.isCut),
      ...{ id: `id-${name}`, name, circle: "edges.eu" },
      read: (query) => Promise.resolve(this.#read(query)),
      onError: (error) => assert.fail(error),
    });
    t.after(() => this.teller.stop());
  }

  log(text: string, more: Partial<FunctionRunLog> = {}): void {
    const run = { function: "page", distribution: "E1", requestId: "r", lines: [text] };
    this.runs.push({ at: Date.now(), ...run, ...more });
  }

  #read({ after, name, since }: FunctionLogQuery): FunctionLogPage {
    this.reads += 1;
    const from = after["all"] ?? 0;
    const page = this.runs.slice(from, from + 1000);
    return {
      runs: page.filter((run) => run.at >= since && (name ?? run.function) === run.function),
      next: { all: from + page.length },
      hasMore: from + page.length < this.runs.length,
    };
  }
}

function setUp(t: TestContext, names: readonly string[], gatherMs = 300) {
  const hub = new SideChannelHub();
  const edges = names.map((name) => new SampleEdge(t, hub, name));
  const all = new FollowedLogs({
    channel: hub.channel(),
    nodes: () => edges.map(({ name }) => ({ id: `id-${name}`, name })),
    ...{ gatherMs, askEveryMs: 50 },
  });
  t.after(() => all.stop());
  const query = { name: undefined, distribution: undefined, grep: undefined, since: 0, after: {} };
  return { hub, edges, all, query };
}

function textsOf({ runs }: FunctionLogPage): readonly string[] {
  return runs.map(({ node, lines }) => `${node}: ${lines.join()}`);
}

/** @returns texts of pages that follow a page, until there are so many */
async function follow(
  all: FollowedLogs,
  query: FunctionLogQuery,
  page: FunctionLogPage,
  count: number,
): Promise<readonly string[]> {
  const texts: string[] = [];
  let { next } = page;
  while (texts.length < count) {
    await wait(20);
    const more = await all.read({ ...query, after: next });
    ({ next } = more);
    texts.push(...textsOf(more));
  }
  return texts;
}

test("What all edges keep is told in the order of its times, and then what comes", async (t) => {
  const { edges, all, query } = setUp(t, ["a", "b"]);
  const [a, b] = edges as [SampleEdge, SampleEdge];
  a.log("first", { at: 1000 });
  b.log("second", { at: 2000 });
  a.log("third", { at: 3000 });
  const page = await all.read(query);
  assert.deepEqual(textsOf(page), ["a: first", "b: second", "a: third"]);
  assert.equal(page.unanswered, undefined);
  b.log("later");
  assert.deepEqual(await follow(all, query, page, 1), ["b: later"]);
});

test("Who has answered while the control node stood still is heard", async (t) => {
  const gatherMs = 10;
  const { edges, all, query } = setUp(t, ["a"], gatherMs);
  edges[0]!.log("first");
  const reading = all.read(query);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2 * gatherMs);
  const page = await reading;
  assert.deepEqual([textsOf(page), page.unanswered], [["a: first"], undefined]);
});

test("Edges send what was asked for alone, and nothing when nobody follows", async (t) => {
  const { hub, edges, all, query } = setUp(t, ["a"]);
  const [a] = edges as [SampleEdge];
  a.log("old", { at: 1000 });
  a.log("new", { at: 5000 });
  a.log("another's", { at: 6000, function: "other" });
  assert.equal(a.reads, 0);
  const page = await all.read({ ...query, name: "page", since: 2000 });
  assert.deepEqual(textsOf(page), ["a: new"]);
  all.stop();
  assert.ok(hub.told["logs"]!.bytes < 2000);
});

test("Who does not answer in time is named, and heard once it is back, without what it told already", async (t) => {
  const { edges, all, query } = setUp(t, ["a", "b"]);
  const [a, b] = edges as [SampleEdge, SampleEdge];
  a.log("one");
  b.isCut = true;
  const page = await all.read(query);
  assert.deepEqual(textsOf(page), ["a: one"]);
  assert.deepEqual(page.unanswered, ["b"]);
  b.isCut = false;
  a.isCut = true;
  b.log("back");
  const more = await follow(all, query, page, 1);
  a.isCut = false;
  a.log("two");
  const rest = await follow(all, query, page, 1);
  assert.deepEqual([...more, ...rest], ["b: back", "a: two"]);
});

test("What gets lost on the way is counted", async (t) => {
  const { hub, edges, all, query } = setUp(t, ["a"]);
  const [a] = edges as [SampleEdge];
  const page = await all.read(query);
  const [id = ""] = Object.keys(page.next);
  const lines = { follower: id, node: "id-a", name: "a", before: 7, runs: [], isAll: false };
  hub.channel().tell("logs.lines.edges.eu", new TextEncoder().encode(JSON.stringify(lines)));
  hub.channel().tell("logs.lines.edges.eu", new TextEncoder().encode("no message"));
  await wait(20);
  assert.equal((await all.read({ ...query, after: page.next })).lost, 7);
  assert.equal((await all.read({ ...query, after: page.next })).lost, undefined);
  assert.equal(a.reads > 0, true);
});

test("What nobody comes for is bounded, and counted", async (t) => {
  const { edges, all, query } = setUp(t, ["a"]);
  const [a] = edges as [SampleEdge];
  for (let run = 0; run < 21_500; run += 1) a.log(`run ${run}`, { at: run });
  let told = 0;
  let lost = 0;
  let after = {};
  for (let hasMore = true; hasMore;) {
    const page = await all.read({ ...query, after });
    told += page.runs.length;
    lost += page.lost ?? 0;
    ({ hasMore, next: after } = page);
  }
  assert.deepEqual([told, lost], [20_000, 1500]);
});

test("A follower that a node has never heard of goes on from when it came last", async (t) => {
  const { edges, all, query } = setUp(t, ["a"]);
  const [a] = edges as [SampleEdge];
  a.log("told by another node", { at: 1000 });
  a.log("since then", { at: 3000 });
  const page = await all.read({ ...query, after: { "0123456789abcdef": 2000 } });
  assert.deepEqual(textsOf(page), ["a: since then"]);
});

test("No more than sixteen follow at a time", async (t) => {
  const { all, query } = setUp(t, []);
  await Promise.all(Array.from({ length: 16 }, () => all.read(query)));
  await assert.rejects(all.read(query), /^ServiceUnavailable: 16 already follow function logs/);
});

test("Long lines come in several messages, in order, each once", async (t) => {
  const { hub, edges, all, query } = setUp(t, ["a"]);
  const [a] = edges as [SampleEdge];
  for (let run = 0; run < 200; run += 1) a.log(`${run} ${"x".repeat(9000)}`, { at: run });
  const { runs, lost } = await all.read(query);
  assert.deepEqual(
    runs.map(({ lines }) => Number(lines[0]?.split(" ", 1)[0])),
    Array.from({ length: 200 }, (_, run) => run),
  );
  assert.equal(lost, undefined);
  assert.ok(hub.told["logs"]!.messages > 9);
});
