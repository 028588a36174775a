/**
 * What one copy answered to events, by the text that its isolate was sent.
 *
 * The text, and what its key value store answered, is all that a run depends on, unless the guest says that it
 * read more (guest/invoke.ts); the same text has then the same answer while the store answers the same, and no run
 * is needed. Viewers choose the texts, so what is kept is bounded, in two generations: when one is full it becomes the older, whose answers are taken over as they
 * are asked for again, and what the older held until then is forgotten.
 *
 * A copy whose events do not come again would pay for nothing. It has a credit that runs out, rests for
 * many runs, and tries again.
 */
import type { Answer } from "../event/decode-answer.ts";
import type { Invocation, KeyValueReader } from "../function-runtime.ts";
import type { RememberedRoom } from "./remembered-room.ts";
import type { KnownReads } from "./store-reads.ts";

/** V8 hashes no string of 16 KB or more, which would all have the same place. */
const longestText = 4096;
/** Longer answers are pages; few fill the room. */
const longestAnswer = 16_384;
/** Bytes of a copy's generation, as they are counted here. */
const generationBytes = 2 * 1024 * 1024;

/** How many events in a row need not come again; a hit saves some eight times what a miss costs. */
const mostCredit = 4096;
const hitEarns = 8;
/** What a run costs that read more than its event: functions that do mostly do it each time. */
const unlikeCosts = 32;
/** How many runs a copy rests for. */
const restRuns = 32 * mostCredit;

export interface Remembered {
  readonly answer: Answer;
  /** What it comes to for every event with the text, once that was made. */
  invocation: Invocation | undefined;
  readonly bytes: number;
  /** Of the key value store; undefined when the run asked it nothing. */
  readonly reads: KnownReads | undefined;
}

export class RememberedAnswers {
  readonly #room: RememberedRoom;
  #younger = new Map<string, Remembered>();
  #older = new Map<string, Remembered>();
  #youngerBytes = 0;
  #credit = mostCredit;
  #restsFor = 0;

  constructor(room: RememberedRoom) {
    this.#room = room;
  }

  /** How many answers it holds. */
  get size(): number {
    return this.#younger.size + this.#older.size;
  }

  /**
   * Called once before each run.
   *
   * @param store what the run would ask
   */
  find(text: string, store?: KeyValueReader): Remembered | undefined {
    if (this.#restsFor > 0) {
      this.#restsFor -= 1;
      return undefined;
    }
    const young = this.#younger.get(text);
    const found = young ?? this.#older.get(text);
    if (found === undefined || found.reads?.holdFor(store) === false) {
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

  /**
   * @param words the answer as the guest wrote it
   * @param reads what the run asked its store, if anything
   */
  keep(text: string, words: string, answer: Answer, reads?: KnownReads): void {
    if (this.#restsFor > 0 || text.length > longestText || words.length > longestAnswer) return;
    this.#add(text, { answer, invocation: undefined, bytes: bytesOf(text, words, reads), reads });
  }

  /** Says that a run's answer is not to be kept. */
  pass(): void {
    if (this.#restsFor === 0) this.#spend(unlikeCosts);
  }

  /** The younger generation becomes the older. */
  turn(): void {
    this.#older = this.#younger;
    this.#younger = new Map();
    this.#room.give(this.#youngerBytes);
    this.#youngerBytes = 0;
  }

  forget(): void {
    this.turn();
    this.#older = new Map();
    this.#room.leave(this);
  }

  /** In place of what was there for the text, which the store has outdated. */
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

/** What V8 takes for it: the texts, what is made of the answer here and by the edge, and a place in a map. */
function bytesOf(text: string, words: string, reads: KnownReads | undefined): number {
  const forReads = reads === undefined ? 0 : 2 * reads.length + 256;
  return 2 * text.length + 8 * words.length + 512 + forReads;
}
