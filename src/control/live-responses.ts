/**
 * Responses that go on for as long as they are read: how many there are, and how they end.
 *
 * A line is asked for when the one before has left for the system, so what waits for a slow reader here is one line.
 */
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { ApiResponse } from "../wire/api-message.ts";

/** Each is looked for several times a second, and holds a connection. */
const openMax = 16;
/** Who takes nothing for so long is gone, or has forgotten it; both may come again. */
const takenWithinMs = 30_000;

export class LiveResponses {
  readonly #takenWithinMs: number;
  readonly #open = new Set<AbortController>();
  #isEnding = false;

  constructor(withinMs = takenWithinMs) {
    this.#takenWithinMs = withinMs;
  }

  get hasRoom(): boolean {
    return this.#open.size < openMax;
  }

  /** Resolves when it has ended. */
  async send(
    outgoing: ServerResponse,
    { status, headers, body, following }: ApiResponse,
  ): Promise<void> {
    const ending = new AbortController();
    const { signal } = ending;
    this.#open.add(ending);
    outgoing.once("close", () => ending.abort());
    outgoing.writeHead(status, headers);
    outgoing.write(body);
    try {
      // Who has waited behind others on the connection may have left by now.
      if (this.#isEnding || outgoing.destroyed || !(await this.#isTaken(outgoing, signal))) return;
      for await (const line of following?.(signal) ?? []) {
        outgoing.write(line);
        if (!(await this.#isTaken(outgoing, signal))) return;
      }
    } finally {
      this.#open.delete(ending);
      if (outgoing.writableNeedDrain) outgoing.destroy();
      else outgoing.end();
    }
  }

  /** Ends those that are open, and every later one after its body. */
  end(): void {
    this.#isEnding = true;
    for (const ending of this.#open) ending.abort();
  }

  /** @returns false when nobody reads it any more, or it is to end */
  async #isTaken(outgoing: ServerResponse, signal: AbortSignal): Promise<boolean> {
    if (!outgoing.writableNeedDrain) return !signal.aborted;
    const late = AbortSignal.timeout(this.#takenWithinMs);
    try {
      await once(outgoing, "drain", { signal: AbortSignal.any([signal, late]) });
      return true;
    } catch {
      return false;
    }
  }
}
