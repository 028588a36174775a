/**
 * What a run asked its key value store, and was answered.
 *
 * A run that is answered the same takes the same steps, so its own answer holds as long as the store, in whatever
 * revision, answers each of its questions as it did.
 */
import type { AnswerStoreQuestion } from "../blank-isolate.ts";
import type { RepeatedRun, StoreWindow } from "../function-isolate.ts";
import type {
  KeyValueReader,
  StoreCounts,
  StoreRead,
  StoreReadsTold,
} from "../function-runtime.ts";
import { storeAnswers } from "../store-answers.ts";

/** How many questions of one run are kept; the counters let it ask some hundred. */
const mostQuestions = 32;
/** Characters of a run's keys and values that are kept. */
const longestReads = 16_384;

/** A store is a new object after each change. By number, what is remembered keeps none of them alive; 0 is none. */
const numbers = new WeakMap<KeyValueReader, number>();
let lastNumber = 0;

function numberOf(store: KeyValueReader | undefined): number {
  if (store === undefined) return 0;
  let number = numbers.get(store);
  if (number === undefined) {
    number = lastNumber += 1;
    numbers.set(store, number);
  }
  return number;
}

/** Answers a run's questions from its store, and notes them. */
export class StoreReads implements StoreWindow {
  readonly answer: AnswerStoreQuestion;
  readonly #store: KeyValueReader | undefined;
  readonly #reads: StoreRead[] = [];
  #length = 0;
  #isWhole = true;
  #asked = 0;

  readonly repeats: RepeatedRun | undefined;

  /** @param repeats how the run repeats another; absent where it does not */
  constructor(store: KeyValueReader | undefined, repeats?: RepeatedRun) {
    this.repeats = repeats;
    this.#store = store;
    const answerFromStore = storeAnswers(store);
    this.answer = (question, key) => {
      const answer = answerFromStore(question, key);
      this.#note({ question, key, answer });
      return answer;
    };
  }

  /** Whether no question was left out because there were many, or long ones. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** @returns how many times it was asked for what a store holds; undefined for never */
  get counts(): StoreCounts | undefined {
    if (this.#asked === 0) return undefined;
    return this.#store === undefined
      ? { read: 0, failed: this.#asked }
      : { read: this.#asked, failed: 0 };
  }

  /** The same, as it is told; undefined for nothing. */
  get told(): StoreReadsTold | undefined {
    if (this.#reads.length === 0 && this.#isWhole) return undefined;
    return { reads: this.#reads, isWhole: this.#isWhole };
  }

  readonly begin = (): void => {
    this.#asked = 0;
  };

  /** @returns what was read; undefined for nothing */
  get known(): KnownReads | undefined {
    if (this.#reads.length === 0) return undefined;
    return new KnownReads(this.#reads, this.#length, numberOf(this.#store), this.counts);
  }

  #note(read: StoreRead): void {
    // Which store it is, the function's association says: nothing is read for that, unless there is none.
    if (read.question !== "id" || this.#store === undefined) this.#asked += 1;
    this.#length += read.key.length + read.answer.length;
    this.#isWhole &&= this.#reads.length < mostQuestions && this.#length <= longestReads;
    if (this.#isWhole) this.#reads.push(read);
  }
}

export class KnownReads {
  /** Characters of its keys and answers. */
  readonly length: number;
  readonly counts: StoreCounts | undefined;
  readonly told: StoreReadsTold;
  readonly #reads: readonly StoreRead[];
  /** The store that was last seen to answer so. */
  #storeNumber: number;

  constructor(
    reads: readonly StoreRead[],
    length: number,
    storeNumber: number,
    counts: StoreCounts | undefined,
  ) {
    this.#reads = reads;
    this.told = { reads, isWhole: true };
    this.length = length;
    this.#storeNumber = storeNumber;
    this.counts = counts;
  }

  /** Whether a store answers each question as it was answered. */
  holdFor(store: KeyValueReader | undefined): boolean {
    const number = numberOf(store);
    if (number === this.#storeNumber) return true;
    const answerFromStore = storeAnswers(store);
    for (const { question, key, answer } of this.#reads) {
      if (answerFromStore(question, key) !== answer) return false;
    }
    this.#storeNumber = number;
    return true;
  }
}
