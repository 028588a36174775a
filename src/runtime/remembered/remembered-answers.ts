/**
 * What one copy answered to events, by the text that its isolate was sent.
 *
 * The text, what its key value store answered and how the clock compared is all that a run depends on, unless the
 * guest says that it read more (guest/invoke.ts); the same text has then the same answer while those are the same, and
 * no run is needed. Viewers choose the texts, so what is kept is bounded, in two generations: when one is full it becomes the older, whose answers are taken over as they
 * are asked for again, and what the older held until then is forgotten.
 *
 * A copy whose events do not come again would pay for nothing. It has a credit that runs out, rests for
 * many runs, and tries again.
 */
import type { Answer } from "../event/decode-answer.ts";
import type { Clock } from "../../base/clock.ts";
import type { EventRequest, Invocation, KeyValueReader } from "../function-runtime.ts";
import type { ClockAnswers } from "./clock-answers.ts";
import type { RememberedRoom } from "./remembered-room.ts";
import type { KnownReads } from "./store-reads.ts";

/** V8 hashes no string of 16 KB or more, which would all have the same place. */
const longestText = 4096;
/** Longer answers are pages; few fill the room. */
const longestAnswer = 16_384;
/** Bytes of a copy's generation, as they are counted here: some 2,000 events. All copies share a room: see remembered-room.ts. */
const generationBytes = 4 * 1024 * 1024;

/** How many events in a row need not come again; a hit saves some eight times what a miss costs. */
const mostCredit = 4096;
const hitEarns = 8;
/** What a run costs that read more than its event: functions that do mostly do it each time. */
const unlikeCosts = 32;
/** How many runs a copy rests for. */
const restRuns = 32 * mostCredit;

/** What a run can ask for beside its text. */
export interface Surroundings {
  readonly store: KeyValueReader | undefined;
  readonly now: Clock;
}

/** What a run asked, and was answered; undefined when it asked nothing. */
export interface Asked {
  readonly reads: KnownReads | undefined;
  readonly clock: ClockAnswers | undefined;
}

export interface Remembered extends Asked {
  readonly answer: Answer;
  /** What it comes to for every event with the text, or with the text, `headers` and `request`, once that was made. */
  invocation: Invocation | undefined;
  /** The header lines that it was made of, the response's or the request's; undefined where it takes nothing of its event. */
  headers: readonly string[] | undefined;
  /** The request that it was made of; undefined where it takes nothing of that. */
  request: EventRequest | undefined;
  readonly bytes: number;
}

/** The how manyth it is: whoever keeps that keeps none of the answers, which come to megabytes. */
export type Generation = number;

export class RememberedAnswers {
  readonly #room: RememberedRoom;
  #younger = new Map<string, Remembered>();
  #older = new Map<string, Remembered>();
  #youngerBytes = 0;
  #generation: Generation = 0;
  #credit = mostCredit;
  #restsFor = 0;

  constructor(room: RememberedRoom) {
    this.#room = room;
  }

  /** How many answers it holds. */
  get size(): number {
    return this.#younger.size + this.#older.size;
  }

  /** Of what is remembered last, and is not yet on its way out. */
  get generation(): Generation {
    return this.#generation;
  }

  /**
   * What `find` would come to, without the text. Where it says no, `find` is to be called.
   *
   * @param remembered what was found
   * @param generation the one that was the younger then
   */
  holds(remembered: Remembered, generation: Generation, surroundings: Surroundings): boolean {
    if (generation !== this.#generation || isOutdated(remembered, surroundings)) return false;
    if (this.#credit < mostCredit) this.#credit += hitEarns;
    return true;
  }

  /** Called once before each run. */
  find(text: string, surroundings: Surroundings): Remembered | undefined {
    if (this.#restsFor > 0) {
      this.#restsFor -= 1;
      return undefined;
    }
    const young = this.#younger.get(text);
    const found = young ?? this.#older.get(text);
    if (found === undefined || isOutdated(found, surroundings)) {
      this.#spend(1);
      return undefined;
    }
    if (young === undefined) {
      this.#older.delete(text);
      this.#add(text, found);
    }
    if (this.#credit < mostCredit) this.#credit += hitEarns;
    return found;
  }

  /** @param words the answer as the guest wrote it */
  keep(text: string, words: string, answer: Answer, { reads, clock }: Asked): void {
    if (this.#restsFor > 0 || text.length > longestText || words.length > longestAnswer) return;
    const bytes = bytesOf(text, words) + bytesAsked(reads, clock);
    const made = { invocation: undefined, headers: undefined, request: undefined };
    this.#add(text, { answer, ...made, bytes, reads, clock });
  }

  /** Says that a run's answer is not to be kept. */
  pass(): void {
    if (this.#restsFor === 0) this.#spend(unlikeCosts);
  }

  /** The younger generation becomes the older. */
  turn(): void {
    this.#older = this.#younger;
    this.#younger = new Map();
    this.#generation += 1;
    this.#room.give(this.#youngerBytes);
    this.#youngerBytes = 0;
  }

  forget(): void {
    this.turn();
    this.#older = new Map();
    this.#room.leave(this);
  }

  /** In place of what was there for the text, which is outdated. */
  #add(text: string, remembered: Remembered): void {
    const more = remembered.bytes - (this.#younger.get(text)?.bytes ?? 0);
    this.#younger.set(text, remembered);
    this.#youngerBytes += more;
    this.#room.take(this, more);
    if (this.#youngerBytes > generationBytes) this.turn();
  }

  #spend(credit: number): void {
    this.#credit -= credit;
    if (this.#credit > 0) return;
    this.#credit = mostCredit;
    this.#restsFor = restRuns;
    this.forget();
  }
}

function isOutdated({ reads, clock }: Remembered, { store, now }: Surroundings): boolean {
  return reads?.holdFor(store) === false || clock?.holdAt(now().getTime()) === false;
}

/** What V8 takes for it: both texts, what is made of the answer here and by the edge, and a place in a map. */
function bytesOf(text: string, words: string): number {
  return 2 * text.length + 8 * words.length + 512;
}

function bytesAsked(reads: KnownReads | undefined, clock: ClockAnswers | undefined): number {
  const forReads = reads === undefined ? 0 : 2 * reads.length + 256;
  return forReads + (clock === undefined ? 0 : 64 * clock.count + 64);
}
