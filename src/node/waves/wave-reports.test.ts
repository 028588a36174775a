/** What edges count reaches every control node once, and what anyone else may send is no harm. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { SideChannelHub } from "../../../test/support/memory-side-channel.ts";
import { noTally, type StepTally } from "../../model/wave-counts.ts";
import { WaveReports } from "./wave-reports.ts";

/** Edges and control nodes on one channel; time goes on when the test says so. */
function setUp(t: TestContext, ids: readonly string[]) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const hub = new SideChannelHub();
  const cut = new Set<string>();
  const nodes = ids.map((id) => {
    const channel = hub.channel(() => cut.has(id));
    const reports = new WaveReports({ channel, id, group: "eu" });
    const heard: StepTally[] = [];
    t.after(() => reports.stop());
    return { id, reports, heard, listen: () => reports.onTallies((all) => heard.push(...all)) };
  });
  return { hub, cut, nodes, tell: (bytes: Uint8Array) => hub.channel().tell("waves.x", bytes) };
}

/** A second, and the turn of the event loop in which it is heard. */
async function second(t: TestContext): Promise<void> {
  t.mock.timers.tick(1000);
  await heard();
}

const heard = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

const tally = (visits: number, stepRevision: number = 7, name: string = "fn"): StepTally => ({
  ...{ name, stepRevision },
  fresh: { ...noTally(), visits },
  former: noTally(),
});
const visitsOf = (tallies: readonly StepTally[]): number[] =>
  tallies.map(({ fresh: { visits } }) => visits);

test("every control node hears what an edge has counted in a second, added up, once", async (t) => {
  const { hub, nodes } = setUp(t, ["edge", "a", "b"]);
  const [edge, a, b] = nodes;
  a!.listen();
  b!.listen();
  edge!.reports.add([tally(1)]);
  edge!.reports.add([tally(2), tally(5, 8)]);
  await heard();
  assert.deepEqual(a!.heard, [], "not before the second is over");
  await second(t);
  for (const node of [a!, b!]) assert.deepEqual(visitsOf(node.heard), [3, 5]);
  await second(t);
  assert.equal(hub.told["waves"]?.messages, 1, "nothing is told where nothing was counted");
  edge!.reports.add([tally(4)]);
  await second(t);
  assert.deepEqual(visitsOf(a!.heard), [3, 5, 4]);
});

test("a node with an edge of its own hears that at once, and not again when it tells the others", async (t) => {
  const { nodes } = setUp(t, ["whole", "other"]);
  const [whole, other] = nodes;
  whole!.listen();
  other!.listen();
  const counted = tally(3);
  whole!.reports.add([counted]);
  assert.deepEqual(visitsOf(whole!.heard), [3]);
  await second(t);
  assert.deepEqual(visitsOf(whole!.heard), [3]);
  assert.deepEqual(visitsOf(other!.heard), [3]);
  assert.equal(counted.fresh.visits, 3, "what is gathered is a copy");
});

test("who is cut off misses what is told meanwhile, and hears what comes later", async (t) => {
  const { cut, nodes } = setUp(t, ["edge", "a"]);
  const [edge, a] = nodes;
  a!.listen();
  cut.add("a");
  edge!.reports.add([tally(1)]);
  await second(t);
  cut.clear();
  edge!.reports.add([tally(2)]);
  await second(t);
  cut.add("edge");
  edge!.reports.add([tally(4)]);
  await second(t);
  cut.clear();
  edge!.reports.add([tally(8)]);
  await second(t);
  assert.deepEqual(visitsOf(a!.heard), [2, 8], "nothing is kept for later: it was at another time");
});

test("what many functions come to is told in messages that a server takes", async (t) => {
  const { hub, nodes } = setUp(t, ["edge", "a"]);
  const [edge, a] = nodes;
  a!.listen();
  const name = "f".repeat(60);
  edge!.reports.add(Array.from({ length: 2400 }, (_, index) => tally(1, 7, `${name}${index}`)));
  await second(t);
  assert.equal(a!.heard.length, 2400);
  const { messages, bytes } = hub.told["waves"]!;
  assert.equal(messages, 5);
  assert.ok(bytes / messages < 500_000);
});

test("who stops tells what it has counted last", async (t) => {
  const { nodes } = setUp(t, ["edge", "a"]);
  const [edge, a] = nodes;
  a!.listen();
  edge!.reports.add([tally(9)]);
  edge!.reports.stop();
  await heard();
  assert.deepEqual(visitsOf(a!.heard), [9]);
});

const fresh = { ...noTally(), visits: 10, runs: 10, utilization: [10, 0, 0, 0, 0, 0, 0, 0, 0, 0] };
const impossible: Readonly<Record<string, object>> = {
  "more errors than runs": { errors: 11 },
  "more bad answers than visits": { clientErrors: 6, serverErrors: 5 },
  "more origins that failed than were asked": { originAsked: 2, originFailed: 3 },
  "more origins asked than visits": { originAsked: 11 },
  "more runs than what they took": { runs: 11 },
  "more than any node counts": { visits: 1e9 },
  "less than none": { errors: -1 },
  "half a visit": { visits: 10.5 },
  "no list of what runs took": { utilization: [10] },
};
for (const [what, members] of Object.entries(impossible)) {
  test(`what nobody can have counted is not heard: ${what}`, async (t) => {
    const { nodes, tell } = setUp(t, ["a"]);
    const [a] = nodes;
    a!.listen();
    const send = (more: object): void => {
      const tallies = [{ ...tally(0), fresh: { ...fresh, ...more } }];
      tell(Buffer.from(JSON.stringify({ from: "edge", tallies })));
    };
    send(members);
    for (const bytes of ["no message", "null", "[]", '{"tallies":{}}', '{"tallies":[null]}']) {
      tell(Buffer.from(bytes));
    }
    send({});
    await heard();
    assert.deepEqual(visitsOf(a!.heard), [10]);
  });
}
