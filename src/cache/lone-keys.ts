/**
 * Keys whose responses nobody may share, remembered for some seconds, so that their viewers do not
 * wait for each other in vain.
 *
 * Only hashes are kept, since keys are as long as viewers like: two keys of one hash are fetched
 * alone both, which is never wrong.
 */
import { RecentMap } from "../base/recent-map.ts";

/** For how long, in milliseconds. */
const aloneMs = 10_000;
const generationSize = 8192;

export class LoneKeys {
  /** Until when, by hash. */
  readonly #until = new RecentMap<number, number>(generationSize);

  /** @param now milliseconds since the epoch */
  note(key: string, now: number): void {
    this.#until.set(hashOf(key), now + aloneMs);
  }

  has(key: string, now: number): boolean {
    return this.#until.size > 0 && now < (this.#until.get(hashOf(key)) ?? 0);
  }
}

/** FNV-1a over UTF-16 units, in 30 bits, which are V8's small integers. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  }
  return hash >>> 2;
}
