/** The pairs of a store as far as they have been read, in the order of their keys: page after page, as they are wanted. */
import { listPairs, type Pair } from "../api/key-value-stores.ts";

export class LoadedPairs {
  readonly #arn: string;
  readonly #pairs: Pair[] = [];
  #token: string | undefined;
  #isComplete = false;
  #reading: Promise<void> | undefined;

  constructor(arn: string) {
    this.#arn = arn;
  }

  get pairs(): readonly Pair[] {
    return this.#pairs;
  }

  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** Reads the next page; who asks while one is read waits for that one. */
  readMore(signal?: AbortSignal): Promise<void> {
    if (this.#isComplete) return Promise.resolve();
    this.#reading ??= this.#read(signal).finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  /** Reads the rest. @param onPage called after each page */
  async readAll(onPage: () => void, signal: AbortSignal): Promise<void> {
    while (!this.#isComplete && !signal.aborted) {
      await this.readMore(signal);
      onPage();
    }
  }

  async #read(signal?: AbortSignal): Promise<void> {
    const { items, next_token: token } = await listPairs(this.#arn, this.#token, signal);
    this.#pairs.push(...items);
    this.#token = token;
    this.#isComplete = token === undefined;
  }
}
