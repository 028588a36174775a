/** How versions ran is asked of all edges, added up, and said to be less where one does not answer. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { SideChannelHub } from "../../../test/support/memory-side-channel.ts";
import type { RunsHere } from "./counted-here.ts";
import { RunsAsker } from "./runs-asker.ts";
import { answerRuns } from "./runs-teller.ts";

const since = "2026-01-01T00:00:00.000Z";
const runsOf = (...versions: readonly (readonly [number, number, number, number])[]): RunsHere => ({
  since,
  versions: versions.map(([version, invocations, errors, utilization]) => {
    return { version, invocations, errors, utilization };
  }),
});

function setUp(
  t: TestContext,
  edges: Readonly<Record<string, RunsHere>>,
  { own, gatherMs = 20_000 }: { readonly own?: RunsHere; readonly gatherMs?: number } = {},
) {
  const hub = new SideChannelHub();
  const cut = new Set<string>();
  for (const [id, runs] of Object.entries(edges)) {
    const channel = hub.channel(() => cut.has(id));
    const read = (name: string): RunsHere => (name === "fn" ? runs : runsOf());
    t.after(answerRuns({ channel, id, circle: "edges.eu", read }));
  }
  const ids = [...Object.keys(edges), ...(own === undefined ? [] : ["own"])];
  const asker = new RunsAsker({
    channel: hub.channel(),
    edges: () => ids.map((id) => ({ id, name: `name of ${id}` })),
    own: own && { id: "own", read: () => own },
    gatherMs,
  });
  t.after(() => asker.stop());
  return { hub, cut, asker };
}

test("what edges have counted is added up, with what this node has itself", async (t) => {
  const edges = { a: runsOf([1, 10, 1, 80], [2, 4, 4, 40]), b: runsOf([1, 30, 0, 20]) };
  const { asker } = setUp(t, edges, { own: runsOf([2, 1, 0, 5]) });
  assert.deepEqual(await asker.read("fn"), {
    versions: [
      { version: 1, invocations: 40, errors: 1, utilization: 100 },
      { version: 2, invocations: 5, errors: 4, utilization: 45 },
    ],
    unanswered: [],
  });
  assert.deepEqual((await asker.read("another")).unanswered, []);
});

test("who does not answer is named, and the others' runs are told", async (t) => {
  const edges = { a: runsOf([1, 10, 1, 80]), b: runsOf([1, 30, 0, 20]) };
  const { asker, cut } = setUp(t, edges, { gatherMs: 400 });
  cut.add("b");
  const { versions, unanswered } = await asker.read("fn");
  assert.deepEqual([versions[0]?.invocations, unanswered], [10, ["name of b"]]);
});

test("who has answered while the node that asks stood still is heard", async (t) => {
  const gatherMs = 10;
  const { asker } = setUp(t, { a: runsOf([1, 10, 1, 80]) }, { gatherMs });
  const reading = asker.read("fn");
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2 * gatherMs);
  const { versions, unanswered } = await reading;
  assert.deepEqual([versions[0]?.invocations, unanswered], [10, []]);
});

test("runs of a function that was deleted are not those of the one that was made in its place", async (t) => {
  const old = { ...runsOf([1, 10, 1, 80]), since: "2025-01-01T00:00:00.000Z" };
  const { asker } = setUp(t, { a: old, b: runsOf([1, 3, 0, 2]) });
  assert.equal((await asker.read("fn")).versions[0]?.invocations, 3);
});

test("what is no message does no harm", async (t) => {
  const { asker, hub } = setUp(t, { a: runsOf([1, 10, 1, 80]) });
  for (const text of ["", "null", "[]", '{"asked":1}', '{"asked":"x","name":{}}']) {
    hub.channel().tell("runs.ask", Buffer.from(text));
    hub.channel().tell("runs.told.edges.eu", Buffer.from(text));
  }
  assert.equal((await asker.read("fn")).versions[0]?.invocations, 10);
});

test("a node alone tells its own", async () => {
  const own = runsOf([1, 10, 1, 80]);
  const asker = new RunsAsker({
    channel: undefined,
    edges: () => [{ id: "own", name: "me" }],
    own: { id: "own", read: () => own },
  });
  assert.deepEqual(await asker.read("fn"), { versions: own.versions, unanswered: [] });
});
