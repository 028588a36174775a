/**
 * Which functions' copies run in the slow lane, and for how long.
 *
 * A run that the watchdog ends has held the thread of all other viewers. A copy may do that once a
 * minute: a busy machine can make a run slow as well. With the second time it is in quarantine, and at
 * once when it cost a process. Runs that each took a realm of their own hold the thread for some 5 ms;
 * a hundred of them a minute are too many, and so is half a second of CPU time a minute in long runs that
 * the watchdog had no reason to end. It comes back when it has been quiet for a while, twice as long each
 * time, until it has been quiet for an hour outside. It is a place to run and no punishment: what runs well
 * runs there as well.
 */

/**
 * Runs that a copy may have in a minute of which each was ended, took a realm or cost a process, and
 * milliseconds that long runs may hold the thread; more is too much.
 */
const allowed = { ended: 1, realm: 100, held: 500, lost: 0 };
const windowMs = 60_000;
/** How long a copy must be quiet before it comes back. */
const quietMs = { ended: 60_000, realm: 60_000, held: 60_000, lost: 600_000 };
const longestQuietMs = 3_600_000;
/** Copies remembered: those that offended last. */
const recordsMax = 1000;

export type Offence = keyof typeof quietMs;

interface Offended {
  readonly at: number;
  readonly amount: number;
}

interface CopyRecord {
  /** What the copy did outside, within the window. */
  offences: Record<Offence, Offended[]>;
  /** Until when it is in quarantine unless it offends again; undefined when it is not. */
  until: number | undefined;
  quietMs: number;
  /** How often it came into quarantine without an hour's quiet between. */
  stays: number;
  lastAt: number;
}

const noOffences = (): CopyRecord["offences"] => ({ ended: [], realm: [], held: [], lost: [] });

export class Quarantine {
  readonly #now: () => number;
  readonly #records = new Map<string, CopyRecord>();
  #held = 0;

  /** @param now milliseconds of a clock that never goes back */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether no copy is in it, as nearly always. */
  get isEmpty(): boolean {
    return this.#held === 0;
  }

  /** @param key which copy; see copy-key.ts */
  holds(key: string): boolean {
    const record = this.#records.get(key);
    if (record?.until === undefined) return false;
    if (this.#now() < record.until) return true;
    record.until = undefined;
    record.offences = noOffences();
    this.#held -= 1;
    return false;
  }

  /**
   * A run of the copy was ended, took a realm of its own, held the thread for long, or cost its process.
   *
   * @param amount as `allowed` counts it: a run, or milliseconds
   * @returns whether the copy is in quarantine because of it, and was not before
   */
  note(key: string, offence: Offence, amount = 1): boolean {
    const now = this.#now();
    const wasHeld = this.holds(key);
    const record = this.#recordOf(key, now);
    if (!wasHeld && now - record.lastAt > record.quietMs + longestQuietMs) record.stays = 0;
    record.lastAt = now;
    if (!wasHeld) {
      const lately = record.offences[offence].filter(({ at }) => now - at < windowMs);
      lately.push({ at: now, amount });
      record.offences[offence] = lately;
      if (lately.reduce((sum, each) => sum + each.amount, 0) <= allowed[offence]) return false;
      record.quietMs = 0;
      record.stays += 1;
      this.#held += 1;
    }
    const needed = quietMs[offence] * 2 ** (record.stays - 1);
    record.quietMs = Math.min(Math.max(record.quietMs, needed), longestQuietMs);
    record.until = now + record.quietMs;
    return !wasHeld;
  }

  /** The copy's record, as the latest of all. */
  #recordOf(key: string, now: number): CopyRecord {
    let record = this.#records.get(key);
    if (record === undefined) {
      record = { offences: noOffences(), until: undefined, quietMs: 0, stays: 0, lastAt: now };
      if (this.#records.size >= recordsMax) this.#forgetOldest();
    } else {
      this.#records.delete(key);
    }
    this.#records.set(key, record);
    return record;
  }

  #forgetOldest(): void {
    const [oldest, record] = this.#records.entries().next().value!;
    if (record.until !== undefined) this.#held -= 1;
    this.#records.delete(oldest);
  }
}
