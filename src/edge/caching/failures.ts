/** Remembers whose origin failed, so that it is not asked again with every request meanwhile. */
import { isAhead } from "../../cache/age.ts";
import type { Refusal } from "../answer/refusals.ts";

export interface Failure {
  /** In milliseconds since the epoch, as is the next. */
  readonly since: number;
  readonly until: number;
  /** Of the state that it was asked by: an invalidation of a later one forgets it. */
  readonly revision: number;
  /** What viewers are told meanwhile; absent where they get something that was kept. */
  readonly refusal: Refusal | undefined;
}

/** Beyond so many keys the oldest are forgotten: their origins are asked again a little early. */
const keysMax = 10_000;

export class Failures {
  readonly #byKey = new Map<string, Failure>();

  note(key: string, failure: Failure): void {
    this.#byKey.delete(key);
    this.#byKey.set(key, failure);
    if (this.#byKey.size <= keysMax) return;
    for (const oldest of this.#byKey.keys()) {
      this.#byKey.delete(oldest);
      break;
    }
  }

  forget(key: string): void {
    this.#byKey.delete(key);
  }

  /** @returns undefined when the origin may be asked */
  find(key: string, now: number): Failure | undefined {
    const failure = this.#byKey.get(key);
    if (failure === undefined) return undefined;
    if (now < failure.until && !isAhead(failure.since, now)) return failure;
    this.#byKey.delete(key);
    return undefined;
  }
}
