/**
 * Control nodes and members of circles on one side channel, without logs.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import { SideChannelHub } from "../../../test/support/memory-side-channel.ts";
import { CircleMember } from "./circle-member.ts";
import type { NodeReport } from "./node-report.ts";
import { Roster } from "./roster.ts";
import { Rounds } from "./rounds.ts";

class SampleNode {
  revision = 1;
  isCut = false;
  readonly #listeners = new Set<() => void>();
  readonly #id: string;
  readonly #group: string | undefined;

  constructor(id: string, group: string | undefined) {
    this.#id = id;
    this.#group = group;
  }

  report(): NodeReport {
    return {
      ...{ id: this.#id, name: this.#id, kind: this.#group === undefined ? "control" : "edge" },
      ...(this.#group !== undefined && { group: this.#group }),
      ...{ revision: this.revision, head: `h${this.revision}`, version: "1", since: "" },
      ...{ address: "", logReachable: true, aheadOfLog: 0 },
    };
  }

  apply(revision: number): void {
    this.revision = revision;
    for (const listener of this.#listeners) listener();
  }

  join(t: TestContext, hub: SideChannelHub): void {
    const channel = hub.channel(() => this.isCut);
    const onApplied = (listener: () => void): (() => void) => {
      this.#listeners.add(listener);
      return () => this.#listeners.delete(listener);
    };
    const member = new CircleMember({ channel, report: () => this.report(), onApplied });
    t.after(() => member.stop());
  }
}

interface Site {
  readonly hub: SideChannelHub;
  readonly control: SampleNode;
  readonly roster: Roster;
  readonly rounds: Rounds;
  readonly edges: readonly SampleNode[];
  /** The account is changed, and the control node has it. */
  readonly change: () => void;
}

interface SiteSize {
  readonly groups: number;
  readonly inGroup: number;
  readonly goneAfterMs?: number;
}

async function startSite(
  t: TestContext,
  { groups, inGroup, goneAfterMs = 30_000 }: SiteSize,
): Promise<Site> {
  const hub = new SideChannelHub();
  const control = new SampleNode("control", undefined);
  const roster = new Roster({
    ownId: "control",
    goneAfterMs,
    isHeldGroup: () => false,
    now: () => performance.now(),
  });
  const rounds = new Rounds({
    channel: hub.channel(() => control.isCut),
    roster,
    id: "control",
    state: () => ({ revision: control.revision, head: `h${control.revision}` }),
    goneAfterMs,
  });
  t.after(() => rounds.stop());
  const edges = Array.from(
    { length: groups * inGroup },
    (_, index) => new SampleNode(`e${index}`, `g${index % groups}`),
  );
  for (const node of [control, ...edges]) node.join(t, hub);
  const change = (): void => {
    control.revision += 1;
    rounds.noteChange();
  };
  await until(() => roster.hasApplied(1) && roster.list().length === edges.length + 1);
  return { hub, control, roster, rounds, edges, change };
}

test("A change is known to be everywhere soon after the last edge has it", async (t) => {
  const { roster, edges, change } = await startSite(t, { groups: 2, inGroup: 3 });
  change();
  const [last, ...others] = edges;
  for (const edge of others) edge.apply(2);
  await setTimeout(150);
  assert.equal(roster.hasApplied(2), false);
  last!.apply(2);
  await until(() => roster.hasApplied(2));
});

test("A change costs the control node one report a group, however many edges there are", async (t) => {
  const { hub, roster, edges, change } = await startSite(t, { groups: 4, inGroup: 100 });
  const before = { ...hub.told["report"]! };
  change();
  for (const edge of edges) edge.apply(2);
  await until(() => roster.hasApplied(2));
  const { messages, bytes } = hub.told["report"]!;
  // One a circle of edges, one of the control nodes; twice, where everyone was just to be asked anyway.
  assert.ok(messages - before.messages <= 10, `${messages - before.messages} reports`);
  t.diagnostic(`${bytes - before.bytes} bytes in ${messages - before.messages} reports`);
});

test("An edge that is cut off is waited for until it is gone", async (t) => {
  // Longer than this process may stand still between one that is silent and one that is gone.
  const site = { groups: 1, inGroup: 3, goneAfterMs: 3000 };
  const { roster, edges, change } = await startSite(t, site);
  const [away, ...others] = edges;
  away!.isCut = true;
  change();
  for (const edge of others) edge.apply(2);
  await until(() => roster.list().some(({ isSilent }) => isSilent));
  assert.equal(roster.hasApplied(2), false);
  await until(() => roster.hasApplied(2));
  assert.ok(roster.list().some(({ isGone, report }) => isGone && report.id === "e0"));
  away!.isCut = false;
  await until(() => !roster.hasApplied(2));
  away!.apply(2);
  await until(() => roster.hasApplied(2));
});

test("A control node that is cut off gives up nobody", async (t) => {
  const { control, roster, change } = await startSite(t, {
    groups: 1,
    inGroup: 3,
    goneAfterMs: 900,
  });
  change();
  control.isCut = true;
  await setTimeout(1500);
  assert.deepEqual(
    roster.list().filter(({ isGone }) => isGone),
    [],
  );
});

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await setTimeout(5);
}
