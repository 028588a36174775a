/**
 * A publish in waves: the new version gets a part of the viewers, then a greater one, until it has all.
 *
 * What a wave is decided by (time, counts) is no part of it: whoever decides appends the next step, and the state says
 * which step is on.
 */
import type { Published, ServedShare } from "./function-versions.ts";
import { findVersion } from "./function-versions.ts";

export interface WaveStep {
  /** Of the viewers; above 0, 1 is all. */
  readonly share: number;
  /** How long it is on at least; absent of the last, which is on until somebody ends it, or gives all and is the end. */
  readonly seconds?: number;
  /** The groups of edges that it is for, which keep what earlier steps gave them; absent where it is for all. */
  readonly groups?: readonly string[];
}

/** What is compared between the new version and the one before, at the same time. */
export const gateNames = ["errors", "status", "utilization", "origin"] as const;
export type GateName = (typeof gateNames)[number];

export interface WavePlan {
  readonly steps: readonly WaveStep[];
  /** None where they are skipped. */
  readonly gates: readonly GateName[];
  /** Requests of each version without which a step is not left. */
  readonly minRequests: number;
  /** What becomes of a step whose time is over with fewer: it goes on, or somebody is asked. */
  readonly whenFew: "wait" | "ask";
  /** Signs the cookies by which viewers stay with their version; base64. */
  readonly cookieKey: string;
  /** SHA-256, in hex, of what a viewer names to choose a version; absent where nobody can. */
  readonly tokenHash?: string;
}

/** Why the gates took a new version back. */
export interface Breach {
  readonly gate: GateName;
  /** What was counted, like "execution and validation errors". */
  readonly of: string;
  readonly newVersion: BreachCount;
  readonly oldVersion: BreachCount;
}

export interface BreachCount {
  readonly version: number;
  readonly events: number;
  readonly trials: number;
}

/** What is done to waves that are on. `step` goes on to the step that it names; the last may be the end. */
export type WavesMove =
  | { readonly move: "step"; readonly step: number }
  | { readonly move: "pause"; readonly because?: string }
  | { readonly move: "resume" }
  | { readonly move: "finish" | "abort" }
  | { readonly move: "revert"; readonly breach: Breach };

/** Waves that are on. */
export interface Waves {
  readonly plan: WavePlan;
  /** The new version. */
  readonly version: number;
  /** Counts from 0. */
  readonly step: number;
  /** The revision that the step began with: what is counted is told apart by it. */
  readonly stepRevision: number;
  /** The revision of the last change of them. Whoever measures the step's time begins when it sees this one. */
  readonly revision: number;
  /** ISO 8601, UTC: when the step began, by the clock of whoever said so. For people alone. */
  readonly stepAt: string;
  /** Present while no further step is taken. */
  readonly paused?: { readonly by: string; readonly because?: string };
}

/** How the last waves ended. `replaced`: something was published to all. */
export interface WavesEnd {
  readonly version: number;
  readonly how: "finished" | "aborted" | "reverted" | "replaced";
  /** The step that was on, counted from 0, of so many. */
  readonly step: number;
  readonly steps: number;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly by: string;
  readonly message?: string;
  readonly breach?: Breach;
}

/** @returns the new version's share at the edges of a group: the greatest that a step up to now gives them */
export function waveShare({ plan, step }: Waves, group: string | undefined): number {
  let share = 0;
  for (const { groups, share: given } of plan.steps.slice(0, step + 1)) {
    const isMeant = groups === undefined || (group !== undefined && groups.includes(group));
    if (isMeant) share = Math.max(share, given);
  }
  return share;
}

/** Whether a step is the end: all viewers everywhere have the new version. */
export function isEnd({ share, groups }: WaveStep): boolean {
  return share === 1 && groups === undefined;
}

type Serving = Pick<Published, "shares" | "versions" | "settled" | "waves">;

/** By group; what is there for a state of a function never changes. */
const known = new WeakMap<Serving, Map<string, readonly ServedShare[]>>();

/**
 * What serves viewers at the edges of a group: newest version first.
 *
 * Without waves that are for some groups it is the same everywhere.
 */
export function sharesIn(published: Serving, group: string): readonly ServedShare[] {
  const { waves, shares } = published;
  if (waves === undefined) return shares;
  let byGroup = known.get(published);
  if (byGroup === undefined) known.set(published, (byGroup = new Map()));
  let found = byGroup.get(group);
  if (found === undefined) {
    const { version } = waves;
    found = divided(version, published.settled, waveShare(waves, group)).map((share) => ({
      ...share,
      copy: findVersion(published, share.version)!.copy,
    }));
    byGroup.set(group, found);
  }
  return found;
}

/** @returns the shares of a new and an old version, newest first; one that has nothing is left out */
export function divided(
  newVersion: number,
  oldVersion: number,
  share: number,
): { readonly version: number; readonly share: number }[] {
  return [
    { version: newVersion, share },
    { version: oldVersion, share: 1 - share },
  ].filter((part) => part.share > 0);
}
