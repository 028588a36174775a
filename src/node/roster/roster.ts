/**
 * Who is on the log, as one control node knows it: what each said last, who has not been heard of, and
 * what all who are waited for have applied.
 *
 * Waited for are the edges that live, other than those of a group that an operator holds. One is gone
 * when it has not answered for a stated time in which others could have been heard; it is shown as gone
 * then, for an hour.
 */
import { digestOf, type Report } from "./messages.ts";
import { circleOf, type NodeReport } from "./node-report.ts";

export interface RosterInput {
  /** Of the node whose roster this is. */
  readonly ownId: string;
  readonly goneAfterMs: number;
  readonly isHeldGroup: (group: string) => boolean;
  /** Milliseconds that only go forward. */
  readonly now: () => number;
}

export interface KnownNode {
  readonly report: NodeReport;
  /** Whether it was asked in vain, and is not gone yet. */
  readonly isSilent: boolean;
  readonly isGone: boolean;
  readonly isHeld: boolean;
  readonly sinceHeardMs: number;
}

const showGoneForMs = 3_600_000;
/** Whoever may talk on the side channel could make names up. */
const nodesMax = 20_000;

interface Entry {
  report: NodeReport;
  heardAt: number;
  /** When it was first asked in vain. */
  missingSince: number | undefined;
}

export class Roster {
  readonly #input: RosterInput;
  readonly #entries = new Map<string, Entry>();
  /** Whether everyone was asked once. */
  #isComplete = false;

  constructor(input: RosterInput) {
    this.#input = input;
  }

  /** Takes what a circle's node told. @returns whether all of it is understood; otherwise everyone is to be asked in full */
  hear(circle: string, { nodes, left, asAsked, revision }: Report): boolean {
    const leaving = this.#entries.get(left ?? "");
    if (leaving !== undefined && circleOf(leaving.report) === circle) {
      this.#entries.delete(leaving.report.id);
    }
    for (const node of nodes) if (circleOf(node) === circle) this.#note(node);
    if (asAsked === undefined || revision === undefined) return true;
    const others = new Set(nodes.map(({ id }) => id));
    const meant = this.#living(circle).filter(({ report }) => !others.has(report.id));
    if (digestOf(meant.map(({ report }) => report.id)) !== asAsked.digest) return false;
    for (const { report } of meant) {
      const { notReady: _ready, holding: _holding, head, ...others } = report;
      const { logOutage: _outage, logTrouble: _trouble, ...rest } = others;
      const isLater = report.revision > revision;
      const same = isLater || report.revision === revision ? { head } : {};
      this.#note({
        ...rest,
        ...(same.head !== undefined && { head: same.head }),
        revision: isLater ? report.revision : revision,
        logReachable: true,
        aheadOfLog: 0,
      });
    }
    return true;
  }

  /** @param askedAt when everyone was asked in full, by `now` */
  noteAsked(askedAt: number): void {
    const { now, ownId } = this.#input;
    const own = this.#entries.get(ownId);
    // Where a node does not hear itself, nobody else is to blame.
    if (own === undefined || own.heardAt < askedAt) {
      this.forgive();
      return;
    }
    this.#isComplete = true;
    for (const [id, entry] of this.#entries) {
      if (entry.heardAt < askedAt) entry.missingSince ??= askedAt;
      const goneForMs = now() - (entry.missingSince ?? Infinity) - this.#input.goneAfterMs;
      if (goneForMs > showGoneForMs) this.#entries.delete(id);
    }
  }

  /** Nobody could have been heard meanwhile. */
  forgive(): void {
    for (const entry of this.#entries.values()) {
      if (!this.#isGone(entry)) entry.missingSince = undefined;
    }
  }

  /** Whether all who are waited for have a revision. Unknown, thus no, until everyone was asked once. */
  hasApplied(revision: number): boolean {
    if (!this.#isComplete) return false;
    for (const entry of this.#entries.values()) {
      if (this.#isWaitedFor(entry) && entry.report.revision < revision) return false;
    }
    return true;
  }

  /** Whether someone did not answer who is not given up yet. */
  get isMissingSome(): boolean {
    return this.#entries
      .values()
      .some((entry) => entry.missingSince !== undefined && !this.#isGone(entry));
  }

  /** By circle, how many live. */
  countLiving(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const entry of this.#entries.values()) {
      if (this.#isGone(entry)) continue;
      const circle = circleOf(entry.report);
      counts[circle] = (counts[circle] ?? 0) + 1;
    }
    return counts;
  }

  /** In no order. */
  list(): KnownNode[] {
    const now = this.#input.now();
    return Array.from(this.#entries.values(), (entry) => ({
      report: entry.report,
      isSilent: entry.missingSince !== undefined,
      isGone: this.#isGone(entry),
      isHeld: this.#isHeld(entry),
      sinceHeardMs: now - entry.heardAt,
    }));
  }

  #note(report: NodeReport): void {
    if (!this.#entries.has(report.id) && this.#entries.size >= nodesMax) return;
    const heardAt = this.#input.now();
    this.#entries.set(report.id, { report, heardAt, missingSince: undefined });
  }

  #living(circle: string): Entry[] {
    return [...this.#entries.values()].filter(
      (entry) => circleOf(entry.report) === circle && !this.#isGone(entry),
    );
  }

  #isGone({ missingSince }: Entry): boolean {
    if (missingSince === undefined) return false;
    return this.#input.now() - missingSince >= this.#input.goneAfterMs;
  }

  #isHeld({ report: { kind, group } }: Entry): boolean {
    return kind === "edge" && group !== undefined && this.#input.isHeldGroup(group);
  }

  /** The node's own workers are asked directly. */
  #isWaitedFor(entry: Entry): boolean {
    const { kind, id } = entry.report;
    if (kind === "control" || id === this.#input.ownId) return false;
    return !this.#isGone(entry) && !this.#isHeld(entry);
  }
}
