/** The fetches under way in this process, by what they fetch. */
import { Flight } from "./flight.ts";
import { LoneKeys } from "./lone-keys.ts";
import { WindowMemory } from "./window-memory.ts";

/** What all flights hold of their bodies in memory, in bytes. */
const memoryMax = 64 * 1024 * 1024;

export class Flights<Head> {
  readonly #flights = new Map<string, Flight<Head>>();
  readonly #memory: WindowMemory;
  readonly #loneKeys = new LoneKeys();

  /** @param memory bytes of bodies that all flights hold in memory together */
  constructor(memory = memoryMax) {
    this.#memory = new WindowMemory(memory);
  }

  /** How many can be found. */
  get size(): number {
    return this.#flights.size;
  }

  /** How much is in memory of bodies on their way, in bytes. */
  get inMemory(): number {
    return this.#memory.used;
  }

  /** @returns a flight that can be shared from its first byte */
  find(key: string): Flight<Head> | undefined {
    const flight = this.#flights.get(key);
    return flight?.isJoinable === true ? flight : undefined;
  }

  /**
   * Begins one, which is found until it is complete, failed or released. Whoever begins it owes it
   * a `share`, `settle` or `release`, and waits for it, keeps it for its viewer or holds it.
   *
   * @param revision of what its request is made by; the caller compares it with invalidations
   */
  begin(key: string, revision = 0): Flight<Head> {
    const flight: Flight<Head> = new Flight(key, revision, this.#memory, () => {
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
    });
    this.#flights.set(key, flight);
    return flight;
  }

  /** One that is never found: for who must ask by themselves. Owed the same as one that is begun. */
  alone(key: string, revision = 0): Flight<Head> {
    return new Flight(key, revision, this.#memory, () => {});
  }

  /** An answer that could not be shared is remembered some seconds, so that such a URL never serializes its viewers. */
  noteAlone(key: string, now: number): void {
    this.#loneKeys.note(key, now);
  }

  isAlone(key: string, now: number): boolean {
    return this.#loneKeys.has(key, now);
  }
}
