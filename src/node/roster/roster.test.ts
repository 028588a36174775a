import assert from "node:assert/strict";
import { test } from "node:test";
import { digestOf } from "./messages.ts";
import type { NodeReport } from "./node-report.ts";
import { Roster } from "./roster.ts";

const own = report({ id: "own", kind: "control" });

function report(given: Partial<NodeReport>): NodeReport {
  return {
    ...{ id: "e1", name: "e1", kind: "edge", revision: 5, head: "aa", version: "1", since: "" },
    ...{ address: "", logReachable: true, aheadOfLog: 0 },
    ...given,
  };
}

interface Setting {
  readonly roster: Roster;
  /** Everyone is asked, and these answer. */
  readonly ask: (...nodes: NodeReport[]) => void;
  readonly wait: (seconds: number) => void;
  readonly held: Set<string>;
}

function setUp(): Setting {
  let now = 0;
  const held = new Set<string>();
  const isHeldGroup = held.has.bind(held);
  const roster = new Roster({ ownId: "own", goneAfterMs: 30_000, isHeldGroup, now: () => now });
  const ask = (...nodes: NodeReport[]): void => {
    const askedAt = now;
    for (const node of nodes) {
      roster.hear(node.group === undefined ? "control" : `edges.${node.group}`, { nodes: [node] });
    }
    roster.noteAsked(askedAt);
  };
  return { roster, ask, held, wait: (seconds) => (now += seconds * 1000) };
}

test("Nothing is applied everywhere before everyone was asked once", () => {
  const { roster, ask } = setUp();
  assert.equal(roster.hasApplied(0), false);
  ask(own);
  assert.equal(roster.hasApplied(7), true);
});

test("A revision is applied once every edge that lives has it", () => {
  const { roster, ask } = setUp();
  ask(own, report({ group: "eu" }), report({ id: "e2", group: "us", revision: 6 }));
  assert.equal(roster.hasApplied(5), true);
  assert.equal(roster.hasApplied(6), false);
  ask(report({ group: "eu", revision: 6 }));
  assert.equal(roster.hasApplied(6), true);
});

test("An edge that does not answer is waited for until it is gone, and again when it is back", () => {
  const { roster, ask, wait } = setUp();
  const edge = report({ group: "eu" });
  ask(own, edge);
  wait(10);
  ask(own);
  assert.deepEqual(conditionsOf(roster), { own: "here", e1: "silent" });
  wait(29);
  ask(own);
  assert.equal(roster.hasApplied(6), false);
  wait(1);
  assert.deepEqual(conditionsOf(roster), { own: "here", e1: "gone" });
  assert.equal(roster.hasApplied(6), true);
  assert.deepEqual(roster.countLiving(), { control: 1 });
  ask(own, edge);
  assert.equal(roster.hasApplied(6), false);
  assert.deepEqual(conditionsOf(roster), { own: "here", e1: "here" });
});

test("What is gone is shown for an hour", () => {
  const { roster, ask, wait } = setUp();
  ask(own, report({ group: "eu" }));
  wait(10);
  ask(own);
  wait(3600);
  ask(own);
  assert.deepEqual(Object.keys(conditionsOf(roster)), ["own", "e1"]);
  wait(31);
  ask(own);
  assert.deepEqual(Object.keys(conditionsOf(roster)), ["own"]);
});

test("No edge is gone because the one that asks was cut off", () => {
  const { roster, ask, wait } = setUp();
  const edge = report({ group: "eu" });
  ask(own, edge);
  wait(10);
  ask();
  wait(40);
  roster.forgive();
  ask();
  assert.deepEqual(conditionsOf(roster), { own: "here", e1: "here" });
  assert.equal(roster.hasApplied(6), false);
});

test("An edge that ends is not waited for, and no other group can say that it did", () => {
  const { roster, ask } = setUp();
  ask(own, report({ group: "eu" }));
  roster.hear("edges.us", { nodes: [], left: "e1" });
  assert.equal(roster.hasApplied(6), false);
  roster.hear("edges.eu", { nodes: [], left: "e1" });
  assert.equal(roster.hasApplied(6), true);
});

test("A held group is not waited for, but a whole node of it is", () => {
  const { roster, ask, held } = setUp();
  ask(own, report({ group: "eu" }));
  held.add("eu");
  assert.equal(roster.hasApplied(6), true);
  ask(own, report({ id: "whole", kind: "whole", group: "eu" }));
  assert.equal(roster.hasApplied(6), false);
});

test("A sum is believed where it is of just those who are known to live", () => {
  const { roster, ask } = setUp();
  ask(own, report({ group: "eu" }), report({ id: "e2", group: "eu" }));
  const sumOf = (...ids: string[]) => ({
    nodes: [],
    revision: 6,
    asAsked: { digest: digestOf(ids) },
  });
  assert.equal(roster.hear("edges.eu", sumOf("e1")), false);
  assert.equal(roster.hasApplied(6), false);
  assert.equal(roster.hear("edges.eu", sumOf("e2", "e1")), true);
  assert.equal(roster.hasApplied(6), true);
});

test("A sum leaves out those that are told in full", () => {
  const { roster, ask } = setUp();
  ask(own, report({ group: "eu" }), report({ id: "e2", group: "eu" }));
  const nodes = [report({ id: "e2", group: "eu" })];
  const sum = { nodes, revision: 6, asAsked: { digest: digestOf(["e1"]) } };
  assert.equal(roster.hear("edges.eu", sum), true);
  assert.equal(roster.hasApplied(6), false);
  assert.deepEqual(
    roster.list().map(({ report: { id, revision } }) => [id, revision]),
    [
      ["own", 5],
      ["e1", 6],
      ["e2", 5],
    ],
  );
});

function conditionsOf(roster: Roster): Record<string, string> {
  return Object.fromEntries(
    roster.list().map(({ report: { id }, isGone, isSilent }) => {
      if (isGone) return [id, "gone"];
      return [id, isSilent ? "silent" : "here"];
    }),
  );
}
