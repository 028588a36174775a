/**
 * Whether the servers have space for another entry, as far as is known: not after one was refused for want of
 * it, until another was taken, or as many bytes were taken beside the entries.
 */
import type { JetStreamClient, JetStreamManager } from "@nats-io/jetstream";
import type { LogStreams } from "./jetstream-streams.ts";
import type { LogFailure } from "./log-failure.ts";

const probeEveryMs = 1000;
const probeTimeoutMs = 2000;
/** A longer entry is written in parts, of which none is longer. */
const probeMaxBytes = 65_536;

interface Refused {
  readonly failure: LogFailure;
  readonly bytes: number;
  triedAt: number;
}

export interface SpaceParts {
  readonly js: JetStreamClient;
  readonly jsm: JetStreamManager;
  readonly streams: LogStreams;
}

export class JetStreamSpace {
  readonly #parts: SpaceParts;
  #refused: Refused | undefined;

  constructor(parts: SpaceParts) {
    this.#parts = parts;
  }

  /** To be called with what each append of so many bytes came to. */
  note(bytes: number, failure: LogFailure | undefined): void {
    if (failure === undefined) this.#refused = undefined;
    if (failure?.reason !== "full") return;
    this.#refused = { failure, bytes, triedAt: performance.now() };
  }

  /** @returns why nothing can be appended for want of space */
  async findFailure(): Promise<LogFailure | undefined> {
    const refused = this.#refused;
    if (refused === undefined || performance.now() - refused.triedAt < probeEveryMs) {
      return refused?.failure;
    }
    refused.triedAt = performance.now();
    const hasSpace = await this.#probe(refused.bytes).catch(() => false);
    if (hasSpace && this.#refused === refused) this.#refused = undefined;
    return this.#refused?.failure;
  }

  async #probe(bytes: number): Promise<boolean> {
    const { js, jsm, streams } = this.#parts;
    const { config, state } = await jsm.streams.info(streams.changes);
    // The stream's own limit, which others' space says nothing of.
    if (config.max_bytes > 0 && state.bytes + bytes > config.max_bytes) return false;
    // The second takes the first one's place.
    for (const length of [Math.min(bytes, probeMaxBytes), 0]) {
      const subject = `${streams.objectSubjects}probe`;
      await js.publish(subject, new Uint8Array(length), { timeout: probeTimeoutMs });
    }
    return true;
  }
}
