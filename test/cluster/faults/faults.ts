/** A program of faults, drawn from a seed: what is done to whom, for how long, one after the other in each of its lanes. */
import { setTimeout } from "node:timers/promises";
import type { Scene } from "./scene.ts";
import type { SlowRelay } from "./slow-relay.ts";
import type { Victim } from "./victim.ts";

export interface FaultTools {
  readonly random: () => number;
  /** No fault begins once it is aborted; those that have are healed. */
  readonly signal: AbortSignal;
  /** Told of each fault as it begins. */
  readonly note: (what: string) => void;
}

interface Fault {
  readonly weight: number;
  readonly isFor: (victim: Victim) => boolean;
  /** @returns when all is as it was before */
  readonly run: (victim: Victim, lastMs: number, around: Around) => Promise<void>;
}

interface Around {
  readonly scene: Scene;
  readonly random: () => number;
  /** Who has something done to it already. */
  readonly busy: Set<Victim>;
  readonly heldGroups: Set<string>;
}

const groups = ["near", "far"] as const;

const anyone = (): boolean => true;

const faults: Readonly<Record<string, Fault>> = {
  "kill -9": {
    weight: 4,
    isFor: anyone,
    run: async (victim, lastMs) => {
      await victim.kill();
      await setTimeout(lastMs / 4);
      await victim.start();
    },
  },
  "cable pulled": {
    weight: 4,
    isFor: anyone,
    run: async ({ machine }, lastMs) => {
      machine.cut();
      await setTimeout(lastMs);
      machine.heal();
    },
  },
  paused: {
    weight: 3,
    isFor: anyone,
    run: async (victim, lastMs) => {
      victim.pause();
      await setTimeout(lastMs);
      victim.resume();
    },
  },
  "packets lost": {
    weight: 2,
    isFor: anyone,
    run: async ({ machine }, lastMs) => {
      machine.lose(0.2);
      await setTimeout(lastMs);
      machine.lose(0);
    },
  },
  "far from the others": {
    weight: 2,
    isFor: ({ kind }) => kind === "server",
    run: async ({ name }, lastMs, { scene: { servers, relays } }) => {
      const relay: SlowRelay = relays[servers.findIndex((server) => server.name === name)]!;
      relay.delay(200);
      await setTimeout(lastMs);
      relay.delay(0);
    },
  },
  "a slow cable": {
    weight: 2,
    isFor: anyone,
    run: async ({ machine }, lastMs) => {
      machine.slow(256);
      await setTimeout(lastMs);
      machine.slow(0);
    },
  },
  "killed with another, so that no majority is left": {
    weight: 2,
    isFor: ({ kind }) => kind === "server",
    run: async (victim, lastMs, { scene, busy }) => {
      const other = scene.servers.find((one) => !busy.has(one));
      if (other === undefined) return;
      busy.add(other);
      const both = [victim, other];
      await Promise.all(both.map((one) => one.kill()));
      await setTimeout(lastMs);
      await Promise.all(both.map((one) => one.start()));
      busy.delete(other);
    },
  },
  "asked to hold a group": {
    weight: 3,
    isFor: ({ kind }) => kind === "control",
    run: async (_, lastMs, { scene, random, heldGroups }) => {
      const group = groups[Math.floor(random() * groups.length)]!;
      if (heldGroups.has(group)) return;
      heldGroups.add(group);
      await changeGroup(scene, "hold", group);
      await setTimeout(lastMs);
      await changeGroup(scene, "release", group);
      heldGroups.delete(group);
    },
  },
  "disk full": {
    weight: 2,
    isFor: ({ kind }) => kind !== "control",
    run: async (victim, lastMs) => {
      victim.fillDisk();
      await setTimeout(lastMs);
      victim.emptyDisk();
      // A server whose disk was full leaves its streams alone until it is started again (docs/runbook.md), and may not end when it is asked to.
      if (victim.kind !== "server") return;
      await victim.kill();
      await victim.start();
    },
  },
};

const askMs = 10_000;
/** In milliseconds. */
const lasts = { from: 300, to: 5000 } as const;
const pauses = { from: 200, to: 1500 } as const;

/** Two faults at a time, of different victims. */
export async function runFaults(scene: Scene, tools: FaultTools): Promise<void> {
  const { random } = tools;
  const around = { scene, random, busy: new Set<Victim>(), heldGroups: new Set<string>() };
  await Promise.all([runLane(tools, around), runLane(tools, around)]);
}

/** By whichever control node does it, however long it takes until one can. */
async function changeGroup(
  { controls }: Scene,
  verb: "hold" | "release",
  group: string,
): Promise<void> {
  for (;;) {
    for (const { node } of controls) {
      const response = await fetch(new URL(`/footlight/v1/nodes/${verb}`, node.api), {
        method: "POST",
        body: JSON.stringify({ group }),
        signal: AbortSignal.timeout(askMs),
      }).catch(() => undefined);
      // Done, or done already by a call whose answer was lost.
      if (response?.status === 200 || response?.status === 400) return;
    }
    await setTimeout(pauses.from);
  }
}

async function runLane({ random, signal, note }: FaultTools, around: Around): Promise<void> {
  const { scene, busy } = around;
  // Servers and control nodes have as much happen to them as the edges, who are more.
  const { servers, controls, edges } = scene;
  const kinds = [servers, controls, edges];
  const draw = <T>(some: readonly T[]): T => some[Math.floor(random() * some.length)]!;
  const between = ({ from, to }: typeof lasts | typeof pauses): number =>
    from + random() * (to - from);
  while (!signal.aborted) {
    const victim: Victim = draw<Victim>(draw<readonly Victim[]>(kinds));
    const possible = Object.entries(faults).filter(([, { isFor }]) => isFor(victim));
    const [name, fault] = draw(possible.flatMap((one) => Array(one[1].weight).fill(one))) as [
      string,
      Fault,
    ];
    const lastMs = between(lasts);
    if (!busy.has(victim)) {
      busy.add(victim);
      note(`${victim.name}: ${name}, ${Math.round(lastMs)} ms`);
      await fault.run(victim, lastMs, around);
      busy.delete(victim);
    }
    await setTimeout(between(pauses));
  }
}
