/**
 * Asks how far everyone is: soon after a change, and every some seconds for who is there at all.
 *
 * All control nodes hear all answers, and each other's questions: what one has asked, the others need
 * not. So neither more edges nor more control nodes make more questions.
 */
import type { SideChannel } from "../../log/side-channel.ts";
import { decodeQuestion, decodeReport, encodeMessage, type Question } from "./messages.ts";
import type { Roster } from "./roster.ts";

export interface RoundsInput {
  readonly channel: SideChannel;
  readonly roster: Roster;
  /** Of the node that asks. */
  readonly id: string;
  readonly state: () => { readonly revision: number; readonly head: string };
  readonly goneAfterMs: number;
  /** From 0 to 1. */
  readonly random?: () => number;
}

/** How long nodes wait for a change before they say that they don't have it. */
const waitMs = 1000;
/** Longer than whoever gathers waits for the last answer. */
const travelMs = 700;
/** How soon after a change is asked: later than it travels, and so that one question does for several. */
const soonMs = { from: 50, to: 150 } as const;
/** Between two questions, doubled each time that one was in vain. */
const gapMs = { shortest: 250, longest: 5000 } as const;
const retryMs = 1000;
/** At most; a third of the time after which nodes are gone, where that is less. */
const everyoneEveryMs = 10_000;
const missingEveryMs = 2000;

interface Round {
  readonly question: Question;
  readonly beganAt: number;
  readonly timer: NodeJS.Timeout;
  /** The circles that have not told yet. */
  readonly waitingFor: Set<string>;
}

export class Rounds {
  readonly #input: RoundsInput;
  readonly #random: () => number;
  readonly #stops: (() => void)[];
  #count = 0;
  #round: Round | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** How often in a row a question did not find that all had what was asked. */
  #vain = 0;
  #endedAt = -Infinity;
  #askAllAt = 0;
  #isStopped = false;

  constructor(input: RoundsInput) {
    this.#input = input;
    this.#random = input.random ?? Math.random;
    const { channel } = input;
    this.#stops = [
      channel.listen("ask", (bytes) => this.#begin(decodeQuestion(bytes))),
      channel.listen("report.>", (bytes, subject) => this.#hear(bytes, subject)),
    ];
    this.#plan();
  }

  /** To be called when the account has changed. */
  noteChange(): void {
    this.#vain = 0;
    this.#plan();
  }

  stop(): void {
    this.#isStopped = true;
    for (const stop of this.#stops) stop();
    clearTimeout(this.#timer);
    clearTimeout(this.#round?.timer);
  }

  #plan(): void {
    if (this.#isStopped || this.#round !== undefined) return;
    clearTimeout(this.#timer);
    const now = performance.now();
    let at = this.#askAllAt;
    if (!this.#input.roster.hasApplied(this.#input.state().revision)) {
      const gap = Math.min(gapMs.longest, gapMs.shortest * 2 ** this.#vain);
      at = Math.min(at, Math.max(now + this.#between(soonMs), this.#endedAt + gap));
    }
    this.#timer = setTimeout(() => this.#ask(), Math.max(0, at - now));
  }

  #ask(): void {
    const { channel, roster, id, state } = this.#input;
    const now = performance.now();
    const full = now >= this.#askAllAt;
    if (!full && roster.hasApplied(state().revision)) {
      this.#plan();
      return;
    }
    if (!channel.isConnected()) {
      roster.forgive();
      this.#timer = setTimeout(() => this.#ask(), retryMs);
      return;
    }
    const { revision, head } = state();
    this.#count += 1;
    const question: Question = {
      round: `${id}-${this.#count}`,
      revision,
      head,
      waitMs: full ? 0 : waitMs,
      full,
      expected: roster.countLiving(),
    };
    this.#begin(question);
    channel.tell("ask", encodeMessage(question));
  }

  /** Its own question or another's: one round at a time. */
  #begin(question: Question | undefined): void {
    if (question === undefined || question.round === this.#round?.question.round) return;
    // What another asks while this one waits is heard all the same, and ends nothing here.
    if (this.#round !== undefined && !(question.full && !this.#round.question.full)) return;
    clearTimeout(this.#timer);
    clearTimeout(this.#round?.timer);
    this.#round = {
      question,
      beganAt: performance.now(),
      timer: setTimeout(() => this.#end(), Math.min(question.waitMs, waitMs) + travelMs),
      waitingFor: new Set(Object.keys(question.expected)),
    };
    if (question.full) this.#askAllAt = performance.now() + this.#everyoneIn();
  }

  #hear(bytes: Uint8Array, subject: string): void {
    const report = decodeReport(bytes);
    if (report === undefined) return;
    const { roster } = this.#input;
    const circle = subject.slice("report.".length);
    const isUnderstood = roster.hear(circle, report);
    if (!isUnderstood) this.#askAllAt = Math.min(this.#askAllAt, performance.now() + retryMs);
    const round = this.#round;
    if (round === undefined) {
      this.#plan();
      return;
    }
    if (report.round !== round.question.round || round.question.full) return;
    round.waitingFor.delete(circle);
    if (round.waitingFor.size === 0) this.#end();
  }

  #end(): void {
    const round = this.#round;
    if (round === undefined) return;
    clearTimeout(round.timer);
    this.#round = undefined;
    this.#endedAt = performance.now();
    const { roster, channel, state } = this.#input;
    if (!channel.isConnected()) roster.forgive();
    else if (round.question.full) {
      roster.noteAsked(round.beganAt);
      if (roster.isMissingSome) {
        this.#askAllAt = Math.min(this.#askAllAt, performance.now() + this.#missingIn());
      }
    }
    this.#vain = roster.hasApplied(state().revision) ? 0 : this.#vain + 1;
    this.#plan();
  }

  /** Not all control nodes at the same time: the first asks for all. */
  #everyoneIn(): number {
    const everyMs = Math.min(everyoneEveryMs, this.#input.goneAfterMs / 3);
    return everyMs * (0.8 + 0.4 * this.#random());
  }

  #missingIn(): number {
    return Math.min(missingEveryMs, this.#input.goneAfterMs / 3) * (0.8 + 0.4 * this.#random());
  }

  #between({ from, to }: { readonly from: number; readonly to: number }): number {
    return from + (to - from) * this.#random();
  }
}
